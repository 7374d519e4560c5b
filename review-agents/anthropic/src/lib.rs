//! Anthropic's models as agents: Claude Code, and the Messages API. See the crate's README for its rooms.

#[cfg(all(unix, feature = "claude-code"))]
mod claude_code;
#[cfg(feature = "messages")]
mod messages;

#[cfg(all(unix, feature = "claude-code"))]
pub use claude_code::{ClaudeCode, ClaudeCodec, ClaudeConfig, Version as ClaudeVersion};
#[cfg(feature = "messages")]
pub use messages::{Messages, MessagesCodec, Thinking};
