//! The events as they come. Everything is optional: fields come and go between versions.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// One line of `--output-format stream-json`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Event {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    // init
    pub(crate) session_id: Option<String>,
    pub(crate) model: Option<String>,
    // message
    pub(crate) role: String,
    pub(crate) content: String,
    // tool_use, tool_result
    pub(crate) tool_id: String,
    pub(crate) tool_name: String,
    pub(crate) parameters: Value,
    // tool_result, result: `success` or `error`
    pub(crate) status: String,
    pub(crate) error: Option<Failure>,
    // error
    pub(crate) severity: String,
    pub(crate) message: String,
    // result
    pub(crate) stats: Option<Stats>,
}

/// Why something failed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Failure {
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) message: String,
}

/// Tokens of the whole invocation. `input_tokens` includes the cache; thoughts are in the total only.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stats {
    pub(crate) total_tokens: u64,
    pub(crate) input_tokens: u64,
    pub(crate) output_tokens: u64,
    pub(crate) cached: u64,
    /// By the name under which a model was really asked.
    pub(crate) models: BTreeMap<String, ModelStats>,
}

/// Tokens of one model.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct ModelStats {
    pub(crate) total_tokens: u64,
}
