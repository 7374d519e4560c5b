//! Small helpers on text that never panic: cutting, scanning around inline code, stripping decoration.

use std::ops::Range;

/// The part of `text` in `range`; empty where the range is not on character boundaries.
pub(crate) fn cut(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or("")
}

/// Everything from byte `at` on.
pub(crate) fn tail(text: &str, at: usize) -> &str {
    text.get(at..).unwrap_or("")
}

/// Everything before byte `at`.
pub(crate) fn head(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or("")
}

/// Lower-cases and keeps only letters, digits and single spaces: the form that tables are keyed by.
pub(crate) fn normalize_words(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() {
            out.extend(c.to_lowercase());
        } else if c != '\'' && c != '’' && !out.is_empty() && !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out.truncate(out.trim_end().len());
    out
}

/// Finds `needle` in `text` outside inline code; `None` when it only occurs inside code.
pub(crate) fn find_outside_code(text: &str, needle: &str) -> Option<usize> {
    let mut from = 0;
    while let Some(found) = tail(text, from).find([needle.chars().next()?, '`']) {
        let at = from + found;
        let rest = tail(text, at);
        if rest.starts_with(needle) {
            return Some(at);
        }
        from = if rest.starts_with('`') { skip_code(text, at) } else { at + char_len(rest) };
    }
    None
}

/// Longest inline code. A run of backticks is not looked for beyond, so that runs that are never closed cost no pass
/// over the rest of the text each.
const MAX_CODE: usize = 2048;

/// Where the inline code that starts at byte `at` ends; just after the backticks when it has no end.
pub(crate) fn skip_code(text: &str, at: usize) -> usize {
    let rest = tail(text, at);
    let ticks = rest.bytes().take_while(|b| *b == b'`').count();
    let inner = tail(rest, ticks).as_bytes();
    let inner = inner.get(..MAX_CODE).unwrap_or(inner);
    // A run of backticks that is never closed is plain text, as in CommonMark.
    let mut from = 0;
    while let Some(found) = inner.get(from..).and_then(|rest| rest.iter().position(|byte| *byte == b'`')) {
        let start = from + found;
        let run = inner.iter().skip(start).take_while(|byte| **byte == b'`').count();
        let cut = start + run == inner.len() && inner.len() == MAX_CODE;
        if run == ticks && !cut {
            return at + ticks + start + run;
        }
        from = start + run;
    }
    at + ticks.max(1)
}

/// Length in bytes of the first character.
pub(crate) fn char_len(text: &str) -> usize {
    text.chars().next().map_or(1, char::len_utf8)
}

/// The content of inline code, without its backticks and the padding inside them.
pub(crate) fn code_content(span: &str) -> &str {
    let inner = span.trim_matches('`');
    if inner.starts_with(' ') && inner.ends_with(' ') { inner.trim() } else { inner }
}

/// Removes emphasis markers, strike-through and space from both ends.
pub(crate) fn strip_emphasis(text: &str) -> &str {
    text.trim().trim_matches(|c| matches!(c, '*' | '_' | '~')).trim()
}

/// One-line text: control characters become spaces, space is collapsed at the ends.
pub(crate) fn one_line(text: &str) -> String {
    let text = text.trim();
    if text.chars().any(char::is_control) {
        let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        spaced.trim().to_owned()
    } else {
        text.to_owned()
    }
}

/// Removes a list marker (`- `, `* `, `+ `, with an optional task box) from the start of trimmed text.
pub(crate) fn strip_bullet(text: &str) -> Option<&str> {
    let rest = text
        .strip_prefix("- ")
        .or_else(|| text.strip_prefix("* "))
        .or_else(|| text.strip_prefix("+ "))
        .or_else(|| text.strip_prefix("• "))?
        .trim_start();
    let unboxed = ["[ ]", "[x]", "[X]"].iter().find_map(|mark| rest.strip_prefix(mark));
    Some(unboxed.map_or(rest, str::trim_start))
}

/// Reads a list number (`12.`, `12)`) from the start of trimmed text: the number and the rest.
pub(crate) fn strip_number(text: &str) -> Option<(u32, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if digits == 0 || digits > 4 {
        return None;
    }
    let number = head(text, digits).parse().ok()?;
    let rest = tail(text, digits);
    let rest = rest.strip_prefix(['.', ')'])?;
    (rest.is_empty() || rest.starts_with(char::is_whitespace)).then(|| (number, rest.trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_hides_what_is_searched() {
        assert_eq!(find_outside_code("`a — b` — c", "—"), Some(10));
        assert_eq!(find_outside_code("``a ` — b``", "—"), None);
        assert_eq!(find_outside_code("`open — b", "—"), Some(6));
    }

    #[test]
    fn table_keys_ignore_case_marks_and_apostrophes() {
        assert_eq!(normalize_words("  **Unresolved Feedback:** "), "unresolved feedback");
        assert_eq!(normalize_words("What's good?"), "whats good");
    }
}
