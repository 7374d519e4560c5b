//! What all forges share: the text of a comment, hidden markers, and length limits.

use review_core::{ConsolidatedFinding, FindingState, Rendered, Report};

use crate::format::markdown::{
    facts, head_line, severities, write_fix, write_fix_words, write_notes, write_words,
};
use crate::text::clean::{count, line};
use crate::text::commands::{Spelling, disarm};
use crate::text::forge::inline;
use crate::text::unmarked;
use crate::view::View;
use crate::view::edit::{Edit, edit_at_place};
use crate::view::words;

/// Longest body of a comment. GitHub refuses more than 65,536 characters; the difference is left for the caller's own
/// text.
pub(crate) const MAX_CHARS: usize = 64_000;

/// Writes a hidden marker by which a later run recognises its own comments: `<!-- deep-review:KIND VALUE -->`.
pub(crate) fn marker(kind: &str, value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "/:._".contains(c);
    let value: String = value.chars().map(|c| if plain(c) { c } else { '-' }).take(100).collect();
    // Two hyphens would end the comment for some readers.
    let value = value.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-");
    format!("<!-- deep-review:{kind} {value} -->")
}

/// Writes the marker of a finding: its fingerprint, which survives rewording and line shifts.
pub(crate) fn finding_marker(finding: &ConsolidatedFinding) -> String {
    let identity = if finding.fingerprint.is_empty() { &finding.id } else { &finding.fingerprint };
    marker("finding", identity)
}

/// Writes the verdict, the warnings and the counts.
pub(crate) fn opening(view: &View<'_>) -> String {
    let report = view.report;
    let mut out = format!("{}\n", marker("report", &report.id));
    out.push_str(&format!(
        "**Review: {}.** {}\n\n",
        inline(&words::verdict(report.verdict.decision)),
        inline(&report.verdict.reason)
    ));
    crate::format::markdown::warned(&mut out, view);
    let reviewers: Vec<String> = report.reviewers.iter().map(|reviewer| inline(&reviewer.name)).collect();
    if report.findings.is_empty() {
        out.push_str("No issues found.");
    } else {
        out.push_str(&format!("Findings: {}.", severities(report)));
    }
    if !reviewers.is_empty() {
        out.push_str(&format!(" Reviewers: {}.", reviewers.join(", ")));
    }
    if report.round > 1 {
        out.push_str(&format!(" Round {}.", report.round));
    }
    out.push_str("\n\n");
    out
}

/// Adds a list of findings, one line each.
pub(crate) fn list<'a>(
    budget: &mut Budget,
    view: &View<'_>,
    findings: impl Iterator<Item = &'a ConsolidatedFinding>,
) {
    let mut any = false;
    for finding in findings {
        any |= budget.add(&format!("- {}\n", head_line(view, finding)), || line(&finding.id, 20));
    }
    if any {
        budget.add("\n", || "an empty line".to_owned());
    }
}

/// Writes the comment on one finding. Of a fix offered as a suggestion, only the words are repeated.
pub(crate) fn remark(
    view: &View<'_>,
    finding: &ConsolidatedFinding,
    suggested: Option<&Suggested>,
) -> String {
    format!("{}\n\n{}", head_line(view, finding), remark_text(view, finding, suggested))
}

/// [`remark`] without its first line.
pub(crate) fn remark_text(
    view: &View<'_>,
    finding: &ConsolidatedFinding,
    suggested: Option<&Suggested>,
) -> String {
    let mut out = String::new();
    write_words(&mut out, view, finding);
    for (index, fix) in finding.fixes.iter().enumerate().take(3) {
        match suggested {
            Some(suggested) if suggested.fix == index => {
                if fix.fix.prose.is_some() {
                    write_fix_words(&mut out, view, fix);
                }
            }
            _ => write_fix(&mut out, view, finding, fix),
        }
    }
    write_notes(&mut out, finding);
    out.push_str(&format!("<sub>{}</sub>\n", facts(finding)));
    out
}

/// An edit that a forge can offer with one click.
pub(crate) struct Suggested {
    /// Which of the finding's fixes it is.
    fix: usize,
    pub(crate) edit: Edit,
}

/// Returns the first fix that is a single edit of the finding's lines and can be shown unchanged.
pub(crate) fn suggested(report: &Report, finding: &ConsolidatedFinding) -> Option<Suggested> {
    let mut fixes = finding.fixes.iter().enumerate();
    fixes.find_map(|(fix, proposed)| {
        let edit = edit_at_place(report, finding, &proposed.fix)?;
        edit.new.iter().all(|line| is_shown_as_it_is(line)).then_some(Suggested { fix, edit })
    })
}

/// Whether a text contains nothing hidden and nothing that would be obeyed where it is printed.
pub(crate) fn is_shown_as_it_is(text: &str) -> bool {
    let shown = unmarked(&crate::text::clean::visible(text));
    disarm(&shown, Spelling::Backslash) == text
}

/// Writes a suggestion block: complete replacement lines. The info string differs by forge.
pub(crate) fn suggestion_block(edit: &Edit, info: &str) -> String {
    let lines = edit.new.join("\n");
    let marks = crate::text::fence::marks(&lines);
    let text = if edit.new.is_empty() { String::new() } else { format!("{lines}\n") };
    format!("{marks}{info}\n{text}{marks}\n")
}

/// A text of limited length that notes what did not fit.
pub(crate) struct Budget {
    text: String,
    used: usize,
    limit: usize,
    omitted: Vec<String>,
}

/// Length reserved for that note.
const ROOM_FOR_NOTE: usize = 300;

impl Budget {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        let limit = limit.unwrap_or(MAX_CHARS).min(MAX_CHARS);
        Self { text: String::new(), used: 0, limit: limit.saturating_sub(ROOM_FOR_NOTE), omitted: Vec::new() }
    }

    /// Adds a piece whole or not at all; `what` names it in the note if it did not fit.
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

    /// How many more characters fit.
    pub(crate) fn room(&self) -> usize {
        self.limit.saturating_sub(self.used)
    }

    /// Notes that something is missing.
    pub(crate) fn leave_out(&mut self, what: String) {
        self.omitted.push(line(&what, 40));
    }

    /// Returns the text with its note, and what is missing.
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

/// Adds what was left out to a rendered text.
pub(crate) fn with_omitted(mut rendered: Rendered, omitted: Vec<String>) -> Rendered {
    rendered.omitted = omitted;
    rendered
}

/// Writes one line about the ledger, so that nobody mistakes silence for a clean review.
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
