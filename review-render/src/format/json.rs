//! The report document itself, and how every JSON format is written.

use review_core::{Document as _, Error, ErrorKind, RenderOptions, Rendered, Renderer, Report, Result};
use serde::Serialize;

use crate::text::clean::escape_json_controls;

/// The report document: `json`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Json;

impl Renderer for Json {
    fn format(&self) -> &'static str {
        "json"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        Ok(Rendered::new(escape_json_controls(&report.to_json()?), "application/json", "json"))
    }
}

/// Serialises a value as indented JSON in which nothing is invisible.
pub(crate) fn pretty(value: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string_pretty(value).map_err(|error| unwritable(&error))?;
    Ok(format!("{}\n", escape_json_controls(&json)))
}

/// Serialises a value as one line of JSON in which nothing is invisible.
pub(crate) fn compact(value: &impl Serialize) -> Result<String> {
    let json = serde_json::to_string(value).map_err(|error| unwritable(&error))?;
    Ok(escape_json_controls(&json))
}

fn unwritable(error: &serde_json::Error) -> Error {
    Error::new(ErrorKind::InvalidInput, "the report can't be written as JSON")
        .with_context("error", error.to_string())
}
