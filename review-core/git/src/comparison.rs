//! Two resolved versions, and everything that can be asked of them.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use review_core::{Cancel, Error, ErrorKind, FilePatch, Origin, Result, Side};

use crate::base::BaseChoice;
use crate::checkout::Checkout;
use crate::diff::{ParsedDiff, parse_diff};
use crate::listing::Listing;
use crate::objects::Blob;
use crate::once::Once;
use crate::options::{ChangeOptions, Target};
use crate::repository::GitRepository;
use crate::tree::GitTree;

/// A base and a head, resolved once: later commits to the same branch don't change what is compared.
///
/// Cheap to clone; clones share what was read.
#[derive(Clone, Debug)]
pub struct Comparison {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    repository: GitRepository,
    origin: Origin,
    branch: Option<String>,
    base: Option<String>,
    choice: BaseChoice,
    /// The reviewed commit; for a working tree, the commit that it is based on.
    commit: Option<String>,
    /// The commit to read head's files from; for a working tree, a private one.
    head: String,
    max_diff_bytes: usize,
    diff: Once<Diff>,
    base_listing: Once<Listing>,
    head_listing: Once<Listing>,
}

/// The whole diff: its text and what was read from it.
#[derive(Debug)]
pub(crate) struct Diff {
    pub(crate) text: Vec<u8>,
    pub(crate) parsed: ParsedDiff,
}

/// Part of a diff as text, for people and models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Patch {
    /// Patches of whole files, in git's order. Bytes that are not UTF-8 are replaced.
    pub text: String,
    /// Changed files that were asked for but did not fit, by their path at head.
    pub left_out: Vec<String>,
}

/// Where a comparison starts.
struct Start {
    base: Option<String>,
    origin: Origin,
    choice: BaseChoice,
}

impl GitRepository {
    /// Resolves what is to be compared.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown revision, an unborn `HEAD` (except for a working tree), versions without
    /// common ancestor, and a working tree where there is none.
    pub fn compare(&self, options: &ChangeOptions, cancel: &Cancel) -> Result<Comparison> {
        let working_tree = options.target == Target::WorkingTree;
        if working_tree && options.head.is_some() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "a working tree is its own head; leave out the head or the working tree",
            ));
        }
        let commit = if working_tree {
            self.head(cancel)?
        } else {
            Some(self.resolve(options.head.as_deref().unwrap_or("HEAD"), cancel)?)
        };
        let Start { base, origin, choice } = self.find_base(options, commit.as_deref(), cancel)?;
        let head = match (&commit, working_tree) {
            (Some(commit), false) => commit.clone(),
            _ => self.snapshot(commit.as_deref(), options, cancel)?,
        };
        let branch = match options.head.as_deref() {
            None | Some("HEAD") => self.branch(cancel)?,
            Some(name) => self.branch_named(name, cancel)?,
        };
        Ok(Comparison {
            inner: Arc::new(Inner {
                repository: self.clone(),
                origin,
                branch,
                base,
                choice,
                commit,
                head,
                max_diff_bytes: options.max_diff_bytes,
                diff: Once::default(),
                base_listing: Once::default(),
                head_listing: Once::default(),
            }),
        })
    }

    fn find_base(&self, options: &ChangeOptions, head: Option<&str>, cancel: &Cancel) -> Result<Start> {
        let Some(name) = options.base.as_deref() else {
            return match (options.target, head) {
                (Target::Range, Some(head)) => {
                    let (base, choice) = self.default_base(head, cancel)?;
                    let origin = match (&base, &choice) {
                        (_, BaseChoice::DefaultBranch(_)) => Origin::Branch,
                        (Some(_), _) => Origin::Range,
                        // A first commit has nothing before it, as a snapshot.
                        (None, _) => Origin::Snapshot,
                    };
                    Ok(Start { base, origin, choice })
                }
                (Target::WorkingTree, head) => {
                    let choice = if head.is_some() { BaseChoice::LastCommitted } else { BaseChoice::Nothing };
                    Ok(Start { base: head.map(str::to_owned), origin: Origin::WorkingTree, choice })
                }
                _ => Ok(Start { base: None, origin: Origin::Snapshot, choice: BaseChoice::Nothing }),
            };
        };
        if options.target == Target::Snapshot {
            return Err(Error::new(ErrorKind::InvalidInput, "a snapshot has no base; leave it out"));
        }
        let origin = if options.target == Target::Range { Origin::Range } else { Origin::WorkingTree };
        // Git's name for a tree without files: everything that head has is new.
        if name == self.empty_tree() {
            let origin = if options.target == Target::Range { Origin::Snapshot } else { origin };
            return Ok(Start { base: None, origin, choice: BaseChoice::Nothing });
        }
        let base = self.resolve(name, cancel)?;
        let Some(head) = head.filter(|_| !options.direct) else {
            return Ok(Start { base: Some(base), origin, choice: BaseChoice::Named });
        };
        let Some(found) = self.merge_base(&base, head, cancel)? else {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                if self.is_shallow() {
                    "base and head have no common ancestor in this shallow clone; `git fetch --unshallow` \
                     gets the rest of the history"
                } else {
                    "base and head have no common ancestor"
                },
            )
            .with_operation("git merge-base")
            .with_context("base", name)
            .with_context("head", options.head.as_deref().unwrap_or("HEAD")));
        };
        if found == head && base != head && options.target == Target::Range {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "head is behind base: it has no commit that base does not have; swap the two, or name another base",
            )
            .with_context("base", name)
            .with_context("head", options.head.as_deref().unwrap_or("HEAD")));
        }
        let choice =
            if found == base { BaseChoice::Named } else { BaseChoice::MergeBaseWith(name.to_owned()) };
        Ok(Start { base: Some(found), origin, choice })
    }

    /// The name of a local branch, where a revision is one.
    fn branch_named(&self, name: &str, cancel: &Cancel) -> Result<Option<String>> {
        let output = self
            .source_call("show-ref")
            .args(["--verify", "--quiet", "--end-of-options"])
            .arg(format!("refs/heads/{name}"))
            .run(cancel)?;
        Ok(output.success().then(|| name.to_owned()))
    }
}

