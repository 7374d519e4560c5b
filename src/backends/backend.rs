//! One kind of reviewer that can be named.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use review_agents::AgentReviewer;
use review_agents::layers::{Budget, Capable};
use review_agents::prompt::Prompt;
use review_agents::{ANSWER_SCHEMA, MAX_PARTS, PART_BYTES};
use review_core::{
    Agent, Cancel, Capabilities, Identity, Layer as _, Limits, Result, Reviewer, ReviewerInfo,
};

use super::options::{self, AGENT_OPTIONS, OptionInfo};
use super::{ReviewerSpec, briefs};

type ReviewerFactory = Arc<dyn Fn(&ReviewerSpec) -> Result<Arc<dyn Reviewer>> + Send + Sync>;
type Probing = Pin<Box<dyn Future<Output = Result<String>> + Send>>;
type ProbeFactory = Arc<dyn Fn(&ReviewerSpec, Cancel) -> Result<Probing> + Send + Sync>;
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
    /// The options that it has.
    pub options: Vec<OptionInfo>,
    /// Variables that may hold its key, the first one that is set counts; empty: it needs none.
    pub keys: Vec<&'static str>,
    probe: Option<ProbeFactory>,
    make: Make,
}

/// What it makes.
#[derive(Clone)]
enum Make {
    Reviewer(ReviewerFactory),
    Agent { factory: AgentFactory, info: Box<ReviewerInfo>, schema: bool },
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
            options: Vec::new(),
            keys: Vec::new(),
            probe: None,
            make: Make::Reviewer(Arc::new(factory)),
        }
    }

    /// A backend from a function that makes agents. They review with the registry's prompt, and answer the questions of a
    /// judge. It has the options of every agent ([`AGENT_OPTIONS`]); [`with_options`](Self::with_options) adds its own.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use deep_review::{Backend, Capabilities, Registry, ScriptedAgent};
    ///
    /// let mut registry = Registry::new();
    /// registry.register(Backend::agent("canned", "always says the same", Capabilities::default(), |_| {
    ///     Ok(Arc::new(ScriptedAgent::new().answering("## Findings\n\nNone.")))
    /// }));
    /// assert!(registry.agent(&"canned".parse().unwrap()).is_ok());
    /// assert_eq!(registry.make(&"me=canned:passes=2".parse().unwrap()).unwrap().info().passes, 2);
    /// ```
    pub fn agent(
        name: impl Into<String>,
        about: impl Into<String>,
        capabilities: Capabilities,
        factory: impl Fn(&ReviewerSpec) -> Result<Arc<dyn Agent>> + Send + Sync + 'static,
    ) -> Self {
        let name = name.into();
        let identity = Identity::default().with_provider(&name);
        let info = ReviewerInfo::default().with_identity(identity).with_capabilities(capabilities);
        Self {
            name,
            about: about.into(),
            costs_money: capabilities.costs_money,
            options: AGENT_OPTIONS.to_vec(),
            keys: Vec::new(),
            probe: None,
            make: Make::Agent { factory: Arc::new(factory), info: Box::new(info), schema: false },
        }
    }

    /// Adds options. A specification is checked against them before anything is made.
    #[must_use]
    pub fn with_options(mut self, options: &[OptionInfo]) -> Self {
        let mut all = options.to_vec();
        all.append(&mut self.options);
        self.options = all;
        self
    }

    /// An option by its name.
    pub fn option(&self, name: &str) -> Option<&OptionInfo> {
        self.options.iter().find(|option| option.name == name)
    }

    /// Names the company behind its agents. Default: the backend's own name.
    #[must_use]
    pub fn of_provider(mut self, provider: &str) -> Self {
        if let Make::Agent { info, .. } = &mut self.make {
            info.identity.provider = Some(provider.to_owned());
        }
        self
    }

    /// Names the variables that may hold its key.
    #[must_use]
    pub fn with_keys(mut self, variables: &[&'static str]) -> Self {
        self.keys = variables.to_vec();
        self
    }

    /// Says how it is found out, without cost, whether what a specification names can be reached. The text tells what was found.
    #[must_use]
    pub fn with_probe<F>(
        mut self,
        probe: impl Fn(&ReviewerSpec, Cancel) -> Result<F> + Send + Sync + 'static,
    ) -> Self
    where
        F: Future<Output = Result<String>> + Send + 'static,
    {
        self.probe = Some(Arc::new(move |spec, cancel| Ok(Box::pin(probe(spec, cancel)?))));
        self
    }

    /// Finds out whether what a specification names can be reached; none where that can't be found out without cost.
    ///
    /// # Errors
    /// What keeps it from being reached.
    pub async fn probe(&self, spec: &ReviewerSpec, cancel: Cancel) -> Result<Option<String>> {
        options::check(spec, &self.options)?;
        match &self.probe {
            Some(probe) => probe(spec, cancel)?.await.map(Some),
            None => Ok(None),
        }
    }

    /// Binds the answers of its agents to the schema of the built-in prompt's answer.
    #[must_use]
    pub fn with_schema(mut self) -> Self {
        if let Make::Agent { schema, .. } = &mut self.make {
            *schema = true;
        }
        self
    }

    /// Says that using it costs money.
    #[must_use]
    pub fn costing_money(mut self) -> Self {
        self.costs_money = true;
        self
    }

    /// Whether it makes agents, which can answer single asks too.
    pub fn has_agent(&self) -> bool {
        matches!(self.make, Make::Agent { .. })
    }

    /// Makes a reviewer.
    pub(super) fn reviewer(&self, spec: &ReviewerSpec, prompt: &Prompt) -> Result<Arc<dyn Reviewer>> {
        options::check(spec, &self.options)?;
        let (factory, info, schema) = match &self.make {
            Make::Reviewer(factory) => return factory(spec),
            Make::Agent { factory, info, schema } => (factory, info, spec.flag("schema")?.unwrap_or(*schema)),
        };
        let mut info = (**info).clone();
        info.name.clone_from(&spec.name);
        let passes = spec.number("passes")?.unwrap_or(1);
        info.passes = passes;
        info.identity.model = spec.option("model").map(str::to_owned);
        info.identity.effort = spec.option("effort").map(str::to_owned);
        let parts = spec.number("parts")?.map_or(MAX_PARTS, |parts| parts as usize);
        let mut reviewer = AgentReviewer::new(info, factory(spec)?)
            .with_prompt(prompt.clone())
            .with_parts(PART_BYTES, parts)
            .with_generated(spec.flag("generated")?.unwrap_or(false))
            .with_briefs(briefs::read(spec.option(briefs::OPTION).unwrap_or_default(), passes)?);
        // A user's own template may ask for another form.
        if schema && *prompt == Prompt::default() {
            reviewer = reviewer.with_schema(ANSWER_SCHEMA);
        }
        let mut limits = Limits::default();
        limits.time = spec.seconds("timeout")?;
        limits.turns = spec.number("turns")?;
        limits.cost_micro_usd = spec.micro_usd("max-cost")?;
        Ok(Capable.layer(Budget::new(limits).with_time_by_size().layer(Arc::new(reviewer))))
    }

    /// Makes an agent; none where it makes reviewers only.
    pub(super) fn single_agent(&self, spec: &ReviewerSpec) -> Option<Result<Arc<dyn Agent>>> {
        match &self.make {
            Make::Reviewer(_) => None,
            Make::Agent { factory, .. } => {
                Some(options::check(spec, &self.options).and_then(|()| factory(spec)))
            }
        }
    }
}

impl fmt::Debug for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Backend").field("name", &self.name).finish_non_exhaustive()
    }
}
