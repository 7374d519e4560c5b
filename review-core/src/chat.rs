//! Chat models: one exchange with a provider.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use crate::builder::setters;
use crate::cx::Cx;
use crate::error::Result;
use crate::review::Usage;
use crate::toolbox::{ToolCall, ToolResult, ToolSpec};

/// One exchange with a model provider. Retry, rate and idle limits are layers on this trait.
///
/// # Contract
/// * Events go to `out` in order; the last one is [`TurnEvent::End`]. Returning `Ok` without it is a truncated
///   exchange, and callers treat it so.
/// * [`TurnEvent::Raw`], where the provider has one, comes once, before the end.
/// * No retries in here.
///
/// # Cancellation
/// When `cx.cancel` is raised the call ends soon with `Cancelled`. Dropping it ends the exchange.
#[async_trait]
pub trait ChatModel: Send + Sync {
    /// What it is and can do.
    fn info(&self) -> &ModelInfo;

    /// Sends one request and reads its answer.
    ///
    /// # Errors
    /// The provider's failure, mapped once by its adapter, secrets stripped.
    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()>;
}

#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Arc<T> {
    fn info(&self) -> &ModelInfo {
        (**self).info()
    }
    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        (**self).turn(request, out, cx).await
    }
}

#[async_trait]
impl<T: ChatModel + ?Sized> ChatModel for Box<T> {
    fn info(&self) -> &ModelInfo {
        (**self).info()
    }
    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        (**self).turn(request, out, cx).await
    }
}

/// What a chat model is and can do, before it is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ModelInfo {
    /// Company or server: `anthropic`, `openai`, …
    pub provider: String,
    /// Model as configured.
    pub model: String,
    /// Whether tools can be offered.
    pub tools: bool,
    /// Whether an answer can be bound to a JSON Schema at all.
    pub schema: bool,
    /// Whether that also goes while tools are on offer.
    pub schema_with_tools: bool,
}

impl ModelInfo {
    /// A model with tools that can be bound to a schema at any time.
    pub fn new(provider: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            provider: provider.into(),
            model: model.into(),
            tools: true,
            schema: true,
            schema_with_tools: true,
        }
    }
}

setters!(ModelInfo {
    val with_tools = tools: bool,
    val with_schema = schema: bool,
    val with_schema_with_tools = schema_with_tools: bool,
});

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
    /// Whether the model must answer now and may call no further tool. Tools stay on offer in name, because the
    /// conversation may hold calls of them.
    pub answer_now: bool,
    /// Stable name of the conversation, for providers that route by it to a cache.
    pub conversation: Option<String>,
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
    val with_answer_now = answer_now: bool,
    opt with_conversation = conversation: String,
    some with_max_output_tokens = max_output_tokens: u64,
    opt with_effort = effort: String,
});

/// A message of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Message {
    /// From the caller.
    User(String),
    /// From the model.
    Assistant {
        /// What it said.
        text: String,
        /// The tools it called.
        calls: Vec<ToolCall>,
        /// The whole turn as the provider wants it back, from [`TurnEvent::Raw`]. It counts instead of the other two:
        /// thinking, signatures and the order of the parts must come back unchanged.
        raw: Option<String>,
    },
    /// Results of tool calls, in the order of the calls.
    Tools(Vec<ToolResult>),
}

/// What happens during an exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TurnEvent {
    /// A piece of the answer's text.
    Text(String),
    /// A tool call, whole.
    Call(ToolCall),
    /// The whole turn as the provider wants it back, as JSON text.
    Raw(String),
    /// Something came that says only that the other side is alive.
    Alive,
    /// The exchange failed and will be tried again: what came before is void.
    Retrying {
        /// Which try comes next, from 2.
        attempt: u32,
        /// After how long.
        delay: Duration,
        /// Why, secrets stripped.
        reason: String,
    },
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
const _: fn(&dyn ChatModel) = |_| {};
