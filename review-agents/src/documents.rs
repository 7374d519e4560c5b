//! JSON in the text of an answer.

use serde_json::Value;

/// Longest answer that is looked at.
const MAX_TEXT: usize = 1 << 20;
/// At most so many places of a text are tried as the begin of JSON.
const MAX_STARTS: usize = 1_000;

/// The JSON objects and arrays in a text, in order.
pub(crate) fn documents(text: &str) -> Vec<Value> {
    let mut at = 0;
    let mut found = Vec::new();
    for _ in 0..MAX_STARTS {
        let rest = text.get(at..text.len()).filter(|_| at < MAX_TEXT).unwrap_or_default();
        let Some(start) = rest.find(['{', '[']) else { break };
        let mut stream =
            serde_json::Deserializer::from_str(rest.get(start..).unwrap_or_default()).into_iter::<Value>();
        match stream.next() {
            Some(Ok(value)) => {
                found.push(value);
                at += start + stream.byte_offset().max(1);
            }
            _ => at += start + 1,
        }
    }
    found
}
