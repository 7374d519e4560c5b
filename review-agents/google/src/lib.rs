//! Gemini CLI as an agent. See the crate's README for its rooms.

mod backend;
mod codec;
mod config;
mod failure;
mod home;
mod wire;

pub use backend::GeminiCli;
pub use codec::GeminiCodec;
pub use config::GeminiConfig;
