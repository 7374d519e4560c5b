//! The line that opens a finding, taken apart: label, title, places, class, badges.

use review_core::{Kind, LineRange, Location, Severity};

use super::label::{Label, read_label};
use super::tags::{find_tag, read_tag};
use crate::places::{Places, Roots, Trust, read_places, read_ranges};
use crate::scales::Tables;
use crate::text::{char_len, cut, find_outside_code, head, skip_code, strip_bullet, strip_emphasis, tail};

/// A line read as if it opened a finding. Whether it does is decided by [`walk`](super::walk).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Heading level, 0 when the line is no heading.
    pub(crate) level: usize,
    pub(crate) bulleted: bool,
    /// Whether the title, or the mark before it, is in bold.
    pub(crate) bold: bool,
    pub(crate) struck: bool,
    pub(crate) label: Option<Label>,
    pub(crate) title: String,
    pub(crate) locations: Vec<Location>,
    /// Lines without a file: those of the file that a heading above names.
    pub(crate) lines: Vec<LineRange>,
    /// A place follows right after the title.
    pub(crate) place_first: bool,
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    pub(crate) introduced_by: Option<String>,
    pub(crate) badges: Vec<String>,
    /// A severity mark stands in the line.
    pub(crate) tagged: bool,
    /// The severity mark stands before the title.
    pub(crate) front_mark: bool,
    /// Prose after the title that is neither place nor tag: it belongs to the body.
    pub(crate) remark: String,
}

/// Longer lines are prose. Bounds the work on one line.
const MAX_HEAD: usize = 4000;

/// Takes a trimmed line apart. `None` when nothing of it can open a finding.
pub(crate) fn read_head(line: &str, tables: &Tables, roots: &Roots) -> Option<Head> {
    if line.len() > MAX_HEAD {
        return None;
    }
    let mut head = Head::default();
    let mut cursor = Cursor { rest: line, bold: false, struck: false };
    head.level = cursor.rest.bytes().take_while(|b| *b == b'#').count();
    if head.level > 6 {
        return None;
    }
    if head.level > 0 {
        cursor.rest = tail(cursor.rest, head.level).trim();
        cursor.rest = cursor.rest.trim_end_matches('#').trim_end();
    } else if let Some(rest) = strip_bullet(cursor.rest) {
        head.bulleted = true;
        cursor.rest = rest;
    }
    read_marks(&mut cursor, &mut head, tables);
    let bold_before = head.bold || cursor.bold;
    let (title, after) = cursor.title_and_tail();
    head.bold = bold_before || cursor.bold;
    head.struck = cursor.struck;
    finish(&mut head, title, after, tables, roots);
    Some(head)
}

/// What is left of a line, and whether it stands in bold or struck-through text.
struct Cursor<'a> {
    rest: &'a str,
    bold: bool,
    struck: bool,
}

