//! Code as words.

use std::collections::BTreeSet;

/// The words of a piece of code: identifiers, keywords and numbers.
pub(crate) fn words(code: &str) -> BTreeSet<&str> {
    split(code).collect()
}

/// The words of a piece of code, one after the other.
pub(crate) fn split(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).filter(|word| !word.is_empty())
}

/// Whether a word stands in a piece of code.
pub(crate) fn mentions(code: &str, word: &str) -> bool {
    !word.is_empty()
        && code.match_indices(word).any(|(at, _)| {
            let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
            let before = code.get(..at).and_then(|text| text.chars().next_back());
            let after = code.get(at + word.len()..).and_then(|text| text.chars().next());
            !before.is_some_and(is_part) && !after.is_some_and(is_part)
        })
}

/// Code without its white space, so that layout makes no difference.
pub(crate) fn packed(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// The names in a condition that say what it looks at: no keywords, no numbers, not the names of common functions.
pub(crate) fn subjects(condition: &str) -> BTreeSet<&str> {
    const NOISE: &[&str] = &[
        "not",
        "and",
        "or",
        "in",
        "is",
        "None",
        "nil",
        "null",
        "undefined",
        "true",
        "false",
        "True",
        "False",
        "self",
        "this",
        "len",
        "isinstance",
        "typeof",
        "instanceof",
        "if",
        "let",
        "Some",
        "Ok",
        "Err",
        "new",
        "hasattr",
        "err",
        "str",
        "int",
        "bytes",
        "string",
        "ok",
        "getattr",
        "list",
        "dict",
        "length",
        "is_empty",
        "isEmpty",
        "equals",
    ];
    split(condition)
        .filter(|word| !NOISE.contains(word) && !word.starts_with(|c: char| c.is_ascii_digit()))
        .collect()
}

/// The words of a line or of a name in snake or camel case.
pub(crate) fn parts(name: &str) -> impl Iterator<Item = &str> {
    let bytes = name.as_bytes();
    let is_start = |at: &usize| {
        let upper = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_uppercase);
        let lower = |index: usize| bytes.get(index).is_some_and(u8::is_ascii_lowercase);
        *at == 0 || (upper(*at) && (lower(at - 1) || lower(at + 1)))
    };
    let mut starts: Vec<usize> = (0..name.len()).filter(is_start).collect();
    starts.push(name.len());
    let pieces: Vec<&str> =
        starts.windows(2).filter_map(|pair| name.get(*pair.first()?..*pair.last()?)).collect();
    pieces.into_iter().flat_map(|piece| piece.split(|c: char| !c.is_ascii_alphabetic()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fall_into_words() {
        let parts = |name| parts(name).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        assert_eq!(parts("isHTTPSeperator_v2_name"), "is HTTP Seperator v name");
        assert_eq!(parts("über_recieve"), "ber recieve");
    }
}
