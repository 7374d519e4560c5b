//! Chat Completions, for every server that speaks it: OpenAI's own, OpenRouter, vLLM, Ollama, llama.cpp and others.

mod backend;
mod codec;
mod request;

pub use backend::ChatCompletions;
pub use codec::ChatCompletionsCodec;
