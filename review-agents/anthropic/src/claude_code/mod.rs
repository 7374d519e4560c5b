//! Claude Code, the agent program.

mod backend;
mod codec;
mod config;
mod version;
mod wire;

pub use backend::ClaudeCode;
pub use codec::ClaudeCodec;
pub use config::ClaudeConfig;
pub use version::Version;
