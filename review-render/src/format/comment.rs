//! What forges share: the text of a remark, hidden markers, and keeping to a length.

use review_core::{ConsolidatedFinding, FindingState, Rendered, Report};

use crate::format::markdown::{facts, linked_body, severities, write_fix};
use crate::text::clean::count;
use crate::text::commands::{Spelling, disarm};
use crate::text::forge::{cell, inline};
use crate::text::unmarked;
use crate::view::edit::{Edit, edit_of};
use crate::view::words;
use crate::view::{View, warning_title, warnings};

/// Longest body of a remark at a forge. GitHub refuses more than 65,536 characters; the rest is room for a caller's
/// own words.
pub(crate) const MAX_CHARS: usize = 65_000;

/// A hidden marker, by which a later run knows its own remark again: `<!-- deep-review:KIND VALUE -->`.
pub(crate) fn marker(kind: &str, value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._".contains(c);
    let value: String = value.chars().map(|c| if plain(c) { c } else { '-' }).take(100).collect();
    // Two hyphens would end the comment for some readers.
    let value = value.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    format!("<!-- deep-review:{kind} {value} -->")
}

/// The marker of a finding: its fingerprint, which survives rewording and line shifts.
pub(crate) fn finding_marker(finding: &ConsolidatedFinding) -> String {
    let identity = if finding.fingerprint.is_empty() { &finding.id } else { &finding.fingerprint };
    marker("finding", identity)
}

/// Verdict, what to beware of, counts.
pub(crate) fn opening(view: &View<'_>) -> String {
    let report = view.report;
    let mut out = format!("{}\n", marker("report", &report.id));
    out.push_str(&format!(
        "**Review: {}.** {}\n\n",
        inline(&words::verdict(report.verdict.decision)),
        inline(&report.verdict.reason)
    ));
    let warnings = warnings(report);
    if !warnings.is_empty() {
        out.push_str(&format!("> **{}.**\n", warning_title(report)));
        for warning in warnings {
            out.push_str(&format!("> - {}\n", inline(&warning)));
        }
        out.push('\n');
    }
    let reviewers: Vec<String> = report.reviewers.iter().map(|reviewer| inline(&reviewer.name)).collect();
    out.push_str(&format!("Findings: {}.", severities(report)));
    if !reviewers.is_empty() {
        out.push_str(&format!(" Reviewers: {}.", reviewers.join(", ")));
    }
    if report.round > 1 {
        out.push_str(&format!(" Round {}.", report.round));
    }
    out.push_str("\n\n");
    out
}

/// One line of a list of findings.
pub(crate) fn list_line(view: &View<'_>, finding: &ConsolidatedFinding) -> String {
    let place = finding.locations.first().map(|place| {
        let text = crate::text::forge::cell_code(&place.to_string());
        crate::format::markdown::link(&text, view.links.location(place).as_deref())
    });
    format!(
        "| **{}** | {} | {} | {} |\n",
        cell(&finding.id),
        cell(&words::severity(finding.severity).to_lowercase()),
        cell(&finding.title),
        place.unwrap_or_default()
    )
}

/// The head of a table of [`list_line`]s.
pub(crate) const LIST_HEAD: &str = "| | severity | finding | where |\n|---|---|---|---|\n";

/// The remark on one finding.
pub(crate) fn remark(view: &View<'_>, finding: &ConsolidatedFinding, with_fixes: bool) -> String {
    let mut out = format!("**{}: {}**\n\n", inline(&finding.id), inline(&finding.title));
    let body = linked_body(view, &finding.body);
    if !body.is_empty() {
        out.push_str(&format!("{body}\n\n"));
    }
    if let Some(scenario) = &finding.scenario {
        out.push_str(&format!("**How it fails.** {}\n\n", inline(scenario)));
    }
    if with_fixes {
        for fix in finding.fixes.iter().take(3) {
            write_fix(&mut out, view, finding, fix);
        }
    }
    for disagreement in &finding.disagreements {
        out.push_str(&format!("**Reviewers disagree.** {}\n\n", inline(disagreement)));
    }
    out.push_str(&format!("<sub>{}</sub>\n", facts(finding)));
    out
}

/// The first fix that is an edit of the reviewed lines and can be shown as it is.
pub(crate) fn suggested(report: &Report, finding: &ConsolidatedFinding) -> Option<Edit> {
    let edits = finding.fixes.iter().filter_map(|fix| edit_of(report, finding, &fix.fix));
    let as_it_is = |line: &String| {
        let shown = unmarked(&crate::text::clean::visible(line));
        disarm(&shown, Spelling::Backslash) == *line
    };
    edits.into_iter().find(|edit| edit.new.iter().all(as_it_is))
}

/// A suggestion block of a forge: complete replacement lines. The info string differs by forge.
pub(crate) fn suggestion_block(edit: &Edit, info: &str) -> String {
    let lines = edit.new.join("\n");
    let marks = crate::text::fence::marks(&lines);
    let text = if edit.new.is_empty() { String::new() } else { format!("{lines}\n") };
    format!("{marks}{info}\n{text}{marks}\n")
}

/// Adds pieces as long as there is room, and says what did not fit.
pub(crate) struct Budget {
    text: String,
    used: usize,
    limit: usize,
    omitted: Vec<String>,
}

/// Room that is kept for saying what was left out.
const ROOM_FOR_NOTE: usize = 300;

impl Budget {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        let limit = limit.unwrap_or(MAX_CHARS).min(MAX_CHARS);
        Self { text: String::new(), used: 0, limit: limit.saturating_sub(ROOM_FOR_NOTE), omitted: Vec::new() }
    }

    /// Adds a piece, whole or not at all; `what` names it where it did not fit.
    pub(crate) fn add(&mut self, piece: &str, what: impl FnOnce() -> String) -> bool {
        let length = piece.chars().count();
        let fits = self.used.saturating_add(length) <= self.limit;
        if fits {
            self.text.push_str(piece);
            self.used += length;
        } else {
            self.omitted.push(what());
        }
        fits
    }

    /// The text with its note on what is missing.
    pub(crate) fn finish(self) -> (String, Vec<String>) {
        let mut text = self.text;
        if !self.omitted.is_empty() {
            let first: Vec<&str> = self.omitted.iter().take(5).map(String::as_str).collect();
            let more = self.omitted.len().saturating_sub(first.len());
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            let what = crate::text::clean::shorten(&first.join(", "), 150);
            text.push_str(&format!(
                "\n*Cut for length: {}{more} left out; the full report has all.*\n",
                inline(&what)
            ));
        }
        (text, self.omitted)
    }
}

/// A rendered text with what was left out.
pub(crate) fn with_omitted(mut rendered: Rendered, omitted: Vec<String>) -> Rendered {
    rendered.omitted = omitted;
    rendered
}

/// What the record says, in one line, so that nobody takes silence for a clean review.
pub(crate) fn closing(report: &Report) -> String {
    let dropped = report.ledger.iter().filter(|entry| entry.outcome == review_core::Outcome::Dropped).count();
    let mut parts = vec![format!("{} reported", count(report.ledger.len(), "item"))];
    if dropped > 0 {
        parts.push(format!("{dropped} dropped with a reason"));
    }
    let again =
        report.findings.iter().filter(|finding| finding.state == FindingState::DeclinedRaisedAgain).count();
    if again > 0 {
        parts.push(format!("{again} raised again after being declined"));
    }
    format!(
        "\n<sub>Ledger: {}. Report {}.</sub>\n",
        parts.join(", "),
        inline(&crate::text::clean::line(&report.id, 100))
    )
}
