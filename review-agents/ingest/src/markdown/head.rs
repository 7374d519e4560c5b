//! The line that opens a finding, taken apart: label, title, places, class, badges.

use review_core::{Kind, LineRange, Location, Severity};

mod marks;
mod title;

use marks::{Cursor, read_marks};
use title::{clean_title, read_tail, split_places, strip_joint, take_badges};

use super::label::Label;
use super::tags::{find_tag, read_tag};
use crate::places::{Roots, Trust, is_range_list, read_places, read_ranges};
use crate::scales::Tables;
use crate::text::{code_content, cut, find_outside_code, head, skip_code, strip_bullet, tail};

pub(crate) use marks::starts_with_severity;

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
    /// The line starts with lines of the file that a heading names: `5-8`.
    pub(crate) range_first: bool,
    /// The line is a severity's badge and nothing else.
    pub(crate) badge_only: bool,
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
    read_leading_range(&mut cursor, &mut head);
    if read_badges(cursor.rest, &mut head, tables) {
        return Some(head);
    }
    read_marks(&mut cursor, &mut head, tables);
    let bold_before = head.bold || cursor.bold;
    let (title, after) = cursor.title_and_tail();
    head.bold = bold_before || cursor.bold;
    head.struck = cursor.struck;
    finish(&mut head, title, after, tables, roots);
    Some(head)
}

/// `` `5-8`: … ``: lines of the file that a heading above names.
fn read_leading_range(cursor: &mut Cursor<'_>, out: &mut Head) {
    if !cursor.rest.starts_with('`') {
        return;
    }
    let end = skip_code(cursor.rest, 0);
    let content = code_content(self::head(cursor.rest, end));
    let Some(rest) = tail(cursor.rest, end).strip_prefix(':').filter(|_| is_range_list(content)) else {
        return;
    };
    out.lines = read_ranges(content).unwrap_or_default();
    out.range_first = true;
    cursor.rest = rest.trim_start();
}

/// `_⚠️ Potential issue_ | _🟠 Major_`: badges, one of which is a severity. A word counts more than a symbol.
fn read_badges(line: &str, out: &mut Head, tables: &Tables) -> bool {
    let line = line.trim();
    if line.len() > 200 {
        return false;
    }
    let line = line.replace("] [", "]|[").replace("][", "]|[");
    let (mut word, mut symbol, mut listed) = (None, None, false);
    for part in line.split('|') {
        let part = part.trim();
        let inner = part.strip_prefix('_').and_then(|part| part.strip_suffix('_'));
        let inner = inner.or_else(|| part.strip_prefix('[').and_then(|part| part.strip_suffix(']')));
        let Some(inner) = inner.filter(|inner| !inner.is_empty() && !inner.contains(['[', '`', '_'])) else {
            return false;
        };
        let said = inner.trim_start_matches(|c: char| !c.is_alphanumeric());
        word = word.or_else(|| read_tag(said, tables).and_then(|tag| tag.severity));
        let sign = inner.split(' ').next().unwrap_or(inner);
        symbol = symbol.or_else(|| tables.severity_tags.get(sign));
        listed |= said.len() < inner.len() || part.starts_with('[');
    }
    let Some(severity) = word.or(symbol).filter(|_| listed || line.contains('|')) else { return false };
    out.severity = Some(severity);
    (out.tagged, out.front_mark, out.badge_only) = (true, true, !out.range_first);
    true
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
    if !out.tagged {
        take_bare_tag(&mut after, out, tables);
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
    // `**net/pool.rs:4**: the guard leaks`: what is in bold is the place.
    if !out.remark.is_empty() && read_places(&title, Trust::Code, roots).only_places {
        title = std::mem::take(&mut out.remark);
    }
    out.title = clean_title(&title);
}

/// A class without brackets at the end: `— important, regression`.
fn take_bare_tag(text: &mut String, out: &mut Head, tables: &Tables) {
    let Some((at, dash)) =
        ["—", "–", " - ", "|"].iter().filter_map(|dash| Some((text.rfind(dash)?, dash))).max()
    else {
        return;
    };
    let said = tail(text, at + dash.len()).trim().trim_matches(['*', '_', '`', '.', ' ']);
    if said.len() > 60 {
        return;
    }
    if let Some(tag) = read_tag(said, tables).filter(|tag| tag.severity.is_some()) {
        out.tagged = true;
        out.severity = out.severity.or(tag.severity);
        out.kind = out.kind.or(tag.kind);
        text.truncate(at);
    }
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
            (
                "**I5. Pool leaks** — `net/pool.rs:4` — important, gap",
                "I5 | Pool leaks | net/pool.rs:4 | I gap",
            ),
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
