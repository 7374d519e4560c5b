//! Code as text in messages and keys.

/// Longest text that a placeholder shows, in characters.
const MAX_SHOWN: usize = 80;

/// Code on one line, shortened, and unable to end the inline code around it: it is hostile text.
pub(crate) fn one_line(code: &str) -> String {
    let mut words = squeezed(code).replace('`', "'");
    if words.chars().count() > MAX_SHOWN {
        words = words.chars().take(MAX_SHOWN).collect::<String>() + "…";
    }
    words
}

/// Code with each run of white space as one space: the same code, however it is laid out.
pub(crate) fn squeezed(code: &str) -> String {
    let mut out = String::with_capacity(code.len());
    for word in code.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}
