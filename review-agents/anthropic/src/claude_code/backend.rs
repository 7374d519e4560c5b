//! How Claude Code is started.

use review_agents::cli_agent::{CliBackend, CliCodec, Setting};
use review_agents::endpoint::without_version;
use review_agents::process::Invocation;
use review_core::{AgentRequest, Error, ErrorKind, Result, Usage};

use super::codec::ClaudeCodec;
use super::config::ClaudeConfig;
use super::version::Version;

/// Tools where nothing keeps the program from writing: a shell that may call `git diff` may also write files by `--output`.
const READING: &str = "Read";

/// Tools where the machine keeps it from writing.
const READING_AND_SHELL: &str = "Read,Bash";

/// What it may run in its shell: looking at files and history. The machine's protection, not this list, confines it; the list
/// keeps it from running anything else. So neither `git grep` nor `rg` is in it, which can be told to start a program, nor
/// `git blame` and `wc`, which read files that an option names.
const COMMANDS: &[&str] = &[
    "Bash(git diff:*)",
    "Bash(git log:*)",
    "Bash(git show:*)",
    "Bash(git status:*)",
    "Bash(git ls-files:*)",
    "Bash(git merge-base:*)",
    "Bash(git rev-parse:*)",
    "Bash(grep:*)",
    "Bash(ls:*)",
    "Bash(head:*)",
    "Bash(tail:*)",
];

/// Claude Code as an agent program.
///
/// Nothing of the reviewed branch is loaded as configuration or executed: settings, hooks, MCP servers, key helpers and
/// plugins are off. Files can be read inside of the checkout, and of the folders given beside it, only. Where the machine keeps it
/// from writing, it also has a shell for git and for searching.
#[derive(Clone, Debug)]
pub struct ClaudeCode {
    config: ClaudeConfig,
}

impl ClaudeCode {
    /// A backend with these settings.
    pub fn new(config: ClaudeConfig) -> Self {
        Self { config }
    }

    /// Whether the program has every option.
    ///
    /// # Errors
    /// `Unsupported` for a version that is too old: for every use, or for this one.
    fn is_whole(&self, setting: &Setting<'_>) -> Result<bool> {
        let Some(version) = self.config.version.filter(|version| !version.is_whole()) else {
            return Ok(true);
        };
        let too_old = |why: &str| {
            Error::new(ErrorKind::Unsupported, format!("Claude Code {version} is too old{why}"))
                .with_operation(self.name())
                .with_context(
                    "hint",
                    format!(
                        "npm i -g @anthropic-ai/claude-code@{}; plain `npm i` gives an old one on Node.js 20",
                        Version::WHOLE
                    ),
                )
        };
        if version < Version::OLDEST {
            return Err(too_old(""));
        }
        // Without `--restricted` only the machine keeps its file tools within the checkout.
        if !setting.protected {
            return Err(too_old(" for a machine that can't confine it"));
        }
        Ok(false)
    }

    /// What every call has.
    fn call(&self, request: &AgentRequest, setting: &Setting<'_>, input: String) -> Result<Invocation> {
        let checkout = request.checkout.as_deref().ok_or_else(|| {
            Error::new(ErrorKind::Unsupported, "it needs a checkout to work in").with_operation(self.name())
        })?;
        let config = &self.config;
        if config.key.is_empty() {
            return Err(Error::new(ErrorKind::Unauthorized, "there is no API key; set ANTHROPIC_API_KEY")
                .with_operation(self.name()));
        }
        let whole = self.is_whole(setting)?;
        // Options that take several words would swallow a prompt behind them, so the prompt is on standard input.
        let mut invocation = Invocation::new(&config.program, checkout).input(input);
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
            if setting.protected { READING_AND_SHELL } else { READING },
            "--permission-mode",
            "dontAsk",
        ] {
            invocation = invocation.argument(argument);
        }
        if whole {
            invocation = invocation.argument("--restricted");
        }
        if setting.protected {
            invocation = invocation.argument("--allowedTools");
            invocation =
                COMMANDS.iter().fold(invocation, |invocation, command| invocation.argument(*command));
        }
        if !request.extra_dirs.is_empty() {
            invocation = invocation.argument("--add-dir");
            let folders = request.extra_dirs.iter().map(|folder| folder.to_string_lossy().into_owned());
            invocation = folders.fold(invocation, Invocation::argument);
        }
        let turns = request.limits.turns.unwrap_or(config.max_turns);
        invocation = invocation.argument("--max-turns").argument(turns.to_string());
        if let Some(micro_usd) = request.limits.cost_micro_usd.or(config.max_cost_micro_usd) {
            let dollars = format!("{}.{:06}", micro_usd / 1_000_000, micro_usd % 1_000_000);
            invocation = invocation.argument("--max-budget-usd").argument(dollars);
        }
        if let Some(model) = &config.model {
            invocation = invocation.argument("--model").argument(model);
        }
        if let Some(effort) = &config.effort {
            invocation = invocation.argument("--effort").argument(effort);
        }
        if let Some(schema) = request.schema.as_ref().filter(|_| whole) {
            invocation = invocation.argument("--json-schema").argument(schema);
        }
        let home = setting.private.to_string_lossy().into_owned();
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
            invocation = invocation.variable("ANTHROPIC_BASE_URL", without_version(endpoint, "v1"));
        }
        Ok(invocation)
    }
}

impl CliBackend for ClaudeCode {
    fn name(&self) -> &str {
        "claude-code"
    }

