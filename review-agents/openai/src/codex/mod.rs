//! Codex, the agent program.

mod backend;
mod codec;
mod config;
mod failure;
mod native;
mod reads;
mod wire;

pub use backend::Codex;
pub use codec::CodexCodec;
pub use config::CodexConfig;
pub use native::Native;
