//! The native review document.

use review_core::{Document, ErrorKind, Result, Review};

use crate::ids::Ids;
use crate::lines::Ledger;

/// Reads a native document; `None` when the text is not one.
///
/// # Errors
/// `UnsupportedDocument` when it is of a newer major version.
pub(crate) fn read_native(text: &str) -> Result<Option<Review>> {
    if !text.trim_start().starts_with('{') || !text.contains("\"findings\"") {
        return Ok(None);
    }
    match Review::from_json(text) {
        Ok(mut review) => {
            settle(&mut review, text);
            Ok(Some(review))
        }
        Err(error) if error.kind() == ErrorKind::UnsupportedDocument => Err(error),
        Err(_) => Ok(None),
    }
}

/// Makes missing and repeated ids, and the line count where the document has none of its own.
pub(crate) fn settle(review: &mut Review, text: &str) {
    let mut ids = Ids::default();
    for finding in &mut review.findings {
        if !finding.id.trim().is_empty() {
            finding.id = ids.printed(finding.id.trim());
        }
    }
    for finding in &mut review.findings {
        if finding.id.trim().is_empty() {
            finding.id = ids.hashed(finding);
        }
    }
    let lines = review.lines;
    let listed = u32::try_from(review.sections.unplaced.len()).unwrap_or(u32::MAX);
    let sound = lines.total > 0
        && lines.typed.checked_add(lines.unplaced) == Some(lines.total)
        && lines.unplaced == listed;
    if !sound {
        let mut ledger = Ledger::new(text);
        ledger.mark_range(0, ledger.len());
        review.sections.unplaced.clear();
        review.lines = ledger.close().0;
    }
}
