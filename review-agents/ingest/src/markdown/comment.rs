//! A comment on a place, as forges and their bots write it: what it says of itself, whatever carried it.

use review_core::{Fix, Kind, Location, Quote, Severity};

use super::read::read_markdown;
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, read_places};
use crate::text::head;

/// Longer comments are read from their beginning only.
const MAX_COMMENT: usize = 64 * 1024;

/// What a comment says of itself.
#[derive(Default)]
pub(crate) struct Comment {
    /// Its label, where this program wrote it.
    pub(crate) id: Option<String>,
    /// Empty when it says nothing that can be a title.
    pub(crate) title: String,
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    pub(crate) places: Vec<Location>,
    pub(crate) fix: Option<Fix>,
    pub(crate) quotes: Vec<Quote>,
    /// Whether this program wrote it: its places are exact.
    pub(crate) own: bool,
}

/// The mark of this program's comments.
const OWN: &str = "<!-- deep-review:finding";

/// Reads a comment: it is a finding, whatever it looks like.
pub(crate) fn read_comment(text: &str, options: &IngestOptions, roots: &Roots) -> Comment {
    let own = text.trim_start().starts_with(OWN);
    let mut end = text.len().min(MAX_COMMENT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let text = head(text, end);
    // A plain sentence needs no reader of documents.
    if !own && !text.contains('\n') && !text.contains(['*', '<', '!', '[', '`', '_', ':', '#']) {
        return Comment { title: crate::draft::first_sentence(text), ..Comment::default() };
    }
    let mut places = Vec::new();
    if own {
        // `About `a.rs:3`, `b.rs:4`` names every place where the comment itself stands at one.
        let about = text.lines().find_map(|line| line.strip_prefix("About "));
        places = about.map(|about| read_places(about, Trust::Code, roots).locations).unwrap_or_default();
    }
    let body: String =
        text.lines().filter(|line| !own || !line.starts_with("About ")).collect::<Vec<_>>().join("\n");
    let review = read_markdown(&format!("## Findings\n\n{body}\n"), options);
    let quotes = review
        .findings
        .iter()
        .flat_map(|finding| finding.quotes.clone())
        .filter(|quote| !quote.inline)
        .collect();
    let fix = review.findings.iter().find_map(|finding| finding.fix.clone());
    let Some(first) = review.findings.into_iter().next() else {
        return Comment { own, places, ..Comment::default() };
    };
    Comment {
        id: Some(first.id).filter(|_| own),
        title: first.title,
        severity: first.severity,
        kind: first.kind,
        places,
        fix,
        quotes,
        own,
    }
}
