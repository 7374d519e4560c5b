//! What a user can set.

use std::path::PathBuf;

use super::native::Native;

/// Settings of Codex.
#[derive(Clone)]
#[non_exhaustive]
pub struct CodexConfig {
    /// The program. Default: `codex`, looked up in `path`. Better is the native one: [`Native::find`].
    pub program: PathBuf,
    /// Version of the program, where it is known: its events don't say it.
    pub version: Option<String>,
    /// Model, in the provider's word; absent: the program's default.
    pub model: Option<String>,
    /// Reasoning effort, in the program's word. It is passed on unchecked, as the program does.
    pub effort: Option<String>,
    /// API key.
    pub key: String,
    /// Address of the API, with `/v1`; absent: the provider's.
    pub endpoint: Option<String>,
    /// Where programs are looked up. The agent's shell gets it too.
    pub path: String,
}

impl CodexConfig {
    /// Settings with a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            program: PathBuf::from("codex"),
            version: None,
            model: None,
            effort: None,
            key: key.into(),
            endpoint: None,
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
        }
    }

    /// Uses this program, with the tools that come with it.
    #[must_use]
    pub fn with_native(mut self, native: Native) -> Self {
        if let Some(tools) = native.tools {
            self.path = format!("{}:{}", self.path, tools.display());
        }
        self.program = native.program;
        self.version = native.version;
        self
    }
}

impl std::fmt::Debug for CodexConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CodexConfig")
            .field("program", &self.program)
            .field("version", &self.version)
            .field("model", &self.model)
            .field("effort", &self.effort)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
