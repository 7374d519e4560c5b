//! Small things that every adapter needs.

use review_core::{Error, ErrorKind, Result, ToolSpec};
use serde_json::Value;

use crate::endpoint::with_version;

/// The address of a call: the endpoint as the user gave it, with the API's version where it has none, and the call's path.
///
/// ```
/// use review_agents::http::address;
/// assert_eq!(address("http://127.0.0.1:80/", "v1", "messages"), "http://127.0.0.1:80/v1/messages");
/// assert_eq!(address("https://host/api/v1", "v1", "messages"), "https://host/api/v1/messages");
/// ```
pub fn address(endpoint: &str, version: &str, path: &str) -> String {
    format!("{}/{path}", with_version(endpoint, version))
}

/// The start of what a server said, on one line, for an error's facts.
pub fn excerpt(text: &str) -> String {
    const KEEP: usize = 500;
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(KEEP) {
        Some((end, _)) => format!("{}…", line.get(..end).unwrap_or_default()),
        None => line,
    }
}

/// The schema of a tool's parameters.
///
/// # Errors
/// `InvalidInput` when it is no JSON.
pub fn parameters(spec: &ToolSpec) -> Result<Value> {
    serde_json::from_str(&spec.parameters).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the tool's parameters are no JSON Schema")
            .with_context("tool", &spec.name)
            .with_source(error)
    })
}

/// The items of a turn as a codec kept them in [`TurnEvent::Raw`](review_core::TurnEvent::Raw).
///
/// # Errors
/// `InvalidInput` when they are no list: the turn is another provider's.
pub fn raw_items(raw: &str) -> Result<Vec<Value>> {
    serde_json::from_str(raw).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, "the turn is not one of this provider").with_source(error)
    })
}
