//! A GitHub review: the body of `POST /repos/{owner}/{repo}/pulls/{number}/reviews`.
//!
//! GitHub accepts a review as a whole or not at all, and does not say which comment it refused. Every comment is
//! therefore checked against the hunks first; a finding whose lines are not in the diff goes to the nearest hunk of its
//! file, or into the body.

use review_core::{ConsolidatedFinding, RenderOptions, Rendered, Renderer, Report, Result, Side};
use serde::Serialize;

use super::comment::{
    Budget, MAX_CHARS, Suggested, closing, finding_marker, list, opening, remark, suggested,
    suggestion_block, with_omitted,
};
use crate::format::json::pretty;
use crate::format::markdown::{head_line, linked_body};
use crate::text::clean::line;
use crate::view::View;
use crate::view::links::is_full_commit;
use crate::view::placement::{place, place_exactly};

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

/// Builds the comment on a finding, at the best of its places that the diff shows.
fn comment(view: &View<'_>, finding: &ConsolidatedFinding) -> Option<Comment> {
    let report = view.report;
    let suggested = suggested(report, finding);
    let with_block =
        suggested.as_ref().and_then(|found| place_exactly(report, &found.edit.path, found.edit.range));
    let placements = finding.locations.iter().filter_map(|location| place(report, location));
    let placement = match with_block.clone() {
        Some(placement) => placement,
        None => placements.min_by_key(|placement| placement.fit)?,
    };
    let suggested = suggested.filter(|_| with_block.is_some());
    let block = suggested.as_ref().map(|found| suggestion_block(&found.edit, "suggestion"));
    let body = comment_body(view, finding, suggested.as_ref(), block.as_deref());
    let (start, end) = (placement.lines.start, placement.lines.end);
    Some(Comment {
        path: placement.file.path.clone(),
        body,
        start_line: (start < end).then_some(start),
        start_side: (start < end).then(|| side_word(placement.side)),
        line: end,
        side: side_word(placement.side),
    })
}

/// Writes the text of a comment.
pub(crate) fn comment_body(
    view: &View<'_>,
    finding: &ConsolidatedFinding,
    suggested: Option<&Suggested>,
    block: Option<&str>,
) -> String {
    let mut budget = Budget::new(Some(MAX_CHARS));
    budget.add(&format!("{}\n", finding_marker(finding)), || "the marker".to_owned());
    if !budget.add(&remark(view, finding, suggested), || "the explanation".to_owned()) {
        budget.add(&format!("{}\n", head_line(view, finding)), || "the title".to_owned());
        // Nobody should apply an edit without knowing why.
        budget.leave_out("the fix".to_owned());
    } else if let Some(block) = block {
        budget.add(&format!("\n{block}"), || "the suggestion".to_owned());
    }
    budget.finish().0
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
