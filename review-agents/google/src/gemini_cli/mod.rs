//! Gemini CLI, the agent program.

mod backend;
mod codec;
mod config;
mod failure;
mod home;
mod wire;

pub use backend::GeminiCli;
pub use codec::GeminiCodec;
pub use config::GeminiConfig;
