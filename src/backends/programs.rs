//! Agent programs as reviewers.

use std::path::PathBuf;
use std::sync::Arc;

use review_core::{Capabilities, Error, ErrorKind, Result};

#[cfg(any(feature = "claude-code", feature = "codex", feature = "gemini-cli"))]
use review_agents::cli_agent::CliAgent;
use review_agents::layers::MAX_PASS_TIME;
use review_agents::process::{Driver, Limits};

use super::key::key;
use super::options::{idle, shared};
use super::{Backend, OptionInfo, OptionKind, ReviewerSpec};

/// Any program. Who starts it can't know what it costs, so it counts as costing money.
pub(super) fn command() -> Backend {
    use review_agents::command::{Command, OPENCODE, ProgramConfig};

    let about = "any program: reads the prompt on standard input, writes a review on standard output; or one that is described";
    Backend::agent("command", about, capabilities(false).with_may_write(true), move |spec| {
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let described = match (spec.option("preset"), spec.option("config")) {
            (None, None) => None,
            (Some("opencode"), None) => Some(OPENCODE.to_owned()),
            (None, Some(path)) => Some(crate::files::read_text(std::path::Path::new(path), 1 << 20)?),
            _ => {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "there is one preset, `opencode`; or name a config file",
                )
                .with_context("given", spec));
            }
        };
        let mut command = match described {
            None => Command::shell(spec.required("cmd")?),
            Some(text) => {
                let mut config = ProgramConfig::from_json(&text)?;
                let given = spec.option("program").unwrap_or(&config.program);
                config.program = program(given)?.to_string_lossy().into_owned();
                Command::from_config(config, variable)?
            }
        };
        for name in spec.option("env").unwrap_or_default().split('+').filter(|name| !name.is_empty()) {
            command = command.variable(name, key(&[name])?);
        }
        if spec.flag("sandbox")?.unwrap_or(false) {
            command = command.only_reading();
        }
        for folder in spec.option("read").unwrap_or_default().split('+').filter(|folder| !folder.is_empty()) {
            command = command.reading(folder);
        }
        let command = command.model(spec.option("model").unwrap_or_default());
        // A plain program speaks at its end; one in events is heard on the way.
        let driver = driver(spec, command.has_events())?;
        Ok(Arc::new(command.effort(spec.option("effort").unwrap_or_default()).agent(driver)))
    })
    .with_options(&[
        OptionInfo::new("cmd", OptionKind::Text, "the command line, for a shell", "my-reviewer --json"),
        OptionInfo::new(
            "preset",
            OptionKind::Text,
            "a program that is described already: opencode",
            "opencode",
        ),
        OptionInfo::new(
            "config",
            OptionKind::Path,
            "the description of a program that speaks in events",
            "agent.json",
        ),
        shared::PROGRAM,
        shared::MODEL,
        shared::EFFORT,
        OptionInfo::new(
            "env",
            OptionKind::Words,
            "variables that it gets; their values count as keys",
            "MY_KEY+OTHER_KEY",
        ),
        OptionInfo::new(
            "sandbox",
            OptionKind::Flag,
            "whether it is confined to the checkout and a home of its own",
            "yes",
        )
        .with_default("no"),
        OptionInfo::new(
            "read",
            OptionKind::Words,
            "further folders that it sees where it is confined",
            "/opt/agent",
        ),
    ])
}

/// Claude Code. The key comes from the environment, never from a specification: that is printed and recorded.
#[cfg(feature = "claude-code")]
pub(super) fn claude_code() -> Backend {
    use review_anthropic::{ClaudeCode, ClaudeConfig};

    let about = "Claude Code; needs ANTHROPIC_API_KEY";
    Backend::agent("claude-code", about, capabilities(true), |spec| {
        let mut config = ClaudeConfig::new(key(&["ANTHROPIC_API_KEY"])?)
            .with_program(program(spec.option("program").unwrap_or("claude"))?);
        config.model = spec.option("model").map(str::to_owned);
        config.effort = spec.option("effort").map(str::to_owned);
        config.endpoint = spec.option("endpoint").map(str::to_owned);
        config.max_cost_micro_usd = spec.micro_usd("max-cost")?;
        Ok(Arc::new(CliAgent::new(ClaudeCode::new(config), driver(spec, true)?)))
    })
    .with_options(&[
        shared::MODEL,
        shared::EFFORT,
        shared::MAX_COST,
        shared::TURNS,
        // Five answers that miss the schema end the program without any; ours is asked for once more, and read anyhow.
        shared::SCHEMA.with_default("no"),
        shared::ENDPOINT,
        shared::PROGRAM,
    ])
    .of_provider("anthropic")
    .with_keys(&["ANTHROPIC_API_KEY"])
}

