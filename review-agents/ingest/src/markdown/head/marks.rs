//! Marks before a title: emphasis, labels, severities as words, tags, symbols and conventional comments.

use review_core::Severity;

use super::super::label::read_label;
use super::super::tags::{find_tag, read_tag};
use super::Head;
use crate::scales::Tables;
use crate::text::{char_len, cut, find_outside_code, head, tail};

/// What is left of a line, and whether it stands in bold or struck-through text.
pub(super) struct Cursor<'a> {
    pub(super) rest: &'a str,
    pub(super) bold: bool,
    pub(super) struck: bool,
}

impl<'a> Cursor<'a> {
    pub(super) fn skip_marks(&mut self, more: &[char]) {
        loop {
            let rest = self.rest.trim_start();
            if let Some(after) = rest.strip_prefix("**").or_else(|| rest.strip_prefix("__")) {
                self.bold = !self.bold;
                self.rest = after;
            } else if let Some(after) = rest.strip_prefix("~~") {
                self.struck = true;
                self.rest = after;
            } else if rest.starts_with(more) && !rest.is_empty() {
                self.rest = tail(rest, char_len(rest));
            } else {
                self.rest = rest;
                return;
            }
        }
    }

    /// The title is what is in bold, or everything; the tail is what follows the bold.
    pub(super) fn title_and_tail(&mut self) -> (&'a str, &'a str) {
        if !self.bold
            && let Some(after) = self.rest.strip_prefix("**").or_else(|| self.rest.strip_prefix("__"))
        {
            self.bold = true;
            self.rest = after;
        }
        if self.bold {
            let end = find_outside_code(self.rest, "**").or_else(|| find_outside_code(self.rest, "__ "));
            // An unclosed emphasis at the end of a cut document still is a title.
            if let Some(end) = end {
                return (head(self.rest, end), tail(self.rest, end + 2));
            }
        }
        (self.rest, "")
    }
}

/// Reads label and severity marks from the front, in either order.
pub(super) fn read_marks(cursor: &mut Cursor<'_>, out: &mut Head, tables: &Tables) {
    let mut worded = false;
    for _ in 0..4 {
        cursor.skip_marks(&[]);
        if read_symbol(cursor, out, tables) {
            continue;
        }
        if out.label.is_none()
            && let Some((label, rest)) = read_label(cursor.rest, tables)
        {
            cursor.rest = rest;
            out.bold |= cursor.bold;
            out.label = Some(label);
            // What closes the label stands right behind it; later marks belong to the title.
            cursor.rest = cursor.rest.trim_start_matches([']', ')', '`', '.']);
            cursor.skip_marks(&['.', ':', '—', '–', '-']);
            continue;
        }
        // A symbol may be followed by its word: `🔴 Critical: …`.
        if !worded && read_severity_mark(cursor, out, tables) {
            worded = true;
            continue;
        }
        return;
    }
}

/// A coloured circle or warning sign.
pub(super) fn read_symbol(cursor: &mut Cursor<'_>, out: &mut Head, tables: &Tables) -> bool {
    let Some(first) = cursor.rest.chars().next().filter(|c| !c.is_ascii() && !c.is_alphanumeric()) else {
        return false;
    };
    let symbol = head(cursor.rest, first.len_utf8());
    let Some(severity) = tables.severity_tags.get(symbol) else {
        return false;
    };
    out.severity = out.severity.or(Some(severity));
    (out.tagged, out.front_mark) = (true, true);
    cursor.rest = tail(cursor.rest, first.len_utf8()).trim_start_matches('\u{fe0f}');
    true
}

