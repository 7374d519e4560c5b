//! Asks an agent for the prose.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{
    Agent, AgentRequest, Cx, EditRequest, Editor, Error, ErrorKind, Prose, Result, RetroProse,
};
use serde_json::Value;

use super::facts;
use crate::documents::documents;
use crate::run_within::run_within;

/// At most so many texts on reviewers are read.
const MAX_RETRO: usize = 50;

/// An [`Editor`] that asks a model through an [`Agent`].
///
/// The facts of the report go into the prompt, fenced as untrusted. `by` is `model:` and the model as reported, else the name given
/// here.
///
/// # Cancellation
/// Raising the cancel ends the ask; so does the deadline, with an error of kind `Timeout`.
#[derive(Clone)]
pub struct AgentEditor {
    agent: Arc<dyn Agent>,
    name: String,
    deadline: Duration,
    checkout: Option<PathBuf>,
}

impl std::fmt::Debug for AgentEditor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentEditor").field("name", &self.name).finish_non_exhaustive()
    }
}

impl AgentEditor {
    /// An editor over an agent. The name stands for the model where the backend does not report one.
    pub fn new(name: impl Into<String>, agent: Arc<dyn Agent>) -> Self {
        Self { agent, name: name.into(), deadline: Duration::from_secs(1800), checkout: None }
    }

    /// How long one ask may take. Default: half an hour.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// The folder that the agent works in. Some agents need one.
    #[must_use]
    pub fn with_checkout(mut self, folder: impl Into<PathBuf>) -> Self {
        self.checkout = Some(folder.into());
        self
    }
}

#[async_trait]
impl Editor for AgentEditor {
    async fn write(&self, request: EditRequest, cx: Cx) -> Result<Prose> {
        let mut task = AgentRequest::new(facts::task(&request.report, &request.problems))
            .with_system(facts::SYSTEM)
            .with_reviewer("editor")
            .with_schema(facts::schema());
        task.checkout.clone_from(&self.checkout);
        let response = run_within(&*self.agent, task, self.deadline, "editor", &cx).await?;
        let model = response.identity.model.as_deref().unwrap_or(&self.name);
        read(&response.text, &format!("model:{model}"))
    }
}

/// The last object of an answer that has a summary.
fn read(text: &str, by: &str) -> Result<Prose> {
    let with_summary = |value: &Value| value.get("summary").and_then(Value::as_str).map(str::to_owned);
    let found = documents(text).into_iter().rev().find_map(|value| Some((with_summary(&value)?, value)));
    let Some((summary, value)) = found else {
        return Err(Error::new(
            ErrorKind::InvalidAnswer,
            "the editor's answer is no JSON object with a `summary`",
        ));
    };
    let mut prose = Prose::new(by, summary);
    let retro = value.get("retro").and_then(Value::as_array).into_iter().flatten();
    prose.retro = retro
        .filter_map(|one| Some(RetroProse::new(one.get("reviewer")?.as_str()?, one.get("text")?.as_str()?)))
        .filter(|one| !one.text.trim().is_empty())
        .take(MAX_RETRO)
        .collect();
    Ok(prose)
}