/// Codex. Its native program is started, not the wrapper around it.
#[cfg(feature = "codex")]
pub(super) fn codex() -> Backend {
    use review_openai::{Codex, CodexConfig, Native};

    let about = "Codex; needs CODEX_API_KEY or OPENAI_API_KEY";
    Backend::agent("codex", about, capabilities(true), |spec| {
        let mut config = CodexConfig::new(key(&["CODEX_API_KEY", "OPENAI_API_KEY"])?)
            .with_native(Native::find(&program(spec.option("program").unwrap_or("codex"))?));
        config.model = spec.option("model").map(str::to_owned);
        config.effort = spec.option("effort").map(str::to_owned);
        config.endpoint = spec.option("endpoint").map(str::to_owned);
        Ok(Arc::new(CliAgent::new(Codex::new(config), driver(spec, true)?)))
    })
    .with_options(&[
        shared::MODEL,
        shared::EFFORT,
        shared::SCHEMA.with_default("yes"),
        shared::ENDPOINT,
        shared::PROGRAM,
    ])
    .with_schema()
    .of_provider("openai")
    .with_keys(&["CODEX_API_KEY", "OPENAI_API_KEY"])
}

/// Gemini CLI. It is a script, so the Node.js that runs this user's is looked up here: the run's own search path is short.
#[cfg(feature = "gemini-cli")]
pub(super) fn gemini_cli() -> Backend {
    use review_google::{GeminiCli, GeminiConfig};

    let about = "Gemini CLI; needs GEMINI_API_KEY";
    Backend::agent("gemini-cli", about, capabilities(true), |spec| {
        let mut config = GeminiConfig::new(key(&["GEMINI_API_KEY"])?)
            .with_program(program(spec.option("program").unwrap_or("gemini"))?);
        if let Some(folder) = program("node").ok().as_deref().and_then(std::path::Path::parent) {
            config = config.with_folder(folder);
        }
        config.model = spec.option("model").map(str::to_owned);
        config.effort = spec.option("effort").map(str::to_owned);
        config.endpoint = spec.option("endpoint").map(str::to_owned);
        Ok(Arc::new(CliAgent::new(GeminiCli::new(config), driver(spec, true)?)))
    })
    .with_options(&[shared::MODEL, shared::EFFORT, shared::TURNS, shared::ENDPOINT, shared::PROGRAM])
    .of_provider("google")
    .with_keys(&["GEMINI_API_KEY"])
}

/// The absolute path of a program: as given, or from the absolute folders of `PATH`.
pub(super) fn program(name: &str) -> Result<PathBuf> {
    let given = PathBuf::from(name);
    if given.components().count() > 1 {
        return given.canonicalize().map_err(|error| Error::from(error).with_context("program", name));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
        .ok_or_else(|| {
            Error::new(ErrorKind::NotFound, "the program is not installed").with_context("program", name)
        })
}

/// What an agent program needs and does.
fn capabilities(reports_usage: bool) -> Capabilities {
    Capabilities::default()
        .with_needs_checkout(true)
        .with_uses_tools(true)
        .with_delivers(true)
        .with_reports_usage(reports_usage)
        .with_costs_money(true)
        .with_uses_network(true)
}

/// What runs an agent's program: its limits and its supervisor.
fn driver(spec: &ReviewerSpec, reports: bool) -> Result<Driver> {
    let mut limits = Limits::default();
    limits.idle = idle(spec, reports)?;
    limited(spec, limits)
}

/// As [`driver`], for a program that writes its answer in one piece of at most so many bytes.
#[cfg(feature = "rules")]
pub(super) fn driver_with(spec: &ReviewerSpec, bytes: usize) -> Result<Driver> {
    let mut limits = Limits::default();
    limits.idle = None;
    limits.output_bytes = bytes;
    limits.line_bytes = bytes;
    limited(spec, limits)
}

fn limited(spec: &ReviewerSpec, mut limits: Limits) -> Result<Driver> {
    // The review, the judge and the editor bound each of their asks; this is for whoever forgets to.
    limits.total = spec.seconds("timeout")?.unwrap_or(MAX_PASS_TIME);
    let driver = Driver::new(limits);
    // Without a supervisor the driver gives its weaker guarantee, and the report says so.
    Ok(match review_agents::process::supervisor::own_program() {
        Some(program) => driver.supervised_by(program),
        None => driver,
    })
}
