//! The report as one comment at a forge: what matters first, and never longer than a forge takes.

use review_core::{RenderOptions, Rendered, Renderer, Report, Result};

use super::comment::{Budget, LIST_HEAD, closing, finding_marker, list_line, opening, remark, with_omitted};
use crate::format::markdown::linked_body;
use crate::text::clean::line;
use crate::text::forge::html_line;
use crate::view::View;

/// The report as one comment: `markdown-comment`. At most 65,000 characters, or what the options say.
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
        if !report.findings.is_empty() {
            list(&mut budget, &view);
        }
        for finding in report.findings.iter().filter(|finding| !finding.folded) {
            let summary = format!("{}: {}", html_line(&finding.id), html_line(&finding.title));
            let piece = format!(
                "<details><summary>{summary}</summary>\n\n{}\n{}\n</details>\n\n",
                finding_marker(finding),
                remark(&view, finding, true)
            );
            budget.add(&piece, || line(&format!("the text of {}", finding.id), 40));
        }
        budget.add(&closing, || "the closing line".to_owned());
        let (text, omitted) = budget.finish();
        Ok(with_omitted(Rendered::new(text, "text/markdown", "md"), omitted))
    }
}

fn list(budget: &mut Budget, view: &View<'_>) {
    let mut open = false;
    for finding in &view.report.findings {
        let head = if open { "" } else { LIST_HEAD };
        let row = format!("{head}{}", list_line(view, finding));
        if !budget.add(&row, || line(&finding.id, 20)) {
            continue;
        }
        open = true;
    }
    budget.add("\n", || "an empty line".to_owned());
}
