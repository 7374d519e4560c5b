//! Reviewers by specification: `[NAME=]BACKEND[:KEY=VALUE,…]`, and the open registry that makes them.
//!
//! A backend is never guessed from a model's name. What is not registered is an error that lists what is.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Agent, Capabilities, Cx, Error, ErrorKind, Identity, Result, Review, ReviewRequest, Reviewer,
    ReviewerInfo,
};
use review_ingest::{Format, IngestOptions, ingest};

/// A reviewer as a person names it.
///
/// ```
/// use deep_review::ReviewerSpec;
/// let spec: ReviewerSpec = "deep=claude-code:model=opus,effort=high".parse().unwrap();
/// assert_eq!((spec.name.as_str(), spec.backend.as_str()), ("deep", "claude-code"));
/// assert_eq!(spec.options["effort"], "high");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReviewerSpec {
    /// Name within the run; the backend's where none is given.
    pub name: String,
    /// The backend.
    pub backend: String,
    /// Its options.
    pub options: BTreeMap<String, String>,
}

impl FromStr for ReviewerSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |why: &str| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("a reviewer reads [NAME=]BACKEND[:KEY=VALUE,…]; {why}"),
            )
            .with_context("given", text)
        };
        let (head, tail) = text.split_once(':').unwrap_or((text, ""));
        let (name, backend) = head.split_once('=').unwrap_or((head, head));
        if name.is_empty() || backend.is_empty() {
            return Err(invalid("the name and the backend must not be empty"));
        }
        if name.chars().any(|c| c.is_control() || c.is_whitespace() || "/=@:,".contains(c)) {
            return Err(invalid("the name must not hold spaces or any of / = @ : ,"));
        }
        let mut options = BTreeMap::new();
        for pair in tail.split(',').filter(|pair| !pair.is_empty()) {
            let (key, value) = pair.split_once('=').ok_or_else(|| invalid("each option needs KEY=VALUE"))?;
            if options.insert(key.to_owned(), value.to_owned()).is_some() {
                return Err(invalid("an option is given twice"));
            }
        }
        Ok(Self { name: name.to_owned(), backend: backend.to_owned(), options })
    }
}

impl fmt::Display for ReviewerSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name != self.backend {
            write!(f, "{}=", self.name)?;
        }
        f.write_str(&self.backend)?;
        for (index, (key, value)) in self.options.iter().enumerate() {
            write!(f, "{}{key}={value}", if index == 0 { ':' } else { ',' })?;
        }
        Ok(())
    }
}

impl ReviewerSpec {
    /// An option.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.options.get(key).map(String::as_str)
    }

    /// An option that must be there.
    ///
    /// # Errors
    /// `InvalidInput` when it is not.
    pub fn required(&self, key: &str) -> Result<&str> {
        self.option(key).ok_or_else(|| {
            Error::new(
                ErrorKind::InvalidInput,
                format!("the backend `{}` needs the option `{key}`", self.backend),
            )
            .with_context("given", self)
        })
    }

    /// A whole number of at least 1.
    ///
    /// # Errors
    /// `InvalidInput` when it is something else.
    pub fn number(&self, key: &str) -> Result<Option<u32>> {
        let Some(text) = self.option(key) else { return Ok(None) };
        match text.parse() {
            Ok(number) if number > 0 => Ok(Some(number)),
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the option `{key}` needs a whole number from 1"),
            )
            .with_context("given", self)),
        }
    }

    /// An amount of US dollars, as millionths.
    ///
    /// # Errors
    /// `InvalidInput` when it is no amount.
    pub fn micro_usd(&self, key: &str) -> Result<Option<u64>> {
        let Some(text) = self.option(key) else { return Ok(None) };
        match text.trim_start_matches('$').parse::<f64>() {
            Ok(dollars) if dollars > 0.0 && dollars < 1e9 => Ok(Some((dollars * 1e6).round() as u64)),
            _ => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the option `{key}` needs an amount of US dollars"),
            )
            .with_context("given", self)),
        }
    }

    /// Refuses options that the backend does not know.
    ///
    /// # Errors
    /// `InvalidInput` that lists the known ones.
    pub fn only(&self, known: &[&str]) -> Result<()> {
        match self.options.keys().find(|key| !known.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the backend `{}` has no option `{key}`", self.backend),
            )
            .with_context("known", known.join(" "))),
        }
    }
}

