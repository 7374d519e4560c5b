//! The front door: decode, detect, read, finish.

use review_core::{Diagnostic, Result, Review};

use crate::decode::decode;
use crate::format::Format;
use crate::limits::MAX_PLACES;
use crate::options::IngestOptions;
use crate::{json, markdown, references, tools};

/// Reads a review in whatever form it was written.
///
/// Odd content is never an error: it is kept, under `sections.unplaced` if nothing better is known, and
/// named in `diagnostics`. A document in which neither a finding nor a known section was found comes back as
/// *failed*, so that it can't be taken for a clean review.
///
/// # Errors
/// `InvalidInput` when the input is empty, binary or larger than `options.max_bytes`; `UnsupportedDocument`
/// when it is a native review of a newer major version.
pub fn ingest(bytes: &[u8], options: &IngestOptions) -> Result<Review> {
    let decoded = decode(bytes, options.max_bytes)?;
    let text = decoded.text.as_ref();
    let mut review = match options.format {
        Some(format) => read_as(text, format, options)?.unwrap_or_else(|| unreadable(text, format)),
        None => detect(text, options)?,
    };
    if let Some(reviewer) = &options.reviewer {
        review.reviewer.clone_from(reviewer);
    }
    if let Some(pass) = options.pass {
        review.pass = pass;
    }
    review.pass = review.pass.max(1);
    review.diagnostics.splice(0..0, decoded.diagnostics);
    bound_places(&mut review);
    references::link(&mut review);
    Ok(review)
}

/// Findings with more places than one can have lose the rest, and the review says so.
fn bound_places(review: &mut Review) {
    for finding in &mut review.findings {
        if finding.locations.len() > MAX_PLACES {
            finding.locations.truncate(MAX_PLACES);
            let line = finding.document_lines.map_or(0, |(first, _)| first);
            let said = format!("{} names more than {MAX_PLACES} places; the rest was left out", finding.id);
            review.diagnostics.push(Diagnostic::new(line, said));
        }
        // Most have one place, and a list has room for four.
        finding.locations.shrink_to_fit();
    }
    review.findings.shrink_to_fit();
}

/// Reads one form; `None` when the text is not of that form.
fn read_as(text: &str, format: Format, options: &IngestOptions) -> Result<Option<Review>> {
    Ok(match format {
        Format::Markdown => Some(markdown::read_markdown(text, options)),
        // Whose JSON it is, its reader finds out.
        Format::Json | Format::Sarif | Format::Rdjson => json::read_json(text, options)?,
        other => tools::read_text(text, other, options),
    })
}

/// Tries the forms from the most to the least specific; Markdown reads everything.
fn detect(text: &str, options: &IngestOptions) -> Result<Review> {
    if let Some(review) = json::read_json(text, options)? {
        return Ok(review);
    }
    for format in [Format::Checkstyle, Format::GithubAnnotations, Format::PlainLines] {
        if let Some(review) = tools::read_text(text, format, options) {
            return Ok(review);
        }
    }
    let review = markdown::read_markdown(text, options);
    if review.findings.is_empty()
        && let Some(embedded) = json::read_embedded(text, options)?
    {
        return Ok(embedded);
    }
    Ok(review)
}

/// The caller named a form that the text does not have.
fn unreadable(text: &str, format: Format) -> Review {
    let (lines, unplaced) = crate::lines::Ledger::new(text).close();
    let mut review = Review::failed("", format!("this is not {format}")).with_lines(lines);
    review.sections.unplaced = unplaced;
    review
}
