//! Agents: backends that answer one ask with one answer. And chat models: one exchange with a provider.

use std::path::PathBuf;
use std::sync::Arc;

use async_trait::async_trait;

use crate::builder::setters;
use crate::cx::Cx;
use crate::error::Result;
use crate::location::LineRange;
use crate::review::{Identity, ToolCount, Usage};

/// A backend that answers one ask with one answer: an agent program, or a model with a tool loop.
///
/// # Contract
/// * Success is an answer that the backend ended on purpose. An exit code, an event or prose alone is not believed.
/// * What was delivered before a failure is in the error's context or was delivered through `cx`.
/// * No retry loops and no deadlines in here: those are layers.
///
/// # Cancellation
/// As for [`Reviewer`](crate::Reviewer): return soon after `cx.cancel`, and leave nothing behind when dropped.
#[async_trait]
pub trait Agent: Send + Sync {
    /// Answers.
    ///
    /// # Errors
    /// The backend's failure, mapped once by its adapter, with its evidence, secrets stripped.
    async fn ask(&self, ask: Ask, cx: Cx) -> Result<Answered>;
}

#[async_trait]
impl<T: Agent + ?Sized> Agent for Arc<T> {
    async fn ask(&self, ask: Ask, cx: Cx) -> Result<Answered> {
        (**self).ask(ask, cx).await
    }
}

#[async_trait]
impl<T: Agent + ?Sized> Agent for Box<T> {
    async fn ask(&self, ask: Ask, cx: Cx) -> Result<Answered> {
        (**self).ask(ask, cx).await
    }
}

/// What an agent is asked.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Ask {
    /// Whose ask it is, for events: the reviewer's name.
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
    /// Tools that the agent may use, by name. Empty: none.
    pub tools: Vec<String>,
    /// Bounds.
    pub limits: crate::reviewer::Limits,
}

impl Ask {
    /// An ask without tools.
    pub fn new(prompt: impl Into<String>) -> Self {
        Self { prompt: prompt.into(), pass: 1, ..Self::default() }
    }
}

setters!(Ask {
    set with_reviewer = reviewer: String,
    val with_pass = pass: u32,
    set with_system = system: String,
    opt with_schema = schema: String,
    opt with_checkout = checkout: PathBuf,
    push with_tool = tools: String,
    val with_limits = limits: crate::reviewer::Limits,
});

/// An agent's answer with what it took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Answered {
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
    /// Files that it is known to have read; no range means the whole file.
    pub reads: Vec<(String, Option<LineRange>)>,
    /// The session's name at the backend, to ask again in it.
    pub session: Option<String>,
}

impl Answered {
    /// An answer of which only the text is known.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

setters!(Answered {
    opt with_truncated = truncated: String,
    set with_identity = identity: Identity,
    val with_usage = usage: Usage,
    set with_tool_calls = tool_calls: Vec<ToolCount>,
    push with_read = reads: (String, Option<LineRange>),
    opt with_session = session: String,
});

/// One exchange with a model provider. Retry, rate and idle limits are layers on this trait.
///
/// # Contract
/// * Events go to `out` in order; the last one is [`TurnEvent::End`]. Returning `Ok` without it is a truncated
///   exchange, and callers treat it so.
/// * No retries in here.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// The provider's failure, mapped once by its adapter, secrets stripped.
    async fn turn(
        &self,
        request: &TurnRequest,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: &Cx,
    ) -> Result<()>;
}

/// One request to a chat model.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TurnRequest {
    /// Standing instructions.
    pub system: String,
    /// The conversation so far.
    pub messages: Vec<Message>,
    /// Tools on offer.
    pub tools: Vec<ToolSpec>,
    /// JSON Schema of the wanted answer, as JSON text.
    pub schema: Option<String>,
    /// Most output tokens.
    pub max_output_tokens: Option<u64>,
    /// Reasoning effort, in the provider's word.
    pub effort: Option<String>,
}

impl TurnRequest {
    /// A request with one message from the user.
    pub fn new(text: impl Into<String>) -> Self {
        Self { messages: vec![Message::User(text.into())], ..Self::default() }
    }
}

setters!(TurnRequest {
    set with_system = system: String,
    push with_message = messages: Message,
    push with_tool = tools: ToolSpec,
    opt with_schema = schema: String,
    some with_max_output_tokens = max_output_tokens: u64,
    opt with_effort = effort: String,
});

/// A message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// From the caller.
    User(String),
    /// From the model: its text, its tool calls, and what the provider wants back unchanged.
    Assistant {
        /// What it said.
        text: String,
        /// The tools it called.
        calls: Vec<ToolCall>,
        /// Opaque blocks of the provider (thinking, signatures), as JSON text.
        opaque: Vec<String>,
    },
    /// Results of tool calls, in the order of the calls.
    Tools(Vec<ToolResult>),
}

/// A tool on offer.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolSpec {
    /// Its name.
    pub name: String,
    /// What it does, for the model.
    pub description: String,
    /// JSON Schema of its arguments, as JSON text.
    pub parameters: String,
}

impl ToolSpec {
    /// A tool.
    pub fn new(
        name: impl Into<String>,
        description: impl Into<String>,
        parameters: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), description: description.into(), parameters: parameters.into() }
    }
}

/// A call of a tool.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolCall {
    /// The provider's id of the call.
    pub id: String,
    /// The tool.
    pub name: String,
    /// Its arguments as the model wrote them; need not be JSON.
    pub arguments: String,
}

impl ToolCall {
    /// A call.
    pub fn new(id: impl Into<String>, name: impl Into<String>, arguments: impl Into<String>) -> Self {
        Self { id: id.into(), name: name.into(), arguments: arguments.into() }
    }
}

/// The result of a tool call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ToolResult {
    /// The call's id.
    pub id: String,
    /// The tool.
    pub name: String,
    /// What it says to the model.
    pub text: String,
    /// Whether the call failed.
    pub is_error: bool,
}

impl ToolResult {
    /// The result of a call.
    pub fn new(call: &ToolCall, text: impl Into<String>, is_error: bool) -> Self {
        Self { id: call.id.clone(), name: call.name.clone(), text: text.into(), is_error }
    }
}

/// What happens during an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TurnEvent {
    /// A piece of the answer's text.
    Text(String),
    /// A tool call, whole.
    Call(ToolCall),
    /// An opaque block to send back unchanged, as JSON text.
    Opaque(String),
    /// Something this version does not know, kept for the record.
    Unknown(String),
    /// The exchange ended as the provider meant it to.
    End {
        /// Why the model stopped.
        stop: StopReason,
        /// Tokens.
        usage: Usage,
        /// The model as reported.
        model: Option<String>,
    },
}

/// Why a model stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum StopReason {
    /// It said what it wanted to say.
    Done,
    /// It wants tools to be run.
    ToolCalls,
    /// Its output limit was reached.
    Length,
    /// It refused, or a filter stopped it.
    Refused(String),
    /// Something else, in the provider's word.
    Other(String),
}

/// Pins object safety.
const _: fn(&dyn Agent, &dyn ChatModel) = |_, _| {};
