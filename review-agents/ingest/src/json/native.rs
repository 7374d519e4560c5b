//! The native review document, read strictly first: what this project wrote comes back as it was.

use review_core::{Document, ErrorKind, Result, Review};

use crate::ids::Ids;
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::value::{Value, parse};

/// Fields of a finding that the type itself holds.
const KNOWN: &[&str] = &[
    "id",
    "severity",
    "kind",
    "category",
    "title",
    "body",
    "locations",
    "quotes",
    "fix",
    "scenario",
    "introduced_by",
    "confidence",
    "references",
    "withdrawn",
    "recovered",
    "document_lines",
    "extensions",
];

/// Reads a native document; `None` when the text is not one, or is damaged and better read leniently.
///
/// # Errors
/// `UnsupportedDocument` when it is of a newer major version.
pub(crate) fn read_native(text: &str, options: &IngestOptions) -> Result<Option<Review>> {
    // The version is what tells a native document from any other with `findings`.
    let Some(at) = text.find("\"schema_version\"") else { return Ok(None) };
    if !text.trim_start().starts_with('{')
        || crate::text::head(text, at).matches('{').count() > 1 && !text.contains("\"findings\"")
    {
        return Ok(None);
    }
    // A report has findings, too; they are read as what they are.
    if text.contains("\"ledger\"") && text.contains("\"verdict\"") {
        return Ok(None);
    }
    match Review::from_json(text) {
        Ok(mut review) => {
            let counted = keep_unknown(&mut review, text);
            settle(&mut review, text, counted, options);
            Ok(Some(review))
        }
        Err(error) if error.kind() == ErrorKind::UnsupportedDocument => Err(error),
        Err(_) => Ok(None),
    }
}

/// Fields that this version does not know move to the extra fields. Returns whether the document has a line
/// count of its own.
fn keep_unknown(review: &mut Review, text: &str) -> bool {
    let Some(parsed) = parse(text, 0, 0) else { return false };
    let Some(map) = parsed.value.map() else { return false };
    let findings = map.get("findings").map(Value::as_list).unwrap_or_default();
    for (finding, value) in review.findings.iter_mut().zip(findings) {
        let Value::Map(map) = value else { continue };
        for (key, value) in map.entries.iter().filter(|(key, _)| !KNOWN.contains(&key.as_str())) {
            finding.extensions.insert(key.clone(), value.to_extra());
        }
    }
    map.get("lines").is_some_and(|lines| lines.map().is_some())
}

/// Makes missing and repeated ids, cuts checkouts from paths, and counts lines where the document has no
/// sound count of its own.
fn settle(review: &mut Review, text: &str, counted: bool, options: &IngestOptions) {
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ids = Ids::default();
    for finding in &mut review.findings {
        for place in finding.locations.iter_mut().filter(|place| place.path.starts_with('/')) {
            place.path = roots.clean(&place.path);
        }
        if !finding.id.trim().is_empty() {
            finding.id = ids.printed(finding.id.trim());
        }
    }
    for finding in &mut review.findings {
        if finding.id.trim().is_empty() {
            finding.id = ids.hashed(finding);
        }
    }
    let sections = &mut review.sections;
    let lists = [
        ('D', &mut sections.design),
        ('T', &mut sections.testing),
        ('O', &mut sections.documentation),
        ('A', &mut sections.limitations),
        ('U', &mut sections.unresolved_feedback),
    ];
    for (letter, items) in lists {
        for item in items.iter_mut() {
            item.id = if item.id.trim().is_empty() { ids.next(letter) } else { ids.printed(item.id.trim()) };
        }
    }
    let lines = review.lines;
    let listed = u32::try_from(review.sections.unplaced.len()).unwrap_or(u32::MAX);
    let sound =
        counted && lines.typed.checked_add(lines.unplaced) == Some(lines.total) && lines.unplaced == listed;
    if !sound {
        let mut ledger = Ledger::new(text);
        ledger.mark_range(0, ledger.len());
        review.sections.unplaced.clear();
        review.lines = ledger.close().0;
    }
}
