//! The service's configuration: a file that names where secrets are, and holds none.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use deep_review::forge::ForgeKind;
use deep_review::forge::trigger::Triggers;
use deep_review::{Error, ErrorKind, Result, Severity, files};
use review_fleet::{Budgets, Limits};
use serde::Deserialize;

use crate::config;

/// The file. What has no default must be there.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ServeConfig {
    /// Where it listens.
    #[serde(default = "loopback")]
    pub(super) listen: SocketAddr,
    /// The folder for queue, records and spending. Workers on several machines share it.
    pub(super) data: PathBuf,
    /// The environment variable with the address of a Postgres database, which then holds the queue.
    pub(super) database_url_env: Option<String>,
    /// The repositories that are reviewed, by web address; `https://github.com/owner/*` for all of an owner.
    pub(super) repositories: Vec<String>,
    /// Who reviews.
    pub(super) reviewers: Vec<String>,
    /// The check fails when a finding is at least this severe: critical, important or suggestion.
    fail_on: Option<String>,
    /// Records are deleted so many days after their reviews ended.
    pub(super) keep_days: Option<u32>,
    /// Most open comments on lines.
    #[serde(default = "max_inline")]
    pub(super) max_inline: usize,
    /// Whether critical findings ask for changes.
    #[serde(default)]
    pub(super) request_changes: bool,
    /// The forges.
    pub(super) forge: Vec<ForgeConfig>,
    /// What starts a review.
    #[serde(default)]
    pub(super) triggers: Triggers,
    #[serde(default)]
    limits: LimitsConfig,
    #[serde(default)]
    budget: BudgetConfig,
}

/// A forge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ForgeConfig {
    /// github, gitlab or gitea.
    kind: String,
    /// Its web address.
    pub(super) url: String,
    /// Address of its interface for programs. Default: at its usual place.
    pub(super) api: Option<String>,
    /// The environment variable with the secret of its webhooks.
    pub(super) secret_env: String,
    /// The environment variable with the token.
    pub(super) token_env: Option<String>,
    /// Id of a GitHub App to log in as instead.
    pub(super) app_id: Option<String>,
    /// File with the app's private key.
    pub(super) app_key: Option<PathBuf>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct LimitsConfig {
    /// Most reviews at once.
    slots: Option<usize>,
    /// Most reviews at once for one repository.
    per_repository: Option<usize>,
    /// How often a review is tried that fails for the time being.
    attempts: Option<u32>,
    /// Seconds for one pass of one reviewer.
    reviewer_timeout: Option<u64>,
    /// Seconds for all reviewers together.
    timeout: Option<u64>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct BudgetConfig {
    /// US dollars for one pull request, over all rounds.
    per_change: Option<f64>,
    /// US dollars for one repository in a calendar month.
    per_repository_and_month: Option<f64>,
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 8080))
}

fn max_inline() -> usize {
    30
}

impl ServeConfig {
    pub(super) fn read(path: &Path) -> Result<Self> {
        Self::parse(&files::read_text(path, 1 << 20)?, &path.display().to_string())
    }

    fn parse(text: &str, path: &str) -> Result<Self> {
        let read: Self = toml::from_str(text).map_err(|error| config::invalid(&error, path))?;
        read.fail_on()?;
        read.budgets()?;
        read.forge.iter().try_for_each(|forge| forge.kind().map(drop))?;
        Ok(read)
    }

    /// The address of the database; `None` where the queue is in the folder.
    pub(super) fn database_url(&self) -> Result<Option<String>> {
        let Some(name) = &self.database_url_env else { return Ok(None) };
        match std::env::var(name) {
            Ok(url) if !url.trim().is_empty() => Ok(Some(url)),
            _ => Err(Error::new(ErrorKind::Unauthorized, "the address of the database is not set")
                .with_context("variable", name)),
        }
    }

    pub(super) fn fail_on(&self) -> Result<Option<Severity>> {
        let Some(name) = &self.fail_on else { return Ok(None) };
        let known = Severity::ALL.iter().find(|severity| severity.as_str() == name);
        known.copied().map(Some).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "fail_on is critical, important or suggestion")
                .with_context("given", name)
        })
    }

    pub(super) fn limits(&self) -> Limits {
        let mut limits = Limits::default();
        limits.slots = self.limits.slots.unwrap_or(limits.slots).max(1);
        limits.per_repository = self.limits.per_repository.unwrap_or(limits.per_repository).max(1);
        limits.attempts = self.limits.attempts.unwrap_or(limits.attempts).max(1);
        limits
    }

    /// Seconds for one pass, and for all.
    pub(super) fn timeouts(&self) -> (Option<u64>, Option<u64>) {
        (self.limits.reviewer_timeout, self.limits.timeout)
    }

    pub(super) fn budgets(&self) -> Result<Budgets> {
        let micro = |dollars: Option<f64>| match dollars {
            None => Ok(None),
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "the range is checked"
            )]
            Some(dollars) if (0.0..1e9).contains(&dollars) => Ok(Some((dollars * 1e6).round() as u64)),
            Some(dollars) => Err(Error::new(ErrorKind::InvalidInput, "not a budget in US dollars")
                .with_context("given", dollars)),
        };
        Ok(Budgets::new(micro(self.budget.per_change)?, micro(self.budget.per_repository_and_month)?))
    }
}

impl ForgeConfig {
    pub(super) fn kind(&self) -> Result<ForgeKind> {
        ForgeKind::from_name(&self.kind).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "there is no such kind of forge")
                .with_context("given", &self.kind)
                .with_context("known", "github gitlab gitea forgejo")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "data = 'd'\nrepositories = ['https://github.com/o/n']\nreviewers = ['rules']\n";
    const FORGE: &str =
        "[[forge]]\nkind = 'github'\nurl = 'https://github.com'\nsecret_env = 'S'\ntoken_env = 'T'\n";

    fn parse(more: &str) -> Result<ServeConfig> {
        ServeConfig::parse(&format!("{LEAST}{more}{FORGE}"), "serve.toml")
    }

    #[test]
    fn the_least_that_is_needed_listens_on_loopback() {
        let config = parse("").unwrap();
        assert!(config.listen.ip().is_loopback());
        assert_eq!((config.fail_on().unwrap(), config.budgets().unwrap()), (None, Budgets::default()));
        let config =
            parse("fail_on = 'important'\n[budget]\nper_change = 2.5\n[limits]\nslots = 0\n").unwrap();
        assert_eq!(config.fail_on().unwrap(), Some(Severity::Important));
        assert_eq!(config.budgets().unwrap(), Budgets::new(Some(2_500_000), None));
        assert_eq!(config.limits().slots, 1);
    }

    #[test]
    fn what_can_not_be_meant_is_refused() {
        for more in ["fail_on = 'bad'\n", "secret = 'x'\n", "[budget]\nper_change = -1.0\n", "listen = 'x'\n"]
        {
            assert_eq!(parse(more).unwrap_err().kind(), ErrorKind::InvalidInput, "{more}");
        }
        assert!(ServeConfig::parse(LEAST, "serve.toml").is_err(), "no forge");
    }
}
