//! GitLab: REST v4.

mod answers;
mod position;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use review_core::{Cx, Error, ErrorKind, Reference, Result};
use serde_json::{Value, json};

use crate::http::{Api, Scheme, read};
use crate::login::Login;
use crate::model::{
    BranchTip, ChangeRequest, Check, Comment, Discussion, FetchSource, ForgeCapabilities, Permission,
    Reaction, RequestState, Thread,
};
use crate::plan::{Conclusion, Write};
use crate::rounds::fingerprint;
use crate::{Forge, ForgeKind};

/// The access level from which on code may be written: Developer.
const DEVELOPER: u64 = 30;
/// The access level of those who own a project: Maintainer.
const MAINTAINER: u64 = 40;

/// A project at GitLab.
///
/// Least rights of a token: the scope `api` and the role Reporter; closing threads of others' merge requests and setting statuses
/// need Developer.
#[derive(Clone, Debug)]
pub struct Gitlab {
    api: Api,
    /// `/projects/ID`.
    root: String,
    job_token: bool,
}

impl Gitlab {
    /// A project `group/name` at an interface such as `https://gitlab.com/api/v4`.
    ///
    /// # Errors
    /// `InvalidInput` for what is no address.
    pub fn new(api: &str, project: &str, login: Arc<dyn Login>) -> Result<Self> {
        Self::with(api, project, login, false)
    }

    /// As [`new`](Self::new), with the token of a CI job (`CI_JOB_TOKEN`), which GitLab lets do less.
    ///
    /// # Errors
    /// As [`new`](Self::new).
    pub fn with_job_token(api: &str, project: &str, login: Arc<dyn Login>) -> Result<Self> {
        Self::with(api, project, login, true)
    }

    fn with(api: &str, project: &str, login: Arc<dyn Login>, job_token: bool) -> Result<Self> {
        let id = utf8_percent_encode(project, NON_ALPHANUMERIC);
        let scheme = if job_token { Scheme::JobToken } else { Scheme::Bearer };
        Ok(Self { api: Api::new(api, login, scheme)?, root: format!("/projects/{id}"), job_token })
    }

    fn at(&self, number: u64, rest: &str) -> String {
        format!("{}/merge_requests/{number}{rest}", self.root)
    }

    /// Thumbs down for the comments of ours that wait for an answer: GitLab tells of them one by one only.
    async fn with_reactions(&self, number: u64, said: &mut Discussion, cx: &Cx) -> Result<()> {
        let ours: Vec<usize> = said
            .threads
            .iter()
            .enumerate()
            .filter(|(_, thread)| !thread.resolved && fingerprint(said, thread).is_some())
            .map(|(index, _)| index)
            .collect();
        for index in ours {
            let Some(first) = said.threads.get_mut(index).and_then(|thread| thread.comments.first_mut())
            else {
                continue;
            };
            let path = self.at(number, &format!("/notes/{}/award_emoji?per_page=100", first.id));
            for emoji in self.api.list(&path, cx).await? {
                let emoji: answers::Emoji = read(emoji, "a reaction")?;
                if emoji.name == "thumbsdown" {
                    first.reactions.push(Reaction::thumb_down(emoji.user.username));
                }
            }
        }
        Ok(())
    }
}