impl Comparison {
    /// The repository.
    pub fn repository(&self) -> &GitRepository {
        &self.inner.repository
    }

    /// Which kind of comparison it is.
    pub fn origin(&self) -> Origin {
        self.inner.origin
    }

    /// The branch that head is on.
    pub fn branch(&self) -> Option<&str> {
        self.inner.branch.as_deref()
    }

    /// Full id of the commit that the change starts from; none for a snapshot.
    pub fn base(&self) -> Option<&str> {
        self.inner.base.as_deref()
    }

    /// Why it starts there.
    pub fn base_choice(&self) -> &BaseChoice {
        &self.inner.choice
    }

    /// Full id of the reviewed commit; for a working tree the commit that it is based on, none on an unborn
    /// branch.
    pub fn commit(&self) -> Option<&str> {
        self.inner.commit.as_deref()
    }

    /// How many commits the change has; for a working tree, those that it is based on and base does not have.
    ///
    /// # Errors
    /// When git fails.
    pub fn commit_count(&self, cancel: &Cancel) -> Result<u64> {
        let Some(head) = self.commit() else { return Ok(0) };
        let mut call = self.inner.repository.call("rev-list").args(["--count", "--end-of-options", head]);
        if let Some(base) = self.base() {
            call = call.arg(format!("^{base}"));
        }
        let output = call.output(cancel)?;
        String::from_utf8_lossy(&output).trim().parse().map_err(|_| {
            Error::new(ErrorKind::InvalidAnswer, "the count can't be read").with_operation("git rev-list")
        })
    }

    /// The commit with head's files: for a working tree a private one that only this repository knows.
    pub(crate) fn head_id(&self) -> &str {
        &self.inner.head
    }

    /// Whether head is a working tree.
    pub fn is_working_tree(&self) -> bool {
        self.inner.origin == Origin::WorkingTree
    }

    /// The two versions as a source tree.
    pub fn tree(&self) -> GitTree {
        GitTree::new(self.clone())
    }

    /// Writes head's files, and a private repository that knows base and head, into a new folder. See
    /// [`Checkout`].
    ///
    /// # Errors
    /// When the folder is not empty or can't be written, or content is missing (a partial clone).
    pub fn checkout(&self, folder: impl AsRef<Path>, cancel: &Cancel) -> Result<Checkout> {
        Checkout::create(self, folder.as_ref(), cancel)
    }

    /// The bytes of a file or the target of a link, up to `max_bytes`; none when there is no such path.
    ///
    /// # Errors
    /// `BudgetExceeded` when it is bigger, `NotFound` when the content is not in a partial clone.
    pub fn file_at(
        &self,
        side: Side,
        path: &str,
        max_bytes: u64,
        cancel: &Cancel,
    ) -> Result<Option<Vec<u8>>> {
        let listing = self.listing(side, cancel)?;
        let Some((_, entry)) = listing.get(path).filter(|(_, entry)| entry.is_blob()) else {
            return Ok(None);
        };
        let ids = BTreeSet::from([entry.id.clone()]);
        match self.inner.repository.blobs(&ids, max_bytes, cancel)?.remove(&entry.id) {
            Some(Blob::Content(bytes)) => Ok(Some(bytes)),
            Some(Blob::TooLarge(bytes)) => {
                Err(Error::new(ErrorKind::BudgetExceeded, "the file is bigger than the limit")
                    .with_context("path", path)
                    .with_context("bytes", bytes))
            }
            Some(Blob::Absent) | None => {
                Err(Error::new(ErrorKind::NotFound, "the content is not in this partial clone")
                    .with_context("path", path))
            }
        }
    }

