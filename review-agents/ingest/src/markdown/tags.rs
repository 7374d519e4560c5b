//! Class tags: `(important, regression)`, `[IMPORTANT]`, `` `(critical, gap)` ``, `*(suggestion)*`.

use review_core::{Kind, Severity};

use crate::scales::Tables;
use crate::text::{cut, head, skip_code, tail};

/// What a class tag says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tag {
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    pub(crate) introduced_by: Option<String>,
}

/// A tag and the bytes it covers, decoration included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FoundTag {
    pub(crate) tag: Tag,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// Longest text between the brackets of a tag; a longer one is a sentence.
const MAX_TAG: usize = 240;

/// The first bracketed class tag in `text`. Tags inside inline code count only when the code is the tag.
pub(crate) fn find_tag(text: &str, tables: &Tables) -> Option<FoundTag> {
    let mut from = 0;
    while let Some(found) = tail(text, from).find(['(', '[', '`']) {
        let at = from + found;
        let rest = tail(text, at);
        if rest.starts_with('`') {
            let end = skip_code(text, at);
            let inner = cut(text, at..end).trim_matches('`').trim();
            if let Some(tag) = bracketed(inner).and_then(|inner| read_tag(inner, tables)) {
                return Some(widen(text, tag, at, end));
            }
            from = end;
            continue;
        }
        let close = if rest.starts_with('(') { ')' } else { ']' };
        let inner = tail(rest, 1);
        let reach = clip(inner, MAX_TAG);
        if let Some(end) = reach.find(close) {
            // `[text](target)` is a link, not a tag.
            let link = close == ']'
                && tail(inner, end + 1).starts_with('(')
                && !tail(inner, end + 2).starts_with(char::is_whitespace);
            if let Some(tag) = (!link).then(|| read_tag(head(inner, end), tables)).flatten() {
                return Some(widen(text, tag, at, at + 1 + end + 1));
            }
        }
        from = at + 1;
    }
    None
}

fn bracketed(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    inner.or_else(|| text.strip_prefix('[').and_then(|text| text.strip_suffix(']')))
}

fn clip(text: &str, limit: usize) -> &str {
    let mut limit = limit.min(text.len());
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    head(text, limit)
}

/// Takes in the emphasis around a tag.
fn widen(text: &str, tag: Tag, start: usize, end: usize) -> FoundTag {
    let before = head(text, start).trim_end_matches(['*', '_', '`']).len();
    let after = tail(text, end);
    let end = end + (after.len() - after.trim_start_matches(['*', '_', '`']).len());
    FoundTag { tag, start: before, end }
}

/// Reads the inside of a tag: words of the scales, separated by commas or dashes. The first must be a
/// severity or a known kind; a short unknown word in the kind's place is kept as the reviewer wrote it.
pub(crate) fn read_tag(inner: &str, tables: &Tables) -> Option<Tag> {
    let mut tag = Tag::default();
    for (index, (piece, after_dash)) in pieces(inner).enumerate().take(8) {
        let piece = piece.trim().trim_matches(|c| matches!(c, '*' | '_' | '`' | '.' | ':')).trim();
        let value = field_value(piece);
        if tag.severity.is_none()
            && let Some(severity) = tables.severity_tags.get(value)
        {
            tag.severity = Some(severity);
        } else if tag.kind.is_none()
            && let Some(kind) = leading_kind(value, tables)
        {
            tag.kind = Some(kind);
            tag.introduced_by = tag.introduced_by.or_else(|| find_commit(value));
        } else if index == 0 {
            return None;
        } else if tag.kind.is_none() && !after_dash && is_short_word(value) {
            tag.kind = Some(Kind::from_text(&value.to_lowercase()));
        } else {
            tag.introduced_by = tag.introduced_by.or_else(|| find_commit(value));
        }
    }
    (tag.severity.is_some() || tag.kind.is_some()).then_some(tag)
}

/// The kind that a text starts with: `regression introduced by 1a2b3c4` is a regression.
pub(crate) fn leading_kind(text: &str, tables: &Tables) -> Option<Kind> {
    tables.kinds.get(text).or_else(|| {
        let first = text.split([' ', '(', ',', ';', '—', '–', '.', '/']).next()?;
        tables.kinds.get(first)
    })
}

/// `Severity: high` → `high`.
fn field_value(piece: &str) -> &str {
    match piece.split_once([':', '=']) {
        Some((name, value))
            if ["severity", "kind", "classification", "class", "type", "priority", "level"]
                .contains(&name.trim().to_lowercase().as_str()) =>
        {
            value.trim()
        }
        _ => piece,
    }
}

fn is_short_word(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 30
        && text.split(' ').count() <= 3
        && text.chars().all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | '_'))
}

/// Pieces between commas and dashes, with whether a dash stood before.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let mut rest = Some(text);
    let mut after_dash = false;
    std::iter::from_fn(move || {
        let text = rest?;
        let mut split = None;
        for (at, c) in text.char_indices() {
            let dash = matches!(c, '—' | '–')
                || (c == '-' && head(text, at).ends_with(' ') && tail(text, at + 1).starts_with([' ', '-']));
            if dash || matches!(c, ',' | ';' | '/' | '|' | '·' | '•') {
                split = Some((at, c.len_utf8(), dash));
                break;
            }
        }
        let dashed = after_dash;
        match split {
            Some((at, len, dash)) => {
                after_dash = dash;
                rest = Some(tail(text, at + len));
                Some((head(text, at), dashed))
            }
            None => {
                rest = None;
                Some((text, dashed))
            }
        }
    })
}

/// The first thing that looks like a commit id: 7 to 40 hexadecimal digits with a letter and a digit among them.
pub(crate) fn find_commit(text: &str) -> Option<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric()).find_map(|word| {
        let hex = (7..=40).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_hexdigit());
        let mixed = word.bytes().any(|b| b.is_ascii_digit());
        (hex && mixed).then(|| word.to_lowercase())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        match find_tag(text, &Tables::default()) {
            None => "-".to_owned(),
            Some(found) => {
                let severity = found.tag.severity.map_or("-".to_owned(), |severity| severity.to_string());
                let kind = found.tag.kind.map_or("-".to_owned(), |kind| kind.to_string());
                let by = found.tag.introduced_by.map_or(String::new(), |commit| format!(" by {commit}"));
                format!("{severity} {kind}{by} [{}]", cut(text, found.start..found.end))
            }
        }
    }

    #[test]
    fn tags_in_every_dress() {
        for (text, shown) in [
            ("x (important, regression)", "important regression [(important, regression)]"),
            ("x `(critical, gap)`", "critical gap [`(critical, gap)`]"),
            ("x *(suggestion, enhancement)*", "suggestion enhancement [*(suggestion, enhancement)*]"),
            ("[IMPORTANT] x", "important - [[IMPORTANT]]"),
            (
                "x (important, regression — introduced by 1a2b3c4)",
                "important regression by 1a2b3c4 [(important, regression — introduced by 1a2b3c4)]",
            ),
            ("x (important, resource leak)", "important resource leak [(important, resource leak)]"),
            ("x (Severity: High, Kind: gap)", "important gap [(Severity: High, Kind: gap)]"),
            ("x (gap)", "- gap [(gap)]"),
            ("x (see above) (P1)", "important - [(P1)]"),
        ] {
            assert_eq!(show(text), shown, "{text}");
        }
    }

    #[test]
    fn remarks_links_and_calls_are_no_tags() {
        for text in
            ["x (see the note)", "[critical](http://x)", "`f(critical)`", "x (a critical path)", "(error)"]
        {
            assert_eq!(show(text), "-", "{text}");
        }
    }
}
