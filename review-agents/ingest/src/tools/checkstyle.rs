//! Checkstyle XML: `<file name="…"><error line="…" severity="…" message="…" source="…"/></file>`.

use review_core::Review;

use super::message::{Message, finding, review};
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::text::{head, tail};

/// Reads checkstyle; `None` when the text is not of that form. A small scanner: tags and attributes are all
/// there is, and a damaged document keeps its whole errors.
pub(crate) fn read(text: &str, options: &IngestOptions) -> Option<Review> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with('<') || !text.contains("<checkstyle") {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ledger = Ledger::new(text);
    let mut drafts = Vec::new();
    let (mut at, mut line, mut file) = (0, 0, String::new());
    while let Some(open) = tail(text, at).find('<').filter(|_| drafts.len() <= MAX_ITEMS) {
        line += head(tail(text, at), open).matches('\n').count();
        at += open;
        let first = line;
        let Some(end) = tag_end(tail(text, at)) else { break };
        let tag = head(tail(text, at), end);
        line += tag.matches('\n').count();
        at += end;
        ledger.mark_range(first, line + 1);
        let name = tag.trim_start_matches('<').split([' ', '\n', '\t', '\r', '/', '>']).next().unwrap_or("");
        match name {
            "file" => file = attribute(tag, "name").unwrap_or_default(),
            "error" => {
                let said = attribute(tag, "message").unwrap_or_default();
                let level = attribute(tag, "severity").unwrap_or_default();
                let rule = attribute(tag, "source").unwrap_or_default();
                let number =
                    attribute(tag, "line").and_then(|line| line.parse().ok()).filter(|line| *line > 0);
                let message = Message {
                    path: &file,
                    line: number,
                    level: &level,
                    text: &said,
                    rule: &rule,
                    at: first,
                    ..Message::default()
                };
                drafts.extend(finding(&message, options, &roots));
            }
            _ => {}
        }
    }
    let mut review = review(drafts, &ledger);
    if !text.contains("</checkstyle>") && !text.contains("<checkstyle/>") {
        review.completeness = review_core::Completeness::Truncated;
        review.incomplete_reason = Some("the checkstyle document ends in the middle".to_owned());
        for finding in &mut review.findings {
            finding.recovered = true;
        }
    }
    Some(review)
}

/// Where a tag ends, quoted values skipped.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, byte) in text.bytes().enumerate() {
        match (quote, byte) {
            (None, b'>') => return Some(at + 1),
            (None, b'"' | b'\'') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
    }
    None
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    for (at, _) in tag.match_indices(name) {
        let before = head(tag, at).ends_with([' ', '\t', '\n', '\r']);
        let rest = tail(tag, at + name.len()).trim_start();
        if let Some(value) = rest.strip_prefix('=').filter(|_| before) {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            let value = tail(value, 1);
            return Some(unescape(head(value, value.find(quote)?)));
        }
    }
    None
}

fn unescape(text: &str) -> String {
    if !text.contains('&') {
        return text.to_owned();
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&apos;", "'");
    text.replace("&#10;", "\n").replace("&#39;", "'").replace("&#xA;", "\n").replace("&amp;", "&")
}
