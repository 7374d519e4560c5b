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
