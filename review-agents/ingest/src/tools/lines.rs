//! `path:line: message`, as compilers and linters print it.

use review_core::Review;

use super::output::{Message, Output, Span};
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, read_place};
use crate::signal::Shortfall;
use crate::text::{head, tail};

/// What tools print when they did not look at everything, in lower case. Looked for in lines that are no
/// messages about a file.
const FAILED: &[&str] = &[
    "errors prevented further checking",
    "could not compile",
    "traceback (most recent call last)",
    "panicked at",
    "fatal error",
    "segmentation fault",
    "out of memory",
    "internal compiler error",
    "internal error",
    "no inputs were found",
    "error ts5",
    "error ts6",
    "error ts18",
    "timed out",
    "could not load",
    "failed to load",
    "can't run linter",
    "can't read file",
    "cannot read file",
    "command not found",
    "permission denied",
];

/// Reads plain lines; `None` unless they make up most of the text: prose may hold such a line too.
pub(super) fn read(text: &str, options: &IngestOptions) -> Option<Review> {
    // The first few lines tell; a review in prose is not searched to its end.
    let probe: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(40).collect();
    let hits = probe.iter().filter(|line| split(line).is_some()).count();
    let below = probe.iter().filter(|line| is_below(line)).count();
    if hits == 0 || hits * 2 + below < probe.len() || text.contains("\n## ") || text.contains("\n```") {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ledger = Ledger::new(text);
    let mut output = Output::default();
    for index in 0..ledger.len() {
        if output.is_full() {
            break;
        }
        let line = ledger.line(index);
        if let Some((path, span, said)) = split(line) {
            let (level, said, code) = split_level(said, options);
            let (said, rule) = split_rule(said);
            let message = Message {
                place: span.at(path, &roots),
                level,
                text: said,
                rule: if rule.is_empty() { code } else { rule },
                lines: (index, index),
                ..Message::default()
            };
            if let Some(draft) = message.into_draft(options) {
                output.drafts.push(draft);
                ledger.mark(index);
            }
        } else if is_below(line)
            && let Some(last) = output.drafts.last_mut()
        {
            // Excerpts and notes below a message belong to it.
            last.finding.body.push('\n');
            last.finding.body.push_str(line);
            ledger.mark(index);
        } else if let Some(reason) = failed(line) {
            output.shortfalls.push(Shortfall::part(reason));
        }
    }
    (!output.drafts.is_empty()).then(|| output.into_review(Some(&ledger)))
}

/// An excerpt or a note under a message.
fn is_below(line: &str) -> bool {
    line.starts_with([' ', '\t', '|', '^']) && !line.trim().is_empty()
}

/// A line in which the tool says that it did not look at everything.
fn failed(line: &str) -> Option<&str> {
    let line = line.trim();
    if line.len() > 4000 {
        return None;
    }
    let said = line.to_lowercase();
    FAILED.iter().any(|words| said.contains(words)).then_some(line)
}

/// Path, lines and message of `path:10:4: message`, `path(10,4): message`, `path:10 message`.
fn split(line: &str) -> Option<(&str, Span, &str)> {
    let line = line.trim_end();
    if line.len() > 4000 || line.starts_with([' ', '#', '-', '*', '`', '|', '>']) {
        return None;
    }
    // A folder's name may have brackets too: the last pair with numbers in front of a colon counts.
    for (open, _) in line.match_indices('(').take(16) {
        if let Some((numbers, said)) = tail(line, open + 1).split_once("):")
            && let Some(span) = numbered(numbers)
        {
            return checked(head(line, open), span, said);
        }
    }
    let drive = usize::from(
        matches!(line.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic()),
    ) * 2;
    let colon = tail(line, drive).find(':')? + drive;
    let rest = tail(line, colon + 1);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut span = Span { line: head(rest, digits).parse().ok(), ..Span::default() };
    let mut rest = tail(rest, digits);
    if let Some(after) = rest.strip_prefix([':', '-']) {
        let column = after.bytes().take_while(u8::is_ascii_digit).count();
        // `path:10:4-12: message` and `path:10-12: message`.
        if rest.starts_with('-') {
            span.end_line = head(after, column).parse().ok();
        } else {
            span.column = head(after, column).parse().ok().filter(|column| *column > 0);
        }
        let behind = tail(after, column);
        let behind = behind
            .strip_prefix('-')
            .map_or(behind, |more| more.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'));
        rest = if column > 0 { behind.trim_start_matches(':') } else { after };
    } else if !rest.starts_with(' ') {
        return None;
    }
    // `path:2:1 - error TS2304: …`, as `tsc --pretty` has it.
    let rest = rest.strip_prefix(" - ").unwrap_or(rest);
    checked(head(line, colon), span, rest)
}

/// `10`, `10,4`, `10,4,12,2`.
fn numbered(text: &str) -> Option<Span> {
    let numbers: Vec<u32> =
        text.split(',').map(|number| number.trim().parse().ok()).collect::<Option<_>>()?;
    let at = |index: usize| numbers.get(index).copied();
    (numbers.len() <= 4).then(|| Span {
        line: at(0),
        column: at(1).filter(|column| *column > 0),
        end_line: at(2),
        end_column: at(3),
        ..Span::default()
    })
}

fn checked<'a>(path: &'a str, span: Span, said: &'a str) -> Option<(&'a str, Span, &'a str)> {
    let said = said.trim();
    let place = read_place(path, Trust::Expected, &Roots::default());
    let sound = span.line.is_some_and(|line| line > 0) && !path.contains(' ') && place.is_some();
    (sound && !said.is_empty()).then_some((path, span, said))
}

/// `error: message`, `warning[E0382]: message`, `error TS2304: message`: the level, the message, the rule.
fn split_level<'a>(said: &'a str, options: &IngestOptions) -> (&'a str, &'a str, &'a str) {
    if let Some((word, rest)) = said.split_once(':') {
        let level = word.split(['[', '(', ' ']).next().unwrap_or(word);
        if word.len() < 24 && options.tables.severities.get(level).is_some() {
            let code = tail(word, level.len()).trim_matches(['[', ']', '(', ')', ' ']);
            return (level, rest.trim(), code);
        }
    }
    ("", said, "")
}

/// A rule in brackets at the end: `message [no-unused-vars]`.
fn split_rule(said: &str) -> (&str, &str) {
    let Some(inner) = said.strip_suffix([']', ')']) else { return (said, "") };
    match inner.rfind(['[', '(']) {
        Some(open) => {
            let rule = tail(inner, open + 1);
            let plain = !rule.is_empty()
                && rule.len() <= 64
                && rule
                    .chars()
                    .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '/' | '.' | '@' | ':'));
            if plain { (head(inner, open).trim_end(), rule) } else { (said, "") }
        }
        None => (said, ""),
    }
}
