//! Cuts a document into blocks: which line opens a section, which a finding, and which is body.

use review_core::{Location, Severity};

use super::blocks::{Block, FindingBlock, Meaning};
use super::fences::Place;
use super::head::{Head, read_head};
use super::headings::{Dress, SectionHeading, dress, read_heading};
use super::label::read_label;
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::places::{Roots, Trust, read_places};
use crate::scales::{SectionKind, Tables};
use crate::text::strip_bullet;

/// What the walk found: the blocks, in document order.
pub(crate) struct Walk<'a> {
    tables: &'a Tables,
    roots: &'a Roots,
    blocks: Vec<Block>,
    /// The section that the walk is in.
    section: Option<(SectionKind, usize)>,
    /// Inside an appendix of this level, deeper headings open nothing.
    swallowed: Option<usize>,
    /// The open finding.
    finding: Option<Open>,
    /// Last number of the numbered findings, over all sections.
    last_number: u32,
    /// A heading that names a file for the findings below it.
    file: Option<Location>,
    /// Whether a labelled finding (`I1`) was seen: bare numbers then are sub-points.
    lettered: bool,
    /// Whether the document has more findings than are read.
    full: bool,
}

/// What the walk remembers of the open finding.
struct Open {
    lettered: bool,
    number: Option<u32>,
    indent: usize,
    level: usize,
    tagged: bool,
    bulleted: bool,
    /// Last number of a list inside the finding.
    listed: Option<u32>,
}

/// Cuts the document. Structural lines are marked as typed in the ledger.
pub(crate) fn cut_blocks(
    ledger: &mut Ledger<'_>,
    places: &[Place],
    tables: &Tables,
    roots: &Roots,
) -> Vec<Block> {
    let mut walk = Walk {
        tables,
        roots,
        blocks: vec![Block { from: 0, to: 0, meaning: Meaning::Preamble }],
        section: None,
        swallowed: None,
        finding: None,
        last_number: 0,
        file: None,
        lettered: false,
        full: false,
    };
    for index in 0..ledger.len() {
        match places.get(index) {
            Some(Place::Text) => {}
            Some(Place::Wrapper) => {
                ledger.mark(index);
                continue;
            }
            _ => continue,
        }
        let raw = ledger.line(index);
        let line = raw.trim();
        if line.is_empty() {
            continue;
        }
        if is_rule(line) {
            ledger.mark(index);
            continue;
        }
        if line.starts_with('<') {
            if let Some(inner) = html_line(line) {
                walk.line(index, raw, &inner, ledger);
            } else if is_only_tags(line) {
                ledger.mark(index);
            }
        } else if !walk.full && may_open(line) {
            walk.line(index, raw, line, ledger);
        }
    }
    walk.close(ledger.len());
    walk.blocks
}

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

/// `<summary>title</summary>` and `<h3>title</h3>` as the Markdown that they stand for.
fn html_line(line: &str) -> Option<String> {
    if line.len() > 2000 {
        return None;
    }
    let rest = line
        .strip_prefix("<details>")
        .or_else(|| line.strip_prefix("<details open>"))
        .unwrap_or(line)
        .trim_start();
    let heading = rest.strip_prefix("<h").and_then(|rest| rest.split_once('>'));
    let (mark, inner) = match (rest.strip_prefix("<summary>"), heading) {
        (Some(inner), _) => ("**", inner.split("</summary>").next().unwrap_or(inner)),
        (None, Some((level, inner))) => (
            *["#", "##", "###", "####", "#####", "######"]
                .get(level.parse::<usize>().ok()?.checked_sub(1)?)?,
            inner.split("</h").next().unwrap_or(inner),
        ),
        (None, None) => return None,
    };
    let mut text = inner.to_owned();
    for tag in ["<b>", "</b>", "<strong>", "</strong>", "<em>", "</em>"] {
        text = text.replace(tag, "");
    }
    let text = text
        .replace("<code>", "`")
        .replace("</code>", "`")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
    let text = text.trim();
    Some(if mark == "**" { format!("**{text}**") } else { format!("{mark} {text}") })
}

/// A line of HTML tags or a comment, without text of its own.
fn is_only_tags(line: &str) -> bool {
    if line.starts_with("<!--") {
        return line.ends_with("-->");
    }
    let mut inside = false;
    line.chars().all(|c| {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            c if !inside => return c.is_whitespace(),
            _ => {}
        }
        true
    })
}

