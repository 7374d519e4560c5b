//! The events as they come. Everything is optional: fields come and go between versions.

use serde::Deserialize;

/// One line of `exec --json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    // thread.started
    pub(crate) thread_id: Option<String>,
    // item.started, item.updated, item.completed
    pub(crate) item: Option<Item>,
    // turn.completed
    pub(crate) usage: Option<WireUsage>,
    // turn.failed
    pub(crate) error: Option<Failure>,
    // error
    pub(crate) message: Option<String>,
}

/// Something that was said or done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Item {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    // agent_message
    pub(crate) text: Option<String>,
    // command_execution
    pub(crate) command: Option<String>,
    pub(crate) exit_code: Option<i64>,
    // web_search
    pub(crate) query: Option<String>,
    // mcp_tool_call
    pub(crate) tool: Option<String>,
    // error
    pub(crate) message: Option<String>,
}

/// Why a turn failed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Failure {
    pub(crate) message: String,
}

/// Tokens of the whole thread. `input_tokens` includes the cache, `output_tokens` includes the reasoning.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireUsage {
    pub(crate) input_tokens: u64,
    pub(crate) cached_input_tokens: u64,
    pub(crate) cache_write_input_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) reasoning_output_tokens: u64,
}