impl<'a> Cursor<'a> {
    fn skip_marks(&mut self, more: &[char]) {
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
    fn title_and_tail(&mut self) -> (&'a str, &'a str) {
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
fn read_marks(cursor: &mut Cursor<'_>, out: &mut Head, tables: &Tables) {
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
fn read_symbol(cursor: &mut Cursor<'_>, out: &mut Head, tables: &Tables) -> bool {
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
fn read_severity_mark(cursor: &mut Cursor<'_>, out: &mut Head, tables: &Tables) -> bool {
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
fn conventional(word: &str, mark: &str, out: &mut Head, tables: &Tables) -> Option<usize> {
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

/// Sorts title and tail into title, places, class, badges and remark.
fn finish(out: &mut Head, title: &str, after: &str, tables: &Tables, roots: &Roots) {
    let mut title = title.trim().to_owned();
    let mut after = after.trim().to_owned();
    for text in [&mut title, &mut after] {
        while let Some(found) = find_tag(text, tables) {
            let said = found.tag;
            out.tagged |= said.severity.is_some();
            out.severity = out.severity.or(said.severity);
            out.kind = out.kind.or(said.kind);
            out.introduced_by = out.introduced_by.take().or(said.introduced_by);
            let before = head(text, found.start).trim_end().to_owned();
            *text = format!("{before} {}", tail(text, found.end).trim_start()).trim().to_owned();
        }
    }
    take_badges(&mut after, out);
    if after.is_empty() {
        take_badges(&mut title, out);
    }
    let after = strip_joint(&after);
    if title.is_empty() || title.chars().all(|c| !c.is_alphanumeric()) {
        // `**I1** — title`: the bold held the label only.
        title = after.to_owned();
    } else {
        read_tail(out, after, roots);
    }
    if title.starts_with("**")
        && let Some(end) = find_outside_code(tail(&title, 2), "**")
    {
        let rest = strip_joint(tail(&title, end + 4)).to_owned();
        title = cut(&title, 2..end + 2).trim().to_owned();
        out.bold = true;
        if !rest.is_empty() {
            read_tail(out, &rest, roots);
        }
    }
    if out.locations.is_empty() {
        title = split_places(out, &title, roots);
    }
    out.title = clean_title(&title);
}

/// Places after the title; prose there is a remark.
fn read_tail(out: &mut Head, after: &str, roots: &Roots) {
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
fn lines_only(text: &str) -> Option<Vec<LineRange>> {
    let text = text.trim().trim_start_matches(['(', '[', '`']).trim_end_matches([')', ']', '`', ':', '.']);
    let named =
        ["lines ", "line ", "Lines ", "Line ", "L"].iter().find_map(|word| text.strip_prefix(word))?;
    read_ranges(named.trim())
}

fn first_token(text: &str) -> &str {
    let end = if text.starts_with('`') { skip_code(text, 0) } else { text.find(' ').unwrap_or(text.len()) };
    head(text, end)
}

const SEPARATORS: &[&str] = &[" — ", " – ", " -- ", " - ", "— ", ": ", " | ", " @ ", " at ", " in "];

/// Splits `title — places` or `places — title`; returns the title.
fn split_places(out: &mut Head, title: &str, roots: &Roots) -> String {
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
    for (index, (at, separator)) in joints(title).take(12).enumerate() {
        let (left, right) = (head(title, at), tail(title, at + separator.len()));
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

fn only_places(text: &str, trust: Trust, roots: &Roots) -> Option<Places> {
    let text = text.trim().trim_end_matches([':', '.']);
    Some(read_places(text, trust, roots)).filter(|places| places.only_places)
}

/// Positions of separators outside inline code, left to right.
fn joints(text: &str) -> impl Iterator<Item = (usize, &'static str)> {
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
fn trailing_group(text: &str) -> Option<(&str, &str)> {
    let inner = text.trim_end().strip_suffix(')')?;
    let open = inner.rfind('(')?;
    // The end of a link's target is no group.
    let left = head(inner, open);
    (!left.ends_with(']') && left.ends_with(' ')).then(|| (left.trim_end(), tail(inner, open + 1)))
}

/// Published reports name the agents of a finding in brackets after its place: `[Claude Opus 4.6, Gemini]`.
fn take_badges(text: &mut String, out: &mut Head) {
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
fn strip_joint(text: &str) -> &str {
    text.trim()
        .trim_start_matches(['—', '–', '-', ':', '.', ' ', '|', '*', '_'])
        .trim_end_matches(['*', '—', '–', ' ', ':'])
}

fn clean_title(text: &str) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn show(line: &str) -> String {
        let head = read_head(line, &Tables::default(), &Roots::default()).unwrap();
        let label = head
            .label
            .map_or("-".to_owned(), |label| label.lettered.unwrap_or_else(|| label.number.to_string()));
        let places: Vec<String> = head.locations.iter().map(ToString::to_string).collect();
        let severity = head.severity.map_or('-', Severity::letter);
        let kind = head.kind.map_or("-".to_owned(), |kind| kind.to_string());
        format!("{label} | {} | {} | {severity} {kind}", head.title, places.join(" "))
    }

    #[test]
    fn the_line_forms_of_agents() {
        for (line, shown) in [
            (
                "**I1. Pool leaks** — `net/pool.rs:4-9` (important, gap)",
                "I1 | Pool leaks | net/pool.rs:4-9 | I gap",
            ),
            (
                "1. **Pool leaks** — `net/pool.rs:4` `(critical, regression)`",
                "1 | Pool leaks | net/pool.rs:4 | C regression",
            ),
            ("S2. **Pool leaks** — `net/pool.rs:4`", "S2 | Pool leaks | net/pool.rs:4 | - -"),
            ("**[IMPORTANT] pool.rs:38 — Pool leaks**", "- | Pool leaks | pool.rs:38 | I -"),
            ("### **[CRITICAL] pool.rs:38-40 — Pool leaks**", "- | Pool leaks | pool.rs:38-40 | C -"),
            ("**CRITICAL** pool.rs:3, wire.rs:9 — Pool leaks", "- | Pool leaks | pool.rs:3 wire.rs:9 | C -"),
            ("**I1 — `Pool` leaks**", "I1 | `Pool` leaks |  | - -"),
            ("#### S1. Pool leaks", "S1 | Pool leaks |  | - -"),
            (
                "**S3. `take()` — slow — `net/pool.rs:4,9`**",
                "S3 | `take()` — slow | net/pool.rs:4 net/pool.rs:9 | - -",
            ),
            (
                "**I2. Pool leaks — `net/pool.rs:4` (important, gap)**",
                "I2 | Pool leaks | net/pool.rs:4 | I gap",
            ),
            ("**I4** — Pool leaks — `net/pool.rs:4`", "I4 | Pool leaks | net/pool.rs:4 | - -"),
            ("**S9. No tests — `net/pool/`**", "S9 | No tests | net/pool/ | - -"),
        ] {
            assert_eq!(show(line), shown, "{line}");
        }
    }

    #[test]
    fn neighbours_of_these_forms() {
        for (line, shown) in [
            ("### 🔴 Pool leaks (`net/pool.rs:4`)", "- | Pool leaks | net/pool.rs:4 | C -"),
            ("- [ ] **[P1] Pool leaks** — net/pool.rs:4-9", "- | Pool leaks | net/pool.rs:4-9 | I -"),
            ("#### Finding 3: Pool leaks", "3 | Pool leaks |  | - -"),
            ("**High: Pool leaks** (net/pool.rs:4)", "- | Pool leaks | net/pool.rs:4 | I -"),
            ("issue (blocking): Pool leaks", "- | Pool leaks |  | C -"),
            ("### [I3] Pool leaks in `net/pool.rs:4`", "I3 | Pool leaks | net/pool.rs:4 | - -"),
            ("`net/pool.rs:4`: Pool leaks", "- | Pool leaks | net/pool.rs:4 | - -"),
            ("**Critical Issue 2: Pool leaks**", "C2 | Pool leaks |  | - -"),
        ] {
            assert_eq!(show(line), shown, "{line}");
        }
    }
}
