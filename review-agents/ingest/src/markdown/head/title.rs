//! Title, places and badges: where one ends and the next begins.

use review_core::LineRange;

use super::Head;
use crate::places::{Places, Roots, Trust, read_places, read_ranges};
use crate::text::{char_len, head, skip_code, strip_emphasis, tail};

/// Places after the title; prose there is a remark.
pub(super) fn read_tail(out: &mut Head, after: &str, roots: &Roots) {
    if after.is_empty() {
        return;
    }
    let places = read_places(after, Trust::Expected, roots);
    if places.only_places {
        out.locations.extend(places.locations);
        out.place_first = true;
        return;
    }
    if let Some(lines) = lines_only(after) {
        out.lines = lines;
        return;
    }
    // Prose with places in it: only what is surely a place counts.
    let places = read_places(after, Trust::Code, roots);
    let starts_with_place = !read_places(first_token(after), Trust::Expected, roots).locations.is_empty();
    out.place_first = starts_with_place;
    if starts_with_place || after.len() < 200 {
        out.locations.extend(places.locations);
    }
    out.remark = after.to_owned();
}

/// `(lines 4-9)`, `line 4`, `L4-L9`.
pub(super) fn lines_only(text: &str) -> Option<Vec<LineRange>> {
    let text = text.trim().trim_start_matches(['(', '[', '`']).trim_end_matches([')', ']', '`', ':', '.']);
    let named =
        ["lines ", "line ", "Lines ", "Line ", "L"].iter().find_map(|word| text.strip_prefix(word))?;
    read_ranges(named.trim())
}

pub(super) fn first_token(text: &str) -> &str {
    let end = if text.starts_with('`') { skip_code(text, 0) } else { text.find(' ').unwrap_or(text.len()) };
    head(text, end)
}

pub(super) const SEPARATORS: &[&str] =
    &[" — ", " – ", " -- ", " - ", "— ", ": ", " | ", " @ ", " at ", " in "];

/// Splits `title — places` or `places — title`; returns the title.
pub(super) fn split_places(out: &mut Head, title: &str, roots: &Roots) -> String {
    if let Some((left, inner)) = trailing_group(title) {
        if let Some(lines) = lines_only(inner) {
            out.lines = lines;
            return left.to_owned();
        }
        let places = read_places(inner, Trust::Code, roots);
        if places.only_places {
            out.locations = places.locations;
            return left.to_owned();
        }
    }
    if !may_hold_place(title) {
        return title.to_owned();
    }
    for (index, (at, separator)) in joints(title).take(12).enumerate() {
        let (left, right) = (head(title, at), tail(title, at + separator.len()));
        // The word belongs to the title when a dash parts it from the place.
        if matches!(separator, " at " | " in ") && right.trim_start().starts_with(['—', '–', '-', '|', ':'])
        {
            continue;
        }
        let word = matches!(separator, " at " | " in " | ": " | " @ ");
        let trust = if word { Trust::Code } else { Trust::Expected };
        let behind = only_places(right, trust, roots);
        if let Some(places) = behind {
            out.locations = places.locations;
            return left.to_owned();
        }
        if index < 3 && !matches!(separator, " at " | " in " | " @ ") {
            // A path stands before the title only when it can't be anything else.
            if let Some(places) = only_places(left, Trust::Code, roots) {
                out.locations = places.locations;
                return right.to_owned();
            }
        }
    }
    // `path:10 title`, and a line that is a place and nothing else.
    if let Some(places) = only_places(title, Trust::Code, roots) {
        out.locations = places.locations;
        return title.to_owned();
    }
    let first = first_token(title);
    if first.contains(':')
        && let Some(places) = only_places(first, Trust::Code, roots)
        && places.locations.iter().any(|location| location.start_line.is_some())
    {
        out.locations = places.locations;
        return tail(title, first.len()).to_owned();
    }
    title.to_owned()
}

pub(super) fn only_places(text: &str, trust: Trust, roots: &Roots) -> Option<Places> {
    if !may_hold_place(text) {
        return None;
    }
    let text = text.trim().trim_end_matches([':', '.']);
    Some(read_places(text, trust, roots)).filter(|places| places.only_places)
}

/// Whether a text has anything that a place must have. Most titles and remarks have not, and looking is cheap.
fn may_hold_place(text: &str) -> bool {
    text.bytes().any(|byte| matches!(byte, b'.' | b'/' | b'\\' | b':'))
        || text.contains("file")
        || text.contains("LICENSE")
        || text.contains("README")
}

/// Positions of separators outside inline code, left to right.
pub(super) fn joints(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        while from < text.len() {
            let rest = tail(text, from);
            if rest.starts_with('`') {
                from = skip_code(text, from);
                continue;
            }
            let at = from;
            from += char_len(rest);
            if let Some(separator) = SEPARATORS.iter().find(|separator| rest.starts_with(**separator)) {
                return Some((at, *separator));
            }
        }
        None
    })
}

/// `title (inner)` → title and inner.
pub(super) fn trailing_group(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    // The end of a link's target is no group.
    let left = head(inner, open);
    (!left.ends_with(']') && left.ends_with(' ')).then(|| (left.trim_end(), tail(inner, open + 1)))
}

/// Published reports name the agents of a finding in brackets after its place: `[Claude Opus 4.6, Gemini]`.
pub(super) fn take_badges(text: &mut String, out: &mut Head) {
    let trimmed = text.trim_end();
    let Some(inner) = trimmed.strip_suffix(']') else { return };
    let Some(open) = inner.rfind('[') else { return };
    let names: Vec<&str> = tail(inner, open + 1).split([',', ';', '+', '&']).map(strip_emphasis).collect();
    let named = names.iter().all(|name| {
        name.len() >= 3
            && name.len() <= 40
            && name.starts_with(char::is_uppercase)
            && name.chars().all(|c| c.is_alphanumeric() || matches!(c, ' ' | '.' | '-' | '_'))
    });
    if named && head(inner, open).ends_with([' ', '*', '`', ')']) {
        out.badges = names.iter().map(|name| (*name).to_owned()).collect();
        let left = head(inner, open).trim_end().len();
        text.truncate(left);
    }
}

/// Removes the joint between title and what follows: dashes, colons, emphasis.
pub(super) fn strip_joint(text: &str) -> &str {
    text.trim()
        .trim_start_matches(['—', '–', '-', ':', '.', ' ', '|', '*', '_'])
        .trim_end_matches(['*', '—', '–', ' ', ':'])
}

pub(super) fn clean_title(text: &str) -> String {
    let text = text
        .trim()
        .trim_end_matches(['—', '–', ':', '|', ' '])
        .trim_end_matches(" -")
        .trim_end_matches(" --");
    let text = text.trim_start_matches(['—', '–', ':', '|', ' ']);
    let text = text.trim_matches('~').trim();
    let text = text.strip_prefix("**").unwrap_or(text);
    let text = text.strip_suffix("**").unwrap_or(text);
    crate::text::one_line(text)
}