    /// The text of the diff of these files (paths at head or base; all files when empty), at most
    /// `max_bytes`. Only whole files are given; those that don't fit are named.
    ///
    /// # Errors
    /// As [`change_set`](Self::change_set).
    pub fn patch(&self, paths: &[&str], max_bytes: usize, cancel: &Cancel) -> Result<Patch> {
        let diff = self.diff(cancel)?;
        let wanted: BTreeSet<&str> = paths.iter().copied().collect();
        let mut patch = Patch::default();
        for (file, place) in diff.parsed.with_places() {
            let asked = wanted.contains(file.path.as_str()) || wanted.contains(file.base_path());
            if !wanted.is_empty() && !asked {
                continue;
            }
            let text = String::from_utf8_lossy(diff.text.get(place).unwrap_or_default());
            if patch.text.len() + text.len() > max_bytes {
                patch.left_out.push(file.path.clone());
            } else {
                patch.text.push_str(&text);
            }
        }
        Ok(patch)
    }

    /// The diff of each changed file that is wanted by its path, in git's order, up to `max_bytes` in all; what comes after has none.
    ///
    /// # Errors
    /// As [`change_set`](Self::change_set).
    pub fn patches(
        &self,
        wanted: impl Fn(&str) -> bool,
        max_bytes: usize,
        cancel: &Cancel,
    ) -> Result<Vec<FilePatch>> {
        let diff = self.diff(cancel)?;
        let mut bytes = 0;
        let mut patches = Vec::new();
        for (file, place) in diff.parsed.with_places().filter(|(file, _)| wanted(&file.path)) {
            bytes += place.len();
            if bytes > max_bytes {
                break;
            }
            let text = String::from_utf8_lossy(diff.text.get(place).unwrap_or_default());
            patches.push(FilePatch::new(&file.path, text));
        }
        Ok(patches)
    }

    /// Says how a partial clone gets what a diff needs; this crate never fetches.
    fn how_to_fetch(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::NotFound {
            return error;
        }
        let empty = self.inner.repository.empty_tree();
        let (base, head) = (self.base().unwrap_or(empty), self.commit().unwrap_or("HEAD"));
        error.with_context("to fetch it", format!("git diff {base} {head} > /dev/null"))
    }

    /// The diff, read once.
    pub(crate) fn diff(&self, cancel: &Cancel) -> Result<Arc<Diff>> {
        self.inner.diff.get(|| self.read_diff(cancel))
    }

    fn read_diff(&self, cancel: &Cancel) -> Result<Diff> {
        let empty = self.inner.repository.empty_tree();
        let text = self
            .inner
            .repository
            .call("diff-tree")
            .args(["-r", "--raw", "--patch", "--full-index", "--unified=3", "--inter-hunk-context=0"])
            .args(["--find-renames=50%", "--find-copies=50%", "-l1000", "--diff-algorithm=histogram"])
            .args(["--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--indent-heuristic"])
            .args(["--src-prefix=a/", "--dst-prefix=b/", "--submodule=short", "--ignore-submodules=none"])
            .args(["--end-of-options", self.base().unwrap_or(empty), self.head_id()])
            .max_output(self.inner.max_diff_bytes)
            .output(cancel)
            .map_err(|error| self.how_to_fetch(error))?;
        let parsed = parse_diff(&text)?;
        Ok(Diff { text, parsed })
    }

    /// The commit to read a side's files from; none where there is no such side.
    pub(crate) fn side(&self, side: Side) -> Option<&str> {
        match side {
            Side::Base => self.base(),
            _ => Some(self.head_id()),
        }
    }

    /// The paths of a side; at least these, where the whole list was not needed yet.
    pub(crate) fn listing_of(&self, side: Side, paths: &[&str], cancel: &Cancel) -> Result<Arc<Listing>> {
        /// More paths than this are worth the whole list.
        const FEW: usize = 200;
        let slot = if side == Side::Base { &self.inner.base_listing } else { &self.inner.head_listing };
        if let Some(listing) = slot.made() {
            return Ok(listing);
        }
        match self.side(side) {
            Some(tree) if paths.len() <= FEW && !paths.iter().any(|path| path.starts_with('"')) => {
                self.inner.repository.few(tree, paths, cancel).map(Arc::new)
            }
            _ => self.listing(side, cancel),
        }
    }

    /// The paths of a side, read once.
    pub(crate) fn listing(&self, side: Side, cancel: &Cancel) -> Result<Arc<Listing>> {
        let slot = if side == Side::Base { &self.inner.base_listing } else { &self.inner.head_listing };
        slot.get(|| match self.side(side) {
            Some(tree) => self.inner.repository.listing(tree, cancel),
            None => Ok(Listing::default()),
        })
    }
}
