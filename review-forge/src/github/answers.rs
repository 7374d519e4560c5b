//! GitHub's answers, as far as they are read.

use serde::Deserialize;

use crate::model;
use crate::pull::User;

#[derive(Deserialize)]
pub(super) struct Comment {
    id: u64,
    node_id: Option<String>,
    user: Option<User>,
    #[serde(default)]
    author_association: String,
    body: Option<String>,
    #[serde(default)]
    created_at: String,
}

/// Whether the word with which GitHub ties an author to a repository decides about writing. A member or collaborator may have
/// any right, so that has to be asked.
pub(super) fn may_write(association: &str) -> Option<bool> {
    match association {
        "OWNER" => Some(true),
        "MEMBER" | "COLLABORATOR" | "" => None,
        _ => Some(false),
    }
}

fn login(user: Option<User>) -> String {
    // The account of a deleted user.
    user.map_or_else(|| "ghost".to_owned(), |user| user.login)
}

impl From<Comment> for model::Comment {
    fn from(comment: Comment) -> Self {
        let mut known =
            Self::new(comment.id.to_string(), login(comment.user), comment.body.unwrap_or_default())
                .with_created(comment.created_at);
        known.node = comment.node_id;
        known.author_may_write = may_write(&comment.author_association);
        known
    }
}

#[derive(Deserialize)]
pub(super) struct Review {
    id: u64,
    user: Option<User>,
    body: Option<String>,
    #[serde(default)]
    state: String,
    commit_id: Option<String>,
    submitted_at: Option<String>,
}

impl From<Review> for model::PostedReview {
    fn from(review: Review) -> Self {
        let mut known = Self::new(review.id.to_string(), login(review.user), review.body.unwrap_or_default())
            .with_pending(review.state == "PENDING")
            .with_created(review.submitted_at.unwrap_or_default());
        known.commit = review.commit_id;
        known
    }
}

#[derive(Deserialize)]
pub(super) struct CheckRun {
    id: u64,
    name: String,
    #[serde(default)]
    status: String,
    conclusion: Option<String>,
    external_id: Option<String>,
    #[serde(default)]
    output: Output,
}

#[derive(Default, Deserialize)]
struct Output {
    #[serde(default)]
    annotations_count: u32,
}

impl From<CheckRun> for model::Check {
    fn from(run: CheckRun) -> Self {
        let completed = run.status == "completed";
        let mut check = Self::new(run.name, run.conclusion.unwrap_or(run.status))
            .with_id(run.id.to_string())
            .with_completed(completed)
            .with_annotations(run.output.annotations_count);
        check.report = run.external_id.filter(|id| !id.is_empty());
        check
    }
}

#[derive(Deserialize)]
pub(super) struct CombinedStatus {
    #[serde(default)]
    pub(super) statuses: Vec<Status>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    context: String,
    state: String,
    description: Option<String>,
}

impl From<Status> for model::Check {
    fn from(status: Status) -> Self {
        let mut check =
            Self::new(status.context, status.state.clone()).with_completed(status.state != "pending");
        check.report = status.description.as_deref().and_then(crate::plan::report_of).map(str::to_owned);
        check
    }
}
