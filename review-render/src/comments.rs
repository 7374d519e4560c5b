//! Findings as comments at a forge: the text of each, the lines of the diff that it is attached to, and the summary above
//! them. What is sent where is the business of a publish plan; here is only what is said.

use std::collections::BTreeSet;

use review_core::{ConsolidatedFinding, LineRange, Report, Side};

use crate::format::comment::{
    Budget, MAX_CHARS, Suggested, closing, finding_marker, opening, remark, remark_text, suggested,
    suggestion_block,
};
use crate::format::markdown::{class, head_line, linked_body};
use crate::text::clean::line;
use crate::text::forge::{code, html_line, inline};
use crate::view::placement::{Fit, LineKind, Placement, place, place_exactly};
use crate::view::{View, recurrences};

/// Whose Markdown, and whose form of a suggestion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// GitHub: a suggestion replaces the lines of the comment.
    Github,
    /// GitLab: a suggestion names how many lines above the comment's last line it replaces.
    Gitlab,
    /// Gitea and Forgejo: no suggestions; a fix is shown as a diff.
    Gitea,
}

/// A finding as a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FindingComment<'a> {
    /// The finding.
    pub finding: &'a ConsolidatedFinding,
    /// The lines of the diff that it is attached to. `None` when the diff shows no line of any of its files.
    pub place: Option<CommentPlace>,
    /// The text, Markdown, at most 64,000 characters; it starts with a hidden marker that holds the fingerprint.
    pub body: String,
}

/// Lines of a diff.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommentPlace {
    /// The file at head; at base for a deleted one.
    pub path: String,
    /// The file at base.
    pub old_path: String,
    /// The side on which `lines` are counted.
    pub side: Side,
    /// The lines, all of one hunk.
    pub lines: LineRange,
    /// The first line on both sides.
    pub first: DiffLine,
    /// The last line on both sides.
    pub last: DiffLine,
    /// How it compares with where the finding is.
    pub fit: PlaceFit,
}

/// One line of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DiffLine {
    /// Its number at base; for an added line, that of the line before which it stands, and 0 in a new file.
    pub old: u32,
    /// Its number at head; for a deleted line, that of the line before which it stood, and 0 in a deleted file.
    pub new: u32,
    /// What the change did to it.
    pub change: LineChange,
}

/// What a change did to a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LineChange {
    /// It is on both sides.
    Kept,
    /// It is only at head.
    Added,
    /// It is only at base.
    Deleted,
}

/// How the lines of a comment compare with those of its finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PlaceFit {
    /// They are the same.
    Lines,
    /// They are those of the finding's lines that the diff shows.
    Hunk,
    /// They are in the nearest hunk of the file.
    File,
}

/// Returns a comment for each published finding, in the order of the report. A fix that is a single edit of lines that the
/// diff shows is offered as a suggestion which changes exactly these lines.
pub fn finding_comments<'a>(report: &'a Report, dialect: Dialect) -> Vec<FindingComment<'a>> {
    let view = View::new(report);
    report.findings.iter().map(|finding| finding_comment(&view, finding, dialect)).collect()
}

pub(crate) fn finding_comment<'a>(
    view: &View<'a>,
    finding: &'a ConsolidatedFinding,
    dialect: Dialect,
) -> FindingComment<'a> {
    let report = view.report;
    let suggested = suggested(report, finding).filter(|_| dialect != Dialect::Gitea);
    let with_block =
        suggested.as_ref().and_then(|found| place_exactly(report, &found.edit.path, found.edit.range));
    let suggested = suggested.filter(|_| with_block.is_some());
    let nearest =
        || finding.locations.iter().filter_map(|location| place(report, location)).min_by_key(|p| p.fit);
    let place = with_block.or_else(nearest).as_ref().and_then(comment_place);
    let block = suggested.as_ref().map(|found| match dialect {
        // The block stands on the last line of the range and reaches up to its first.
        Dialect::Gitlab => {
            suggestion_block(&found.edit, &format!("suggestion:-{}+0", found.edit.range.len() - 1))
        }
        Dialect::Github | Dialect::Gitea => suggestion_block(&found.edit, "suggestion"),
    });
    let body = comment_body(view, finding, suggested.as_ref(), block.as_deref());
    FindingComment { finding, place, body }
}

