//! The events as they come. Everything is optional: fields come and go between versions.

use serde::Deserialize;
use serde_json::Value;

/// One line of `--output-format stream-json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) subtype: String,
    pub(crate) message: Option<Message>,
    // system/init
    pub(crate) model: Option<String>,
    pub(crate) claude_code_version: Option<String>,
    pub(crate) session_id: Option<String>,
    // system/api_retry
    pub(crate) attempt: Option<u32>,
    pub(crate) retry_delay_ms: Option<f64>,
    pub(crate) error_status: Option<Value>,
    // result
    pub(crate) is_error: bool,
    pub(crate) result: Option<String>,
    pub(crate) structured_output: Option<Value>,
    pub(crate) errors: Vec<Value>,
    pub(crate) api_error_status: Option<u32>,
    pub(crate) terminal_reason: Option<String>,
    pub(crate) num_turns: Option<u64>,
    pub(crate) total_cost_usd: Option<f64>,
    pub(crate) usage: Option<WireUsage>,
}

/// `assistant` and `user` messages; the latter's content may be plain text.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Message {
    pub(crate) content: Value,
    pub(crate) model: Option<String>,
}

/// Tokens of the whole invocation. `input_tokens` excludes the cache.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WireUsage {
    pub(crate) input_tokens: u64,
    pub(crate) cache_creation_input_tokens: u64,
    pub(crate) cache_read_input_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) output_tokens_details: Details,
}

/// Part of the output.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Details {
    pub(crate) thinking_tokens: Option<u64>,
}
