//! Cheap looks at a line: what it can be, before anything is taken apart.

use super::head::read_head;
use super::headings::read_heading;
use super::label::read_label;
use crate::places::{Roots, Trust, read_places};
use crate::scales::Tables;
use crate::text::strip_bullet;

/// Whether the line is a known section heading or a labelled finding, whatever stands around it.
pub(crate) fn is_landmark(line: &str, tables: &Tables, roots: &Roots) -> bool {
    let line = line.trim_end();
    // Code is indented or starts with its own marks; a review's structure starts at the margin.
    if line.starts_with('#') {
        return line.starts_with("##") && read_heading(line, tables).is_some_and(|heading| heading.strong);
    }
    if !line.starts_with("**") && !line.starts_with(['C', 'I', 'S']) {
        return false;
    }
    if !line.contains("**") || line.starts_with("*/") {
        return false;
    }
    if line.starts_with("**") && read_heading(line, tables).is_some_and(|heading| heading.strong) {
        return true;
    }
    read_head(line, tables, roots).is_some_and(|head| {
        let lettered = head.label.as_ref().is_some_and(|label| label.lettered.is_some() && !label.of_section);
        lettered && head.bold && head.title.len() > 3
    })
}

/// A thematic break.
pub(crate) fn is_rule(line: &str) -> bool {
    let mark = line.chars().next().unwrap_or(' ');
    if mark == '=' {
        return line.len() >= 3 && line.chars().all(|c| c == '=');
    }
    matches!(mark, '-' | '*' | '_')
        && line.chars().all(|c| c == mark || c == ' ')
        && line.chars().filter(|c| *c == mark).count() >= 3
}

/// A cheap test that almost all body lines fail.
pub(crate) fn may_open(line: &str) -> bool {
    let Some(first) = line.chars().next() else { return false };
    match first {
        '#' | '*' | '_' | '-' | '+' | '[' | '(' | '~' | '`' | '•' => true,
        '0'..='9' => true,
        'A'..='Z' => line.len() < 400,
        'a'..='z' => line.len() < 400 && line.contains(':'),
        _ => !first.is_ascii() && !first.is_alphabetic(),
    }
}

/// Whether a line has anything that a finding's head must have. Reading a head costs more than all the rest;
/// sentences are most of a review and have none of it.
pub(crate) fn is_dressed(line: &str, tables: &Tables) -> bool {
    let text = strip_bullet(line).unwrap_or(line);
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric()) {
        return true;
    }
    if read_label(text, tables).is_some() {
        return true;
    }
    if text.starts_with(|c: char| c.is_ascii_digit()) {
        // A list number in front of a dressed text.
        return crate::text::strip_number(text).is_some();
    }
    if super::head::starts_with_severity(text, tables) {
        return true;
    }
    let tag_at_end = text.trim_end_matches(['*', '`', '_', '.']).ends_with([')', ']']);
    tag_at_end && text.len() < 240 && super::tags::find_tag(text, tables).is_some()
}

/// `Fix:`, `Problem`, `Suggested change`: the parts of a finding, not its title.
pub(crate) fn is_field_line(title: &str, line: &str) -> bool {
    let (name, said) = match title.split_once(':') {
        Some((name, said)) => (name, !said.trim().is_empty()),
        None => (title, false),
    };
    let ends = line.trim_end_matches(['*', ' ']).ends_with(':');
    let words = name.trim_matches(['*', '_', '`', ' ']);
    super::fields::is_field_name(words) && (ends || said || title.len() == name.len())
}

pub(crate) fn is_only_place(title: &str, roots: &Roots) -> bool {
    read_places(title, Trust::Code, roots).only_places
}
