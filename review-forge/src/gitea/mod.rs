//! Gitea and Forgejo: REST v1.

mod answers;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use review_core::{Cx, Error, ErrorKind, Result, Side};
use serde_json::{Map, Value, json};

use crate::http::{Api, Scheme, read};
use crate::login::Login;
use crate::model::{
    ChangeRequest, Check, Comment, Discussion, ForgeCapabilities, Permission, Reaction, Thread,
};
use crate::plan::{Conclusion, InlineComment, Write};
use crate::pull::{Pull, User};
use crate::{Forge, ForgeKind};

/// A repository at Gitea or Forgejo.
///
/// Least rights of a token: `write:issue` and `write:repository` (for reviews and statuses), `read:user`. Threads can't be answered or
/// closed by this interface; the summary tells what became of them.
#[derive(Clone, Debug)]
pub struct Gitea {
    api: Api,
    /// `/repos/OWNER/NAME`.
    root: String,
}

impl Gitea {
    /// A repository `owner/name` at an interface such as `https://codeberg.org/api/v1`.
    ///
    /// # Errors
    /// `InvalidInput` for what is no address.
    pub fn new(api: &str, project: &str, login: Arc<dyn Login>) -> Result<Self> {
        Ok(Self { api: Api::new(api, login, Scheme::Token)?, root: format!("/repos/{project}") })
    }

    /// The comments of a review, each a thread of its own: Gitea shows those on one line together, but does not tell so.
    async fn threads(&self, number: u64, review: u64, cx: &Cx) -> Result<Vec<Thread>> {
        let path = format!("{}/pulls/{number}/reviews/{review}/comments", self.root);
        let comments: Vec<answers::Inline> = self.api.get(&path, cx).await?.read("comments of a review")?;
        Ok(comments.into_iter().map(Thread::from).collect())
    }

    /// Thumbs down for our comments that wait for an answer.
    async fn thumbs_down(&self, comment: &str, cx: &Cx) -> Result<Vec<Reaction>> {
        let path = format!("{}/issues/comments/{comment}/reactions", self.root);
        match self.api.get(&path, cx).await {
            Ok(answer) => {
                let all: Option<Vec<answers::Reaction>> = answer.read("reactions")?;
                let down = all.into_iter().flatten().filter(|reaction| reaction.content == "-1");
                Ok(down
                    .filter_map(|reaction| reaction.user)
                    .map(|user| Reaction::thumb_down(user.login))
                    .collect())
            }
            // Older versions have none for comments of reviews.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error),
        }
    }
}