    fn invocation(&self, request: &AgentRequest, setting: &Setting<'_>) -> Result<Invocation> {
        self.call(request, setting, prompt(request))
    }

    fn again(
        &self,
        request: &AgentRequest,
        setting: &Setting<'_>,
        session: &str,
        message: &str,
    ) -> Option<Result<Invocation>> {
        let call = self.call(request, setting, message.to_owned());
        Some(call.map(|invocation| invocation.argument("--resume").argument(session)))
    }

    fn codec(&self, request: &AgentRequest) -> Box<dyn CliCodec> {
        let whole = self.config.version.is_none_or(Version::is_whole);
        Box::new(ClaudeCodec::new(whole && request.schema.is_some()))
    }

    /// Its tokens are those of the call, its cost is that of the session.
    fn usage_of_both(&self, first: Usage, second: Usage) -> Usage {
        let mut both = first.plus(second);
        both.cost_micro_usd = second.cost_micro_usd.or(first.cost_micro_usd);
        both
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.config.key.clone()]
    }
}

fn prompt(request: &AgentRequest) -> String {
    if request.system.is_empty() {
        request.prompt.clone()
    } else {
        format!("{}\n\n{}", request.system.trim_end(), request.prompt)
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn ask() -> AgentRequest {
        let mut request = AgentRequest::new("Review this.").with_system("Be careful.");
        request.checkout = Some("/work".into());
        request
    }

    fn setting() -> Setting<'static> {
        Setting::new(Path::new("/private"))
    }

    #[test]
    fn nothing_of_the_branch_is_loaded_and_nothing_can_be_run() {
        let mut config = ClaudeConfig::new("sk-key");
        config.model = Some("opus".into());
        let invocation = ClaudeCode::new(config).invocation(&ask(), &setting()).unwrap();
        insta::assert_snapshot!(invocation.arguments.join(" "), @"-p --output-format stream-json --verbose --bare --setting-sources  --strict-mcp-config --tools Read --permission-mode dontAsk --restricted --max-turns 60 --model opus");
        assert_eq!(invocation.input.as_deref(), Some("Be careful.\n\nReview this."));
        assert_eq!(invocation.environment["HOME"], "/private");
        assert!(!format!("{invocation:?}").contains("sk-key"));
    }

    #[test]
    fn where_nothing_can_be_written_it_may_look_with_git() {
        let backend = ClaudeCode::new(ClaudeConfig::new("sk-key"));
        let request = ask().with_extra_dir("/lib");
        let invocation = backend.invocation(&request, &setting().protected()).unwrap();
        insta::assert_snapshot!(invocation.arguments.join(" "), @"-p --output-format stream-json --verbose --bare --setting-sources  --strict-mcp-config --tools Read,Bash --permission-mode dontAsk --restricted --allowedTools Bash(git diff:*) Bash(git log:*) Bash(git show:*) Bash(git status:*) Bash(git ls-files:*) Bash(git merge-base:*) Bash(git rev-parse:*) Bash(grep:*) Bash(ls:*) Bash(head:*) Bash(tail:*) --add-dir /lib --max-turns 60");
    }

    #[test]
    fn an_older_version_is_not_given_what_it_does_not_know() {
        let backend = |version: &str| {
            let mut config = ClaudeConfig::new("sk-key");
            config.version = version.parse().ok();
            ClaudeCode::new(config)
        };
        let request = ask().with_schema("{}");
        let arguments = |version: &str| {
            let invocation = backend(version).invocation(&request, &setting().protected()).unwrap();
            invocation
                .arguments
                .into_iter()
                .filter(|word| ["--restricted", "--json-schema"].contains(&word.as_str()))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(arguments("2.1.197"), "");
        assert_eq!(
            (arguments("2.1.329").as_str(), arguments("unknown").as_str()),
            ("--restricted --json-schema", "--restricted --json-schema")
        );
        insta::assert_snapshot!(backend("2.0.9").invocation(&request, &setting().protected()).unwrap_err(), @"claude-code: Claude Code 2.0.9 is too old (hint: npm i -g @anthropic-ai/claude-code@2.1.329; plain `npm i` gives an old one on Node.js 20)");
        insta::assert_snapshot!(backend("2.1.197").invocation(&request, &setting()).unwrap_err(), @"claude-code: Claude Code 2.1.197 is too old for a machine that can't confine it (hint: npm i -g @anthropic-ai/claude-code@2.1.329; plain `npm i` gives an old one on Node.js 20)");
    }

    #[test]
    fn it_is_asked_once_more_in_its_session() {
        let backend = ClaudeCode::new(ClaudeConfig::new("sk-key"));
        let invocation = backend.again(&ask(), &setting(), "s1", "Again.").unwrap().unwrap();
        assert_eq!(invocation.input.as_deref(), Some("Again."));
        assert!(invocation.arguments.ends_with(&["--resume".to_owned(), "s1".to_owned()]));
        let used = |cost: u64| Usage::default().with_input_tokens(10).with_cost_micro_usd(cost);
        let both = backend.usage_of_both(used(5), used(8));
        assert_eq!((both.input_tokens, both.cost_micro_usd), (Some(20), Some(8)));
    }

    #[test]
    fn what_can_not_work_is_refused_before_it_starts() {
        let refused = |key: &str, request: &AgentRequest| {
            ClaudeCode::new(ClaudeConfig::new(key)).invocation(request, &setting()).unwrap_err().kind()
        };
        assert_eq!(refused("", &ask()), ErrorKind::Unauthorized);
        assert_eq!(refused("k", &AgentRequest::new("x")), ErrorKind::Unsupported);
    }
}
