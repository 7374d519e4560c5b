//! Opens a repository: finds it, and makes the private one through which it is read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::borrowed::{Layout, Lender, object_folders};
use crate::command::{Call, Git, Output, failure};
use crate::options::OpenOptions;
use crate::paths::path_buf;
use crate::plain;
use review_scratch::ScratchDir;

/// How long a question about references and settings may take. Its answer is in small files; a named pipe in their place
/// must not hold up a run.
const SOURCE_TIME: Duration = Duration::from_secs(30);

/// The oldest git that is supported: that of Debian 12, which the tests run against. Checked when a repository is opened.
const OLDEST: (u32, u32) = (2, 39);

/// A git repository that is only ever read.
///
/// Cheap to clone; clones share one scratch folder, which the last one removes.
#[derive(Clone, Debug)]
pub struct GitRepository {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    git: Git,
    git_dir: PathBuf,
    work_tree: Option<PathBuf>,
    index: PathBuf,
    exclude: PathBuf,
    lender: Lender,
    private: PathBuf,
    /// Held while the private index is in use.
    index_lock: Mutex<()>,
    // Last, so that they go when nothing refers to them any more.
    scratch: ScratchDir,
    /// The repository itself, where it is one made for fetching.
    _made: Option<ScratchDir>,
}

impl GitRepository {
    /// Opens the repository that a folder belongs to.
    ///
    /// # Errors
    /// `NotFound` when there is no such folder or no git program, `InvalidInput` when the folder is in no
    /// repository.
    pub fn open(folder: impl AsRef<Path>, cancel: &Cancel) -> Result<Self> {
        Self::open_with(folder, &OpenOptions::default(), cancel)
    }

    /// Makes an empty repository of its own to [`fetch`](Self::fetch) into; it is gone with the last clone of this value.
    ///
    /// # Errors
    /// `NotFound` when there is no git program, or when the folder can't be made.
    pub fn empty(options: &OpenOptions, cancel: &Cancel) -> Result<Self> {
        let made = match &options.scratch {
            Some(parent) => ScratchDir::new_in(parent),
            None => ScratchDir::new(),
        }
        .map_err(|error| Error::from(error).with_operation("making a scratch folder"))?;
        let git_dir = made.path().join("empty.git");
        let lender = Lender { object_format: "sha1".to_owned(), objects: Vec::new(), shallow: None };
        Layout { git_dir: &git_dir, bare: true, raw_files: false, head: "ref: refs/heads/none", refs: &[] }
            .write(&lender)?;
        Self::opened(&git_dir, options, Some(made), cancel)
    }

    /// As [`open`](Self::open), with options.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_with(folder: impl AsRef<Path>, options: &OpenOptions, cancel: &Cancel) -> Result<Self> {
        Self::opened(folder.as_ref(), options, None, cancel)
    }

    fn opened(
        folder: &Path,
        options: &OpenOptions,
        made: Option<ScratchDir>,
        cancel: &Cancel,
    ) -> Result<Self> {
        let folder = folder.canonicalize().map_err(|error| {
            Error::from(error).with_operation("opening a repository").with_context("folder", folder.display())
        })?;
        if !folder.is_dir() {
            return Err(Error::new(ErrorKind::InvalidInput, "this is not a folder")
                .with_operation("opening a repository")
                .with_context("path", folder.display()));
        }
        let scratch = match &options.scratch {
            Some(parent) => ScratchDir::new_in(parent),
            None => ScratchDir::new(),
        }
        .map_err(|error| Error::from(error).with_operation("making a scratch folder"))?;
        let home = scratch.path().join("home");
        std::fs::create_dir(&home)?;
        let git = Git::new(&options.program, &home, options.time_limit);
        check_version(&git, &home, cancel)?;
        let found = discover(&git, &folder, cancel)?;
        let shallow = plain::read(&found.shallow)?.filter(|text| !text.is_empty());
        let lender =
            Lender { object_format: found.object_format, objects: object_folders(&found.objects), shallow };
        let private = scratch.path().join("private.git");
        Layout { git_dir: &private, bare: true, raw_files: false, head: "ref: refs/heads/none", refs: &[] }
            .write(&lender)?;
        // Checkouts also borrow what is fetched later.
        let mut lender = lender;
        lender.objects.push(private.join("objects"));
        let inner = Inner {
            git,
            git_dir: found.git_dir,
            work_tree: found.work_tree,
            index: found.index,
            exclude: found.exclude,
            lender,
            private,
            index_lock: Mutex::new(()),
            scratch,
            _made: made,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The repository's git folder; for a linked worktree, the worktree's own.
    pub fn git_dir(&self) -> &Path {
        &self.inner.git_dir
    }

    /// The root of its working tree; none for a bare repository, and for a working tree without a `.git` that
    /// leads back to the repository.
    pub fn work_tree(&self) -> Option<&Path> {
        self.inner.work_tree.as_deref()
    }

    /// `sha1` or `sha256`.
    pub fn object_format(&self) -> &str {
        &self.inner.lender.object_format
    }

    /// The id of the tree without files, which git knows without having it.
    pub(crate) fn empty_tree(&self) -> &'static str {
        match self.object_format() {
            "sha256" => "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
            _ => "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
        }
    }

    /// Whether parts of the history are missing.
    pub fn is_shallow(&self) -> bool {
        self.shallow().is_some()
    }

    /// A command in the reviewed repository: references and plain settings only.
    pub(crate) fn source_call(&self, name: &'static str) -> Call {
        let inner = &*self.inner;
        inner.git.call(name, inner.scratch.path()).env("GIT_DIR", &inner.git_dir).time_limit(SOURCE_TIME)
    }

    /// A command in the private repository.
    pub(crate) fn call(&self, name: &'static str) -> Call {
        let inner = &*self.inner;
        inner.git.call(name, inner.scratch.path()).env("GIT_DIR", &inner.private)
    }

    /// The runner, for commands elsewhere.
    pub(crate) fn git(&self) -> &Git {
        &self.inner.git
    }

    /// What a further private repository needs to know.
    pub(crate) fn lender(&self) -> Lender {
        Lender { shallow: self.shallow(), ..self.inner.lender.clone() }
    }

    /// The private repository.
    pub(crate) fn private(&self) -> &Path {
        &self.inner.private
    }

    /// The private repository has one index: only one at a time may work on it.
    pub(crate) fn lock_index(&self) -> MutexGuard<'_, ()> {
        self.inner.index_lock.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The folder with everything that this value made.
    pub(crate) fn scratch(&self) -> &Path {
        self.inner.scratch.root()
    }

    /// The reviewed repository's index.
    pub(crate) fn index(&self) -> &Path {
        &self.inner.index
    }

    /// The reviewed repository's own list of ignored files.
    pub(crate) fn exclude(&self) -> &Path {
        &self.inner.exclude
    }
}

