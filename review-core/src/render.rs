//! Renderers: report in, bytes out.

use std::io;

use crate::builder::setters;
use crate::error::Result;
use crate::report::Report;

/// Turns a report into one output format.
///
/// # Contract
/// * Pure: same report and options, same bytes.
/// * Everything that comes from a model or from the reviewed code is hostile; the renderer neutralises what is
///   dangerous in *its* format and shows what was there.
pub trait Renderer: Send + Sync {
    /// Name of the format, as on the command line: `markdown`, `json`, …
    fn format(&self) -> &'static str;

    /// Renders.
    ///
    /// # Errors
    /// When an option can't be honoured. Odd reports are rendered, never refused.
    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered>;

    /// Writes what [`render`](Self::render) gives. A format whose output can be much larger than its report overrides it,
    /// so that the whole text is never in memory.
    ///
    /// # Errors
    /// As [`render`](Self::render), and when `out` can't be written.
    fn render_to(&self, report: &Report, options: &RenderOptions, out: &mut dyn io::Write) -> Result<()> {
        out.write_all(self.render(report, options)?.text.as_bytes())?;
        Ok(())
    }
}

/// Options that concern several formats. A format ignores what does not concern it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RenderOptions {
    /// Width in columns, for the terminal.
    pub width: u16,
    /// Whether to use colour, for the terminal.
    pub color: bool,
    /// Whether to write hyperlinks, for the terminal.
    pub hyperlinks: bool,
    /// Whether to show everything where a format otherwise shortens long reports: the terminal.
    pub full: bool,
    /// Longest output in characters, for formats with a limit; what is cut is said.
    pub max_chars: Option<usize>,
    /// Whether to highlight code, for HTML.
    pub highlight: bool,
}

impl Default for RenderOptions {
    fn default() -> Self {
        Self { width: 100, color: false, hyperlinks: false, full: false, max_chars: None, highlight: true }
    }
}

setters!(RenderOptions {
    val with_width = width: u16,
    val with_color = color: bool,
    val with_hyperlinks = hyperlinks: bool,
    val with_full = full: bool,
    some with_max_chars = max_chars: usize,
    val with_highlight = highlight: bool,
});

/// Rendered bytes with what they are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rendered {
    /// The bytes, UTF-8.
    pub text: String,
    /// Media type, for example `text/markdown`.
    pub media_type: &'static str,
    /// Usual file extension, without a dot.
    pub extension: &'static str,
    /// What was left out, where a limit demanded it.
    pub omitted: Vec<String>,
}

impl Rendered {
    /// Rendered text.
    pub fn new(text: impl Into<String>, media_type: &'static str, extension: &'static str) -> Self {
        Self { text: text.into(), media_type, extension, omitted: Vec::new() }
    }
}

setters!(Rendered { push with_omitted = omitted: String, });

/// Pins object safety.
const _: fn(&dyn Renderer) = |_| {};
