//! `path:line: message`, as compilers and linters print it.

use review_core::Review;

use super::message::{Message, finding, review};
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::options::IngestOptions;
use crate::places::{Roots, Trust, read_place};
use crate::text::{head, tail};

/// Reads plain lines; `None` unless they make up most of the text: prose may hold such a line too.
pub(crate) fn read(text: &str, options: &IngestOptions) -> Option<Review> {
    // The first few lines tell; a review in prose is not searched to its end.
    let probe: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).take(40).collect();
    let hits = probe.iter().filter(|line| split(line).is_some()).count();
    if hits == 0 || hits * 2 < probe.len() || text.contains("\n## ") || text.contains("\n```") {
        return None;
    }
    let roots = Roots::new(options.roots.iter().map(String::as_str));
    let mut ledger = Ledger::new(text);
    let mut drafts: Vec<crate::json::Drafted> = Vec::new();
    for index in 0..ledger.len() {
        if drafts.len() > MAX_ITEMS {
            break;
        }
        let line = ledger.line(index);
        if let Some((path, at, said)) = split(line) {
            let (level, said) = split_level(said, options);
            let (said, rule) = split_rule(said);
            let message =
                Message { path, line: Some(at), level, text: said, rule, at: index, ..Message::default() };
            if let Some(draft) = finding(&message, options, &roots) {
                drafts.push(draft);
                ledger.mark(index);
            }
        } else if line.starts_with([' ', '\t', '|', '^'])
            && !line.trim().is_empty()
            && let Some(last) = drafts.last_mut()
        {
            // Excerpts and notes below a message belong to it.
            last.finding.body.push('\n');
            last.finding.body.push_str(line);
            ledger.mark(index);
        }
    }
    (!drafts.is_empty()).then(|| review(drafts, &ledger))
}

/// Path, line and message of `path:10:4: message`, `path(10,4): message`, `path:10 message`.
fn split(line: &str) -> Option<(&str, u32, &str)> {
    let line = line.trim_end();
    if line.len() > 4000 || line.starts_with([' ', '#', '-', '*', '`', '|', '>']) {
        return None;
    }
    let drive = usize::from(
        matches!(line.as_bytes(), [letter, b':', b'\\' | b'/', ..] if letter.is_ascii_alphabetic()),
    ) * 2;
    if let Some(open) = line.find('(')
        && let Some((numbers, said)) = tail(line, open + 1).split_once("):")
        && let Ok(at) = numbers.split(',').next()?.trim().parse::<u32>()
    {
        return checked(head(line, open), at, said);
    }
    let colon = tail(line, drive).find(':')? + drive;
    let rest = tail(line, colon + 1);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    let at: u32 = head(rest, digits).parse().ok()?;
    let mut rest = tail(rest, digits);
    if let Some(after) = rest.strip_prefix([':', '-']) {
        let column = after.bytes().take_while(u8::is_ascii_digit).count();
        rest = if column > 0 { tail(after, column).trim_start_matches(':') } else { after };
    } else if !rest.starts_with(' ') {
        return None;
    }
    checked(head(line, colon), at, rest)
}

fn checked<'a>(path: &'a str, at: u32, said: &'a str) -> Option<(&'a str, u32, &'a str)> {
    let said = said.trim();
    let place = read_place(path, Trust::Expected, &Roots::default());
    (at > 0 && !said.is_empty() && !path.contains(' ') && place.is_some()).then_some((path, at, said))
}

/// `error: message`, `warning[E0382]: message`, `E501 message`.
fn split_level<'a>(said: &'a str, options: &IngestOptions) -> (&'a str, &'a str) {
    if let Some((word, rest)) = said.split_once(':') {
        let level = word.split(['[', '(', ' ']).next().unwrap_or(word);
        if word.len() < 24 && options.tables.severities.get(level).is_some() {
            return (level, rest.trim());
        }
    }
    ("", said)
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
