//! What to open and what to compare.

use std::path::PathBuf;
use std::time::Duration;

/// How a repository is opened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct OpenOptions {
    /// The git program; a bare name is looked up in the absolute entries of `PATH`.
    pub program: PathBuf,
    /// Where the scratch folder is made, for example the run's folder; the system's folder for temporary
    /// files by default. The scratch folder goes away with the last owner of the repository.
    pub scratch: Option<PathBuf>,
    /// How long one command of git may take. Default ten minutes: rename detection and blame of large
    /// histories are slow, and a hanging file system must not hang a run.
    pub time_limit: Duration,
}

impl Default for OpenOptions {
    fn default() -> Self {
        Self { program: PathBuf::from("git"), scratch: None, time_limit: Duration::from_secs(600) }
    }
}

impl OpenOptions {
    /// Sets the git program.
    #[must_use]
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self
    }

    /// Sets where the scratch folder is made.
    #[must_use]
    pub fn with_scratch(mut self, folder: impl Into<PathBuf>) -> Self {
        self.scratch = Some(folder.into());
        self
    }

    /// Sets how long one command of git may take.
    #[must_use]
    pub fn with_time_limit(mut self, limit: Duration) -> Self {
        self.time_limit = limit;
        self
    }
}

/// Which kind of comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Target {
    /// The commits of head that base does not have: head against the merge base of both, as in
    /// `git diff base...head`.
    #[default]
    Range,
    /// The files as they are in the working tree, untracked ones included unless ignored, against the merge
    /// base of base and `HEAD`; base is `HEAD` by default, so that only uncommitted work is shown.
    WorkingTree,
    /// Every file of head, against nothing.
    Snapshot,
}

/// What to compare.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ChangeOptions {
    /// Which kind of comparison.
    pub target: Target,
    /// The revision that the change starts from. By default the default branch; see
    /// [`GitRepository::default_base`](crate::GitRepository::default_base).
    pub base: Option<String>,
    /// The reviewed revision, by default `HEAD`. Not for a working tree.
    pub head: Option<String>,
    /// Whether base is taken as it stands instead of its merge base with head (`git diff base head`).
    pub direct: bool,
    /// Whether a working tree's untracked files count.
    pub untracked: bool,
    /// Folders (paths from the root) whose untracked files don't count, for example the one with earlier
    /// reports.
    pub untracked_except: Vec<String>,
    /// How many bytes the whole diff may have. Default 256 MiB; it is held in memory.
    pub max_diff_bytes: usize,
}

impl Default for ChangeOptions {
    fn default() -> Self {
        Self {
            target: Target::Range,
            base: None,
            head: None,
            direct: false,
            untracked: true,
            untracked_except: Vec::new(),
            max_diff_bytes: 256 * 1024 * 1024,
        }
    }
}

impl ChangeOptions {
    /// Head against its merge base with base.
    pub fn range(base: impl Into<String>, head: impl Into<String>) -> Self {
        Self { base: Some(base.into()), head: Some(head.into()), ..Self::default() }
    }

    /// The two ends of a range as git writes it: `A..B` compares the two as they stand, `A...B` compares B with the merge
    /// base of both; an end that is left out is `HEAD`. `None` when it is no range.
    pub fn from_range(text: &str) -> Option<Self> {
        let (base, head, direct) = match text.split_once("...") {
            Some((base, head)) => (base, head, false),
            None => {
                let (base, head) = text.split_once("..")?;
                (base, head, true)
            }
        };
        let or_head = |name: &str| if name.is_empty() { "HEAD".to_owned() } else { name.to_owned() };
        let mut options = Self::range(or_head(base), or_head(head));
        options.direct = direct;
        Some(options)
    }

    /// Uncommitted work against `HEAD`.
    pub fn working_tree() -> Self {
        Self { target: Target::WorkingTree, ..Self::default() }
    }

    /// Every file of `HEAD`.
    pub fn snapshot() -> Self {
        Self { target: Target::Snapshot, ..Self::default() }
    }

    /// Sets the revision that the change starts from.
    #[must_use]
    pub fn with_base(mut self, base: impl Into<String>) -> Self {
        self.base = Some(base.into());
        self
    }

    /// Sets the reviewed revision.
    #[must_use]
    pub fn with_head(mut self, head: impl Into<String>) -> Self {
        self.head = Some(head.into());
        self
    }

    /// Takes base as it stands instead of its merge base with head.
    #[must_use]
    pub fn directly(mut self) -> Self {
        self.direct = true;
        self
    }

    /// Sets whether a working tree's untracked files count.
    #[must_use]
    pub fn with_untracked(mut self, untracked: bool) -> Self {
        self.untracked = untracked;
        self
    }

    /// Leaves out the untracked files of a folder.
    #[must_use]
    pub fn without_untracked_in(mut self, folder: impl Into<String>) -> Self {
        self.untracked_except.push(folder.into());
        self
    }

    /// Sets how many bytes the whole diff may have.
    #[must_use]
    pub fn with_max_diff_bytes(mut self, bytes: usize) -> Self {
        self.max_diff_bytes = bytes;
        self
    }
}
