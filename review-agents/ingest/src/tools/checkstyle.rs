//! Checkstyle XML: `<file name="…"><error line="…" severity="…" message="…" source="…"/></file>`.

use review_core::Review;

use super::output::{Message, Output, Span};
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::Roots;
use crate::signal::Shortfall;
use crate::text::{head, tail};

/// Reads checkstyle; `None` when the text is not of that form. A small scanner: tags and attributes are all
/// there is, and a damaged document keeps its whole errors.
pub(super) fn read(text: &str, options: &IngestOptions) -> Option<Review> {
    let trimmed = text.trim_start();
    if !trimmed.starts_with('<') || !text.contains("<checkstyle") {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ledger = Ledger::new(text);
    let mut output = Output { tool: Some("checkstyle".to_owned()), ..Output::default() };
    let mut ends = Ends::default();
    let (mut at, mut line, mut file, mut whole) = (0, 0, String::new(), false);
    while let Some(open) = tail(text, at).find('<').filter(|_| !output.is_full()) {
        line += head(tail(text, at), open).matches('\n').count();
        at += open;
        let first = line;
        let Some(end) = tag_end(tail(text, at)) else { break };
        let tag = head(tail(text, at), end);
        line += tag.matches('\n').count();
        at += end;
        ledger.mark_range(first, line + 1);
        let name = tag.trim_start_matches('<').split([' ', '\n', '\t', '\r', '>']).next().unwrap_or("");
        let name = name.strip_suffix('/').unwrap_or(name);
        match name {
            "checkstyle" => whole |= tag.ends_with("/>"),
            "/checkstyle" => whole = true,
            "file" => file = attribute(tag, "name").unwrap_or_default(),
            // A file that made the tool fail was not looked at.
            "exception" => {
                let said = head(tail(text, at), ends.next_from(text, at).map_or(0, |end| end - at));
                line += said.matches('\n').count();
                ledger.mark_range(first, line + 1);
                at += said.len();
                let said = crate::text::cut(said, 0..said.len().min(4096));
                let said = said.trim().trim_start_matches("<![CDATA[").trim_end_matches("]]>");
                let said = said.trim().lines().next().unwrap_or("").trim();
                let file = if file.is_empty() { "a file" } else { &file };
                output.shortfalls.push(Shortfall::part(format!("{file} could not be checked: {said}")));
            }
            "error" => {
                let said = attribute(tag, "message").unwrap_or_default();
                let level = attribute(tag, "severity").unwrap_or_default();
                let rule = attribute(tag, "source").unwrap_or_default();
                let number = |name: &str| {
                    attribute(tag, name)
                        .and_then(|number| number.trim().parse().ok())
                        .filter(|line| *line > 0)
                };
                let span = Span { line: number("line"), column: number("column"), ..Span::default() };
                let message = Message {
                    place: span.at(&file, &roots),
                    level: &level,
                    text: &said,
                    rule: &rule,
                    lines: (first, line),
                    ..Message::default()
                };
                output.drafts.extend(message.into_draft(options));
            }
            _ => {}
        }
    }
    if !whole {
        output.shortfalls.push(Shortfall::part("the checkstyle document ends in the middle"));
        for draft in &mut output.drafts {
            draft.finding.recovered = true;
        }
    }
    Some(output.into_review(Some(&ledger)))
}

/// Where the next end of an exception is. It is looked for once for all that stand before it.
#[derive(Default)]
struct Ends {
    next: Option<usize>,
    none_left: bool,
}

impl Ends {
    fn next_from(&mut self, text: &str, at: usize) -> Option<usize> {
        if self.none_left {
            return None;
        }
        if self.next.is_none_or(|next| next < at) {
            self.next = tail(text, at).find("</exception>").map(|found| at + found);
            self.none_left = self.next.is_none();
        }
        self.next
    }
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
