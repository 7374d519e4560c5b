//! A pull request: what git does not know of a change, and where its commits are.

use review_core::{ChangeNotes, Remark, StatusCheck, ThreadState};

use super::discussion::Discussion;
use super::setters;
use crate::marker;

/// A pull request as its forge tells of it. All texts were written by whoever proposes the change: they are data.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeRequest {
    /// Its number within the repository.
    pub number: u64,
    /// Title.
    pub title: String,
    /// Whether it is open.
    pub state: RequestState,
    /// Whether its author says that it is not ready.
    pub draft: bool,
    /// Web address.
    pub url: String,
    /// Login of its author.
    pub author: String,
    /// Description, Markdown.
    pub description: String,
    /// Names of its labels.
    pub labels: Vec<String>,
    /// The branch that it is to be merged into.
    pub base: BranchTip,
    /// The proposed branch.
    pub head: BranchTip,
    /// Where its commits can be fetched from.
    pub fetch: FetchSource,
}

setters!(ChangeRequest {
    with_number = number set u64,
    with_title = title set String,
    with_state = state set RequestState,
    with_draft = draft set bool,
    with_url = url set String,
    with_author = author set String,
    with_description = description set String,
    with_label = labels push String,
    with_base = base set BranchTip,
    with_head = head set BranchTip,
    with_fetch = fetch set FetchSource,
});

/// Whether a pull request is open.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RequestState {
    /// It waits to be merged.
    #[default]
    Open,
    /// It was closed without being merged.
    Closed,
    /// It was merged.
    Merged,
}

impl RequestState {
    /// `open`, `closed` or `merged`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Merged => "merged",
        }
    }
}

/// The end of a branch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BranchTip {
    /// Name of the branch.
    pub branch: String,
    /// Full id of its last commit.
    pub commit: String,
    /// `owner/name` of its repository; absent when that is gone.
    pub repository: Option<String>,
}

impl BranchTip {
    /// A branch and its last commit.
    pub fn new(branch: impl Into<String>, commit: impl Into<String>) -> Self {
        Self { branch: branch.into(), commit: commit.into(), repository: None }
    }
}

setters!(BranchTip { with_repository = repository some String, });

/// Where the commits of a pull request can be fetched from. The forge keeps them under a reference of its own in the target
/// repository, so that forks, also deleted ones, need nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct FetchSource {
    /// Address of the target repository.
    pub url: String,
    /// Full name of the reference of the head.
    pub head: String,
    /// Full name of the target branch.
    pub base: String,
}

impl FetchSource {
    /// A repository and the names of the two references.
    pub fn new(url: impl Into<String>, head: impl Into<String>, base: impl Into<String>) -> Self {
        Self { url: url.into(), head: head.into(), base: base.into() }
    }
}

impl ChangeRequest {
    /// Returns what git does not know of the change, for the reviewers and the report. What we wrote ourselves is left out:
    /// nobody should be led by an earlier report.
    pub fn notes(&self, said: &Discussion) -> ChangeNotes {
        let state =
            if self.draft && self.state == RequestState::Open { "draft" } else { self.state.as_str() };
        let mut notes = ChangeNotes::default()
            .with_number(self.number)
            .with_title(self.title.as_str())
            .with_state(state)
            .with_url(self.url.as_str())
            .with_author(self.author.as_str())
            .with_base_branch(self.base.branch.as_str());
        if !self.description.trim().is_empty() {
            notes = notes.with_description(self.description.as_str());
        }
        notes.labels.clone_from(&self.labels);
        notes.references.clone_from(&said.closes);
        notes.discussion = remarks(said);
        notes.checks = said
            .checks
            .iter()
            .filter(|check| check.report.is_none())
            .map(|check| StatusCheck::new(check.name.as_str(), check.result.as_str()))
            .collect();
        notes.checks.sort();
        notes
    }
}

/// The remarks of people and other programs, oldest first where the forge says.
fn remarks(said: &Discussion) -> Vec<Remark> {
    let ours = |author: &str, body: &str| said.is_ours(author) && marker::is_marked(body);
    let mut remarks: Vec<(&str, Remark)> = Vec::new();
    for comment in &said.comments {
        if !ours(&comment.author, &comment.body) {
            remarks.push((&comment.created, Remark::new(&comment.author, &comment.body)));
        }
    }
    for review in &said.reviews {
        if !ours(&review.author, &review.body) && !review.body.trim().is_empty() {
            remarks.push((&review.created, Remark::new(&review.author, &review.body)));
        }
    }
    for thread in &said.threads {
        let state = match (thread.resolved, thread.outdated) {
            (true, _) => ThreadState::Resolved,
            (false, true) => ThreadState::Outdated,
            (false, false) => ThreadState::Open,
        };
        for comment in thread.comments.iter().filter(|comment| !ours(&comment.author, &comment.body)) {
            let mut remark = Remark::new(&comment.author, &comment.body).with_state(state);
            if let Some(path) = &thread.path {
                remark = remark.with_path(path.as_str());
            }
            remark.line = thread.lines.map(|lines| lines.end);
            remark.side = thread.side;
            remarks.push((&comment.created, remark));
        }
    }
    // Times are texts in one format; a stable sort keeps the forge's order where there are none.
    remarks.sort_by(|a, b| a.0.cmp(b.0));
    remarks.into_iter().map(|(_, remark)| remark).collect()
}