#[async_trait]
impl Forge for Gitea {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Gitea
    }

    async fn change(&self, number: u64, cx: Cx) -> Result<ChangeRequest> {
        let path = format!("{}/pulls/{number}", self.root);
        let pull: Pull = self.api.get(&path, &cx).await?.read("a pull request")?;
        Ok(pull.request(number))
    }

    async fn discussion(&self, request: &ChangeRequest, cx: Cx) -> Result<Discussion> {
        let number = request.number;
        let viewer: User = self.api.get("/user", &cx).await?.read("the account")?;
        let mut said = Discussion::default().with_viewer(viewer.login);
        for comment in self.api.list(&format!("{}/issues/{number}/comments?limit=50", self.root), &cx).await?
        {
            said.comments.push(Comment::from(read::<answers::Comment>(comment, "a comment")?));
        }
        for review in self.api.list(&format!("{}/pulls/{number}/reviews?limit=50", self.root), &cx).await? {
            let review: answers::Review = read(review, "a review")?;
            let threads = if review.comments_count > 0 {
                self.threads(number, review.id, &cx).await?
            } else {
                Vec::new()
            };
            said.reviews.push(review.posted(&threads));
            said.threads.extend(threads);
        }
        let viewer = said.viewer.clone();
        for thread in said.threads.iter_mut().filter(|thread| !thread.resolved) {
            if let Some(first) = thread.comments.first_mut().filter(|first| first.author == viewer) {
                first.reactions = self.thumbs_down(&first.id, &cx).await?;
            }
        }
        let path = format!("{}/commits/{}/status", self.root, request.head.commit);
        let combined: answers::CombinedStatus = self.api.get(&path, &cx).await?.read("a commit's status")?;
        said.checks = combined.statuses.into_iter().flatten().map(Check::from).collect();
        Ok(said)
    }

    async fn capabilities(&self, cx: Cx) -> Result<ForgeCapabilities> {
        // The answer says who may push; a token that sees nothing fails here, before anything is written.
        self.api.get(&self.root, &cx).await?;
        Ok(ForgeCapabilities::gitea())
    }

    async fn permission(&self, login: &str, cx: Cx) -> Result<Permission> {
        let login = utf8_percent_encode(login, NON_ALPHANUMERIC);
        match self.api.get(&format!("{}/collaborators/{login}/permission", self.root), &cx).await {
            Ok(answer) => Ok(match answer.body.get("permission").and_then(Value::as_str) {
                Some("admin" | "owner") => Permission::Admin,
                Some("write") => Permission::Write,
                Some("read") => Permission::Read,
                _ => Permission::None,
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }

    async fn perform(&self, request: &ChangeRequest, write: &Write, cx: Cx) -> Result<()> {
        let number = request.number;
        let review = |head: &str, event: &str, body: &str, comments: &[&InlineComment]| {
            let comments: Vec<Value> = comments.iter().map(|comment| on_line(comment)).collect();
            json!({ "commit_id": head, "event": event, "body": body, "comments": comments })
        };
        let (method, path, body) = match write {
            Write::DiscardPending { review } => {
                let url = format!("{}{}/pulls/{number}/reviews/{review}", self.api.base(), self.root);
                return self.api.send(Method::DELETE, &url, None, &cx).await.map(drop);
            }
            Write::Review { head, request_changes, body, comments } => {
                let event = if *request_changes { "REQUEST_CHANGES" } else { "COMMENT" };
                let all: Vec<&InlineComment> = comments.iter().collect();
                (Method::POST, format!("/pulls/{number}/reviews"), review(head, event, body, &all))
            }
            Write::Thread { head, comment, .. } => {
                (Method::POST, format!("/pulls/{number}/reviews"), review(head, "COMMENT", "", &[comment]))
            }
            Write::CreateSummary { body } | Write::Answer { body } => {
                (Method::POST, format!("/issues/{number}/comments"), json!({ "body": body }))
            }
            Write::UpdateSummary { comment, body } => {
                (Method::PATCH, format!("/issues/comments/{comment}"), json!({ "body": body }))
            }
            Write::Status { head, name, conclusion, description } => {
                let state = match conclusion {
                    Conclusion::Success => "success",
                    Conclusion::Failure => "failure",
                    Conclusion::Neutral => "warning",
                };
                let body = json!({ "state": state, "context": name, "description": description });
                (Method::POST, format!("/statuses/{head}"), body)
            }
            other => {
                return Err(Error::new(ErrorKind::Unsupported, "Gitea has no such write")
                    .with_operation(other.name()));
            }
        };
        self.api.call(method, &format!("{}{path}", self.root), body, &cx).await.map(drop)
    }

    async fn git_authorization(&self, cx: Cx) -> Result<Option<String>> {
        let token = self.api.login().token(&cx).await?;
        Ok(Some(format!("Basic {}", STANDARD.encode(format!("oauth2:{}", token.expose())))))
    }
}

/// A comment on one line: Gitea has no ranges, so it stands at the last one.
fn on_line(comment: &InlineComment) -> Value {
    let place = &comment.place;
    let mut fields = Map::new();
    fields.insert("path".to_owned(), json!(place.path));
    fields.insert("body".to_owned(), json!(comment.body));
    let side = if place.side == Side::Base { "old_position" } else { "new_position" };
    fields.insert(side.to_owned(), json!(place.lines.end));
    Value::Object(fields)
}