/// A cheap test that almost all body lines fail.
fn may_open(line: &str) -> bool {
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
fn is_dressed(line: &str, tables: &Tables) -> bool {
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

impl Walk<'_> {
    fn line(&mut self, index: usize, raw: &str, line: &str, ledger: &mut Ledger<'_>) {
        let indent = raw.len() - raw.trim_start().len();
        if let Some(level) = self.swallowed {
            match dress(line) {
                Dress::Hash(found, _) if found <= level => self.swallowed = None,
                _ => return,
            }
        }
        if let Some(heading) = read_heading(line, self.tables)
            && self.opens_section(&heading, indent, line)
        {
            ledger.mark(index);
            self.open_section(index, heading);
            return;
        }
        if is_dressed(line, self.tables)
            && let Some(head) = read_head(line, self.tables, self.roots)
        {
            if self.opens_finding(&head, indent, line, || self.followed_by_place(index, ledger)) {
                self.open_finding(index, head, indent);
                return;
            }
            if let (Some(label), Some(open)) = (&head.label, &mut self.finding)
                && label.lettered.is_none()
            {
                open.listed = Some(label.number);
            }
        }
        if let Dress::Hash(level, text) = dress(line) {
            self.other_heading(index, level, text, ledger);
        }
    }

    fn close(&mut self, at: usize) {
        if let Some(block) = self.blocks.last_mut() {
            block.to = at;
        }
    }

    fn push(&mut self, from: usize, meaning: Meaning) {
        self.blocks.push(Block { from, to: from, meaning });
    }

    /// Inside a finding, a word such as `Tests` in bold is part of the finding; a section's full name is not.
    fn opens_section(&self, heading: &SectionHeading, indent: usize, line: &str) -> bool {
        let Some(open) = &self.finding else {
            // A bullet inside another section's list is an item of that list, unless it is a stance of a design.
            let bullet = strip_bullet(line).is_some();
            let design = matches!(heading.kind, SectionKind::Design(_))
                || matches!(heading.kind, SectionKind::Findings(Some(_)));
            let inside_list = indent >= 2 && self.section.is_some();
            return !inside_list && (!bullet || design || self.section.is_none());
        };
        if heading.level <= 6 {
            let deeper = open.level > 0 && heading.level > open.level;
            let in_section = self.section.is_some_and(|(_, level)| level <= 6 && heading.level <= level);
            return in_section
                || (!deeper && (heading.strong || open.level == 0))
                || (deeper && heading.strong && !matches!(heading.kind, SectionKind::Findings(_)));
        }
        heading.strong && indent <= open.indent
    }

    fn open_section(&mut self, index: usize, heading: SectionHeading) {
        self.close(index);
        self.full |= self.blocks.len() >= MAX_ITEMS;
        self.finding = None;
        self.file = None;
        // `### Important` under `## Testing` would be odd; under findings it refines the severity.
        let level = match self.section {
            Some((_, level)) if heading.level >= 7 => level.max(heading.level),
            _ => heading.level,
        };
        self.section = Some((heading.kind, level));
        if heading.swallows && heading.level <= 6 {
            self.swallowed = Some(heading.level);
        }
        self.push(index + 1, Meaning::Section { kind: heading.kind, inline: heading.inline });
    }

    fn in_findings(&self) -> bool {
        matches!(self.section, Some((SectionKind::Findings(_), _)))
    }

    fn section_severity(&self) -> Option<Severity> {
        match self.section {
            Some((SectionKind::Findings(severity), _)) => severity,
            _ => None,
        }
    }

    fn opens_finding(&self, head: &Head, indent: usize, line: &str, followed: impl Fn() -> bool) -> bool {
        if head.title.is_empty() && head.locations.is_empty() {
            return false;
        }
        let inner = self.finding.as_ref().is_some_and(|open| indent > open.indent + 1);
        let classed = head.tagged || head.kind.is_some();
        let marked = head.bold || head.level > 0;
        match &head.label {
            Some(label) if label.of_section => false,
            Some(label) if label.lettered.is_some() => {
                self.opens_lettered(head, indent, inner, marked, classed, line)
            }
            Some(label) => self.opens_numbered(head, label.number, inner, marked, followed),
            None => self.opens_unlabelled(head, inner, line, followed),
        }
    }

    /// `I1. …`
    fn opens_lettered(
        &self,
        head: &Head,
        indent: usize,
        inner: bool,
        marked: bool,
        classed: bool,
        line: &str,
    ) -> bool {
        if self.in_findings() || self.section.is_none() {
            let anchored = !head.locations.is_empty() || classed;
            // In a list of findings every item is one.
            let listed = |open: &Open| open.bulleted && open.lettered && open.indent == indent;
            let sub_point = inner || (head.bulleted && !self.finding.as_ref().is_none_or(listed));
            return if sub_point { marked && anchored } else { marked || anchored || self.in_findings() };
        }
        // In other sections, labels refer to findings; only a fully dressed head opens one there.
        let table = line.starts_with('|');
        !table
            && !inner
            && !head.bulleted
            && marked
            && head.tagged
            && !matches!(
                self.section,
                Some((SectionKind::Summary | SectionKind::Coverage | SectionKind::UnresolvedFeedback, _))
            )
    }

    /// `1. …`: a finding, or a list inside one.
    fn opens_numbered(
        &self,
        head: &Head,
        number: u32,
        inner: bool,
        marked: bool,
        followed: impl Fn() -> bool,
    ) -> bool {
        if inner || !(self.in_findings() || self.section.is_none() && head.tagged) {
            return false;
        }
        let anchored = !head.locations.is_empty();
        if head.tagged {
            return marked || anchored;
        }
        if self.lettered || self.finding.as_ref().is_some_and(|open| open.lettered) {
            return false;
        }
        if head.level > 0 {
            return true;
        }
        let next = match &self.finding {
            None => number == 1 || number == self.last_number + 1,
            Some(open) => open.number.is_some_and(|open| number == open + 1),
        };
        if !next {
            return false;
        }
        let anchored = anchored || followed();
        let severe = self.section_severity().is_some();
        let Some(open) = &self.finding else {
            return head.bold || (anchored && severe);
        };
        // Among tagged findings, an untagged item is a list's; so is one that goes on a list begun inside.
        let in_list = open.listed.is_some_and(|last| number == last + 1);
        let alike = anchored || !(open.tagged || in_list);
        alike
            && (head.bold && (anchored || severe || head.kind.is_some() || !head.remark.is_empty())
                || anchored && severe)
    }

    /// `**[IMPORTANT] path — title**`, `**title** — path (important, gap)`, `### title`.
    fn opens_unlabelled(&self, head: &Head, inner: bool, line: &str, followed: impl Fn() -> bool) -> bool {
        let outside = !self.in_findings() && self.section.is_some();
        if outside || inner {
            return false;
        }
        let anchored = !head.locations.is_empty();
        if head.title.is_empty() || is_field_line(&head.title, line) {
            return false;
        }
        if head.tagged {
            let conventional = head.level == 0
                && !head.bold
                && !head.bulleted
                && line.starts_with(|c: char| c.is_ascii_lowercase());
            let symbol =
                line.trim_start_matches(['-', '*', ' ']).chars().next().is_some_and(|c| !c.is_ascii());
            // A sentence that ends in a class tag closes a finding; it opens none.
            let plain = anchored
                && (head.front_mark
                    || (line.len() < 240 && !head.title.contains(". ") && self.finding.is_none()));
            return head.bold
                || head.level > 0
                || line.starts_with('[')
                || plain
                || (conventional && self.finding.as_ref().is_none_or(|open| open.tagged))
                || symbol;
        }
        if head.level > 0 {
            // A heading with a place, or any heading directly under a list of findings.
            return self.in_findings()
                && anchored
                && self.finding.as_ref().is_none_or(|open| open.level == 0 || head.level <= open.level)
                && !is_only_place(&head.title, self.roots);
        }
        let severe = self.section_severity().is_some();
        let placed = anchored && (head.remark.is_empty() || head.place_first);
        let alike = |open: &Open| {
            open.number.is_none() && !open.lettered && !open.tagged && open.bulleted == head.bulleted
        };
        let bare =
            !anchored && head.remark.is_empty() && head.title.len() > 8 && line.trim_end().ends_with("**");
        severe
            && head.bold
            && !self.lettered
            && self.finding.as_ref().is_none_or(alike)
            && (placed || (bare && followed()))
    }

    fn open_finding(&mut self, index: usize, head: Head, indent: usize) {
        self.close(index);
        if self.blocks.len() >= MAX_ITEMS {
            // Nothing is typed beyond this point.
            self.full = true;
            self.push(index, Meaning::Unknown);
            return;
        }
        let lettered = head.label.as_ref().is_some_and(|label| label.lettered.is_some());
        let number = head.label.as_ref().filter(|_| !lettered).map(|label| label.number);
        if let Some(number) = number {
            self.last_number = number;
        }
        self.lettered |= lettered;
        self.finding = Some(Open {
            lettered,
            number,
            indent,
            level: head.level,
            tagged: head.tagged,
            bulleted: head.bulleted,
            listed: None,
        });
        let section_severity = self.section_severity();
        let file = self.file.clone();
        self.push(
            index,
            Meaning::Finding(Box::new(FindingBlock { head, section_severity, file, head_lines: 1 })),
        );
    }

    /// Whether the next line is a place, with or without a class tag: the head's own.
    fn followed_by_place(&self, index: usize, ledger: &Ledger<'_>) -> bool {
        let next = (index + 1..index + 3).map(|next| ledger.line(next).trim()).find(|line| !line.is_empty());
        let Some(line) = next.filter(|line| line.len() < 400) else { return false };
        let line = match super::tags::find_tag(line, self.tables) {
            Some(found) => crate::text::head(line, found.start),
            None => line,
        };
        let line = match super::fields::read_field(line) {
            Some((super::fields::BodyField::Place, value)) => value,
            _ => line,
        };
        read_places(line, Trust::Expected, self.roots).only_places
    }

    /// A heading that names no known section.
    fn other_heading(&mut self, index: usize, level: usize, text: &str, ledger: &mut Ledger<'_>) {
        let section_level = self.section.map(|(_, level)| level);
        if self.in_findings() && section_level.is_none_or(|section| level > section || section >= 7) {
            let places = read_places(text.trim_matches('*'), Trust::Code, self.roots);
            if places.only_places {
                // A file heading: it holds for the findings below.
                self.close(index);
                self.finding = None;
                self.file = places.locations.into_iter().next();
                ledger.mark(index);
                let kind = self.section.map_or(SectionKind::Findings(None), |(kind, _)| kind);
                self.push(index + 1, Meaning::Section { kind, inline: String::new() });
                return;
            }
            let plain = self.finding.as_ref().is_none_or(|open| {
                open.level > 0 && level <= open.level && !open.lettered && open.number.is_none()
            });
            if plain
                && !is_field_line(text, text)
                && let Some(head) = read_head(ledger.line(index).trim(), self.tables, self.roots)
                    .filter(|head| head.title.len() > 2)
            {
                let indent = 0;
                self.open_finding(index, head, indent);
                return;
            }
        }
        if self.finding.as_ref().is_some_and(|open| open.level == 0 || level > open.level)
            && section_level.is_none_or(|section| level > section || section >= 7)
        {
            return;
        }
        ledger.mark(index);
        match section_level {
            // A document's title, wherever its author put it.
            None => {}
            Some(section) if level > section => {}
            Some(_) if level == 1 && self.finding.is_none() => {
                self.close(index);
                self.section = None;
                self.push(index + 1, Meaning::Preamble);
            }
            Some(_) => {
                self.close(index);
                self.finding = None;
                self.section = None;
                self.push(index + 1, Meaning::Unknown);
            }
        }
    }
}

/// `Fix:`, `Problem`, `Suggested change`: the parts of a finding, not its title.
fn is_field_line(title: &str, line: &str) -> bool {
    let (name, said) = match title.split_once(':') {
        Some((name, said)) => (name, !said.trim().is_empty()),
        None => (title, false),
    };
    let ends = line.trim_end_matches(['*', ' ']).ends_with(':');
    let words = name.trim_matches(['*', '_', '`', ' ']);
    super::fields::is_field_name(words) && (ends || said || title.len() == name.len())
}

fn is_only_place(title: &str, roots: &Roots) -> bool {
    read_places(title, Trust::Code, roots).only_places
}
