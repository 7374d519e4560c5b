//! How a finding came about, from its report.

use deep_review::Report;

/// Most reasons and ledger entries that are told.
const MOST: usize = 12;

/// Tells who raised a finding, where, and what led to its severity and confidence.
pub fn explain(report: &Report, id: &str) -> String {
    let Some(finding) = report.findings.iter().find(|finding| finding.id == id) else {
        return format!("There is no finding {id} in the newest report ({}).", report.id);
    };
    let mut lines = vec![format!(
        "{id} ({}): {}. Raised by {}; confidence {}.",
        finding.severity.as_str(),
        finding.title.trim_end_matches('.'),
        finding.reviewers.join(", "),
        finding.confidence
    )];
    lines
        .extend(finding.reasons.iter().take(MOST).map(|reason| format!("{}: {}", reason.stage, reason.text)));
    let entries = report.ledger.iter().filter(|entry| entry.targets.iter().any(|target| target == id));
    lines.extend(
        entries
            .take(MOST)
            .map(|entry| format!("{}: {}, {}", entry.source, entry.disposition.as_str(), entry.reason)),
    );
    lines.push(format!("Report {}.", report.id));
    lines.join(" — ")
}
