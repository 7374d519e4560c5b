//! What a user can set.

use std::path::PathBuf;

use super::version::Version;

/// Settings of Claude Code.
#[derive(Clone)]
#[non_exhaustive]
pub struct ClaudeConfig {
    /// The program. Default: `claude`, looked up in `path`.
    pub program: PathBuf,
    /// Its version, where that is known; absent: it is taken to have every option.
    pub version: Option<Version>,
    /// Model, in the provider's word; absent: the program's default.
    pub model: Option<String>,
    /// Reasoning effort, in the program's word.
    pub effort: Option<String>,
    /// API key.
    pub key: String,
    /// Address of the API, without `/v1`; absent: the provider's.
    pub endpoint: Option<String>,
    /// Where programs are looked up. The agent's shell gets it too.
    pub path: String,
    /// Most turns unless the ask says otherwise. Default 60: a deep review of a large change takes some forty.
    pub max_turns: u32,
    /// Most money for one ask, in millionths of a US dollar, unless the ask says otherwise.
    pub max_cost_micro_usd: Option<u64>,
}

impl ClaudeConfig {
    /// Settings with a key.
    pub fn new(key: impl Into<String>) -> Self {
        Self {
            program: PathBuf::from("claude"),
            version: None,
            model: None,
            effort: None,
            key: key.into(),
            endpoint: None,
            path: "/usr/local/bin:/usr/bin:/bin".to_owned(),
            max_turns: 60,
            max_cost_micro_usd: None,
        }
    }
}

impl ClaudeConfig {
    /// Uses this program, and what its version can do.
    #[must_use]
    pub fn with_program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = program.into();
        self.version = Version::installed(&self.program);
        self
    }
}

impl std::fmt::Debug for ClaudeConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClaudeConfig")
            .field("program", &self.program)
            .field("model", &self.model)
            .field("effort", &self.effort)
            .field("endpoint", &self.endpoint)
            .finish_non_exhaustive()
    }
}
