//! Makes snapshots stable.

use review_core::{Document, Report};

/// A report as indented JSON with what differs from run to run replaced: its id, times, durations and commits stay
/// readable as `[…]`.
///
/// # Panics
/// When the report can't be written, which no report does.
pub fn json(report: &Report) -> String {
    let mut report = report.clone();
    report.id = "[id]".into();
    report.started_ms = report.started_ms.map(|_| 0);
    report.wall_clock_ms = report.wall_clock_ms.map(|_| 0);
    for retro in &mut report.retro.reviewers {
        retro.duration_ms = retro.duration_ms.map(|_| 0);
    }
    report.to_json().expect("a report is always writable")
}

/// Replaces every occurrence of the given texts, the longest first: `redacted(&out, &[(dir, "[dir]")])`.
pub fn redacted(text: &str, replacements: &[(&str, &str)]) -> String {
    let mut ordered: Vec<_> = replacements.iter().filter(|(from, _)| !from.is_empty()).collect();
    ordered.sort_by_key(|(from, _)| std::cmp::Reverse(from.len()));
    ordered.iter().fold(text.to_owned(), |text, (from, to)| text.replace(from, to))
}
