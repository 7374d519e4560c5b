//! Google's models as agents: Gemini CLI, and the API's `generateContent`. See the crate's README for its rooms.

#[cfg(any(feature = "generate-content", all(unix, feature = "gemini-cli")))]
mod effort;
#[cfg(all(unix, feature = "gemini-cli"))]
mod gemini_cli;
#[cfg(feature = "generate-content")]
mod generate_content;

#[cfg(all(unix, feature = "gemini-cli"))]
pub use gemini_cli::{GeminiCli, GeminiCodec, GeminiConfig};
#[cfg(feature = "generate-content")]
pub use generate_content::{GenerateContent, GenerateContentCodec};
