//! What is under review: commits, changed files, hunks, and where the change came from.

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::hunk::Hunk;
use crate::vocabulary::{Side, open_enum};

/// What is under review.
///
/// The git part is made by a provider such as the crate `review-git`; what git does not know (number, title,
/// discussion) is merged in from a [`ChangeNotes`] document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ChangeSet {
    /// Where the change came from.
    pub origin: Origin,
    /// The repository and its forge, where known.
    #[serde(skip_serializing_if = "Repository::is_empty")]
    pub repository: Repository,
    /// Full id of the commit that the change starts from (the merge base); absent for an unborn branch or a snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// Full id of the reviewed commit; absent for a working tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// Name of the reviewed branch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
    /// The commits of the change, newest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub commits: Vec<Commit>,
    /// The changed files, ordered by path.
    pub files: Vec<ChangedFile>,
    /// Paths of changed files that configuration leaves out of the review, ordered. They are not in `files`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub excluded: Vec<String>,
    /// What git does not know.
    #[serde(flatten)]
    pub notes: ChangeNotes,
}

impl ChangeSet {
    /// An empty change of the given origin.
    pub fn new(origin: Origin) -> Self {
        Self { origin, ..Self::default() }
    }

    /// Leaves changed files out of the review: those whose path, at head and at base, is excluded. Moving a file into an excluded
    /// folder hides nothing.
    pub fn exclude(&mut self, excluded: impl Fn(&str) -> bool) {
        let out = |file: &ChangedFile| excluded(&file.path) && excluded(file.base_path());
        self.excluded.extend(self.files.iter().filter(|file| out(file)).map(|file| file.path.clone()));
        self.excluded.sort();
        self.excluded.dedup();
        self.files.retain(|file| !out(file));
    }

    /// The changed file with this path at head, or, failing that, with this path at base.
    pub fn file(&self, path: &str) -> Option<&ChangedFile> {
        self.files
            .iter()
            .find(|file| file.path == path)
            .or_else(|| self.files.iter().find(|file| file.old_path.as_deref() == Some(path)))
    }

    /// Lines added and deleted over all files.
    pub fn line_counts(&self) -> (u64, u64) {
        self.files.iter().flat_map(|file| &file.hunks).fold((0, 0), |(added, deleted), hunk| {
            (added + u64::from(hunk.added()), deleted + u64::from(hunk.deleted()))
        })
    }

    /// Puts the change's pieces into their one order: files by path, hunks by line. Commits keep theirs.
    pub fn normalise(&mut self) {
        self.files.sort_by(|a, b| (&a.path, &a.old_path).cmp(&(&b.path, &b.old_path)));
        for file in &mut self.files {
            file.hunks.sort_by_key(|hunk| (hunk.new_start, hunk.old_start));
        }
    }
}

setters!(ChangeSet {
    set with_origin = origin: Origin,
    set with_repository = repository: Repository,
    opt with_base = base: String,
    opt with_head = head: String,
    opt with_branch = branch: String,
    push with_commit = commits: Commit,
    push with_file = files: ChangedFile,
    set with_notes = notes: ChangeNotes,
});

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// Where a change came from.
    Origin {
        /// Two revisions.
        Range = "range",
        /// A branch against its merge base.
        Branch = "branch",
        /// Uncommitted work against a commit.
        WorkingTree = "working-tree",
        /// A whole tree, with nothing before it.
        Snapshot = "snapshot",
        /// A pull or merge request.
        PullRequest = "pull-request",
    }
}

impl Default for Origin {
    fn default() -> Self {
        Self::Range
    }
}

/// The repository under review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Repository {
    /// Short name, for example `owner/name` or the folder's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Web address of the repository, without a final slash; credentials are stripped.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Which forge's link layout the address follows: `github`, `gitlab`, `gitea`, `bitbucket`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub forge: Option<String>,
}

impl Repository {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

setters!(Repository { opt with_name = name: String, opt with_url = url: String, opt with_forge = forge: String, });

/// What git does not know of a change: the `--change FILE` document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ChangeNotes {
    /// Number of the pull request.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<u64>,
    /// Title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// `open`, `draft`, `merged`, `closed`, in the forge's word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Description, Markdown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What was said about it before, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub discussion: Vec<Remark>,
    /// Issues and pull requests that it mentions.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub references: Vec<Reference>,
    /// Names of its labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// Branch that it is to be merged into.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base_branch: Option<String>,
    /// Automated checks of the reviewed commit, ordered by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<StatusCheck>,
}

setters!(ChangeNotes {
    push with_label = labels: String,
    opt with_base_branch = base_branch: String,
    push with_check = checks: StatusCheck,
    some with_number = number: u64,
    opt with_title = title: String,
    opt with_state = state: String,
    opt with_url = url: String,
    opt with_author = author: String,
    opt with_description = description: String,
    push with_remark = discussion: Remark,
    push with_reference = references: Reference,
});

