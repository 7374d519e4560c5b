//! What was said about a pull request: comments, threads, reviews, checks.

use review_core::{LineRange, Reference, Side};

use super::setters;

/// Everything that is at the forge for one pull request. Ids are the forge's own, as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Discussion {
    /// Login of the account that we write as. Markers count only in what this account wrote.
    pub viewer: String,
    /// Comments on the change as a whole, oldest first.
    pub comments: Vec<Comment>,
    /// Threads on lines and files, oldest first.
    pub threads: Vec<Thread>,
    /// Reviews that were submitted, and our own pending ones, oldest first.
    pub reviews: Vec<PostedReview>,
    /// Checks and statuses of the head.
    pub checks: Vec<Check>,
    /// Issues that the change says it closes.
    pub closes: Vec<Reference>,
}

impl Discussion {
    /// Whether this login is the account that we write as.
    pub fn is_ours(&self, login: &str) -> bool {
        !self.viewer.is_empty() && self.viewer == login
    }
}

setters!(Discussion {
    with_viewer = viewer set String,
    with_comment = comments push Comment,
    with_thread = threads push Thread,
    with_review = reviews push PostedReview,
    with_check = checks push Check,
    with_closes = closes push Reference,
});

/// One comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Comment {
    /// Id for editing it.
    pub id: String,
    /// Id for minimising it, where that is another one.
    pub node: Option<String>,
    /// Login of its author.
    pub author: String,
    /// Whether its author may write to the repository, as far as the forge says so with the comment. `None` means to ask.
    pub author_may_write: Option<bool>,
    /// Text, Markdown.
    pub body: String,
    /// When it was written, in the forge's format, which sorts as text.
    pub created: String,
    /// Whether it is folded away.
    pub minimised: bool,
    /// Reactions to it.
    pub reactions: Vec<Reaction>,
}

impl Comment {
    /// A comment by its id, author and text.
    pub fn new(id: impl Into<String>, author: impl Into<String>, body: impl Into<String>) -> Self {
        Self { id: id.into(), author: author.into(), body: body.into(), ..Self::default() }
    }
}

setters!(Comment {
    with_node = node some String,
    with_author_may_write = author_may_write some bool,
    with_created = created set String,
    with_minimised = minimised set bool,
    with_reaction = reactions push Reaction,
});

/// A reaction to a comment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reaction {
    /// Login of whoever reacted.
    pub author: String,
    /// Whether it is a thumb down.
    pub thumb_down: bool,
    /// Whether its author may write to the repository. `None` means to ask.
    pub author_may_write: Option<bool>,
}

impl Reaction {
    /// A thumb down.
    pub fn thumb_down(author: impl Into<String>) -> Self {
        Self { author: author.into(), thumb_down: true, author_may_write: None }
    }
}

/// A thread on lines of the diff or on a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Thread {
    /// Id for answering and resolving it.
    pub id: String,
    /// The file.
    pub path: Option<String>,
    /// The lines as they are now; absent for a file's thread, and where they are gone.
    pub lines: Option<LineRange>,
    /// The side on which the lines are counted.
    pub side: Option<Side>,
    /// Whether it is closed.
    pub resolved: bool,
    /// Login of whoever closed it.
    pub resolved_by: Option<String>,
    /// Whether its lines have changed since.
    pub outdated: bool,
    /// Whether the token may close it, as the forge says.
    pub can_resolve: bool,
    /// Its comments, oldest first.
    pub comments: Vec<Comment>,
}

impl Thread {
    /// A thread by its id and first comment.
    pub fn new(id: impl Into<String>, first: Comment) -> Self {
        Self { id: id.into(), comments: vec![first], ..Self::default() }
    }
}

setters!(Thread {
    with_path = path some String,
    with_lines = lines some LineRange,
    with_side = side some Side,
    with_resolved = resolved set bool,
    with_resolved_by = resolved_by some String,
    with_outdated = outdated set bool,
    with_can_resolve = can_resolve set bool,
    with_comment = comments push Comment,
});

/// A review as a whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct PostedReview {
    /// Its id.
    pub id: String,
    /// Login of its author.
    pub author: String,
    /// Its text.
    pub body: String,
    /// The commit that it is about.
    pub commit: Option<String>,
    /// Whether it waits to be submitted, and is seen by nobody else.
    pub pending: bool,
    /// When it was submitted.
    pub created: String,
}

impl PostedReview {
    /// A review by its id, author and text.
    pub fn new(id: impl Into<String>, author: impl Into<String>, body: impl Into<String>) -> Self {
        Self { id: id.into(), author: author.into(), body: body.into(), ..Self::default() }
    }
}

setters!(PostedReview {
    with_commit = commit some String,
    with_pending = pending set bool,
    with_created = created set String,
});

/// A check or status of the head.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// Its id; empty for a status, which has none.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How it ended, or how it stands.
    pub result: String,
    /// Whether it has ended.
    pub completed: bool,
    /// How many annotations it has.
    pub annotations: u32,
    /// The report that it is for, if it is one of ours.
    pub report: Option<String>,
}

impl Check {
    /// A completed check.
    pub fn new(name: impl Into<String>, result: impl Into<String>) -> Self {
        Self { name: name.into(), result: result.into(), completed: true, ..Self::default() }
    }
}

setters!(Check {
    with_id = id set String,
    with_completed = completed set bool,
    with_annotations = annotations set u32,
    with_report = report some String,
});
