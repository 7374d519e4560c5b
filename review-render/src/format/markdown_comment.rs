//! The report as one comment at a forge: most important first, and within the forge's length limit.

use review_core::{ConsolidatedFinding, RenderOptions, Rendered, Renderer, Report, Result};

use super::comment::{Budget, closing, finding_marker, list, opening, remark_text, with_omitted};
use crate::format::markdown::{class, head_line, linked_body, some_places};
use crate::text::forge::html_line;
use crate::view::View;
use crate::view::words::severity_heading;

/// The report as one comment: `markdown-comment`. At most 64,000 characters, or the limit in the options.
#[derive(Clone, Copy, Debug, Default)]
pub struct MarkdownComment;

impl Renderer for MarkdownComment {
    fn format(&self) -> &'static str {
        "markdown-comment"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let mut budget = Budget::new(options.max_chars);
        let closing = closing(report);
        budget.add(&opening(&view), || "the verdict".to_owned());
        let summary = linked_body(&view, &report.sections.summary);
        if !summary.is_empty() {
            budget.add(&format!("{summary}\n\n"), || "the summary".to_owned());
        }
        let (folded, open): (Vec<_>, Vec<_>) = report.findings.iter().partition(|finding| finding.folded);
        // What is folded, and what has no room for its text, is named at least.
        let mut reserve: usize = open.iter().chain(&folded).map(|finding| length(&view, finding)).sum();
        let mut short = Vec::new();
        let mut heading = "";
        for finding in open {
            let next = severity_heading(finding.severity);
            let head = if next == heading { String::new() } else { format!("### {next}\n\n") };
            let piece = format!("{head}{}", piece(&view, finding));
            reserve -= length(&view, finding);
            if budget.room() >= reserve + piece.chars().count() {
                budget.add(&piece, String::new);
                heading = next;
            } else {
                reserve += length(&view, finding);
                short.push(finding);
            }
        }
        if !short.is_empty() {
            budget.add("### Without their text, for length\n\n", || "a heading".to_owned());
            list(&mut budget, &view, short.iter().copied());
            short.iter().for_each(|finding| budget.leave_out(format!("the text of {}", finding.id)));
        }
        if !folded.is_empty() {
            budget.add("### Of less weight\n\n", || "a heading".to_owned());
            list(&mut budget, &view, folded.into_iter());
        }
        budget.add(&closing, || "the closing line".to_owned());
        let (text, omitted) = budget.finish();
        Ok(with_omitted(Rendered::new(text, "text/markdown", "md"), omitted))
    }
}

/// Returns the length of a finding in one-line form.
fn length(view: &View<'_>, finding: &ConsolidatedFinding) -> usize {
    head_line(view, finding).chars().count() + 3
}

fn piece(view: &View<'_>, finding: &ConsolidatedFinding) -> String {
    let places = some_places(view, finding);
    let places = if places.is_empty() { places } else { format!("{places}\n\n") };
    format!(
        "{}\n<details><summary>{}. {} ({})</summary>\n\n{places}{}\n</details>\n\n",
        finding_marker(finding),
        html_line(&finding.id),
        html_line(&finding.title),
        html_line(&class(finding)),
        remark_text(view, finding, None)
    )
}