/// A remark in the discussion of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Remark {
    /// Who said it.
    pub author: String,
    /// What was said, Markdown.
    pub text: String,
    /// The file it is attached to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line it is attached to, in the version that `side` names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// Which version the line is of; absent means the reviewed one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Where its thread stands, for a remark that is part of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<ThreadState>,
}

impl Remark {
    /// What somebody said.
    pub fn new(author: impl Into<String>, text: impl Into<String>) -> Self {
        Self { author: author.into(), text: text.into(), ..Self::default() }
    }
}

setters!(Remark {
    opt with_path = path: String,
    some with_line = line: u32,
    some with_side = side: Side,
    some with_state = state: ThreadState,
});

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// Where a thread of the discussion stands.
    ThreadState {
        /// Nobody has closed it: feedback that waits for an answer.
        Open = "open",
        /// Somebody has closed it.
        Resolved = "resolved",
        /// The lines that it is about have changed since.
        Outdated = "outdated",
    }
}

/// What an automated check of a commit said.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct StatusCheck {
    /// Its name.
    pub name: String,
    /// How it ended, in the forge's word (`success`, `failure`, …), or how it stands.
    pub result: String,
}

impl StatusCheck {
    /// A check and how it ended.
    pub fn new(name: impl Into<String>, result: impl Into<String>) -> Self {
        Self { name: name.into(), result: result.into() }
    }
}

/// An issue or pull request that a change mentions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Reference {
    /// Its number.
    pub number: u64,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Its state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
    /// Its web address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl Reference {
    /// A reference by its number.
    pub fn new(number: u64) -> Self {
        Self { number, ..Self::default() }
    }
}

setters!(Reference { opt with_title = title: String, opt with_state = state: String, opt with_url = url: String, });

/// One commit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Commit {
    /// Full id.
    pub id: String,
    /// First line of its message.
    pub subject: String,
    /// What its message says below the subject; absent when that is nothing, or not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// Name of its author.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// When it was written, milliseconds since 1970-01-01 UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub time_ms: Option<i64>,
    /// Number of parents; 2 or more for a merge.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parents: Option<u32>,
}

impl Commit {
    /// A commit from its full id and subject.
    pub fn new(id: impl Into<String>, subject: impl Into<String>) -> Self {
        Self { id: id.into(), subject: subject.into(), ..Self::default() }
    }
}

setters!(Commit {
    opt with_body = body: String,
    opt with_author = author: String,
    some with_time_ms = time_ms: i64,
    some with_parents = parents: u32,
});

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// What happened to a file.
    FileStatus {
        /// It is new.
        Added = "added",
        /// Its content or mode changed.
        Modified = "modified",
        /// It is gone.
        Deleted = "deleted",
        /// It moved, perhaps with changes.
        Renamed = "renamed",
        /// It was made from another one.
        Copied = "copied",
        /// It became another kind of thing: file, link, submodule.
        TypeChanged = "type-changed",
    }
}

impl Default for FileStatus {
    fn default() -> Self {
        Self::Modified
    }
}

/// One changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ChangedFile {
    /// Path at head; at base for a deleted file.
    pub path: String,
    /// Path at base, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// What happened to it.
    pub status: FileStatus,
    /// Blob id at base.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_blob: Option<String>,
    /// Blob id at head; absent for a deleted file and for uncommitted content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_blob: Option<String>,
    /// Mode at base, in octal as git prints it: `100644`, `100755`, `120000` (link), `160000` (submodule).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_mode: Option<String>,
    /// Mode at head.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_mode: Option<String>,
    /// Whether git takes it for binary; then it has no hunks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub binary: bool,
    /// Its hunks, in order, with three lines of context.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hunks: Vec<Hunk>,
}

impl ChangedFile {
    /// A file and what happened to it.
    pub fn new(path: impl Into<String>, status: FileStatus) -> Self {
        Self { path: path.into(), status, ..Self::default() }
    }

    /// Path at base.
    pub fn base_path(&self) -> &str {
        self.old_path.as_deref().unwrap_or(&self.path)
    }

    /// Whether this line of the reviewed version was added or changed.
    pub fn is_added_line(&self, line: u32) -> bool {
        self.hunks.iter().any(|hunk| hunk.added_ranges().any(|range| range.contains(line)))
    }
}

setters!(ChangedFile {
    opt with_old_path = old_path: String,
    opt with_old_blob = old_blob: String,
    opt with_new_blob = new_blob: String,
    opt with_old_mode = old_mode: String,
    opt with_new_mode = new_mode: String,
    val with_binary = binary: bool,
    push with_hunk = hunks: Hunk,
});
