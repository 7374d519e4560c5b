//! Makes untrusted text harmless: what all formats share, and what Markdown needs.

pub(crate) mod clean;
pub(crate) mod commands;
pub(crate) mod fence;
pub(crate) mod forge;
pub(crate) mod linked;
mod live;

pub use clean::is_invisible;

/// Breaks forged copies of our hidden markers, also inside code, so that a search for a marker finds only ours.
pub(crate) fn unmarked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("<!--") {
        let (before, after) = (rest.get(..at).unwrap_or_default(), rest.get(at + 4..).unwrap_or_default());
        out.push_str(before);
        let ours = after.trim_start().get(..11).is_some_and(|word| word.eq_ignore_ascii_case("deep-review"));
        out.push_str(if ours { "<! --" } else { "<!--" });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Returns at most `bytes` bytes from the start of a text, and whether anything was cut.
pub(crate) fn up_to(text: &str, bytes: usize) -> (&str, bool) {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    (text.get(..end).unwrap_or(text), end < text.len())
}
