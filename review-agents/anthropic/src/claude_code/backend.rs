//! How Claude Code is started.

use std::path::Path;

use review_agents::cli_agent::{CliBackend, CliCodec};
use review_agents::process::Invocation;
use review_core::{Ask, Error, ErrorKind, Result};

use super::codec::ClaudeCodec;
use super::config::ClaudeConfig;

/// Claude Code as an agent program.
///
/// Nothing of the reviewed branch is loaded as configuration or executed: settings, hooks, MCP servers, key helpers and
/// plugins are off. Files can be read inside of the checkout only, and nothing can be run: a shell that may call
/// `git diff` may also write files by `--output`. The diff is in the prompt.
#[derive(Clone, Debug)]
pub struct ClaudeCode {
    config: ClaudeConfig,
}

impl ClaudeCode {
    /// A backend with these settings.
    pub fn new(config: ClaudeConfig) -> Self {
        Self { config }
    }
}

impl CliBackend for ClaudeCode {
    fn name(&self) -> &str {
        "claude-code"
    }

    fn invocation(&self, ask: &Ask, private: &Path) -> Result<Invocation> {
        let checkout = ask.checkout.as_deref().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "it needs a checkout to work in").with_operation(self.name())
        })?;
        let config = &self.config;
        if config.key.is_empty() {
            return Err(Error::new(ErrorKind::Unauthorized, "there is no API key; set ANTHROPIC_API_KEY")
                .with_operation(self.name()));
        }
        // Options that take several words would swallow a prompt behind them, so the prompt is on standard input.
        let mut invocation = Invocation::new(&config.program, checkout).input(prompt(ask));
        for argument in [
            "-p",
            "--output-format",
            "stream-json",
            "--verbose",
            "--bare",
            "--setting-sources",
            "",
            "--strict-mcp-config",
            "--tools",
            "Read",
            "--permission-mode",
            "dontAsk",
            "--restricted",
            "--no-session-persistence",
        ] {
            invocation = invocation.argument(argument);
        }
        let turns = ask.limits.turns.unwrap_or(config.max_turns);
        invocation = invocation.argument("--max-turns").argument(turns.to_string());
        if let Some(micro_usd) = ask.limits.cost_micro_usd.or(config.max_cost_micro_usd) {
            let dollars = format!("{}.{:06}", micro_usd / 1_000_000, micro_usd % 1_000_000);
            invocation = invocation.argument("--max-budget-usd").argument(dollars);
        }
        if let Some(model) = &config.model {
            invocation = invocation.argument("--model").argument(model);
        }
        if let Some(effort) = &config.effort {
            invocation = invocation.argument("--effort").argument(effort);
        }
        if let Some(schema) = &ask.schema {
            invocation = invocation.argument("--json-schema").argument(schema);
        }
        let home = private.to_string_lossy().into_owned();
        for (name, value) in [
            ("PATH", config.path.as_str()),
            ("HOME", home.as_str()),
            ("TMPDIR", home.as_str()),
            ("CLAUDE_CONFIG_DIR", home.as_str()),
            ("ANTHROPIC_API_KEY", config.key.as_str()),
            ("LANG", "C.UTF-8"),
            ("TERM", "dumb"),
            ("DISABLE_AUTOUPDATER", "1"),
            ("DISABLE_TELEMETRY", "1"),
            ("DISABLE_ERROR_REPORTING", "1"),
            ("CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"),
            // Its own ten retries take minutes, also for a key that is refused.
            ("CLAUDE_CODE_MAX_RETRIES", "3"),
        ] {
            invocation = invocation.variable(name, value);
        }
        if let Some(endpoint) = &config.endpoint {
            invocation = invocation.variable("ANTHROPIC_BASE_URL", endpoint);
        }
        Ok(invocation)
    }

    fn codec(&self, ask: &Ask) -> Box<dyn CliCodec> {
        Box::new(ClaudeCodec::new(ask.schema.is_some()))
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.key.clone()]
    }
}

fn prompt(ask: &Ask) -> String {
    if ask.system.is_empty() {
        ask.prompt.clone()
    } else {
        format!("{}\n\n{}", ask.system.trim_end(), ask.prompt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask() -> Ask {
        let mut ask = Ask::new("Review this.").with_system("Be careful.");
        ask.checkout = Some("/work".into());
        ask
    }

    #[test]
    fn nothing_of_the_branch_is_loaded_and_nothing_can_be_run() {
        let mut config = ClaudeConfig::new("sk-key");
        config.model = Some("opus".into());
        let invocation = ClaudeCode::new(config).invocation(&ask(), Path::new("/private")).unwrap();
        insta::assert_snapshot!(invocation.arguments.join(" "), @"-p --output-format stream-json --verbose --bare --setting-sources  --strict-mcp-config --tools Read --permission-mode dontAsk --restricted --no-session-persistence --max-turns 60 --model opus");
        assert_eq!(invocation.input.as_deref(), Some("Be careful.\n\nReview this."));
        assert_eq!(invocation.environment["HOME"], "/private");
        assert!(!format!("{invocation:?}").contains("sk-key"));
    }

    #[test]
    fn what_can_not_work_is_refused_before_it_starts() {
        let backend = ClaudeCode::new(ClaudeConfig::new(""));
        assert_eq!(backend.invocation(&ask(), Path::new("/p")).unwrap_err().kind(), ErrorKind::Unauthorized);
        let backend = ClaudeCode::new(ClaudeConfig::new("k"));
        assert_eq!(
            backend.invocation(&Ask::new("x"), Path::new("/p")).unwrap_err().kind(),
            ErrorKind::Unsupported
        );
    }
}