type Factory = Arc<dyn Fn(&ReviewerSpec) -> Result<Arc<dyn Reviewer>> + Send + Sync>;
type AgentFactory = Arc<dyn Fn(&ReviewerSpec) -> Result<Arc<dyn Agent>> + Send + Sync>;

/// One kind of reviewer that can be named.
#[derive(Clone)]
#[non_exhaustive]
pub struct Backend {
    /// Its name in a specification.
    pub name: String,
    /// What it is, in one line.
    pub about: String,
    /// Whether using it costs money.
    pub costs_money: bool,
    factory: Factory,
    agent: Option<AgentFactory>,
}

impl Backend {
    /// A backend from a function that makes its reviewers.
    pub fn new(
        name: impl Into<String>,
        about: impl Into<String>,
        factory: impl Fn(&ReviewerSpec) -> Result<Arc<dyn Reviewer>> + Send + Sync + 'static,
    ) -> Self {
        Self {
            name: name.into(),
            about: about.into(),
            costs_money: false,
            factory: Arc::new(factory),
            agent: None,
        }
    }

    /// Says how it makes agents that answer single asks: what a judge needs.
    #[must_use]
    pub fn with_agent(
        mut self,
        agent: impl Fn(&ReviewerSpec) -> Result<Arc<dyn Agent>> + Send + Sync + 'static,
    ) -> Self {
        self.agent = Some(Arc::new(agent));
        self
    }

    /// Whether its agents can answer single asks.
    pub fn has_agent(&self) -> bool {
        self.agent.is_some()
    }

    /// Says that using it costs money.
    #[must_use]
    pub fn costing_money(mut self) -> Self {
        self.costs_money = true;
        self
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The backends that a program offers. Registration is explicit; the last one of a name counts.
///
/// ```
/// use std::sync::Arc;
/// use deep_review::{Backend, Registry, Review, ScriptedReviewer};
///
/// let mut registry = Registry::builtin();
/// registry.register(Backend::new("canned", "always says the same", |spec| {
///     Ok(Arc::new(ScriptedReviewer::new(Review::new(&spec.name))))
/// }));
/// let reviewer = registry.make(&"mine=canned".parse().unwrap()).unwrap();
/// assert_eq!(reviewer.info().name, "mine");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registry {
    backends: BTreeMap<String, Backend>,
}

impl Registry {
    /// No backends.
    pub fn new() -> Self {
        Self::default()
    }

    /// The backends of this build.
    pub fn builtin() -> Self {
        let mut registry = Self::new();
        registry.register(recorded(
            "replay",
            "a review that was recorded in a file, in any form that is read",
            None,
        ));
        registry.register(recorded("sarif", "results of an analyser in a SARIF file", Some(Format::Sarif)));
        registry.register(recorded(
            "rdjson",
            "diagnostics in an rdjson or rdjsonl file",
            Some(Format::Rdjson),
        ));
        #[cfg(all(unix, feature = "command"))]
        registry.register(command());
        #[cfg(all(unix, feature = "claude-code"))]
        registry.register(claude_code());
        #[cfg(feature = "rules")]
        registry.register(Backend::new(
            "rules",
            "built-in structural rules; offline, no key; folder=… adds your own",
            |spec| {
                spec.only(&["folder"])?;
                let mut rules = review_analyzers::builtin_rules()?;
                if let Some(folder) = spec.option("folder") {
                    rules.extend(review_analyzers::rules_in(std::path::Path::new(folder))?);
                }
                Ok(Arc::new(review_analyzers::RulesReviewer::with_rules(&spec.name, rules)))
            },
        ));
        registry
    }

    /// Adds a backend.
    pub fn register(&mut self, backend: Backend) {
        self.backends.insert(backend.name.clone(), backend);
    }

    /// The backends, by name.
    pub fn backends(&self) -> impl Iterator<Item = &Backend> {
        self.backends.values()
    }

    /// Makes a reviewer.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown backend, with the known ones, or for options that it can't use.
    pub fn make(&self, spec: &ReviewerSpec) -> Result<Arc<dyn Reviewer>> {
        (self.backend(spec)?.factory)(spec)
    }

