//! Claude Code as an agent. See the crate's README for its rooms.

mod backend;
mod codec;
mod config;
mod wire;

pub use backend::ClaudeCode;
pub use codec::ClaudeCodec;
pub use config::ClaudeConfig;
