//! GitHub, and GitHub Enterprise: REST, and GraphQL for threads.

mod answers;
mod threads;
mod writes;

use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use review_core::{Cx, ErrorKind, Result};
use serde_json::Value;

use crate::http::{Api, Scheme, read};
use crate::login::Login;
use crate::model::{ChangeRequest, Check, Discussion, ForgeCapabilities, Permission};
use crate::plan::Write;
use crate::pull::Pull;
use crate::{Forge, ForgeKind};

/// A repository at GitHub.
///
/// Least rights of a token: `pull_requests: write` and, for the check, `checks: write` (only Apps have it; else `statuses: write`).
/// Closing threads needs `contents: write` too; without it they are answered and folded away.
#[derive(Clone, Debug)]
pub struct Github {
    api: Api,
    project: String,
    /// `/repos/OWNER/NAME`.
    root: String,
}

impl Github {
    /// A repository `owner/name` at an interface such as `https://api.github.com`.
    ///
    /// # Errors
    /// `InvalidInput` for what is no address.
    pub fn new(api: &str, project: &str, login: Arc<dyn Login>) -> Result<Self> {
        let root = format!("/repos/{project}");
        Ok(Self { api: Api::new(api, login, Scheme::Bearer)?, project: project.to_owned(), root })
    }

    /// Comments, the oldest first.
    async fn comments(&self, number: u64, cx: &Cx) -> Result<Vec<crate::model::Comment>> {
        let list = self.api.list(&format!("{}/issues/{number}/comments?per_page=100", self.root), cx).await?;
        list.into_iter().map(|item| Ok(read::<answers::Comment>(item, "a comment")?.into())).collect()
    }

    async fn reviews(&self, number: u64, cx: &Cx) -> Result<Vec<crate::model::PostedReview>> {
        let list = self.api.list(&format!("{}/pulls/{number}/reviews?per_page=100", self.root), cx).await?;
        list.into_iter().map(|item| Ok(read::<answers::Review>(item, "a review")?.into())).collect()
    }

    /// Check runs and statuses of a commit. A token without the right to see the former has the latter.
    async fn checks(&self, commit: &str, cx: &Cx) -> Result<Vec<Check>> {
        let path = format!("{}/commits/{commit}/check-runs?per_page=100", self.root);
        let mut all: Vec<Check> = Vec::new();
        match self.api.list_in(&path, Some("check_runs"), cx).await {
            Ok(runs) => {
                for run in runs {
                    all.push(read::<answers::CheckRun>(run, "a check run")?.into());
                }
            }
            Err(error) if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::NotFound) => {}
            Err(error) => return Err(error),
        }
        match self.api.get(&format!("{}/commits/{commit}/status?per_page=100", self.root), cx).await {
            Ok(answer) => {
                let status: answers::CombinedStatus = answer.read("a commit's status")?;
                all.extend(status.statuses.into_iter().map(Check::from));
            }
            Err(error) if matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::NotFound) => {}
            Err(error) => return Err(error),
        }
        Ok(all)
    }

    /// Where GraphQL is, next to REST.
    fn graphql(&self) -> String {
        let base = self.api.base();
        match base.strip_suffix("/api/v3") {
            Some(web) => format!("{web}/api/graphql"),
            None => format!("{base}/graphql"),
        }
    }
}

#[async_trait]
impl Forge for Github {
    fn kind(&self) -> ForgeKind {
        ForgeKind::Github
    }

    async fn change(&self, number: u64, cx: Cx) -> Result<ChangeRequest> {
        let path = format!("{}/pulls/{number}", self.root);
        let pull: Pull = self.api.get(&path, &cx).await?.read("a pull request")?;
        Ok(pull.request(number))
    }

    async fn discussion(&self, request: &ChangeRequest, cx: Cx) -> Result<Discussion> {
        let number = request.number;
        let told = threads::read(&self.api, &self.graphql(), &self.project, number, &cx).await?;
        let mut said = Discussion::default().with_viewer(told.viewer);
        said.threads = told.threads;
        said.closes = told.closes;
        said.comments = self.comments(number, &cx).await?;
        said.reviews = match told.reviews {
            Some(reviews) => reviews,
            None => self.reviews(number, &cx).await?,
        };
        said.checks = self.checks(&request.head.commit, &cx).await?;
        Ok(said)
    }

    async fn capabilities(&self, cx: Cx) -> Result<ForgeCapabilities> {
        let rights = self.api.login().rights(&cx).await?;
        let mut all = ForgeCapabilities::github();
        if rights.checks == Some(false) {
            all = all
                .with_checks(false)
                .with_note("This token can't write check runs, so a commit status stands for the check.");
        }
        if rights.statuses == Some(false) {
            all = all.with_statuses(false);
        }
        if rights.contents == Some(false) {
            all = all.with_resolve(false).with_note(
                "This token can't close threads, so those of findings that are gone are answered and folded away.",
            );
        }
        Ok(all)
    }

    async fn permission(&self, login: &str, cx: Cx) -> Result<Permission> {
        let login = utf8_percent_encode(login, NON_ALPHANUMERIC);
        let path = format!("{}/collaborators/{login}/permission", self.root);
        match self.api.get(&path, &cx).await {
            Ok(answer) => Ok(match answer.body.get("permission").and_then(Value::as_str) {
                Some("admin") => Permission::Admin,
                Some("write" | "maintain") => Permission::Write,
                Some("read" | "triage") => Permission::Read,
                _ => Permission::None,
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Permission::None),
            Err(error) => Err(error),
        }
    }

    async fn perform(&self, request: &ChangeRequest, write: &Write, cx: Cx) -> Result<()> {
        writes::perform(&self.api, &self.graphql(), &self.root, request.number, write, &cx).await
    }

    async fn git_authorization(&self, cx: Cx) -> Result<Option<String>> {
        let token = self.api.login().token(&cx).await?;
        Ok(Some(format!("Basic {}", STANDARD.encode(format!("x-access-token:{}", token.expose())))))
    }
}
