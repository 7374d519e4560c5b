//! Bodies of `POST /projects/{id}/merge_requests/{iid}/discussions`, in order: the overview first, then one per finding.

use review_core::{ConsolidatedFinding, LineRange, RenderOptions, Rendered, Renderer, Report, Result};
use serde::Serialize;

use super::sha1;
use crate::format::comment::{
    Budget, closing, finding_marker, list, opening, remark, suggested, suggestion_block,
};
use crate::format::github::comment_body;
use crate::format::json::pretty;
use crate::format::markdown::linked_body;
use crate::text::clean::line;
use crate::view::View;
use crate::view::links::is_full_commit;
use crate::view::placement::{LineKind, Placement, place, place_exactly};

/// Discussions of a GitLab merge request: `gitlab-discussions`.
#[derive(Clone, Copy, Debug, Default)]
pub struct GitlabDiscussions;

#[derive(Serialize)]
struct Discussion {
    body: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<Position>,
}

#[derive(Serialize)]
struct Position {
    position_type: &'static str,
    base_sha: String,
    start_sha: String,
    head_sha: String,
    old_path: String,
    new_path: String,
    #[serde(flatten)]
    at: At,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_range: Option<Lines>,
}

/// An added line has only its new number, a deleted one only its old, an unchanged one both.
#[derive(Serialize)]
struct At {
    #[serde(skip_serializing_if = "Option::is_none")]
    old_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    new_line: Option<u32>,
}

#[derive(Serialize)]
struct Lines {
    start: Line,
    end: Line,
}

#[derive(Serialize)]
struct Line {
    line_code: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(flatten)]
    at: At,
}

impl Renderer for GitlabDiscussions {
    fn format(&self) -> &'static str {
        "gitlab-discussions"
    }

    fn render(&self, report: &Report, options: &RenderOptions) -> Result<Rendered> {
        let view = View::new(report);
        let mut all = vec![Discussion { body: overview(&view, options.max_chars), position: None }];
        let open = report.findings.iter().filter(|finding| !finding.folded);
        all.extend(open.map(|finding| discussion(&view, finding)));
        Ok(Rendered::new(pretty(&all)?, "application/json", "json"))
    }
}

fn overview(view: &View<'_>, limit: Option<usize>) -> String {
    let mut budget = Budget::new(limit);
    budget.add(&opening(view), || "the verdict".to_owned());
    let summary = linked_body(view, &view.report.sections.summary);
    if !summary.is_empty() {
        budget.add(&format!("{summary}\n\n"), || "the summary".to_owned());
    }
    list(&mut budget, view, view.report.findings.iter().filter(|finding| finding.folded));
    budget.add(&closing(view.report), || "the closing line".to_owned());
    budget.finish().0
}

fn discussion(view: &View<'_>, finding: &ConsolidatedFinding) -> Discussion {
    let report = view.report;
    let suggested = suggested(report, finding);
    let with_block =
        suggested.as_ref().and_then(|found| place_exactly(report, &found.edit.path, found.edit.range));
    let placed =
        || finding.locations.iter().filter_map(|location| place(report, location)).min_by_key(|p| p.fit);
    let placement = with_block.clone().or_else(placed);
    let position = placement.as_ref().and_then(|placement| position(report, placement));
    match (placement, position) {
        (Some(_), Some(position)) => {
            // The block stands on the last line of the range and reaches up to its first.
            let suggested = suggested.filter(|_| with_block.is_some());
            let block = suggested.as_ref().map(|found| {
                let above = found.edit.range.len() - 1;
                suggestion_block(&found.edit, &format!("suggestion:-{above}+0"))
            });
            Discussion {
                body: comment_body(view, finding, suggested.as_ref(), block.as_deref()),
                position: Some(position),
            }
        }
        _ => {
            let body = format!("{}\n{}", finding_marker(finding), remark(view, finding, None));
            let mut budget = Budget::new(None);
            budget.add(&body, || line(&finding.id, 20));
            Discussion { body: budget.finish().0, position: None }
        }
    }
}

/// Returns the position, or `None` without both full commit ids, which GitLab requires.
fn position(report: &Report, placement: &Placement<'_>) -> Option<Position> {
    let head = report.change.head.clone().filter(|id| is_full_commit(id))?;
    let base = report.change.base.clone().filter(|id| is_full_commit(id))?;
    let file = placement.file;
    let LineRange { start, end } = placement.lines;
    let line_range = if start < end {
        Some(Lines { start: numbered(placement, start)?, end: numbered(placement, end)? })
    } else {
        None
    };
    Some(Position {
        position_type: "text",
        base_sha: base.clone(),
        start_sha: base,
        head_sha: head,
        old_path: file.old_path.clone().unwrap_or_else(|| file.path.clone()),
        new_path: file.path.clone(),
        at: numbered(placement, end)?.at,
        line_range,
    })
}

fn numbered(placement: &Placement<'_>, number: u32) -> Option<Line> {
    let (old, new, kind) = placement.numbers(number)?;
    let path = sha1::hex(placement.file.path.as_bytes());
    Some(Line {
        line_code: format!("{path}_{old}_{new}"),
        kind: match kind {
            LineKind::Kept => None,
            LineKind::Added => Some("new"),
            LineKind::Deleted => Some("old"),
        },
        at: At {
            old_line: (kind != LineKind::Added).then_some(old),
            new_line: (kind != LineKind::Deleted).then_some(new),
        },
    })
}
