//! How well reviews are read.

use deep_review::{Location, RawFinding};
use serde::Serialize;

use super::corpus::{Case, GoldRaw};

/// Counts over a corpus.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub(crate) struct IngestionCounts {
    /// Raw findings that are labelled.
    pub(crate) labelled: u32,
    /// Of them: read under their id.
    pub(crate) found: u32,
    /// Read, but not labelled.
    pub(crate) spurious: u32,
    /// Found with the right severity.
    pub(crate) severity: u32,
    /// Found with the right kind.
    pub(crate) kind: u32,
    /// Found with exactly the right places.
    pub(crate) locations: u32,
    /// Non-blank lines.
    pub(crate) lines: u32,
    /// Of them: typed.
    pub(crate) typed: u32,
}

/// Counts over the cases whose raw review is there.
pub(crate) fn count(cases: &[Case]) -> IngestionCounts {
    let mut counts = IngestionCounts::default();
    for case in cases {
        for review in &case.reviews {
            counts.lines += review.lines.total;
            counts.typed += review.lines.typed;
            let gold: Vec<&GoldRaw> = case
                .gold
                .iter()
                .filter(|raw| raw.agent == review.reviewer && raw.pass == review.pass)
                .collect();
            counts.labelled += gold.len() as u32;
            let known = |finding: &&RawFinding| gold.iter().any(|raw| raw.id == finding.id);
            counts.spurious +=
                review.findings.iter().filter(|finding| !finding.withdrawn && !known(finding)).count() as u32;
            for raw in gold {
                if let Some(finding) = review.findings.iter().find(|finding| finding.id == raw.id) {
                    counts.found += 1;
                    counts.severity += u32::from(finding.severity == raw.severity);
                    counts.kind += u32::from(finding.kind == raw.kind);
                    counts.locations += u32::from(same_places(&finding.locations, raw));
                }
            }
        }
    }
    counts
}

fn same_places(found: &[Location], raw: &GoldRaw) -> bool {
    let mut found: Vec<_> =
        found.iter().map(|place| (place.path.as_str(), place.start_line, place.end_line)).collect();
    let mut right: Vec<_> = raw
        .locations
        .iter()
        .map(|place| (place.path.as_str(), place.start, place.end.or(place.start)))
        .collect();
    found.sort_unstable();
    right.sort_unstable();
    found == right
}
