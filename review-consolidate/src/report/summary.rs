//! The executive summary, from facts alone.

use review_core::{Report, Severity};

use crate::text::count::count;

/// Longest summary, in words.
pub(super) const WORDS: usize = 120;
/// Longest quoted title, in words.
const TITLE_WORDS: usize = 14;

/// Makes the executive summary of a report where no [`Editor`](review_core::Editor) writes one, or what it writes does not hold.
///
/// # Contract
/// A function of the report. Every id and number in the text is one of the report.
pub trait SummaryTemplate: Send + Sync {
    /// The executive summary of a report that has everything else already.
    fn summary(&self, report: &Report) -> String;
}

/// The built-in one: names the change, the top three risks with their ids, and who did not finish.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardSummary;

impl SummaryTemplate for StandardSummary {
    fn summary(&self, report: &Report) -> String {
        let mut sentences = vec![subject(report)];
        let severe: Vec<_> = report.findings.iter().filter(|finding| finding.severity.weight() > 1).collect();
        let top: Vec<_> = if severe.is_empty() {
            report.findings.iter().take(2).collect()
        } else {
            severe.iter().take(3).copied().collect()
        };
        if !top.is_empty() {
            let said: Vec<String> =
                top.iter().map(|finding| format!("{} ({})", short(&finding.title), finding.id)).collect();
            let lead = if severe.is_empty() { "Worth a look" } else { "Fix first" };
            sentences.push(format!("{lead}: {}.", said.join("; ")));
        }
        let agreed = report.findings.iter().filter(|finding| finding.reviewers.len() > 1).count();
        if agreed > 0 {
            let ids: Vec<&str> = report
                .findings
                .iter()
                .filter(|finding| finding.reviewers.len() > 1)
                .take(4)
                .map(|finding| finding.id.as_str())
                .collect();
            sentences.push(format!("More than one reviewer raised {}.", ids.join(", ")));
        }
        let incomplete: Vec<String> = report
            .reviewers
            .iter()
            .filter(|reviewer| reviewer.completeness != review_core::Completeness::Complete)
            .map(|reviewer| match &reviewer.incomplete_reason {
                Some(reason) => format!("{} did not finish ({})", reviewer.name, short(reason)),
                None => format!("{} did not finish", reviewer.name),
            })
            .collect();
        if !incomplete.is_empty() {
            sentences.push(format!("{}.", incomplete.join("; ")));
        }
        let mut text = sentences.join(" ");
        while text.split_whitespace().count() > WORDS && sentences.len() > 2 {
            sentences.remove(sentences.len() - 2);
            text = sentences.join(" ");
        }
        text.split_whitespace().take(WORDS).collect::<Vec<_>>().join(" ")
    }
}

/// What the change is and how many findings of which severity it has.
fn subject(report: &Report) -> String {
    let change = &report.change;
    let name = match (&change.notes.title, change.notes.number, &change.branch, change.commits.first()) {
        (Some(title), Some(number), _, _) => format!("“{}” (#{number})", short(title)),
        (Some(title), None, _, _) => format!("“{}”", short(title)),
        (None, Some(number), _, _) => format!("Change #{number}"),
        (None, None, Some(branch), _) => format!("Branch {branch}"),
        (None, None, None, Some(commit)) => format!("“{}”", short(&commit.subject)),
        _ => "The change".to_owned(),
    };
    let size = match u32::try_from(change.files.len()).unwrap_or(u32::MAX) {
        0 => String::new(),
        files => format!(" ({})", count(files, "file")),
    };
    let of = |severity: Severity| {
        u32::try_from(
            report.findings.iter().filter(|finding| finding.severity.weight() == severity.weight()).count(),
        )
        .unwrap_or(0)
    };
    let mut parts = Vec::new();
    for (severity, what) in [
        (Severity::Critical, "critical finding"),
        (Severity::Important, "important finding"),
        (Severity::Suggestion, "suggestion"),
    ] {
        if of(severity) > 0 {
            parts.push(count(of(severity), what));
        }
    }
    if parts.is_empty() {
        let who: Vec<&str> = report
            .reviewers
            .iter()
            .filter(|r| r.completeness == review_core::Completeness::Complete)
            .map(|r| r.name.as_str())
            .collect();
        return if who.is_empty() {
            format!("{name}{size} was not reviewed to the end by anybody.")
        } else {
            format!("{name}{size}: {} found nothing.", who.join(", "))
        };
    }
    format!("{name}{size} has {}.", parts.join(", "))
}

/// The first words of a title.
fn short(title: &str) -> String {
    let words: Vec<&str> = title.split_whitespace().collect();
    let cut = words.iter().take(TITLE_WORDS).copied().collect::<Vec<_>>().join(" ");
    if words.len() > TITLE_WORDS { format!("{cut} …") } else { cut.trim_end_matches('.').to_owned() }
}
