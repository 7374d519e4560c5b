//! Isolated checkouts: a reviewer's own copy of the files, with history.

use std::fs;
use std::path::{Path, PathBuf};

use review_core::{Cancel, Error, ErrorKind, Result};
use review_scratch::remove_tree;

use crate::borrowed::Layout;
use crate::command::Call;
use crate::comparison::Comparison;
use crate::repository::GitRepository;

/// A folder with head's files and a private repository that borrows the reviewed one's objects.
///
/// * `HEAD` is detached at head; the references `base` and `head` are there, so that `git diff base...head`,
///   `git log base..head` and `git blame` work inside. A snapshot has no `base`.
/// * For a working tree, `head` is a commit "Uncommitted changes" on top of its commit; it is in the private
///   repository only.
/// * Files are exactly their blobs: no filters, no line ending conversion, whatever attributes say. A symbolic link is a
///   plain file that holds its target, so that no path of the checkout leads out of it. Submodules are empty
///   folders. `git status` is clean.
/// * It has no remotes, hooks or configuration of the reviewed repository. That one is never written to:
///   there is no entry for the checkout in it, and removing the folder is all there is to clean up.
/// * Nothing is fetched: what a partial clone lacks is missing here too. Files of head must be there, or the
///   checkout fails; of older content git says inside that it can't read it.
/// * It reads from the reviewed repository's object folder; it is of use as long as that exists.
///
/// Dropping the value removes the folder; [`keep`](Self::keep) leaves it.
#[derive(Debug)]
pub struct Checkout {
    path: PathBuf,
    kept: bool,
}

impl Checkout {
    pub(crate) fn create(comparison: &Comparison, folder: &Path, cancel: &Cancel) -> Result<Self> {
        let repository = comparison.repository();
        let failed = |error: std::io::Error| {
            Error::from(error).with_operation("making a checkout").with_context("folder", folder.display())
        };
        let folder = std::path::absolute(folder).map_err(failed)?;
        fs::create_dir_all(&folder).map_err(failed)?;
        if fs::read_dir(&folder).map_err(failed)?.next().is_some() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "the folder for a checkout must be empty or new",
            )
            .with_operation("making a checkout")
            .with_context("folder", folder.display()));
        }
        // From here on a failure removes what is there.
        let checkout = Self { path: folder.canonicalize().map_err(failed)?, kept: false };
        checkout.fill(comparison, repository, cancel)?;
        Ok(checkout)
    }

    fn fill(&self, comparison: &Comparison, repository: &GitRepository, cancel: &Cancel) -> Result<()> {
        let git_dir = self.path.join(".git");
        let head = comparison.head_id();
        let mut refs = vec![("refs/heads/head", head)];
        refs.extend(comparison.base().map(|base| ("refs/heads/base", base)));
        Layout { git_dir: &git_dir, bare: false, raw_files: true, head, refs: &refs }
            .write(&repository.lender())?;
        if comparison.is_working_tree() {
            copy_objects(&repository.private().join("objects"), &git_dir.join("objects"))
                .map_err(|error| Error::from(error).with_operation("copying uncommitted content"))?;
        }
        let call = |name: &'static str| -> Call {
            repository.git().call(name, &self.path).env("GIT_DIR", &git_dir).env("GIT_WORK_TREE", &self.path)
        };
        call("read-tree").args(["--end-of-options", head]).output(cancel)?;
        // `-u` keeps the files' times in the index, so that the first `git status` need not read them all.
        call("checkout-index").args(["--all", "--force", "--quiet", "-u"]).output(cancel)?;
        Ok(())
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves the folder where it is.
    #[must_use]
    pub fn keep(mut self) -> PathBuf {
        self.kept = true;
        std::mem::take(&mut self.path)
    }

    /// Removes the folder, also where a reviewer made things in it read-only.
    ///
    /// # Errors
    /// When something could not be removed.
    pub fn remove(mut self) -> Result<()> {
        self.kept = true;
        remove_tree(&self.path).map_err(|error| {
            Error::from(error)
                .with_operation("removing a checkout")
                .with_context("folder", self.path.display())
        })
    }
}

impl Drop for Checkout {
    fn drop(&mut self) {
        if !self.kept {
            // Who needs to know calls `remove`.
            drop(remove_tree(&self.path));
        }
    }
}

/// Copies the objects that only the private repository has: loose ones, one folder deep.
fn copy_objects(from: &Path, to: &Path) -> std::io::Result<()> {
    for folder in fs::read_dir(from)? {
        let folder = folder?;
        let name = folder.file_name();
        if name.len() != 2 {
            continue;
        }
        fs::create_dir_all(to.join(&name))?;
        for object in fs::read_dir(folder.path())? {
            let object = object?;
            fs::copy(object.path(), to.join(&name).join(object.file_name()))?;
        }
    }
    Ok(())
}
