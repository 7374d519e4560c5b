//! What the operator's configuration makes of a pull request.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deep_review::forge::login::{AppLogin, Login, StaticToken, Token};
use deep_review::forge::{
    ChangeAddress, Conclusion, Forge, ForgeKind, Gitea, Github, Gitlab, PublishOptions,
};
use deep_review::{
    Cx, Error, ErrorKind, Policy, PullRequest, Registry, Report, Result, ReviewerSpec, Session, files,
};
use review_fleet::Setup;
use review_fleet::serve::{AllowList, Secret, Source};

use super::config::{ForgeConfig, ServeConfig};
use crate::repository_config::RepositoryConfig;
use crate::{change, exit, run};

/// Largest private key that is read.
const MAX_KEY_BYTES: u64 = 64 << 10;

pub(super) struct Operator {
    config: ServeConfig,
    specs: Vec<ReviewerSpec>,
    registry: Registry,
    allowed: AllowList,
}

impl Operator {
    pub(super) fn new(config: ServeConfig, registry: Registry) -> Result<Self> {
        let specs = config.reviewers.iter().map(|text| text.parse()).collect::<Result<_>>()?;
        let allowed = AllowList::new(config.repositories.iter().cloned());
        Ok(Self { config, specs, registry, allowed })
    }

    pub(super) fn config(&self) -> &ServeConfig {
        &self.config
    }

    pub(super) fn allowed(&self) -> &AllowList {
        &self.allowed
    }

    pub(super) fn sources(&self) -> Result<Vec<Source>> {
        self.config.forge.iter().map(source).collect()
    }

    /// What keeps it from working, each in a line.
    pub(super) fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut add = |what: Result<()>| missing.extend(what.err().map(|error| error.to_string()));
        for forge in &self.config.forge {
            add(source(forge).map(drop));
            add(login(forge, "owner/name").map(drop));
        }
        add(self.config.database_url().map(drop));
        for spec in &self.specs {
            add(self.registry.make(spec).map(drop).map_err(|error| error.with_context("reviewer", spec)));
        }
        add(files::write_whole(&self.config.data.join(".writable"), b"")
            .map_err(|error| error.with_context("data", self.config.data.display())));
        let wrong = |message: &str| Error::new(ErrorKind::InvalidInput, message);
        if self.specs.is_empty() {
            add(Err(wrong("no reviewers are named")));
        }
        if self.config.forge.is_empty() {
            add(Err(wrong("no forge is named")));
        }
        if self.config.repositories.is_empty() {
            add(Err(wrong("no repositories are named, so nothing would be reviewed")));
        }
        for entry in self.allowed.broken() {
            add(Err(wrong("not the web address of a repository, or of an owner with /*")
                .with_context("given", entry)));
        }
        missing
    }

    /// Reviewers whose cost can be bounded get an equal share of what is left.
    fn within(&self, left: Option<u64>) -> Result<Vec<ReviewerSpec>> {
        let mut specs = self.specs.clone();
        let Some(left) = left else { return Ok(specs) };
        let mut passes = 0_u64;
        for spec in specs.iter().filter(|spec| self.costs(spec)) {
            passes += u64::from(spec.number("passes")?.unwrap_or(1).max(1));
        }
        let share = left / passes.max(1);
        for spec in &mut specs {
            let backend = self.registry.backends().find(|backend| backend.name == spec.backend);
            let given = spec.micro_usd("max-cost")?;
            let bounded = backend.is_some_and(|backend| {
                backend.costs_money
                    && backend.option("max-cost").is_some()
                    // Where the provider does not tell the cost, the limit needs prices.
                    && (given.is_some() || backend.option("prices").is_none())
            });
            if bounded && given.is_none_or(|given| given > share) {
                spec.options
                    .insert("max-cost".into(), format!("{}.{:06}", share / 1_000_000, share % 1_000_000));
            }
        }
        Ok(specs)
    }

    fn costs(&self, spec: &ReviewerSpec) -> bool {
        self.registry.backends().any(|backend| backend.name == spec.backend && backend.costs_money)
    }
}