fn comment_place(placement: &Placement<'_>) -> Option<CommentPlace> {
    let numbered = |line: u32| {
        let (old, new, kind) = placement.numbers(line)?;
        let change = match kind {
            LineKind::Kept => LineChange::Kept,
            LineKind::Added => LineChange::Added,
            LineKind::Deleted => LineChange::Deleted,
        };
        Some(DiffLine { old, new, change })
    };
    let file = placement.file;
    Some(CommentPlace {
        path: file.path.clone(),
        old_path: file.old_path.clone().unwrap_or_else(|| file.path.clone()),
        side: placement.side,
        lines: placement.lines,
        first: numbered(placement.lines.start)?,
        last: numbered(placement.lines.end)?,
        fit: match placement.fit {
            Fit::Lines => PlaceFit::Lines,
            Fit::Hunk => PlaceFit::Hunk,
            Fit::File => PlaceFit::File,
        },
    })
}

/// Writes the text of a comment.
fn comment_body(
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

/// The one comment that sums a review up and is kept up to date.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Summary<'a> {
    /// Ids of the findings that have a comment of their own; the others are written out here.
    pub commented: BTreeSet<&'a str>,
    /// Lines about what became of earlier findings, plain text, each its own list item.
    pub history: Vec<String>,
    /// Lines about how the review was published, plain text.
    pub notes: Vec<String>,
    /// Markdown that must be kept whole, put at the end: hidden markers.
    pub footer: String,
    /// Longest text in characters; 64,000 is the most in any case.
    pub max_chars: Option<usize>,
}

/// Writes the summary: verdict, every finding with its place, those without a comment of their own in full as far as there
/// is room, and what became of earlier ones. Returns the text and what was left out for length; every finding is named in
/// either.
pub fn summary(report: &Report, summary: &Summary<'_>) -> (String, Vec<String>) {
    let view = View::new(report);
    let most = summary.max_chars.unwrap_or(MAX_CHARS).min(MAX_CHARS);
    let mut budget = Budget::new(Some(most.saturating_sub(summary.footer.chars().count())));
    budget.add(&opening(&view), || "the verdict".to_owned());
    let lines: Vec<(&ConsolidatedFinding, String)> = entries(&view);
    // Every finding is named before any is written out.
    for (finding, text) in &lines {
        budget.add(&format!("- {text}\n"), || line(&finding.id, 20));
    }
    if !lines.is_empty() {
        budget.add("\n", String::new);
    }
    let words = linked_body(&view, &report.sections.summary);
    if !words.is_empty() {
        budget.add(&format!("{words}\n\n"), || "the summary".to_owned());
    }
    add_list(&mut budget, "Since the last review", &summary.history);
    for finding in &report.findings {
        if !summary.commented.contains(finding.id.as_str()) {
            budget.add(&detail(&view, finding), || line(&format!("the text of {}", finding.id), 40));
        }
    }
    add_list(&mut budget, "About this review", &summary.notes);
    budget.add(&closing(report), || "the closing line".to_owned());
    let (mut text, omitted) = budget.finish();
    text.push_str(&summary.footer);
    (text, omitted)
}

/// Writes one line for each group of findings that are the same kind of defect, and for each other finding.
fn entries<'a>(view: &View<'a>) -> Vec<(&'a ConsolidatedFinding, String)> {
    let mut told: BTreeSet<&str> = BTreeSet::new();
    let mut entries = Vec::new();
    for finding in &view.report.findings {
        if !told.insert(&finding.id) {
            continue;
        }
        let mut text = head_line(view, finding);
        let others: Vec<String> = recurrences(view.report, finding)
            .filter(|(id, _)| told.insert(id))
            .map(|(id, place)| format!("{} ({})", inline(id), code(&place.to_string())))
            .collect();
        if !others.is_empty() {
            text.push_str(&format!(". The same at: {}", others.join(", ")));
        }
        entries.push((finding, text));
    }
    entries
}

fn detail(view: &View<'_>, finding: &ConsolidatedFinding) -> String {
    format!(
        "{}\n<details><summary>{}. {} ({})</summary>\n\n{}\n</details>\n\n",
        finding_marker(finding),
        html_line(&finding.id),
        html_line(&finding.title),
        html_line(&class(finding)),
        remark_text(view, finding, None)
    )
}

fn add_list(budget: &mut Budget, heading: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    budget.add(&format!("**{heading}**\n\n"), || heading.to_owned());
    for text in lines {
        budget.add(&format!("- {}\n", inline(&line(text, 500))), || "a line".to_owned());
    }
    budget.add("\n", String::new);
}

/// Returns a text as Markdown in which nothing is live: for texts that a plan puts into replies.
pub fn plain(text: &str) -> String {
    inline(text)
}

/// Returns the name by which GitLab knows a line of a diff.
pub fn gitlab_line_code(place: &CommentPlace, old: u32, new: u32) -> String {
    format!("{}_{old}_{new}", crate::format::gitlab::sha1::hex(place.path.as_bytes()))
}
