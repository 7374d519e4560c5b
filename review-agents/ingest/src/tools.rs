//! Tool output: SARIF, rdjson, checkstyle, GitHub annotations, plain lines, and linters' own JSON.

mod annotations;
mod checkstyle;
mod lines;
mod linters;
mod message;
mod rdjson;
mod sarif;

use review_core::Review;

use crate::format::Format;
use crate::json::Value;
use crate::options::IngestOptions;

/// Reads tool output; `None` when the text is not of that form.
pub(crate) fn read_tool(text: &str, format: Format, options: &IngestOptions) -> Option<Review> {
    match format {
        Format::Checkstyle => checkstyle::read(text, options),
        Format::GithubAnnotations => annotations::read(text, options),
        Format::PlainLines => lines::read(text, options),
        // These are JSON; the reader of JSON recognises them.
        _ => crate::json::read_json(text, options).ok().flatten(),
    }
}

/// Reads a parsed JSON document that a tool wrote; `None` when no tool's shape fits.
pub(crate) fn read_tool_value(value: &Value, options: &IngestOptions) -> Option<Review> {
    sarif::read(value, options)
        .or_else(|| rdjson::read(value, options))
        .or_else(|| linters::read(value, options))
}

/// Reads several JSON documents that a tool wrote one by one; `None` when no tool's shape fits.
pub(crate) fn read_tool_values<'a>(
    values: impl Iterator<Item = &'a Value>,
    options: &IngestOptions,
) -> Option<Review> {
    linters::read_cargo(values, options)
}
