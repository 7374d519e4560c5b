//! Gitea's answers, as far as they are read.

use review_core::{LineRange, Side};
use serde::Deserialize;

use crate::model::{self, PostedReview, Thread};
use crate::pull::User;

#[derive(Deserialize)]
pub(super) struct Comment {
    id: u64,
    user: Option<User>,
    body: Option<String>,
    #[serde(default)]
    created_at: String,
}

fn login(user: Option<User>) -> String {
    user.map_or_else(|| "Ghost".to_owned(), |user| user.login)
}

impl From<Comment> for model::Comment {
    fn from(comment: Comment) -> Self {
        Self::new(comment.id.to_string(), login(comment.user), comment.body.unwrap_or_default())
            .with_created(comment.created_at)
    }
}

#[derive(Deserialize)]
pub(super) struct Reaction {
    pub(super) content: String,
    pub(super) user: Option<User>,
}

#[derive(Deserialize)]
pub(super) struct Review {
    pub(super) id: u64,
    user: Option<User>,
    body: Option<String>,
    #[serde(default)]
    state: String,
    commit_id: Option<String>,
    submitted_at: Option<String>,
    #[serde(default)]
    pub(super) comments_count: u64,
}

impl Review {
    /// The review. What a broken write leaves behind has comments but no text yet, and is recognised by the first of them.
    pub(super) fn posted(&self, threads: &[Thread]) -> PostedReview {
        let pending = self.state == "PENDING";
        let text = self.body.clone().unwrap_or_default();
        let first =
            threads.first().and_then(|thread| thread.comments.first()).map(|first| first.body.clone());
        let body = if pending && text.is_empty() { first.unwrap_or_default() } else { text };
        let author = self.user.as_ref().map_or("Ghost", |user| user.login.as_str());
        let mut posted = PostedReview::new(self.id.to_string(), author, body)
            .with_pending(pending)
            .with_created(self.submitted_at.clone().unwrap_or_default());
        posted.commit.clone_from(&self.commit_id);
        posted
    }
}

#[derive(Deserialize)]
pub(super) struct Inline {
    id: u64,
    user: Option<User>,
    body: Option<String>,
    path: Option<String>,
    /// The line at head; 0 when the comment is on the other side or out of date.
    #[serde(default)]
    position: u32,
    #[serde(default)]
    original_position: u32,
    resolver: Option<User>,
    #[serde(default)]
    created_at: String,
}

impl From<Inline> for Thread {
    fn from(inline: Inline) -> Self {
        let id = inline.id.to_string();
        let comment = model::Comment::new(id.as_str(), login(inline.user), inline.body.unwrap_or_default())
            .with_created(inline.created_at);
        let mut thread = Self::new(id, comment).with_resolved(inline.resolver.is_some());
        thread.path = inline.path;
        thread.resolved_by = inline.resolver.map(|user| user.login);
        (thread.lines, thread.side) = match (inline.position, inline.original_position) {
            (0, 0) => (None, None),
            (0, old) => (Some(LineRange::line(old)), Some(Side::Base)),
            (new, _) => (Some(LineRange::line(new)), Some(Side::Head)),
        };
        thread
    }
}

#[derive(Deserialize)]
pub(super) struct CombinedStatus {
    pub(super) statuses: Option<Vec<Status>>,
}

#[derive(Deserialize)]
pub(super) struct Status {
    context: String,
    status: String,
    description: Option<String>,
}

impl From<Status> for model::Check {
    fn from(status: Status) -> Self {
        let mut check =
            Self::new(status.context, status.status.clone()).with_completed(status.status != "pending");
        check.report = status.description.as_deref().and_then(crate::plan::report_of).map(str::to_owned);
        check
    }
}
