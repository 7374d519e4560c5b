//! What the human-readable formats share: words for values, links to the forge, references in prose.

pub(crate) mod edit;
mod exact;
pub(crate) mod links;
pub(crate) mod placement;
pub(crate) mod references;
pub(crate) mod snippet;
pub(crate) mod words;

use review_core::{ConsolidatedFinding, Extra, Location, Report, ReportItem, Side};

use links::Links;
use references::Known;

/// A report with the lookups that rendering needs repeatedly.
pub(crate) struct View<'a> {
    /// The report.
    pub(crate) report: &'a Report,
    /// Addresses at the forge.
    pub(crate) links: Links,
    /// What prose may refer to.
    pub(crate) known: Known<'a>,
}

impl<'a> View<'a> {
    pub(crate) fn new(report: &'a Report) -> Self {
        Self { report, links: Links::new(&report.change), known: Known::of(report) }
    }
}

/// Returns the name of a change: its title, its branch, or the subject of its first commit.
pub(crate) fn change_title(report: &Report) -> &str {
    let change = &report.change;
    // Commits stand in the order of the log, newest first.
    let first = change.commits.last().map(|commit| commit.subject.as_str());
    let branch = change.branch.as_deref().filter(|branch| *branch != "HEAD");
    let names = [change.notes.title.as_deref(), branch, first];
    names.into_iter().flatten().find(|name| !name.trim().is_empty()).unwrap_or(&report.id)
}

/// Returns what the change does, from its description or commits, to complement a summary made from counts. `None` if an
/// editor wrote the summary, which then says it.
pub(crate) fn purpose(report: &Report) -> Option<String> {
    const MOST: usize = 240;
    if report.sections.summary_by.is_some() {
        return None;
    }
    let description = report.change.notes.description.as_deref().unwrap_or_default();
    let words = |paragraph: &&str| {
        let odd =
            ["#", "-", "*", "|", "<", ">", "`", "[", "!"].iter().any(|mark| paragraph.starts_with(mark));
        !paragraph.is_empty() && !odd
    };
    if let Some(paragraph) = description.split("\n\n").map(str::trim).find(words) {
        let text = crate::text::clean::line(paragraph, 2_000);
        let end = text.match_indices(". ").map(|(at, _)| at + 1).take_while(|at| *at <= MOST).last();
        let text = end.and_then(|end| text.get(..end)).unwrap_or(&text);
        return Some(crate::text::clean::shorten(text, MOST));
    }
    let title = change_title(report);
    let subjects = report.change.commits.iter().rev().map(|commit| commit.subject.trim());
    let subjects: Vec<&str> = subjects.filter(|subject| !subject.is_empty() && *subject != title).collect();
    let first: Vec<String> = subjects
        .iter()
        .take(3)
        .map(|subject| format!("“{}”", crate::text::clean::line(subject, 100)))
        .collect();
    let more = subjects.len().saturating_sub(first.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    (!first.is_empty()).then(|| format!("Its commits: {}{more}.", first.join(", ")))
}

/// Returns what a reader must know before relying on the report: reviewers that did not finish, changes that nobody read,
/// and the like. Empty for a complete report.
pub(crate) fn warnings(report: &Report) -> Vec<String> {
    use review_core::{Completeness, VerdictDecision};
    let mut warnings = Vec::new();
    for reviewer in &report.reviewers {
        let how = match reviewer.completeness {
            Completeness::Complete => continue,
            Completeness::Truncated => "ended early",
            Completeness::Failed => "failed",
            _ => "is not known to be complete",
        };
        let why = reviewer.incomplete_reason.as_deref().unwrap_or("no reason was given");
        warnings.push(format!("{} {how}: {why}", reviewer.name));
    }
    if report.reviewers.is_empty() {
        warnings.push("no reviewer took part".to_owned());
    }
    let unread = report.coverage.unread.len();
    if unread > 0 {
        let hunks = crate::text::clean::count(unread, "changed hunk");
        warnings.push(format!("{hunks} that no reviewer is known to have read"));
    }
    if report.verdict.decision == VerdictDecision::Incomplete && warnings.is_empty() {
        warnings.push("the verdict is incomplete".to_owned());
    }
    warnings
}

/// Returns [`warnings`] for people: if there are any, with the first notes on the run, which may explain them.
pub(crate) fn beware(report: &Report) -> Vec<String> {
    const MOST: usize = 3;
    let mut all = warnings(report);
    if all.is_empty() {
        return all;
    }
    let new = report.diagnostics.iter().filter(|note| !all.iter().any(|known| known.contains(&note.message)));
    let notes: Vec<String> = new.map(|note| note.message.clone()).collect();
    let more = notes.len().saturating_sub(MOST);
    all.extend(notes.into_iter().take(MOST));
    if more > 0 {
        all.push(format!("{} more under “Notes on the run”", crate::text::clean::count(more, "note")));
    }
    all
}

/// Returns the title of the [`warnings`]. Unread changes after everybody finished are a different matter from a failed
/// reviewer.
pub(crate) fn warning_title(report: &Report) -> &'static str {
    if report.is_complete() && !report.reviewers.is_empty() {
        "Not everything was read"
    } else {
        "This review is incomplete"
    }
}

