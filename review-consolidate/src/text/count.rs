//! Counted things in words.

/// `1 suggestion`, `2 suggestions`.
pub(crate) fn count(number: u32, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}
