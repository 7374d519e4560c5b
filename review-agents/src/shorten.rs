//! Texts of a backend in one short line, for events.

/// Characters that an event shows of a text.
const KEEP: usize = 300;

/// The start of a text.
pub(crate) fn shorten(text: &str) -> String {
    match text.char_indices().nth(KEEP) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
