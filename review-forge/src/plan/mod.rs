//! The publish plan: what is written to a forge, and why.

mod check;
mod inline;
mod planner;
mod threads;

use std::collections::BTreeSet;
use std::time::Duration;

use review_core::Severity;
use review_render::comments::CommentPlace;
use serde::{Serialize, Serializer};

#[cfg(feature = "http")]
pub(crate) use check::report_of;
pub use planner::plan;

/// How a report is published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct PublishOptions {
    /// Most comments on lines over all rounds that are open at once; what is beyond stands in the summary. Default: 30.
    pub max_inline: usize,
    /// Least severity for a comment on lines. Default: suggestions, so all.
    pub min_severity: Severity,
    /// Whether a review with an open critical finding asks for changes. Default: no. Nothing is ever approved.
    pub request_changes: bool,
    /// How the check ends. Default: neutral for an incomplete review, else success.
    pub conclusion: Option<Conclusion>,
    /// Name of the check.
    pub check_name: String,
    /// Time between two writes, and unit of the growing pauses after failures. Default: one second, since forges take faster
    /// writes for abuse; less is for a forge of one's own.
    pub pace: Duration,
    /// Fingerprints of findings whose comments the forge refused: they stand in the summary.
    pub refused: BTreeSet<String>,
}

impl Default for PublishOptions {
    fn default() -> Self {
        Self {
            max_inline: 30,
            min_severity: Severity::Suggestion,
            request_changes: false,
            conclusion: None,
            check_name: "Deep Review".to_owned(),
            pace: Duration::from_secs(1),
            refused: BTreeSet::new(),
        }
    }
}

crate::model::setters!(PublishOptions {
    with_max_inline = max_inline set usize,
    with_min_severity = min_severity set Severity,
    with_request_changes = request_changes set bool,
    with_conclusion = conclusion some Conclusion,
    with_check_name = check_name set String,
    with_pace = pace set Duration,
});

/// The exact list of writes, in order. Made from what is at the forge, so that a plan which was carried out leaves nothing to do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PublishPlan {
    /// The report.
    pub report: String,
    /// The commit that was reviewed: nothing is written when the head is another one.
    pub head: String,
    /// The writes.
    pub writes: Vec<PlannedWrite>,
    /// Where each finding is, in the order of the report.
    pub placements: Vec<Placement>,
    /// Whether another plan is needed after this one: a check run takes its annotations in several requests.
    pub more: bool,
}

/// One write with its reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PlannedWrite {
    /// Why.
    pub reason: String,
    /// What.
    #[serde(flatten)]
    pub write: Write,
}

/// Where a finding ends up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Placement {
    /// Id of the finding.
    pub finding: String,
    /// Where.
    pub at: Written,
    /// Why there.
    pub reason: String,
}

/// Where something stands at the forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Written {
    /// In a thread that is there from before.
    Thread,
    /// In a new comment on lines.
    Lines,
    /// In a new comment on a file.
    File,
    /// Only in the summary.
    Summary,
}

impl Written {
    /// `thread`, `lines`, `file` or `summary`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Thread => "thread",
            Self::Lines => "lines",
            Self::File => "file",
            Self::Summary => "summary",
        }
    }
}

/// One write. Bodies are Markdown in which everything that came from a model or the code is escaped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "write", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Write {
    /// Deletes a pending review of ours that nobody sees: the rest of a write that broke.
    DiscardPending {
        /// Its id.
        review: String,
    },
    /// Submits a review with its comments, whole or not at all.
    Review {
        /// The commit that it is about.
        head: String,
        /// Whether it asks for changes.
        request_changes: bool,
        /// Text.
        body: String,
        /// Its comments.
        comments: Vec<InlineComment>,
    },
    /// Begins a thread on lines, at a forge without reviews.
    Thread {
        /// The commit that it is about.
        head: String,
        /// The commit that the change starts from.
        base: String,
        /// The comment.
        comment: InlineComment,
    },
    /// Begins a thread on a file.
    FileComment {
        /// The commit that it is about.
        head: String,
        /// The finding's fingerprint.
        fingerprint: String,
        /// The file.
        path: String,
        /// Text.
        body: String,
    },
    /// Answers in a thread.
    Reply {
        /// The thread.
        thread: String,
        /// Its first comment.
        comment: String,
        /// Text.
        body: String,
    },
    /// Closes a thread.
    Resolve {
        /// The thread.
        thread: String,
    },
    /// Folds a comment away as outdated.
    Minimise {
        /// The comment.
        comment: String,
    },
    /// Answers a command, below the change as a whole.
    Answer {
        /// Text, with a hidden marker of what it answers.
        body: String,
    },
    /// Writes the summary.
    CreateSummary {
        /// Text.
        body: String,
    },
    /// Replaces the summary's text.
    UpdateSummary {
        /// The comment.
        comment: String,
        /// Text.
        body: String,
    },
    /// Creates a check run, or adds to it.
    Check {
        /// The check run that is there.
        check: Option<String>,
        /// The report, by which it is found again.
        report: String,
        /// The commit.
        head: String,
        /// Its name.
        name: String,
        /// One line.
        title: String,
        /// Text.
        summary: String,
        /// How it ends; absent as long as annotations are missing.
        conclusion: Option<Conclusion>,
        /// Annotations to add.
        annotations: Vec<Annotation>,
    },
    /// Sets a commit status.
    Status {
        /// The commit.
        head: String,
        /// Its name.
        name: String,
        /// How it ends.
        conclusion: Conclusion,
        /// One line, with the report's id, by which it is found again.
        description: String,
    },
}

impl Write {
    /// A short name for people.
    pub fn name(&self) -> &'static str {
        match self {
            Self::DiscardPending { .. } => "discard pending review",
            Self::Review { .. } => "review",
            Self::Thread { .. } => "thread",
            Self::FileComment { .. } => "file comment",
            Self::Reply { .. } => "reply",
            Self::Resolve { .. } => "resolve",
            Self::Minimise { .. } => "minimise",
            Self::Answer { .. } => "answer",
            Self::CreateSummary { .. } => "create summary",
            Self::UpdateSummary { .. } => "update summary",
            Self::Check { .. } => "check",
            Self::Status { .. } => "status",
        }
    }
}

/// A comment on lines of the diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct InlineComment {
    /// Id of the finding.
    pub finding: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// The lines; in documents as `path:lines (side)`.
    #[serde(serialize_with = "place_text")]
    pub place: CommentPlace,
    /// Text.
    pub body: String,
}

fn place_text<S: Serializer>(place: &CommentPlace, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&format!("{}:{} ({})", place.path, place.lines, place.side))
}

/// How a check ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Conclusion {
    /// Nothing that was asked for was found.
    Success,
    /// Something was found that must not be merged.
    Failure,
    /// The review can't tell: it is incomplete.
    Neutral,
}

/// A note of a check run on lines.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Annotation {
    /// The file at head.
    pub path: String,
    /// First line.
    pub start_line: u32,
    /// Last line.
    pub end_line: u32,
    /// The finding's severity.
    pub severity: Severity,
    /// One line.
    pub title: String,
    /// Plain text.
    pub message: String,
}
