//! JSON of any shape: the native document, Codex's review, unknown keys, several documents, cut ones, JSON in
//! prose or in a string.
//!
//! `lenient` parses, `document` walks what was parsed, `finding` and `place` read objects with the key tables,
//! `embedded` finds JSON in other text, `native` reads the project's own document strictly first.

mod answers;
mod document;
mod embedded;
mod finding;
mod native;
mod place;
mod section;
mod status;

pub(crate) use embedded::read_embedded;

use review_core::{Completeness, Diagnostic, Result, Review};

use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::tools;
use crate::value::{Parsed, Value, looks_like_json, parse};

/// How many documents may be wrapped in one another (a string in a field of a string …).
const MAX_WRAPPERS: usize = 4;

/// Reads a document that is JSON as a whole; `None` when it is not.
///
/// # Errors
/// `UnsupportedDocument` for a native document of a newer major version.
pub(crate) fn read_json(text: &str, options: &IngestOptions) -> Result<Option<Review>> {
    read_wrapped(text, options, 0)
}

fn read_wrapped(text: &str, options: &IngestOptions, depth: usize) -> Result<Option<Review>> {
    let start = text.len() - text.trim_start().len();
    let trimmed = crate::text::tail(text, start);
    if trimmed.starts_with('"') {
        return read_stringified(text, options, depth);
    }
    if !looks_like_json(trimmed) {
        return Ok(None);
    }
    if let Some(review) = native::read_native(text, options)? {
        return Ok(Some(review));
    }
    let found = embedded::parse_all(text);
    if found.values.is_empty() {
        return Ok(None);
    }
    if let [only] = found.values.as_slice()
        && let Some(mut review) = tools::read_value(&only.value, options)
    {
        account(&mut review, text, found.values.iter(), std::iter::empty());
        return Ok(Some(review));
    }
    if found.values.len() > 1
        && let Some(mut review) = tools::read_values(found.values.iter().map(|parsed| &parsed.value), options)
    {
        account(&mut review, text, found.values.iter(), std::iter::empty());
        return Ok(Some(review));
    }
    let answers = answers::choose(&found.values, options);
    let mut walker = document::Walker::new(options);
    for parsed in answers.kept(&found.values) {
        walker.document(&parsed.value, &finding::Context::default(), 0);
    }
    if walker.is_silent() {
        for inner in walker.wrapped().into_iter().take(MAX_WRAPPERS) {
            if let Some(mut review) = unwrap(&inner, options, depth)? {
                walker.judge(&mut review);
                return Ok(Some(review));
            }
        }
        // Prose that happens to start with a bracket.
        if found.other_lines > found.json_lines {
            return Ok(None);
        }
    }
    let unread: Vec<(usize, usize)> = walker.unread_lines().collect();
    let mut review = walker.finish();
    account(&mut review, text, answers.kept(&found.values), unread.into_iter());
    answers.tell(&mut review, &found.values, options);
    Ok(Some(review))
}

/// Line sums, and what a cut document means. Lines of entries that could not be read are unplaced.
fn account<'a>(
    review: &mut Review,
    text: &str,
    values: impl Iterator<Item = &'a Parsed> + Clone,
    unread: impl Iterator<Item = (usize, usize)>,
) {
    let mut ledger = Ledger::new(text);
    for parsed in values.clone() {
        ledger.mark_range(parsed.lines.0, parsed.lines.1 + 1);
    }
    let mut shared = std::collections::BTreeSet::new();
    for finding in &review.findings {
        shared.extend(finding.document_lines.map(|(first, _)| first));
    }
    for (first, last) in unread {
        if !shared.contains(&crate::lines::number(first)) {
            ledger.unmark_range(first, last + 1);
        }
    }
    let (lines, unplaced) = ledger.close();
    review.lines = lines;
    review.sections.unplaced = unplaced;
    if values.into_iter().any(|parsed| parsed.cut) {
        cut_short(review);
    }
}

/// The document ends in the middle: what was whole is kept and marked.
fn cut_short(review: &mut Review) {
    for finding in &mut review.findings {
        finding.recovered = true;
    }
    review.completeness = Completeness::Truncated;
    review.incomplete_reason = Some("the JSON ends in the middle".to_owned());
    review.diagnostics.push(Diagnostic::new(0, "the JSON ends in the middle; what was whole is kept"));
}

/// A document as one JSON string.
fn read_stringified(text: &str, options: &IngestOptions, depth: usize) -> Result<Option<Review>> {
    let Some(parsed) = parse(text, 0, 0) else { return Ok(None) };
    let Value::Text(inner) = &parsed.value else { return Ok(None) };
    if !crate::text::tail(text, parsed.end).trim().is_empty() {
        return Ok(None);
    }
    let holds = looks_like_json(inner.trim_start()) || inner.contains('\n');
    if !holds { Ok(None) } else { unwrap(inner.as_str(), options, depth) }
}

/// Reads a text that stood in a string. Its line numbers are those of the inner text.
fn unwrap(inner: &str, options: &IngestOptions, depth: usize) -> Result<Option<Review>> {
    if depth >= MAX_WRAPPERS || inner.trim().is_empty() {
        return Ok(None);
    }
    let review = match read_wrapped(inner, options, depth + 1)? {
        Some(review) => review,
        None => {
            let review = crate::markdown::read_markdown(inner, options);
            match read_embedded(inner, options)? {
                Some(embedded) if review.findings.is_empty() => embedded,
                _ => review,
            }
        }
    };
    if review.findings.is_empty() && review.completeness == Completeness::Failed && !says_why(&review) {
        return Ok(None);
    }
    Ok(Some(review.with_diagnostic(Diagnostic::new(
        0,
        "the review stood in a JSON string; lines are counted within it",
    ))))
}

/// Whether a failed review says in its own words why, so that it is an answer and no other text.
fn says_why(review: &Review) -> bool {
    !review.diagnostics.is_empty() && review.sections.unplaced.is_empty() && review.identity.kind.is_some()
}
