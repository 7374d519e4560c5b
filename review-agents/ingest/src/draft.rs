//! Findings on their way to an id.

use review_core::{Completeness, RawFinding, Review, Severity};

use crate::ids::Ids;
use crate::limits::MAX_ITEMS;

/// Longest title made from a text.
const MAX_TITLE: usize = 160;

/// A finding and the id that it printed.
pub(crate) struct Drafted {
    pub(crate) finding: RawFinding,
    /// An id as text.
    pub(crate) id: Option<String>,
    /// An id that is a number.
    pub(crate) number: Option<u32>,
}

/// The first sentence of a text, bounded.
pub(crate) fn first_sentence(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or("").trim();
    let end = line.find(". ").unwrap_or(line.len());
    let mut sentence: String = crate::text::head(line, end).chars().take(MAX_TITLE).collect();
    if sentence.len() < end {
        sentence.push('…');
    }
    sentence
}

/// The document holds more than is read: the review is not whole.
pub(crate) fn say_full(review: &mut Review) {
    review.completeness = Completeness::Truncated;
    review.incomplete_reason = Some(format!("more than {MAX_ITEMS} findings; the rest was not read"));
}

/// Ids of findings from JSON and tools: the printed id; else severity letter and printed number; else a hash
/// of the content, so that the order of an array means nothing.
pub(crate) fn name(drafts: Vec<Drafted>, ids: &mut Ids) -> Vec<RawFinding> {
    let mut findings: Vec<RawFinding> = Vec::with_capacity(drafts.len());
    for draft in drafts {
        let mut finding = draft.finding;
        let letter = finding.severity.map_or('S', Severity::letter);
        finding.id = match (&draft.id, draft.number) {
            (Some(id), _) if !id.trim().is_empty() => ids.printed(id.trim()),
            (_, Some(number)) => ids.printed(&format!("{letter}{number}")),
            _ => String::new(),
        };
        findings.push(finding);
    }
    for finding in &mut findings {
        if finding.id.is_empty() {
            finding.id = ids.hashed(finding);
        }
    }
    findings
}
