//! Which agent programs are on this machine. None of them is started.

use std::path::PathBuf;

use super::programs::program;

/// An agent program that a backend starts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentProgram {
    /// The backend.
    pub backend: &'static str,
    /// Its name on the search path.
    pub name: &'static str,
    /// Where it is; absent: not installed.
    pub path: Option<PathBuf>,
    /// Its version, where the files around it tell.
    pub version: Option<String>,
    /// What is odd about the version.
    pub note: Option<String>,
}

/// The agent programs that this build can start.
pub fn agent_programs() -> Vec<AgentProgram> {
    let find = |backend, name| {
        let path = program(name).ok();
        AgentProgram { backend, name, path, version: None, note: None }
    };
    let mut all = Vec::new();
    #[cfg(feature = "claude-code")]
    {
        let mut claude = find("claude-code", "claude");
        let version = claude.path.as_deref().and_then(review_anthropic::ClaudeVersion::installed);
        claude.version = version.map(|version| version.to_string());
        claude.note = version.and_then(claude_note);
        all.push(claude);
    }
    #[cfg(feature = "codex")]
    {
        let mut codex = find("codex", "codex");
        codex.version = codex.path.as_deref().and_then(|path| review_openai::Native::find(path).version);
        all.push(codex);
    }
    #[cfg(feature = "gemini-cli")]
    all.push(find("gemini-cli", "gemini"));
    all.push(find("command:preset=opencode", "opencode"));
    all
}

#[cfg(feature = "claude-code")]
fn claude_note(version: review_anthropic::ClaudeVersion) -> Option<String> {
    use review_anthropic::ClaudeVersion as Version;

    if version < Version::OLDEST {
        Some(format!("too old; update it to {}", Version::WHOLE))
    } else if version < Version::WHOLE {
        Some(format!("old: needs a machine that can confine it; {} does not", Version::WHOLE))
    } else if version > Version::NEWEST {
        Some(format!("newer than what was tried ({})", Version::NEWEST))
    } else {
        None
    }
}