    /// Makes an agent that answers single asks.
    ///
    /// # Errors
    /// As [`make`](Self::make), and `InvalidInput` for a backend without agents, with those that have some.
    pub fn agent(&self, spec: &ReviewerSpec) -> Result<Arc<dyn Agent>> {
        let Some(agent) = &self.backend(spec)?.agent else {
            let able = self.backends().filter(|backend| backend.has_agent());
            let able: Vec<&str> = able.map(|backend| backend.name.as_str()).collect();
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("the backend `{}` reviews, but can't answer questions", spec.backend),
            )
            .with_context("able", able.join(" ")));
        };
        agent(spec)
    }

    fn backend(&self, spec: &ReviewerSpec) -> Result<&Backend> {
        self.backends.get(&spec.backend).ok_or_else(|| {
            let known: Vec<&str> = self.backends.keys().map(String::as_str).collect();
            Error::new(
                ErrorKind::InvalidInput,
                format!("there is no reviewer backend `{}` in this build", spec.backend),
            )
            .with_context("known", known.join(" "))
        })
    }
}

/// Any program. Who starts it can't know what it costs, so it counts as costing money.
#[cfg(all(unix, feature = "command"))]
fn command() -> Backend {
    use review_agents::command::CommandAgent;

    let about = "any program: reads the prompt on standard input, writes a review on standard output; cmd=…, env=NAME+NAME";
    let agent = |spec: &ReviewerSpec| -> Result<Arc<dyn Agent>> {
        spec.only(&["cmd", "env", "timeout", "passes", "model", "effort"])?;
        let mut agent = CommandAgent::shell(spec.required("cmd")?).driver(driver(spec)?);
        for name in spec.option("env").unwrap_or_default().split('+').filter(|name| !name.is_empty()) {
            agent = agent.variable(name, key(name)?);
        }
        Ok(Arc::new(agent))
    };
    Backend::new("command", about, move |spec| cli_reviewer(spec, "command", agent(spec)?))
        .with_agent(agent)
        .costing_money()
}

/// Claude Code. The key comes from the environment, never from a specification: that is printed and recorded.
#[cfg(all(unix, feature = "claude-code"))]
fn claude_code() -> Backend {
    use review_anthropic::{ClaudeCode, ClaudeConfig};

    let about =
        "Claude Code; needs ANTHROPIC_API_KEY; model=… effort=… endpoint=… program=… timeout=… passes=…";
    let agent = |spec: &ReviewerSpec| -> Result<Arc<dyn Agent>> {
        spec.only(&["model", "effort", "passes", "timeout", "max-cost", "endpoint", "program"])?;
        let mut config = ClaudeConfig::new(key("ANTHROPIC_API_KEY")?);
        config.model = spec.option("model").map(str::to_owned);
        config.effort = spec.option("effort").map(str::to_owned);
        config.endpoint = spec.option("endpoint").map(str::to_owned);
        config.max_cost_micro_usd = spec.micro_usd("max-cost")?;
        config.program = program(spec.option("program").unwrap_or("claude"))?;
        Ok(Arc::new(review_agents::cli_agent::CliAgent::new(ClaudeCode::new(config), driver(spec)?)))
    };
    Backend::new("claude-code", about, move |spec| cli_reviewer(spec, "anthropic", agent(spec)?))
        .with_agent(agent)
        .costing_money()
}

/// A key from the environment.
#[cfg(all(unix, feature = "command"))]
fn key(variable: &str) -> Result<String> {
    std::env::var(variable).ok().filter(|key| !key.trim().is_empty()).ok_or_else(|| {
        Error::new(ErrorKind::Unauthorized, "the key is not set").with_context("variable", variable)
    })
}

