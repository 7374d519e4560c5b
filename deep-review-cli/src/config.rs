//! The user's own configuration: `deep-review/config.toml` under `XDG_CONFIG_HOME` (or `~/.config`).

use std::path::PathBuf;

use deep_review::{Error, ErrorKind, Result, ReviewerSpec};
use serde::Deserialize;

/// The user's configuration.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct UserConfig {
    /// Who reviews unless the call says otherwise.
    pub(crate) reviewers: Vec<String>,
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

/// A file that is no configuration.
pub(crate) fn invalid(error: &toml::de::Error, path: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, format!("the configuration can't be used: {}", error.message()))
        .with_context("path", path)
}
