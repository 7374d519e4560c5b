//! The HTML page in colours of your own. Reads a report document, writes a page to standard output.
//!
//! ```text
//! cargo run -p review-render --features html --example themed_html -- report.json > report.html
//! ```
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "an example reads and prints")]

use review_core::{Document, RenderOptions, Renderer, Report};
use review_render::Html;

/// The properties are declared in `assets/base.css`, once for light and once for dark. A style sheet can't load
/// anything: the page's content security policy allows no request.
const THEME: &str = "
:root { --accent: #6a1b9a; --page: #faf7fc; --sans: Georgia, serif; }
@media (prefers-color-scheme: dark) { :root { --accent: #ce93d8; --page: #17131a; } }
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let report = match std::env::args().nth(1) {
        Some(path) => Report::from_json(&std::fs::read_to_string(path)?)?,
        None => Report::default(),
    };
    let page = Html::default().with_style(THEME).render(&report, &RenderOptions::default())?;
    print!("{}", page.text);
    Ok(())
}
