//! What a line of a section says: nothing, a scope, a stance, places, a note on files.

use review_core::{Location, Scope, Stance};

use super::super::page::Page;
use crate::places::{Trust, read_places};
use crate::text::{cut, find_outside_code, head, skip_code, tail};

/// `(in-scope)` or `(future)` near the front of an item.
pub(super) fn read_scope(text: &str) -> Option<Scope> {
    let words = text.to_lowercase();
    if !words.contains("scope") && !words.contains("future") {
        return None;
    }
    let marked = |name: &str| {
        [format!("({name}"), format!("[{name}"), format!("**{name}"), format!("`{name}"), format!("*{name}")]
            .iter()
            .any(|mark| words.contains(mark.as_str()))
    };
    if marked("in-scope") || marked("in scope") {
        Some(Scope::InScope)
    } else if marked("future") || marked("out-of-scope") || marked("out of scope") {
        Some(Scope::Future)
    } else {
        None
    }
}

/// `**Strength:** …`, `**Concern** — …`.
pub(super) fn read_stance(text: &str) -> Option<Stance> {
    let words = crate::text::normalize_words(head(
        text,
        text.char_indices().nth(40).map_or(text.len(), |(at, _)| at),
    ));
    match words.split(' ').next().unwrap_or("") {
        "strength" | "positive" | "good" | "pro" => Some(Stance::Strength),
        "concern" | "risk" | "weakness" | "con" => Some(Stance::Concern),
        _ => None,
    }
}

/// The places that an item names: only those in code or with lines.
pub(super) fn mentioned(text: &str, page: &Page<'_>) -> Vec<Location> {
    let mut locations = Vec::new();
    let reach = head(text, text.char_indices().nth(8000).map_or(text.len(), |(at, _)| at));
    let mut from = 0;
    while let Some(found) = tail(reach, from).find('`') {
        let at = from + found;
        let end = skip_code(reach, at);
        let span = cut(reach, at..end);
        from = end;
        // What has neither is a name, and names are most of inline code.
        if !span.contains(['.', '/']) {
            continue;
        }
        let places = read_places(span, Trust::Code, &page.roots);
        for location in places.locations {
            if locations.len() < 32 && !locations.contains(&location) {
                locations.push(location);
            }
        }
    }
    locations
}

/// `` `path` — note `` → paths and note.
pub(super) fn split_note(text: &str) -> (&str, &str) {
    let mut from = 0;
    while from < text.len() {
        let rest = tail(text, from);
        if rest.starts_with('`') {
            from = skip_code(text, from);
            continue;
        }
        let may_join = rest.starts_with([' ', ':', '*']);
        for joint in [" — ", " – ", " -- ", " - ", ": ", " → ", " => ", "** "] {
            if may_join && rest.starts_with(joint) {
                return (head(text, from), tail(rest, joint.len()));
            }
        }
        from += crate::text::char_len(rest);
    }
    let open = find_outside_code(text, " (");
    open.map_or((text, ""), |at| (head(text, at), tail(text, at).trim()))
}
