//! Configuration: the user's own, and what the repository may say.
//!
//! The user's file is `deep-review/config.toml` under `XDG_CONFIG_HOME` (or `~/.config`). The repository's
//! `deep-review.toml` is read from the base commit only, and can't name a command, an endpoint, a key or a reviewer.

use std::path::PathBuf;

use deep_review::{Cancel, Error, ErrorKind, Policy, Query, Result, ReviewerSpec, Side, SourceTree};
use serde::Deserialize;

/// The user's configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserConfig {
    /// Who reviews unless the call says otherwise.
    pub(crate) reviewers: Vec<String>,
}

/// What the repository may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RepositoryConfig {
    /// Thresholds, weights and caps.
    pub(crate) policy: Option<Policy>,
}

/// The user's configuration; empty when there is no file.
pub(crate) fn user() -> Result<UserConfig> {
    let home = std::env::var_os("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".config")));
    let Some(path) = home.map(|home| home.join("deep-review/config.toml")).filter(|path| path.is_file())
    else {
        return Ok(UserConfig::default());
    };
    let text = deep_review::files::read_text(&path, 1 << 20)?;
    toml::from_str(&text).map_err(|error| invalid(&error, &path.display().to_string()))
}

impl UserConfig {
    /// The reviewers, read.
    pub(crate) fn specs(&self) -> Result<Vec<ReviewerSpec>> {
        self.reviewers.iter().map(|text| text.parse()).collect()
    }
}

/// The repository's configuration at the base commit; empty when there is none.
pub(crate) fn repository(tree: &dyn SourceTree, cancel: &Cancel) -> Result<RepositoryConfig> {
    const PATH: &str = "deep-review.toml";
    let facts = tree.answer(&[Query::file(Side::Base, PATH)], cancel)?;
    match facts.into_iter().next().and_then(|fact| fact.text) {
        Some(text) => {
            toml::from_str(&text).map_err(|error| invalid(&error, "deep-review.toml at the base commit"))
        }
        None => Ok(RepositoryConfig::default()),
    }
}

fn invalid(error: &toml::de::Error, path: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("the configuration can't be used: {}", error.message()))
        .with_context("path", path)
}

#[cfg(test)]
mod tests {
    use deep_review::MemoryTree;

    use super::*;

    #[test]
    fn a_repository_can_set_policy_but_no_reviewer() {
        let read =
            |text: &str| repository(&MemoryTree::new().with_base("deep-review.toml", text), &Cancel::new());
        let config = read("[policy]\nquota = 7\n").unwrap();
        assert_eq!(config.policy.unwrap().quota, 7);
        let error = read("reviewers = ['command:cmd=evil']\n").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput);
        let head_only = MemoryTree::new().with_head("deep-review.toml", "[policy]\nquota = 7\n");
        assert!(repository(&head_only, &Cancel::new()).unwrap().policy.is_none(), "the head is not asked");
    }
}