#[async_trait]
impl Setup for Operator {
    fn forge(&self, address: &ChangeAddress) -> Result<Arc<dyn Forge>> {
        if !self.allowed.allows(address) {
            return Err(Error::new(ErrorKind::Unauthorized, "this repository is not on the operator's list")
                .with_context("at", address));
        }
        let is_it = |forge: &&ForgeConfig| {
            forge.url.trim_end_matches('/') == address.web
                && forge.kind().is_ok_and(|kind| kind == address.kind)
        };
        let forge = self.config.forge.iter().find(is_it).ok_or_else(|| {
            Error::new(ErrorKind::Unauthorized, "this forge is not configured").with_context("at", address)
        })?;
        let login = login(forge, &address.project)?;
        let api = forge.api.clone().unwrap_or_else(|| address.api());
        match address.kind {
            ForgeKind::Github => Ok(Arc::new(Github::new(&api, &address.project, login)?)),
            ForgeKind::Gitlab => Ok(Arc::new(Gitlab::new(&api, &address.project, login)?)),
            _ => Ok(Arc::new(Gitea::new(&api, &address.project, login)?)),
        }
    }

    async fn session(
        &self,
        pull: &PullRequest,
        session: Session,
        left: Option<u64>,
        cx: &Cx,
    ) -> Result<Session> {
        let (tree, cancel) = (pull.comparison.tree(), cx.cancel.clone());
        let repository =
            tokio::task::spawn_blocking(move || RepositoryConfig::read(&tree, &cancel))
                .await
                .map_err(|error| Error::new(ErrorKind::Internal, "reading panicked").with_source(error))??;
        let mut session = repository.exclude(change::not_empty(session)?)?;
        if let Some(policy) = &repository.policy {
            session = session.with_policy(policy.clone());
        }
        let (pass, all) = self.config.timeouts();
        let (pass, all) = repository.timeouts(pass, all);
        if let Some(seconds) = pass {
            session = session.with_reviewer_deadline(Duration::from_secs(seconds));
        }
        if let Some(seconds) = all {
            session = session.with_total_deadline(Duration::from_secs(seconds));
        }
        if let Some(head) = pull.reviewed_head(&cx.cancel) {
            session = session.with_since(head);
        }
        run::with_reviewers(session, self.within(left)?, &repository, &self.registry)
    }

    fn publishing(&self, report: &Report, policy: &Policy) -> PublishOptions {
        let limit = self.config.fail_on().ok().flatten();
        PublishOptions::default()
            .with_max_inline(self.config.max_inline)
            .with_request_changes(self.config.request_changes)
            .with_conclusion(Conclusion::from(exit::of_report(report, policy, limit)))
    }
}

fn source(forge: &ForgeConfig) -> Result<Source> {
    let secret = Secret::new(&variable(&forge.secret_env)?)?;
    Source::new(forge.kind()?, &forge.url, secret)
}

fn login(forge: &ForgeConfig, project: &str) -> Result<Arc<dyn Login>> {
    match (&forge.token_env, &forge.app_id, &forge.app_key) {
        (Some(name), None, None) => Ok(Arc::new(StaticToken::new(Token::new(variable(name)?))?)),
        (None, Some(id), Some(path)) => {
            let api = match &forge.api {
                Some(api) => api.clone(),
                None => {
                    let url = format!("{}/{project}/pull/1", forge.url.trim_end_matches('/'));
                    ChangeAddress::from_url(&url)?.api()
                }
            };
            let key = files::read_text(path, MAX_KEY_BYTES)?;
            Ok(Arc::new(AppLogin::new(&api, id.as_str(), &key, project)?))
        }
        _ => Err(Error::new(ErrorKind::InvalidInput, "a forge needs token_env, or app_id with app_key")
            .with_context("forge", &forge.url)),
    }
}

fn variable(name: &str) -> Result<String> {
    std::env::var(name).ok().filter(|value| !value.trim().is_empty()).ok_or_else(|| {
        Error::new(ErrorKind::Unauthorized, "an environment variable is missing or empty")
            .with_context("variable", name)
    })
}
