//! Agents: backends that answer one request with one response.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::builder::setters;
use crate::cx::Cx;
use crate::error::Result;
use crate::location::FileRead;
use crate::review::{Identity, ToolCount, Usage};
use crate::toolbox::Toolbox;

/// A backend that answers one request with one response: an agent program, or a model with a tool loop.
///
/// # Contract
/// * Success is an answer that the backend ended on purpose. An exit code, an event or prose alone is not believed.
/// * What was delivered before a failure is in the error's context or was delivered through `cx`.
/// * No retry loops and no deadlines in here: those are layers. The one exception is [`AgentRequest::check`]: an answer that it
///   refuses is asked for once more in the same session, where the backend can, with what was wrong. If that does not
///   help either, the answer is returned as truncated.
///
/// # Cancellation
/// As for [`Reviewer`](crate::Reviewer): return soon after `cx.cancel`, and leave nothing behind when dropped.
#[async_trait]
pub trait Agent: Send + Sync {
    /// Answers one request.
    ///
    /// # Errors
    /// The backend's failure, mapped once by its adapter, with its evidence, secrets stripped.
    async fn run(&self, request: AgentRequest, cx: Cx) -> Result<AgentResponse>;
}

#[async_trait]
impl<T: Agent + ?Sized> Agent for Arc<T> {
    async fn run(&self, request: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        (**self).run(request, cx).await
    }
}

#[async_trait]
impl<T: Agent + ?Sized> Agent for Box<T> {
    async fn run(&self, request: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        (**self).run(request, cx).await
    }
}

/// Tells what is wrong with an answer, in words for the backend; `Ok` when it can be used.
pub type AnswerCheck = Arc<dyn Fn(&str) -> std::result::Result<(), String> + Send + Sync>;

/// What an agent is asked to do.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct AgentRequest {
    /// Whose request it is, for events: the reviewer's name.
    pub reviewer: String,
    /// Which pass it belongs to.
    pub pass: u32,
    /// Standing instructions.
    pub system: String,
    /// The task, with its context.
    pub prompt: String,
    /// JSON Schema of the wanted answer, as JSON text; absent: prose.
    pub schema: Option<String>,
    /// Folder to work in.
    pub checkout: Option<PathBuf>,
    /// Further folders that may be read, beside the checkout.
    pub extra_dirs: Vec<PathBuf>,
    /// Tools for a model that has none of its own. Agent programs bring theirs.
    pub toolbox: Option<Arc<dyn Toolbox>>,
    /// Tells whether an answer can be used.
    pub check: Option<AnswerCheck>,
    /// Bounds.
    pub limits: crate::reviewer::Limits,
}

impl AgentRequest {
    /// A request without tools.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), pass: 1, ..Self::default() }
    }
}

setters!(AgentRequest {
    set with_reviewer = reviewer: String,
    val with_pass = pass: u32,
    set with_system = system: String,
    opt with_schema = schema: String,
    opt with_checkout = checkout: PathBuf,
    push with_extra_dir = extra_dirs: PathBuf,
    some with_toolbox = toolbox: Arc<dyn Toolbox>,
    some with_check = check: AnswerCheck,
    val with_limits = limits: crate::reviewer::Limits,
});

impl std::fmt::Debug for AgentRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentRequest")
            .field("reviewer", &self.reviewer)
            .field("pass", &self.pass)
            .field("prompt", &self.prompt)
            .field("checkout", &self.checkout)
            .field("limits", &self.limits)
            .finish_non_exhaustive()
    }
}

/// An agent's answer, with who gave it and what it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct AgentResponse {
    /// The answer's text: prose, Markdown or JSON.
    pub text: String,
    /// Why the answer is not whole, where the backend cut it.
    pub truncated: Option<String>,
    /// Who answered, as reported.
    pub identity: Identity,
    /// What it used.
    pub usage: Usage,
    /// Tool calls by name.
    pub tool_calls: Vec<ToolCount>,
    /// Files that it is known to have read.
    pub reads: Vec<FileRead>,
    /// The session's name at the backend, to ask again in it.
    pub session: Option<String>,
}

impl AgentResponse {
    /// An answer of which only the text is known.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

setters!(AgentResponse {
    opt with_truncated = truncated: String,
    set with_identity = identity: Identity,
    val with_usage = usage: Usage,
    set with_tool_calls = tool_calls: Vec<ToolCount>,
    push with_read = reads: FileRead,
    opt with_session = session: String,
});

/// Pins object safety.
const _: fn(&dyn Agent) = |_| {};
