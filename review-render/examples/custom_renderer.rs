//! A renderer of your own: one line per finding, for an editor's quick-fix list. It passes the conformance suite.
//!
//! ```text
//! cargo run -p review-render --example custom_renderer
//! ```
#![allow(clippy::disallowed_macros, reason = "an example prints")]

use review_core::{
    ConsolidatedFinding, Location, RenderOptions, Rendered, Renderer, Report, Result, Severity, SourceId,
};
use review_testkit::conformance;

/// `path:line: severity: title`, as compilers print it.
struct QuickFix;

impl Renderer for QuickFix {
    fn format(&self) -> &'static str {
        "quickfix"
    }

    fn render(&self, report: &Report, _: &RenderOptions) -> Result<Rendered> {
        let mut text = String::new();
        for finding in &report.findings {
            for place in &finding.locations {
                let line = place.range().map_or(1, |range| range.start);
                // Everything in a report is somebody else's text: this format's danger is a line feed or an escape.
                let (path, title) = (one_line(&place.path), one_line(&finding.title));
                text.push_str(&format!("{path}:{line}: {}: {title}\n", one_line(finding.severity.as_str())));
            }
        }
        Ok(Rendered::new(text, "text/plain", "txt"))
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || review_render::is_invisible(c) { ' ' } else { c }).collect()
}

fn main() -> Result<()> {
    let mut report = Report::default();
    let source = SourceId::new("claude", 1, "I1");
    report.findings = vec![
        ConsolidatedFinding::new("I1", Severity::Important, "The lock is kept\u{1b}[2J", source)
            .at(Location::lines("net/pool.go", 20, 23)),
    ];
    print!("{}", QuickFix.render(&report, &RenderOptions::default())?.text);
    let _ = conformance::renderer(&QuickFix, &[report]).assert_conforms();
    Ok(())
}