#[async_trait]
impl Forge for Gitlab {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Gitlab
    }

    async fn change(&self, number: u64, cx: Cx) -> Result<ChangeRequest> {
        let merge: answers::MergeRequest =
            self.api.get(&self.at(number, ""), &cx).await?.read("a merge request")?;
        let project: answers::Project = self.api.get(&self.root, &cx).await?.read("a project")?;
        let refs = merge.diff_refs.ok_or_else(|| {
            Error::new(
                ErrorKind::Unavailable,
                "GitLab has not worked out the merge request's diff yet; try again",
            )
        })?;
        let state = match merge.state.as_str() {
            "merged" => RequestState::Merged,
            "closed" | "locked" => RequestState::Closed,
            _ => RequestState::Open,
        };
        let mut request = ChangeRequest::default()
            .with_number(number)
            .with_title(merge.title)
            .with_state(state)
            .with_draft(merge.draft)
            .with_url(merge.web_url)
            .with_author(merge.author.username)
            .with_description(merge.description.unwrap_or_default())
            .with_base(BranchTip::new(merge.target_branch.as_str(), refs.start_sha))
            .with_head(BranchTip::new(merge.source_branch, refs.head_sha))
            .with_fetch(FetchSource::new(
                project.http_url_to_repo,
                format!("refs/merge-requests/{number}/head"),
                format!("refs/heads/{}", merge.target_branch),
            ));
        request.labels = merge.labels;
        Ok(request)
    }

    async fn discussion(&self, request: &ChangeRequest, cx: Cx) -> Result<Discussion> {
        let viewer: answers::User = self.api.get("/user", &cx).await?.read("the account")?;
        let mut said = Discussion::default().with_viewer(viewer.username);
        for item in self.api.list(&self.at(request.number, "/discussions?per_page=100"), &cx).await? {
            let discussion: answers::Discussion = read(item, "a discussion")?;
            let notes = discussion.notes.iter().filter(|note| !note.system);
            if discussion.individual_note || !discussion.notes.iter().any(|note| note.resolvable) {
                said.comments.extend(notes.map(Comment::from));
            } else {
                said.threads.extend(Thread::try_from(&discussion).ok());
            }
        }
        self.with_reactions(request.number, &mut said, &cx).await?;
        for issue in self.api.list(&self.at(request.number, "/closes_issues?per_page=100"), &cx).await? {
            let issue: answers::Issue = read(issue, "an issue")?;
            let mut reference = Reference::new(issue.iid).with_title(issue.title);
            reference.state = Some(issue.state);
            reference.url = Some(issue.web_url);
            said.closes.push(reference);
        }
        let path = format!("{}/repository/commits/{}/statuses?per_page=100", self.root, request.head.commit);
        for status in self.api.list(&path, &cx).await? {
            said.checks.push(Check::from(read::<answers::Status>(status, "a status")?));
        }
        Ok(said)
    }

    async fn capabilities(&self, cx: Cx) -> Result<ForgeCapabilities> {
        let project: answers::Project = self.api.get(&self.root, &cx).await?.read("a project")?;
        let all = ForgeCapabilities::gitlab();
        Ok(match project.permissions.map(|permissions| permissions.level()) {
            Some(level) if level < DEVELOPER => all.with_resolve(false).with_statuses(false).with_note(
                "This token can't close threads or set statuses: it needs the role Developer for that.",
            ),
            _ => all,
        })
    }

    async fn permission(&self, login: &str, cx: Cx) -> Result<Permission> {
        let name = utf8_percent_encode(login, NON_ALPHANUMERIC);
        let users = self.api.get(&format!("/users?username={name}"), &cx).await?;
        let users: Vec<answers::User> = users.read("accounts")?;
        let Some(id) = users.into_iter().find(|user| user.username == login).and_then(|user| user.id) else {
            return Ok(Permission::None);
        };
        match self.api.get(&format!("{}/members/all/{id}", self.root), &cx).await {
            Ok(answer) => {
                Ok(match answer.body.get("access_level").and_then(Value::as_u64).unwrap_or_default() {
                    MAINTAINER.. => Permission::Admin,
                    DEVELOPER.. => Permission::Write,
                    1.. => Permission::Read,
                    0 => Permission::None,
                })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }

    async fn perform(&self, request: &ChangeRequest, write: &Write, cx: Cx) -> Result<()> {
        let number = request.number;
        let (method, path, body) = match write {
            Write::Thread { base, comment, .. } => {
                let position = position::of(comment, base, request);
                (
                    Method::POST,
                    self.at(number, "/discussions"),
                    json!({ "body": comment.body, "position": position }),
                )
            }
            Write::Reply { thread, body, .. } => (
                Method::POST,
                self.at(number, &format!("/discussions/{thread}/notes")),
                json!({ "body": body }),
            ),
            Write::Resolve { thread } => {
                (Method::PUT, self.at(number, &format!("/discussions/{thread}")), json!({ "resolved": true }))
            }
            Write::CreateSummary { body } | Write::Answer { body } => {
                (Method::POST, self.at(number, "/notes"), json!({ "body": body }))
            }
            Write::UpdateSummary { comment, body } => {
                (Method::PUT, self.at(number, &format!("/notes/{comment}")), json!({ "body": body }))
            }
            Write::Status { head, name, conclusion, description } => {
                let state = match conclusion {
                    Conclusion::Success => "success",
                    Conclusion::Failure => "failed",
                    // Neither clean nor found wanting.
                    Conclusion::Neutral => "canceled",
                };
                let body = json!({ "state": state, "name": name, "description": description });
                (Method::POST, format!("{}/statuses/{head}", self.root), body)
            }
            other => {
                return Err(Error::new(ErrorKind::Unsupported, "GitLab has no such write")
                    .with_operation(other.name()));
            }
        };
        self.api.call(method, &path, body, &cx).await.map(drop)
    }

    async fn git_authorization(&self, cx: Cx) -> Result<Option<String>> {
        let token = self.api.login().token(&cx).await?;
        let user = if self.job_token { "gitlab-ci-token" } else { "oauth2" };
        Ok(Some(format!("Basic {}", STANDARD.encode(format!("{user}:{}", token.expose())))))
    }
}