/// Refuses a git that lacks what is used here, before it fails somewhere in the middle.
fn check_version(git: &Git, folder: &Path, cancel: &Cancel) -> Result<()> {
    let output = git.call("version", folder).output(cancel)?;
    let text = String::from_utf8_lossy(&output);
    match version(&text) {
        Some(found) if found < OLDEST => Err(Error::new(
            ErrorKind::Unsupported,
            format!("this git is too old; {}.{} or newer is needed", OLDEST.0, OLDEST.1),
        )
        .with_operation("git version")
        .with_context("found", text.trim())),
        // A version of another form is given a chance: what it can't do, it says.
        _ => Ok(()),
    }
}

/// `git version 2.39.5 (Apple Git-154)` is 2.39.
fn version(text: &str) -> Option<(u32, u32)> {
    let mut numbers = text.split_whitespace().nth(2)?.split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

struct Found {
    git_dir: PathBuf,
    work_tree: Option<PathBuf>,
    objects: PathBuf,
    shallow: PathBuf,
    index: PathBuf,
    exclude: PathBuf,
    object_format: String,
}

fn discover(git: &Git, folder: &Path, cancel: &Cancel) -> Result<Found> {
    let output = git
        .call("rev-parse", folder)
        .args(["--path-format=absolute", "--show-object-format", "--is-inside-work-tree", "--git-dir"])
        .args(["--git-path", "objects", "--git-path", "shallow", "--git-path", "index"])
        .args(["--git-path", "info/exclude"])
        .time_limit(SOURCE_TIME)
        .run(cancel)?;
    if !output.success() {
        return Err(not_opened(&output, folder));
    }
    let lines: Vec<&[u8]> = output.stdout.split(|byte| *byte == b'\n').collect();
    let [format, inside, git_dir, objects, shallow, index, exclude, []] = lines.as_slice() else {
        return Err(Error::new(
            ErrorKind::Unsupported,
            "git described the repository in an unexpected way; its path must have no line feed",
        )
        .with_operation("git rev-parse")
        .with_context("folder", folder.display()));
    };
    let git_dir = path_buf(git_dir);
    let work_tree = if *inside == b"true" {
        let top = git
            .call("rev-parse", folder)
            .args(["--path-format=absolute", "--show-toplevel"])
            .output(cancel)?;
        Some(path_buf(top.strip_suffix(b"\n").unwrap_or(&top))).filter(|top| belongs(top, &git_dir))
    } else {
        None
    };
    Ok(Found {
        git_dir,
        work_tree,
        objects: path_buf(objects),
        shallow: path_buf(shallow),
        index: path_buf(index),
        exclude: path_buf(exclude),
        object_format: String::from_utf8_lossy(format).into_owned(),
    })
}

/// Whether the `.git` of a working tree is this git folder. The setting `core.worktree` of a repository from
/// elsewhere could name any folder around it, whose files would then be taken for uncommitted work.
fn belongs(work_tree: &Path, git_dir: &Path) -> bool {
    let entry = work_tree.join(".git");
    let named = if entry.is_dir() {
        entry
    } else {
        let Ok(Some(text)) = plain::read(&entry) else { return false };
        let Some(target) = text.strip_prefix(b"gitdir: ") else { return false };
        work_tree.join(path_buf(target.trim_ascii_end()))
    };
    match (named.canonicalize(), git_dir.canonicalize()) {
        (Ok(named), Ok(git_dir)) => named == git_dir,
        _ => false,
    }
}

fn not_opened(output: &Output, folder: &Path) -> Error {
    if output.stderr.contains("not a git repository") {
        return Error::new(
            ErrorKind::InvalidInput,
            "this folder is in no git repository; name one that is, or run `git init` there",
        )
        .with_operation("opening a repository")
        .with_context("folder", folder.display());
    }
    failure("rev-parse", output).with_context("folder", folder.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("git version 2.39.5\n"), Some((2, 39)));
        assert_eq!(version("git version 2.50.1 (Apple Git-155)"), Some((2, 50)));
        assert_eq!(version("git version 2.47.windows.1"), Some((2, 47)));
        assert_eq!(version("nonsense"), None);
        assert!((2, 9) < OLDEST && (2, 39) >= OLDEST);
    }
}
