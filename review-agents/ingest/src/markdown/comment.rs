//! A comment on a place, as forges and their bots write it: what it says of itself, whatever carried it.

use review_core::{Fix, Kind, Location, Quote, RawFinding, Severity};

use super::read::read_whole;
use crate::options::IngestOptions;
use crate::text::head;

/// Longer comments are read from their beginning only.
const MAX_COMMENT: usize = 64 * 1024;

/// The marks of this program's comments, on a finding and on anything.
const OWN_FINDING: &str = "<!-- deep-review:finding";
const OWN: &str = "<!-- deep-review:";

/// What a comment says of itself.
#[derive(Default)]
pub(crate) struct Comment {
    /// Its label, where this program wrote it.
    pub(crate) id: Option<String>,
    /// Empty when it says nothing that can be a title.
    pub(crate) title: String,
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    /// The places that it names, where this program wrote it: they are exact.
    pub(crate) places: Vec<Location>,
    pub(crate) fix: Option<Fix>,
    pub(crate) quotes: Vec<Quote>,
}

/// Reads a comment: it is a finding, whatever it looks like.
pub(crate) fn read_comment(text: &str, options: &IngestOptions) -> Comment {
    let mut end = text.len().min(MAX_COMMENT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = head(text, end);
    let own = text.trim_start().starts_with(OWN_FINDING);
    // A plain sentence needs no reader of documents.
    if !own && !text.contains('\n') && !text.contains(['*', '<', '!', '[', '`', '_', ':', '#']) {
        return Comment { title: crate::draft::first_sentence(text), ..Comment::default() };
    }
    let review = if own {
        read_whole(text, options)
    } else {
        read_whole(&format!("## Findings\n\n{text}\n"), options)
    };
    let quotes = review
        .findings
        .iter()
        .flat_map(|finding| finding.quotes.clone())
        .filter(|quote| !quote.inline)
        .collect();
    let fix = review.findings.iter().find_map(|finding| finding.fix.clone());
    let Some(first) = review.findings.into_iter().next() else { return Comment::default() };
    Comment {
        id: Some(first.id).filter(|_| own),
        title: first.title,
        severity: first.severity,
        kind: first.kind,
        places: if own { first.locations } else { Vec::new() },
        fix,
        quotes,
    }
}

/// The findings in a comment of this program that stands at no place; `None` for any other text.
pub(crate) fn own_findings(text: &str, options: &IngestOptions) -> Option<Vec<RawFinding>> {
    text.trim_start().starts_with(OWN).then(|| read_whole(text, options).findings)
}