/// The absolute path of a program: as given, or from the absolute folders of `PATH`.
#[cfg(all(unix, feature = "command"))]
fn program(name: &str) -> Result<PathBuf> {
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

/// What runs an agent's program: its limits and its supervisor.
#[cfg(all(unix, feature = "command"))]
fn driver(spec: &ReviewerSpec) -> Result<review_agents::process::Driver> {
    use review_agents::process::{Driver, Limits};

    let mut limits = Limits::default();
    if let Some(seconds) = spec.number("timeout")? {
        limits.total = std::time::Duration::from_secs(seconds.into());
    }
    let mut driver = Driver::new(limits);
    // Only a program that starts with `run_if_asked` can be its own supervisor: the command is one.
    if let Some(program) = supervisor() {
        driver = driver.supervised_by(program);
    }
    Ok(driver)
}

/// A reviewer over an agent program, and what it can do.
#[cfg(all(unix, feature = "command"))]
fn cli_reviewer(spec: &ReviewerSpec, provider: &str, agent: Arc<dyn Agent>) -> Result<Arc<dyn Reviewer>> {
    let mut identity = Identity::default().with_provider(provider);
    identity.model = spec.option("model").map(str::to_owned);
    identity.effort = spec.option("effort").map(str::to_owned);
    let capabilities = Capabilities::default()
        .with_needs_checkout(true)
        .with_uses_tools(true)
        .with_reports_usage(provider != "command")
        .with_costs_money(true)
        .with_uses_network(true);
    let info = ReviewerInfo::new(&spec.name)
        .with_identity(identity)
        .with_capabilities(capabilities)
        .with_passes(spec.number("passes")?.unwrap_or(1));
    Ok(Arc::new(review_agents::AgentReviewer::new(info, agent)))
}

/// The running program, when it is the command of this package: it watches over agents as its own supervisor.
#[cfg(all(unix, feature = "command"))]
fn supervisor() -> Option<PathBuf> {
    let program = std::env::current_exe().ok()?;
    (cfg!(feature = "cli") && program.file_stem()? == "deep-review").then_some(program)
}

/// Largest recorded review that is read: 64 MiB.
const MAX_REVIEW_BYTES: u64 = 64 << 20;

fn recorded(name: &'static str, about: &str, format: Option<Format>) -> Backend {
    Backend::new(name, about, move |spec| {
        spec.only(&["file", "passes"])?;
        let capabilities = Capabilities::default().with_deterministic(true);
        let info = ReviewerInfo::new(&spec.name)
            .with_identity(Identity::default().with_provider(name))
            .with_capabilities(capabilities);
        Ok(Arc::new(RecordedReviewer { info, file: PathBuf::from(spec.required("file")?), format }))
    })
}

/// Returns the review that is in a file.
struct RecordedReviewer {
    info: ReviewerInfo,
    file: PathBuf,
    format: Option<Format>,
}

#[async_trait]
impl Reviewer for RecordedReviewer {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Review {
        let name = &self.info.name;
        if cx.cancel.is_cancelled() {
            return Review::failed(name, "it was cancelled").with_pass(request.pass);
        }
        let mut options = IngestOptions::new(name).with_pass(request.pass);
        options.format = self.format;
        let read = crate::files::read_bounded(&self.file, MAX_REVIEW_BYTES)
            .and_then(|bytes| ingest(&bytes, &options));
        match read {
            Ok(mut review) => {
                if review.identity.provider.is_none() {
                    review.identity.provider.clone_from(&self.info.identity.provider);
                }
                review
            }
            Err(error) => Review::failed(name, error.to_string()).with_pass(request.pass),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn specifications_read_and_print() {
        for text in ["rules", "deep=codex:effort=high,model=x", "replay:file=a/b.md"] {
            assert_eq!(text.parse::<ReviewerSpec>().unwrap().to_string(), text);
        }
        for text in ["", "=rules", "a b=rules", "codex:model", "codex:a=1,a=2"] {
            assert_eq!(text.parse::<ReviewerSpec>().unwrap_err().kind(), ErrorKind::InvalidInput, "{text}");
        }
    }

    #[test]
    fn an_unknown_backend_lists_the_known_ones() {
        let mut registry = Registry::new();
        registry.register(recorded("replay", "", None));
        let error = |text: &str| registry.make(&text.parse().unwrap()).err().unwrap().to_string();
        insta::assert_snapshot!(error("gpt"), @"there is no reviewer backend `gpt` in this build (known: replay)");
        insta::assert_snapshot!(error("replay"), @"the backend `replay` needs the option `file` (given: replay)");
        insta::assert_snapshot!(error("replay:fil=x"), @"the backend `replay` has no option `fil` (known: file passes)");
    }
}
