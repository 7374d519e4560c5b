//! What a user can set.

use std::path::{Path, PathBuf};

use serde::Deserialize;

/// Settings of Gemini CLI.
#[derive(Clone)]
#[non_exhaustive]
pub struct GeminiConfig {
    /// The program. Default: `gemini`, looked up in `path`.
    pub program: PathBuf,
    /// Version of the program, where it is known: its events don't say it.
    pub version: Option<String>,
    /// Model, in the provider's word; absent: the program's default.
    pub model: Option<String>,
    /// Reasoning effort: a number of tokens, or `minimal`, `low`, `medium` or `high`. It needs a model.
    pub effort: Option<String>,
    /// API key.
    pub key: String,
    /// Address of the API, without `/v1beta`; absent: the provider's.
    pub endpoint: Option<String>,
    /// Where programs are looked up: Node.js runs this one.
    pub path: String,
    /// Most turns unless the ask says otherwise. Default 60: a deep review of a large change takes some forty.
    pub max_turns: u32,
}

impl GeminiConfig {
    /// Settings with a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            program: PathBuf::from("gemini"),
            version: None,
            model: None,
            effort: None,
            key: key.into(),
            endpoint: None,
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
            max_turns: 60,
        }
    }

    /// Uses this program, with the version that its package says, where it lies in one.
    #[must_use]
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self.version = version(&self.program);
        self
    }

    /// Looks up programs in this folder too.
    #[must_use]
    pub fn with_folder(mut self, folder: &Path) -> Self {
        self.path = format!("{}:{}", self.path, folder.display());
        self
    }
}

impl std::fmt::Debug for GeminiConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GeminiConfig")
            .field("program", &self.program)
            .field("version", &self.version)
            .field("model", &self.model)
            .field("effort", &self.effort)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}

/// What the package says of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Package {
    name: String,
    version: Option<String>,
}

/// The version in the package.json of PACKAGE/bundle/gemini.js.
fn version(program: &Path) -> Option<String> {
    let program = program.canonicalize().ok()?;
    let bytes = std::fs::read(program.parent()?.parent()?.join("package.json")).ok()?;
    let package: Package = serde_json::from_slice(&bytes).ok()?;
    package.version.filter(|_| package.name.ends_with("gemini-cli"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_packages() {
        let root = tempfile::tempdir().unwrap();
        let package = root.path().join("gemini-cli");
        std::fs::create_dir_all(package.join("bundle")).unwrap();
        std::fs::write(package.join("bundle/gemini.js"), "").unwrap();
        std::fs::write(package.join("package.json"), r#"{"name":"@google/gemini-cli","version":"0.61.0"}"#)
            .unwrap();
        let config = GeminiConfig::new("k").with_program(package.join("bundle/gemini.js"));
        assert_eq!(config.version.as_deref(), Some("0.61.0"));
        assert_eq!(GeminiConfig::new("k").with_program("/bin/sh").version, None);
    }
}
