//! Printed labels: `I1.`, `[S2]`, `3)`, `Finding 4:`, `Critical-1`.

use review_core::Severity;

use crate::scales::Tables;
use crate::text::{head, tail};

/// A printed label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Label {
    /// The label with its letter, as ids spell it; absent for a bare number.
    pub(crate) lettered: Option<String>,
    /// The number.
    pub(crate) number: u32,
    /// The severity that the letter or word stands for.
    pub(crate) severity: Option<Severity>,
    /// Whether the letter belongs to another section: `D1`, `T2`, `O3`, `A1`, `U1`.
    pub(crate) of_section: bool,
}

/// Words that may stand before a number without saying anything.
const NEUTRAL: &[&str] = &["finding", "issue", "problem", "bug", "comment", "item", "concern", "no", "nr"];

/// Reads a label at the start of `text` (decoration already removed): the label and the rest, which still
/// starts with the label's closing marks.
pub(crate) fn read_label<'a>(text: &'a str, tables: &Tables) -> Option<(Label, &'a str)> {
    let bracket = text.starts_with(['[', '(', '`']);
    let inner = if bracket { tail(text, 1) } else { text };
    let word_len = inner.bytes().take_while(u8::is_ascii_alphabetic).count();
    let word = head(inner, word_len);
    let mut rest = tail(inner, word_len);
    let (mut letter, mut severity, mut neutral) = (None, None, false);
    match word_len {
        0 => {}
        1 => {
            letter = word.chars().next().filter(char::is_ascii_uppercase);
            letter?;
            rest = rest.strip_prefix('-').unwrap_or(rest);
        }
        _ => {
            let lower = word.to_lowercase();
            neutral = NEUTRAL.contains(&lower.as_str());
            severity = tables.severity_tags.get(&lower);
            if !neutral && severity.is_none() {
                return None;
            }
            // `Finding I1:` prints the label behind the word.
            let behind = rest.trim_start();
            if neutral && behind.starts_with(|c: char| c.is_ascii_uppercase()) {
                return read_label(behind, tables).filter(|(label, _)| label.lettered.is_some());
            }
            if severity.is_some()
                && let Some(after) = ["issue", "finding"].iter().find_map(|word| {
                    let next = rest.trim_start();
                    let named = next.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word));
                    named.then(|| tail(next, word.len()))
                })
            {
                rest = after;
            }
            rest = rest.trim_start_matches(['-', ' ']);
        }
    }
    let hashed = rest.starts_with('#');
    rest = rest.strip_prefix('#').unwrap_or(rest);
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    let number: u32 = head(rest, digits).parse().ok()?;
    let digit_text = head(rest, digits).trim_start_matches('0');
    rest = tail(rest, digits);
    // `1.2` numbers a sub-point by its last part.
    let mut suffix = "";
    if letter.is_some()
        && rest.starts_with(|c: char| c.is_ascii_lowercase())
        && !tail(rest, 1).starts_with(char::is_alphanumeric)
    {
        suffix = head(rest, 1);
        rest = tail(rest, 1);
    }
    let closed = match rest.chars().next() {
        // `### Comment 1`
        None => (letter.is_some() && bracket) || neutral,
        Some('.' | ')') => {
            let after = tail(rest, 1);
            after.is_empty() || after.starts_with([' ', '*', '\t', '_'])
        }
        Some(':' | ']' | '*' | '`' | '—' | '–') => true,
        Some(' ') => {
            let after = rest.trim_start();
            after.starts_with(['—', '–', '-', ':', '|'])
                || (letter.is_some() && after.starts_with(['*', '`']))
                || ((neutral || severity.is_some() || hashed)
                    && (after.starts_with("**") || after.starts_with('(')))
        }
        Some('-') => tail(rest, 1).starts_with(' '),
        Some('_') => rest.starts_with("__"),
        Some('~') => true,
        _ => false,
    };
    let bare_bracket = bracket && letter.is_none() && word_len == 0 && !hashed;
    if !closed || number == 0 || bare_bracket {
        return None;
    }
    // A bare number is a list number: nothing but `.`, `)` or `:` may close it.
    let bare = letter.is_none() && word_len == 0 && !hashed;
    if bare && !rest.starts_with(['.', ')', ':']) {
        return None;
    }
    let letter_severity = letter.and_then(severity_of_letter);
    let section_letter = letter.is_some_and(|letter| matches!(letter, 'D' | 'T' | 'O' | 'A' | 'U'));
    if letter
        .is_some_and(|letter| !section_letter && letter_severity.is_none() && letter != 'F' && letter != 'R')
    {
        return None;
    }
    let lettered = letter.map(|letter| format!("{letter}{digit_text}{suffix}"));
    let lettered = lettered.or_else(|| severity.map(|severity| format!("{}{digit_text}", severity.letter())));
    let label =
        Label { lettered, number, severity: severity.or(letter_severity), of_section: section_letter };
    Some((label, rest))
}

fn severity_of_letter(letter: char) -> Option<Severity> {
    match letter {
        'C' | 'B' => Some(Severity::Critical),
        'I' | 'H' => Some(Severity::Important),
        'S' | 'M' | 'L' | 'N' => Some(Severity::Suggestion),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match read_label(text, &Tables::default()) {
            Some((label, rest)) => {
                format!("{}|{}|{rest}", label.lettered.unwrap_or_else(|| "-".to_owned()), label.number)
            }
            None => "none".to_owned(),
        }
    }

    #[test]
    fn labels_of_every_shape() {
        for (text, shown) in [
            ("I1. x", "I1|1|. x"),
            ("S12 — x", "S12|12| — x"),
            ("[I2] x", "I2|2|] x"),
            ("C-3: x", "C3|3|: x"),
            ("3. x", "-|3|. x"),
            ("3) x", "-|3|) x"),
            ("Finding 4: x", "-|4|: x"),
            ("Finding S4: x", "S4|4|: x"),
            ("Critical Issue 1: x", "C1|1|: x"),
            ("Issue #7 - x", "-|7| - x"),
            ("IMP-02: x", "I2|2|: x"),
            ("I1b. x", "I1b|1|. x"),
        ] {
            assert_eq!(show(text), shown, "{text}");
        }
    }

    #[test]
    fn numbers_in_prose_are_no_labels() {
        for text in ["S3 buckets leak", "2026 was", "3.5 times", "H2O: x", "I think", "[1] x", "10 files:"] {
            assert_eq!(show(text), "none", "{text}");
        }
    }
}
