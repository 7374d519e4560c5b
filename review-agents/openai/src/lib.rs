//! OpenAI's models as agents: Codex, the Responses API, and Chat Completions for every server that speaks it. See the
//! crate's README for its rooms.

#[cfg(feature = "chat")]
mod chat;
#[cfg(all(unix, feature = "codex"))]
mod codex;
#[cfg(any(feature = "chat", feature = "responses"))]
mod failure;
#[cfg(feature = "responses")]
mod responses;

#[cfg(feature = "chat")]
pub use chat::{ChatCompletions, ChatCompletionsCodec};
#[cfg(all(unix, feature = "codex"))]
pub use codex::{Codex, CodexCodec, CodexConfig, Native};
#[cfg(feature = "responses")]
pub use responses::{Responses, ResponsesCodec};