/// `[IMPORTANT]`, `(important, gap)`, `**IMPORTANT**`, `Critical:`, `issue (blocking):`.
pub(super) fn read_severity_mark(cursor: &mut Cursor<'_>, out: &mut Head, tables: &Tables) -> bool {
    let rest = cursor.rest;
    if rest.starts_with(['[', '(', '`']) {
        let found = find_tag(rest, tables).filter(|found| found.start == 0 && found.tag.severity.is_some());
        if let Some(found) = found {
            out.severity = found.tag.severity;
            out.kind = out.kind.or(found.tag.kind);
            out.introduced_by = out.introduced_by.take().or(found.tag.introduced_by);
            (out.tagged, out.front_mark) = (true, true);
            // The tag may have taken the closing `**` of its own emphasis.
            if cut(rest, 0..found.end).ends_with("**") {
                cursor.bold = !cursor.bold;
            }
            out.bold |= cursor.bold;
            cursor.rest = tail(rest, found.end);
            cursor.skip_marks(&[':', '—', '–', '-']);
            return true;
        }
        return false;
    }
    let reach = head(rest, rest.char_indices().nth(48).map_or(rest.len(), |(at, _)| at));
    let Some(end) = reach.find([':', '*', '—', '–', '(', '|']).or_else(|| reach.find(" - ")) else {
        return false;
    };
    let word = head(reach, end).trim();
    let mark = tail(rest, end);
    let closes_bold = mark.starts_with("**") && cursor.bold;
    if word.is_empty() || word.contains('`') {
        return false;
    }
    if mark.starts_with('(') || mark.starts_with(':') {
        if let Some(length) = conventional(word, mark, out, tables) {
            out.bold |= cursor.bold;
            cursor.rest = tail(rest, end + length);
            cursor.skip_marks(&[':', '—', '–']);
            return true;
        }
        if mark.starts_with('(') {
            return false;
        }
    }
    let strong = closes_bold
        || mark.starts_with(':')
        || mark.starts_with('—')
        || mark.starts_with('–')
        || mark.starts_with(" - ");
    if let Some(tag) = read_tag(word, tables).filter(|tag| strong && tag.severity.is_some()) {
        out.severity = tag.severity;
        out.kind = out.kind.or(tag.kind);
        (out.tagged, out.front_mark) = (true, true);
        out.bold |= cursor.bold;
        cursor.rest = mark;
        cursor.skip_marks(&[':', '—', '–', '-', '|']);
        return true;
    }
    false
}

/// Whether a plain line starts with a severity word or a conventional comment's label.
pub(crate) fn starts_with_severity(line: &str, tables: &Tables) -> bool {
    let word_end = line.find(|c: char| !(c.is_alphanumeric() || c == '-')).unwrap_or(line.len());
    // Longest single words are `informational` and `showstopper`; two-word marks have a separator near.
    let near = head(line, line.char_indices().nth(40).map_or(line.len(), |(at, _)| at));
    if word_end > 16 || !near.contains([':', '*', '—', '–', '(', '|']) && !near.contains(" - ") {
        return false;
    }
    let mut cursor = Cursor { rest: line, bold: false, struck: false };
    read_severity_mark(&mut cursor, &mut Head::default(), tables)
}

/// Conventional comments: `label (decorations): subject`. Returns the length of decorations and colon.
pub(super) fn conventional(word: &str, mark: &str, out: &mut Head, tables: &Tables) -> Option<usize> {
    const LABELS: &[&str] = &[
        "issue",
        "suggestion",
        "nitpick",
        "todo",
        "question",
        "thought",
        "chore",
        "note",
        "typo",
        "polish",
        "nit",
        "bug",
        "logic",
        "syntax",
    ];
    let label = word.to_lowercase();
    if !LABELS.contains(&label.as_str())
        || (word.starts_with(char::is_uppercase)
            && matches!(label.as_str(), "note" | "question" | "thought" | "todo"))
    {
        return None;
    }
    let (decorations, length) = match mark.strip_prefix('(') {
        Some(inner) => {
            let end = inner.find("):")?;
            (head(inner, end), end + 3)
        }
        None => ("", 1),
    };
    let mut severity = tables.severities.get(&label)?;
    for decoration in decorations.split(',').map(str::trim) {
        match decoration.to_lowercase().as_str() {
            "blocking" => severity = Severity::Critical,
            "non-blocking" | "if-minor" | "optional" => severity = Severity::Suggestion,
            other => severity = tables.severity_tags.get(other).unwrap_or(severity),
        }
    }
    out.severity = Some(severity);
    (out.tagged, out.front_mark) = (true, true);
    Some(length)
}
