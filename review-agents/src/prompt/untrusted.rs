//! Data in a prompt.

/// A fenced block that its content can't close: the fence is longer than any run of backticks in it.
pub(crate) fn untrusted(what: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text untrusted {what}\n{}\n{fence}", text.trim_end_matches('\n'))
}
