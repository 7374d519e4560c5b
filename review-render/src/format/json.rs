//! The report document itself.

use review_core::{Document as _, RenderOptions, Rendered, Renderer, Report, Result};

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
