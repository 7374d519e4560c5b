//! Tool output: SARIF, rdjson, checkstyle, GitHub annotations, plain lines, and linters' own JSON.
//!
//! Each reader fills an [`output::Output`] with messages and with what the tool says of its own run, so that a
//! tool that failed never looks like one that found nothing.

mod annotations;
mod cargo;
mod checkstyle;
mod fixes;
mod grouped;
mod lines;
mod linters;
mod output;
mod rdjson;
mod sarif;

#[cfg(test)]
mod failures;

use review_core::Review;

use crate::format::Format;
use crate::options::IngestOptions;
use crate::value::Value;

/// Reads tool output that is no JSON; `None` when the text is not of that form.
pub(crate) fn read_text(text: &str, format: Format, options: &IngestOptions) -> Option<Review> {
    match format {
        Format::Checkstyle => checkstyle::read(text, options),
        Format::GithubAnnotations => annotations::read(text, options),
        Format::PlainLines => lines::read(text, options).or_else(|| grouped::read(text, options)),
        Format::Markdown | Format::Json | Format::Sarif | Format::Rdjson => None,
    }
}

/// Reads a parsed JSON document that a tool wrote; `None` when no tool's shape fits.
pub(crate) fn read_value(value: &Value, options: &IngestOptions) -> Option<Review> {
    sarif::read(value, options)
        .or_else(|| rdjson::read(value, options))
        .or_else(|| cargo::read(std::iter::once(value), options))
        .or_else(|| linters::read(value, options))
        .or_else(|| {
            let message = value.map().is_some_and(linters::is_message);
            message.then(|| linters::read(&Value::List(vec![value.clone()]), options)).flatten()
        })
}

/// Reads several JSON documents that a tool wrote one by one; `None` when no tool's shape fits.
pub(crate) fn read_values<'a>(
    values: impl Iterator<Item = &'a Value> + Clone,
    options: &IngestOptions,
) -> Option<Review> {
    cargo::read(values.clone(), options).or_else(|| rdjson::read_lines(values.clone(), options)).or_else(
        || {
            let first = values.clone().next().and_then(Value::map);
            let messages = first.is_some_and(linters::is_message);
            messages.then(|| linters::read(&Value::List(values.cloned().collect()), options)).flatten()
        },
    )
}
