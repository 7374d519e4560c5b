//! Bodies of `POST /projects/{id}/merge_requests/{iid}/discussions`, in order: the overview first, then one per finding.

use review_core::{ConsolidatedFinding, RenderOptions, Rendered, Renderer, Report, Result};
use serde::Serialize;

use crate::comments::{CommentPlace, Dialect, DiffLine, LineChange, finding_comment};
use crate::format::comment::{Budget, closing, finding_marker, list, opening, remark};
use crate::format::json::pretty;
use crate::format::markdown::linked_body;
use crate::text::clean::line;
use crate::view::View;
use crate::view::links::is_full_commit;

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
    let comment = finding_comment(view, finding, Dialect::Gitlab);
    match comment.place.as_ref().and_then(|place| position(view.report, place)) {
        Some(position) => Discussion { body: comment.body, position: Some(position) },
        None => {
            let body = format!("{}\n{}", finding_marker(finding), remark(view, finding, None));
            let mut budget = Budget::new(None);
            budget.add(&body, || line(&finding.id, 20));
            Discussion { body: budget.finish().0, position: None }
        }
    }
}

/// Returns the position, or `None` without both full commit ids, which GitLab requires.
fn position(report: &Report, place: &CommentPlace) -> Option<Position> {
    let head = report.change.head.clone().filter(|id| is_full_commit(id))?;
    let base = report.change.base.clone().filter(|id| is_full_commit(id))?;
    let line_range = (place.lines.start < place.lines.end)
        .then(|| Lines { start: numbered(place, place.first), end: numbered(place, place.last) });
    Some(Position {
        position_type: "text",
        base_sha: base.clone(),
        start_sha: base,
        head_sha: head,
        old_path: place.old_path.clone(),
        new_path: place.path.clone(),
        at: numbered(place, place.last).at,
        line_range,
    })
}

fn numbered(place: &CommentPlace, DiffLine { old, new, change }: DiffLine) -> Line {
    Line {
        line_code: crate::comments::gitlab_line_code(place, old, new),
        kind: match change {
            LineChange::Kept => None,
            LineChange::Added => Some("new"),
            LineChange::Deleted => Some("old"),
        },
        at: At {
            old_line: (change != LineChange::Added).then_some(old),
            new_line: (change != LineChange::Deleted).then_some(new),
        },
    }
}