/// Returns where else the same kind of defect was found: id and main place.
pub(crate) fn recurrences<'a>(
    report: &'a Report,
    finding: &'a ConsolidatedFinding,
) -> impl Iterator<Item = (&'a str, &'a Location)> {
    let others = finding.recurrences.iter().filter(|id| **id != finding.id).take(20);
    others.filter_map(|id| {
        let other = report.findings.iter().find(|other| other.id == *id)?;
        let at_head = other.locations.iter().find(|place| place.side != Some(Side::Base))?;
        links::is_inside(&at_head.path).then_some((other.id.as_str(), at_head))
    })
}

/// Returns the items of a section, riskiest first: those that support or mention a severe finding, then those raised by
/// several reviewers; otherwise in the given order.
pub(crate) fn ranked<'a>(view: &View<'_>, items: &'a [ReportItem]) -> Vec<&'a ReportItem> {
    let weight = |id: &str| {
        let finding = view.report.findings.iter().find(|finding| finding.id == id);
        finding.map_or(0, |finding| finding.severity.weight())
    };
    let mut all: Vec<(u8, usize, &ReportItem)> = Vec::new();
    for item in items {
        let named = view.known.find(&item.text).into_iter().filter_map(|(_, target)| match target {
            references::Target::Item(id) => Some(weight(&id)),
            _ => None,
        });
        let supports = item.supports.iter().map(|id| weight(id));
        all.push((named.chain(supports).max().unwrap_or(0), item.reviewers.len(), item));
    }
    all.sort_by_key(|(risk, reviewers, _)| std::cmp::Reverse((*risk, *reviewers)));
    all.into_iter().map(|(_, _, item)| item).collect()
}

/// Returns a value of an extension as one line of text, not as JSON.
pub(crate) fn extra_text(value: &Extra) -> String {
    match value {
        Extra::Null => "none".to_owned(),
        Extra::Bool(value) => value.to_string(),
        Extra::Number(number) => number.to_string(),
        Extra::Text(text) => text.clone(),
        Extra::List(values) => values.iter().take(50).map(extra_text).collect::<Vec<_>>().join(", "),
        Extra::Map(values) => {
            let pairs = values.iter().take(50).map(|(name, value)| format!("{name}: {}", extra_text(value)));
            pairs.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Returns an editor's notes on the process from the report's extensions: prompt improvements, changes to the repository's
/// guidance.
pub(crate) fn process_notes(report: &Report) -> Vec<(&'static str, &str)> {
    let known = [
        ("prompt_improvements", "Prompt improvements"),
        ("repository_context", "Updates to the repository’s guidance"),
        ("reconciliation", "Reconciliation"),
    ];
    known
        .into_iter()
        .filter_map(|(key, title)| match report.extensions.get(key) {
            Some(Extra::Text(text)) if !text.trim().is_empty() => Some((title, text.as_str())),
            _ => None,
        })
        .collect()
}
