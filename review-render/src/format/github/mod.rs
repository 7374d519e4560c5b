//! A GitHub review: the body of `POST /repos/{owner}/{repo}/pulls/{number}/reviews`.
//!
//! GitHub accepts a review as a whole or not at all, and does not say which comment it refused. Every comment is
//! therefore checked against the hunks first; a finding whose lines are not in the diff goes to the nearest hunk of its
//! file, or into the body.

use review_core::{ConsolidatedFinding, RenderOptions, Rendered, Renderer, Report, Result, Side};
use serde::Serialize;

use super::comment::{Budget, closing, finding_marker, list, opening, remark, with_omitted};
use crate::comments::{Dialect, FindingComment, finding_comment};
use crate::format::json::pretty;
use crate::format::markdown::linked_body;
use crate::text::clean::line;
use crate::view::View;
use crate::view::links::is_full_commit;

/// Most comments of one review. More would hit GitHub's secondary rate limit; the rest goes into the body.
const MAX_COMMENTS: usize = 100;

/// A GitHub review with its comments: `github`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Github;

#[derive(Serialize)]
struct Review {
    #[serde(skip_serializing_if = "Option::is_none")]
    commit_id: Option<String>,
    /// Always a comment: a renderer does not decide whether to block a merge.
    event: &'static str,
    body: String,
    comments: Vec<Comment>,
}

#[derive(Serialize)]
struct Comment {
    path: String,
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_side: Option<&'static str>,
    line: u32,
    side: &'static str,
}

impl Renderer for Github {
    fn format(&self) -> &'static str {
        "github"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let mut comments = Vec::new();
        let mut in_body: Vec<&ConsolidatedFinding> = Vec::new();
        for finding in &report.findings {
            let comment =
                (!finding.folded && comments.len() < MAX_COMMENTS).then(|| comment(&view, finding)).flatten();
            match comment {
                Some(comment) => comments.push(comment),
                None => in_body.push(finding),
            }
        }
        let (body, omitted) = body(&view, &in_body, options.max_chars);
        let commit_id = report.change.head.clone().filter(|id| is_full_commit(id));
        let review = Review { commit_id, event: "COMMENT", body, comments };
        let rendered = Rendered::new(pretty(&review)?, "application/json", "json");
        Ok(with_omitted(rendered, omitted))
    }
}

fn side_word(side: Side) -> &'static str {
    if side == Side::Base { "LEFT" } else { "RIGHT" }
}

/// Returns the comment on a finding, where the diff shows one of its files.
fn comment(view: &View<'_>, finding: &ConsolidatedFinding) -> Option<Comment> {
    let FindingComment { place, body, .. } = finding_comment(view, finding, Dialect::Github);
    let place = place?;
    let (start, end) = (place.lines.start, place.lines.end);
    Some(Comment {
        path: place.path,
        body,
        start_line: (start < end).then_some(start),
        start_side: (start < end).then(|| side_word(place.side)),
        line: end,
        side: side_word(place.side),
    })
}

/// Writes the body: verdict, summary, and every finding without a line in the diff.
fn body(view: &View<'_>, findings: &[&ConsolidatedFinding], limit: Option<usize>) -> (String, Vec<String>) {
    let mut budget = Budget::new(limit);
    budget.add(&opening(view), || "the verdict".to_owned());
    let summary = linked_body(view, &view.report.sections.summary);
    if !summary.is_empty() {
        budget.add(&format!("{summary}\n\n"), || "the summary".to_owned());
    }
    for finding in findings.iter().filter(|finding| !finding.folded) {
        let piece = format!("{}\n{}\n", finding_marker(finding), remark(view, finding, None));
        budget.add(&piece, || line(&format!("the text of {}", finding.id), 40));
    }
    list(&mut budget, view, findings.iter().copied().filter(|finding| finding.folded));
    budget.add(&closing(view.report), || "the closing line".to_owned());
    budget.finish()
}
