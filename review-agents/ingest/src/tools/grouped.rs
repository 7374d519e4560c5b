//! Messages below the name of their file, as eslint, stylelint and their kin print them for people:
//!
//! ```text
//! src/pool.js
//!   12:5  error  The pool is never closed  no-leak
//! ```

use review_core::Review;

use super::output::{Message, Output, Span};
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, read_place};
use crate::signal::Shortfall;
use crate::text::{head, tail};

/// Longer lines are no messages of a linter.
const MAX_LINE: usize = 4000;

/// Reads the text; `None` unless files and messages below them make up most of it.
pub(super) fn read(text: &str, options: &IngestOptions) -> Option<Review> {
    let probe: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(40).collect();
    let messages = probe.iter().filter(|line| split(line, options).is_some()).count();
    let files = probe.iter().filter(|line| file(line).is_some()).count();
    if messages == 0 || files == 0 || (messages + files) * 2 < probe.len() || text.contains("\n## ") {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ledger = Ledger::new(text);
    let mut output = Output::default();
    let mut path: Option<&str> = None;
    for index in 0..ledger.len() {
        if output.is_full() {
            break;
        }
        let line = ledger.line(index);
        if let Some(named) = file(line) {
            path = Some(named);
            ledger.mark(index);
        } else if let (Some(path), Some((span, level, said))) = (path, split(line, options)) {
            // A message that a parser gave up with says that the file was not looked at.
            if said.to_lowercase().starts_with("parsing error") {
                output.shortfalls.push(Shortfall::part(format!("a file could not be read: {said}")));
            }
            let (text, rule) = split_rule(said);
            let message = Message {
                place: span.at(path, &roots),
                level,
                text,
                rule,
                lines: (index, index),
                ..Message::default()
            };
            if let Some(draft) = message.into_draft(options) {
                output.drafts.push(draft);
                ledger.mark(index);
            }
        } else if is_total(line) {
            ledger.mark(index);
        }
    }
    (!output.drafts.is_empty()).then(|| output.into_review(Some(&ledger)))
}

/// A line that names a file and nothing else.
fn file(line: &str) -> Option<&str> {
    let name = line.trim_end();
    let plain = name.len() <= 1024 && !name.starts_with([' ', '\t', '#', '-', '*', '`', '|', '>']);
    let place = plain.then(|| read_place(name, Trust::Expected, &Roots::default())).flatten()?;
    (place.ranges.is_empty() && !name.contains(char::is_whitespace)).then_some(name)
}

/// Place, level and message of an indented `12:5  error  message  rule`.
fn split<'a>(line: &'a str, options: &IngestOptions) -> Option<(Span, &'a str, &'a str)> {
    let text = line.trim();
    if line.len() > MAX_LINE || !line.starts_with([' ', '\t']) {
        return None;
    }
    let (place, rest) = text.split_once(char::is_whitespace)?;
    let (line, column) = place.split_once(':')?;
    let span = Span {
        line: line.parse().ok().filter(|line| *line > 0),
        column: column.parse().ok(),
        ..Span::default()
    };
    span.line.and(span.column)?;
    let rest = rest.trim_start();
    let (level, said) = rest.split_once(char::is_whitespace)?;
    let word = match level {
        "✖" | "×" => "error",
        "⚠" | "‼" => "warning",
        "ℹ" => "info",
        word => word,
    };
    options.tables.severities.get(word)?;
    Some((span, word, said.trim()))
}

/// The rule stands behind two spaces or more.
fn split_rule(said: &str) -> (&str, &str) {
    match said.rfind("  ") {
        Some(at) if !tail(said, at).trim().contains(char::is_whitespace) => {
            (head(said, at).trim_end(), tail(said, at).trim())
        }
        _ => (said, ""),
    }
}

/// `✖ 2 problems (1 error, 1 warning)`, `0 errors and 1 warning potentially fixable …`: a count first. Other lines are the tool's own trouble.
fn is_total(line: &str) -> bool {
    let line = line.trim().trim_start_matches(|c: char| !c.is_alphanumeric());
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let counts = ["problem", "error", "warning"].iter().any(|word| words.starts_with(word));
    counts && words.len() < line.len()
}
