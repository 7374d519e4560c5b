//! What a judge is told of the change: what its author says, its commits, and what was said about it.

use std::fmt::Write as _;

use review_core::ChangeSet;

use crate::prompt::untrusted;

/// Longest description, in characters.
const DESCRIPTION: usize = 2_000;
/// Longest remark, in characters.
const REMARK: usize = 400;
/// Most commits, the newest, and most remarks, the last.
const LISTED: usize = 20;

/// The change in words; nothing where nothing is known.
pub(super) fn described(change: &ChangeSet) -> String {
    let mut out = String::new();
    let notes = &change.notes;
    if let Some(title) = &notes.title {
        let _ = writeln!(out, "{}", cut(title, REMARK));
    }
    if let Some(description) = notes.description.as_deref().filter(|text| !text.trim().is_empty()) {
        let _ = writeln!(out, "\n{}", cut(description.trim(), DESCRIPTION));
    }
    if !change.commits.is_empty() {
        out.push_str("\nCommits, newest first:\n");
        for commit in change.commits.iter().take(LISTED) {
            let _ = writeln!(out, "{}", cut(&commit.subject, REMARK));
        }
    }
    if !notes.discussion.is_empty() {
        out.push_str("\nDiscussion, oldest first:\n");
        for remark in notes.discussion.iter().skip(notes.discussion.len().saturating_sub(LISTED)) {
            let _ = writeln!(out, "{}: {}", remark.author, cut(remark.text.trim(), REMARK));
        }
    }
    if out.is_empty() { out } else { format!("## The change\n\n{}\n\n", untrusted("change", out.trim())) }
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
