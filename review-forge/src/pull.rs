//! A pull request in the form that GitHub has and Gitea follows.

use serde::Deserialize;

use crate::model::{BranchTip, ChangeRequest, FetchSource, RequestState};

/// The answer of `GET /repos/{owner}/{name}/pulls/{number}`, as far as it is read.
#[derive(Deserialize)]
pub(crate) struct Pull {
    title: String,
    state: String,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    merged: bool,
    html_url: String,
    /// Null when the account is gone.
    user: Option<User>,
    body: Option<String>,
    labels: Option<Vec<Label>>,
    base: End,
    head: End,
}

/// An account.
#[derive(Deserialize)]
pub(crate) struct User {
    pub(crate) login: String,
}

#[derive(Deserialize)]
struct Label {
    #[serde(default)]
    name: String,
}

#[derive(Deserialize)]
struct End {
    #[serde(rename = "ref")]
    branch: String,
    sha: String,
    /// Null when the repository is gone.
    repo: Option<Repository>,
}

#[derive(Deserialize)]
struct Repository {
    full_name: String,
    clone_url: Option<String>,
}

impl Pull {
    pub(crate) fn request(self, number: u64) -> ChangeRequest {
        let state = match (self.merged, self.state.as_str()) {
            (true, _) => RequestState::Merged,
            (_, "closed") => RequestState::Closed,
            _ => RequestState::Open,
        };
        let clone = self.base.repo.as_ref().and_then(|repo| repo.clone_url.clone()).unwrap_or_default();
        let base = format!("refs/heads/{}", self.base.branch);
        let fetch = FetchSource::new(clone, format!("refs/pull/{number}/head"), base);
        let tip = |end: End| BranchTip {
            branch: end.branch,
            commit: end.sha,
            repository: end.repo.map(|repo| repo.full_name),
        };
        let mut request = ChangeRequest::default()
            .with_number(number)
            .with_title(self.title)
            .with_state(state)
            .with_draft(self.draft)
            .with_url(self.html_url)
            .with_author(self.user.map(|user| user.login).unwrap_or_default())
            .with_description(self.body.unwrap_or_default())
            .with_base(tip(self.base))
            .with_head(tip(self.head))
            .with_fetch(fetch);
        request.labels = self.labels.into_iter().flatten().map(|label| label.name).collect();
        request
    }
}
