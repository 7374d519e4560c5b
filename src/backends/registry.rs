//! The backends that there are.

use std::collections::BTreeMap;
use std::sync::Arc;

use review_agents::prompt::Prompt;
use review_agents::{AgentEditor, AgentJudge};
use review_core::{Agent, Error, ErrorKind, Result, Reviewer};
use review_ingest::Format;

use super::backend::Backend;
#[cfg(any(feature = "anthropic", feature = "openai", feature = "google"))]
use super::models;
use super::options::did_you_mean;
#[cfg(all(unix, feature = "command"))]
use super::programs;
use super::recorded::recorded;
use super::spec::ReviewerSpec;

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
/// let reviewer = registry.reviewer("mine=canned").unwrap();
/// assert_eq!(reviewer.info().name, "mine");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Registry {
    backends: BTreeMap<String, Backend>,
    prompt: Prompt,
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
        registry.register(programs::command());
        #[cfg(all(unix, feature = "claude-code"))]
        registry.register(programs::claude_code());
        #[cfg(all(unix, feature = "codex"))]
        registry.register(programs::codex());
        #[cfg(all(unix, feature = "gemini-cli"))]
        registry.register(programs::gemini_cli());
        #[cfg(feature = "anthropic")]
        registry.register(models::anthropic());
        #[cfg(feature = "openai")]
        registry.register(models::openai());
        #[cfg(feature = "openai")]
        registry.register(models::openai_chat());
        #[cfg(feature = "google")]
        registry.register(models::google());
        #[cfg(feature = "rules")]
        registry.register(super::rules::backend());
        #[cfg(feature = "rules")]
        for tool in review_analyzers::tools::tools().unwrap_or_default() {
            registry.register(super::analysers::backend(tool));
        }
        registry
    }

    /// Uses another prompt for reviewing agents.
    #[must_use]
    pub fn with_prompt(mut self, prompt: Prompt) -> Self {
        self.prompt = prompt;
        self
    }

    /// The prompt for reviewing agents.
    pub fn prompt(&self) -> &Prompt {
        &self.prompt
    }

    /// Adds a backend.
    pub fn register(&mut self, backend: Backend) {
        self.backends.insert(backend.name.clone(), backend);
    }

    /// The backends, by name.
    pub fn backends(&self) -> impl Iterator<Item = &Backend> {
        self.backends.values()
    }

    /// Makes a reviewer from what a person wrote: `claude-code:effort=high`.
    ///
    /// # Errors
    /// As [`make`](Self::make), and `InvalidInput` for what is no specification.
    pub fn reviewer(&self, spec: &str) -> Result<Arc<dyn Reviewer>> {
        self.make(&spec.parse()?)
    }

    /// Makes a reviewer.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown backend, with the known ones, or for options that it can't use.
    pub fn make(&self, spec: &ReviewerSpec) -> Result<Arc<dyn Reviewer>> {
        self.backend(spec)?.reviewer(spec, &self.prompt)
    }

    /// Makes an agent that answers single requests.
    ///
    /// # Errors
    /// As [`make`](Self::make), and `InvalidInput` for a backend without agents, with those that have some.
    pub fn agent(&self, spec: &ReviewerSpec) -> Result<Arc<dyn Agent>> {
        if let Some(agent) = self.backend(spec)?.single_agent(spec) {
            return agent;
        }
        let able = self.backends().filter(|backend| backend.has_agent());
        let able: Vec<&str> = able.map(|backend| backend.name.as_str()).collect();
        Err(Error::new(
            ErrorKind::InvalidInput,
            format!("the backend `{}` reviews, but can't answer questions", spec.backend),
        )
        .with_context("able", able.join(" ")))
    }

    /// Those of these reviewers that are models which can answer single questions too: backends with agents that cost money, or
    /// whose model is named. Nothing is made.
    pub fn judges_among<'s>(&self, specs: &'s [ReviewerSpec]) -> Vec<&'s ReviewerSpec> {
        let able = |spec: &&ReviewerSpec| {
            let backend = self.backends.get(&spec.backend);
            backend.is_some_and(|backend| {
                backend.has_agent() && (backend.costs_money || spec.option("model").is_some())
            })
        };
        specs.iter().filter(able).collect()
    }

    /// Makes a judge over a model. `timeout` bounds each of its answers.
    ///
    /// # Errors
    /// As [`agent`](Self::agent).
    pub fn judge(&self, spec: &ReviewerSpec) -> Result<AgentJudge> {
        let judge = AgentJudge::new(helper_name(spec), self.agent(spec)?);
        Ok(match spec.seconds("timeout")? {
            Some(limit) => judge.with_deadline(limit),
            None => judge,
        })
    }

    /// Makes an editor over a model. `timeout` bounds each of its answers.
    ///
    /// # Errors
    /// As [`agent`](Self::agent).
    pub fn editor(&self, spec: &ReviewerSpec) -> Result<AgentEditor> {
        let editor = AgentEditor::new(helper_name(spec), self.agent(spec)?);
        Ok(match spec.seconds("timeout")? {
            Some(limit) => editor.with_deadline(limit),
            None => editor,
        })
    }

    /// The backend that a specification names.
    ///
    /// # Errors
    /// `InvalidInput` for an unknown one, with the known ones.
    pub fn backend(&self, spec: &ReviewerSpec) -> Result<&Backend> {
        self.backends.get(&spec.backend).ok_or_else(|| {
            let known: Vec<&str> = self.backends.keys().map(String::as_str).collect();
            Error::new(
                ErrorKind::InvalidInput,
                format!(
                    "there is no reviewer backend `{}` in this build{}",
                    spec.backend,
                    did_you_mean(&spec.backend, known.iter().copied())
                ),
            )
            .with_context("known", known.join(" "))
        })
    }
}

/// What stands for the model where the backend does not report one.
fn helper_name(spec: &ReviewerSpec) -> &str {
    spec.option("model").unwrap_or(&spec.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_backend_lists_the_known_ones() {
        let mut registry = Registry::new();
        registry.register(recorded("replay", "", None));
        let error = |text: &str| registry.make(&text.parse().unwrap()).err().unwrap().to_string();
        insta::assert_snapshot!(error("gpt"), @"there is no reviewer backend `gpt` in this build (known: replay)");
        insta::assert_snapshot!(error("replay"), @"the backend `replay` needs the option `file` (given: replay)");
        insta::assert_snapshot!(error("replay:fil=x"), @"the backend `replay` has no option `fil`; did you mean `file`? (known: file passes)");
    }
}
