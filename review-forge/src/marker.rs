//! Hidden markers by which a later run recognises its own comments. They count only in what our own account wrote: anybody can
//! write such a line.

/// Writes `<!-- deep-review:KIND VALUE -->`. The value must be free of blanks and of `--`.
pub(crate) fn write(kind: &str, value: &str) -> String {
    format!("<!-- deep-review:{kind} {value} -->")
}

/// Returns the value of the first marker of a kind.
pub(crate) fn read<'a>(body: &'a str, kind: &str) -> Option<&'a str> {
    all(body, kind).next()
}

/// Returns the values of all markers of a kind, in order.
pub(crate) fn all<'a>(body: &'a str, kind: &str) -> impl Iterator<Item = &'a str> {
    let start = format!("<!-- deep-review:{kind} ");
    let mut rest = body;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once(start.as_str())?;
        let (value, after) = after.split_once(" -->")?;
        rest = after;
        Some(value.trim())
    })
}

/// Whether a text has a marker of any kind.
pub(crate) fn is_marked(body: &str) -> bool {
    body.contains("<!-- deep-review:")
}

/// The kind that names the finding of a comment, by its fingerprint. Written by the renderer.
pub(crate) const FINDING: &str = "finding";
/// The kind that holds what a later round needs to know.
pub(crate) const STATE: &str = "state";
/// The kind that names the report of a review's body.
pub(crate) const REVIEW: &str = "review";
/// The kind that names the report that an answer in a thread is about, and what it says.
pub(crate) const REPLY: &str = "reply";
/// The kind that names the comment whose command is answered.
pub(crate) const ANSWER: &str = "answer";
