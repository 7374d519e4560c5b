//! Cuts a document into blocks: which line opens a section, which a finding, and which is body.

mod ahead;
mod opens;

use review_core::Location;

use self::ahead::bare_severity;
use super::blocks::{Block, FindingBlock, Meaning};
use super::cues::{is_dressed, is_field_line, is_rule, may_open};
use super::fences::LineKind;
use super::footer::is_footer;
use super::head::{Head, read_head};
use super::headings::{Dress, SectionHeading, dress, read_heading};
use super::inline::{html_line, is_only_tags, plain};
use super::prose::{Prose, without_count};
use super::table;
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::places::{Roots, Trust, read_places};
use crate::scales::{SectionKind, Tables};

/// How far below its heading a severity alone on its line may stand.
const NEAR: usize = 4;

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
    /// Whether a heading said that its section holds nothing.
    said_none: bool,
}

/// What the walk remembers of the open finding.
struct Open {
    /// Index of its head.
    at: usize,
    lettered: bool,
    number: Option<u32>,
    indent: usize,
    level: usize,
    tagged: bool,
    bulleted: bool,
    /// Whether its title stands below its head.
    untitled: bool,
    /// Whether a summary of details is its head.
    summary: bool,
    /// Whether its head has neither bold nor a heading's mark: `P1: …`.
    plain: bool,
    /// Last number of a list inside the finding.
    listed: Option<u32>,
}

/// Cuts the document. Structural lines are marked as typed in the ledger. The second value says whether a section of
/// findings says that it holds nothing. `footers`: whether a service may have put lines of its own into the text.
pub(crate) fn cut_blocks(
    ledger: &mut Ledger<'_>,
    places: &[LineKind],
    tables: &Tables,
    roots: &Roots,
    footers: bool,
) -> (Vec<Block>, bool) {
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
        said_none: false,
    };
    let mut comment = false;
    for index in 0..ledger.len() {
        match places.get(index) {
            Some(LineKind::Text) => {}
            Some(LineKind::Wrapper) => {
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
        if comment || (line.starts_with("<!--") && !line.contains("-->")) {
            comment = !line.contains("-->");
            continue;
        }
        if line.starts_with('|') && walk.opens_table(index, ledger) {
            continue;
        }
        // The mark of a forge's alert block.
        if is_rule(line) || (line.starts_with("[!") && line.ends_with(']')) {
            ledger.mark(index);
            continue;
        }
        if line.starts_with('<') {
            if let Some((inner, summary)) = html_line(line, tables) {
                if !summary || !walk.names_file(index, &inner, ledger) {
                    let before = walk.blocks.len();
                    walk.line(index, raw, &inner, ledger);
                    if summary && walk.blocks.len() == before {
                        walk.summary(index, &inner, ledger);
                    }
                }
                continue;
            }
            if is_only_tags(line) {
                ledger.mark(index);
                continue;
            }
        }
        if !walk.full {
            let html = line.starts_with('<');
            let line = plain(line, tables);
            let line = line.trim();
            // A cell of a table in HTML starts with a symbol.
            let line = if html {
                line.trim_start_matches(|c: char| !c.is_ascii() && !c.is_alphanumeric()).trim_start()
            } else {
                line
            };
            if footers && is_footer(line) {
                walk.end_at_footer(index);
            } else if may_open(line) {
                walk.line(index, raw, line, ledger);
            }
        }
    }
    walk.close(ledger.len());
    let (blocks, said_none) = (std::mem::take(&mut walk.blocks), walk.said_none);
    let mut prose = Prose { ledger, places, tables, roots, said_none };
    let blocks = prose.settle(blocks);
    (blocks, prose.said_none)
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
        if self.takes_severity(index, line, ledger) {
            return;
        }
        if let Some(heading) = read_heading(line, self.tables)
            && self.opens_section(&heading, indent, line)
        {
            ledger.mark(index);
            self.open_section(index, heading);
            return;
        }
        if self.may_hold_findings(line)
            && is_dressed(line, self.tables)
            && let Some(head) = read_head(line, self.tables, self.roots)
        {
            if self.opens_finding(&head, index, indent, line, ledger) {
                self.open_finding(index, head, indent, ledger);
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

    /// A severity alone on the line below a heading is that finding's.
    fn takes_severity(&mut self, index: usize, line: &str, ledger: &mut Ledger<'_>) -> bool {
        let Some(open) = &mut self.finding else { return false };
        let below = open.level > 0
            && !open.tagged
            && !open.lettered
            && index <= open.at + NEAR
            && (open.at + 1..index).all(|line| ledger.line(line).trim().is_empty());
        let Some(severity) = below.then(|| bare_severity(line, self.tables)).flatten() else { return false };
        open.tagged = true;
        if let Some(Block { meaning: Meaning::Finding(block), .. }) = self.blocks.last_mut() {
            block.head.severity = block.head.severity.or(Some(severity));
        }
        true
    }

    /// `<summary>The guard leaks</summary>` in a section of findings heads one, where summaries are how findings are headed.
    fn summary(&mut self, index: usize, text: &str, ledger: &Ledger<'_>) {
        let headed = self.finding.as_ref().is_none_or(|open| open.summary);
        let inner = without_count(text.trim_matches('*'));
        if !headed || !self.in_findings() || is_field_line(inner, text) || is_inner_summary(inner) {
            return;
        }
        let Some(head) = read_head(text, self.tables, self.roots).filter(|head| !head.title.is_empty())
        else {
            return;
        };
        self.open_finding(index, head, 0, ledger);
        if let Some(open) = &mut self.finding {
            open.summary = true;
        }
    }

    /// `<summary>src/pay.py (2)</summary>`: the file of the findings below it.
    fn names_file(&mut self, index: usize, summary: &str, ledger: &mut Ledger<'_>) -> bool {
        let name = without_count(summary.trim_matches('*'));
        if !self.in_findings() || name.contains(' ') {
            return false;
        }
        let places = read_places(name, Trust::Expected, self.roots);
        let file = places
            .locations
            .into_iter()
            .next()
            .filter(|file| places.only_places && file.start_line.is_none());
        let Some(file) = file else { return false };
        self.under_file(index, file, ledger);
        true
    }

    /// A heading that names a file holds for the findings below.
    fn under_file(&mut self, index: usize, file: Location, ledger: &mut Ledger<'_>) {
        self.close(index);
        self.finding = None;
        self.file = Some(file.clone());
        ledger.mark(index);
        let kind = self.section.map_or(SectionKind::Findings(None), |(kind, _)| kind);
        self.push(index + 1, Meaning::Section { kind, inline: String::new(), file: Some(file) });
    }

    /// A table whose heads are those of findings needs no heading above it.
    fn opens_table(&mut self, index: usize, ledger: &Ledger<'_>) -> bool {
        let free = self.section.is_none() && self.finding.is_none() && self.swallowed.is_none();
        if !free || !table::heads_findings(ledger.line(index), ledger.line(index + 1), self.tables) {
            return false;
        }
        self.close(index);
        self.section = Some((SectionKind::Findings(None), 8));
        let kind = SectionKind::Findings(None);
        self.push(index, Meaning::Section { kind, inline: String::new(), file: None });
        true
    }

    /// What a service put below a finding does not belong to it.
    fn end_at_footer(&mut self, index: usize) {
        if self.finding.take().is_none() {
            return;
        }
        self.close(index);
        let meaning = match self.section {
            Some((kind @ SectionKind::Findings(_), _)) => {
                Meaning::Section { kind, inline: String::new(), file: self.file.clone() }
            }
            _ => Meaning::Unknown,
        };
        self.push(index, meaning);
    }

    fn close(&mut self, at: usize) {
        if let Some(block) = self.blocks.last_mut() {
            block.to = at;
        }
    }

    fn push(&mut self, from: usize, meaning: Meaning) {
        self.blocks.push(Block { from, to: from, meaning });
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
        self.said_none |= heading.none;
        self.push(index + 1, Meaning::Section { kind: heading.kind, inline: heading.inline, file: None });
    }

    fn open_finding(&mut self, index: usize, mut head: Head, indent: usize, ledger: &Ledger<'_>) {
        // A permalink right above a badge is the finding's place.
        let mut from = index;
        if head.locations.is_empty()
            && (head.front_mark || head.badge_only)
            && let Some(above) = index.checked_sub(1)
            && self.finding.as_ref().is_none_or(|open| above > open.at + 1)
        {
            let line = ledger.line(above).trim();
            let places = if line.starts_with("http") {
                read_places(line, Trust::Code, self.roots)
            } else {
                Default::default()
            };
            if places.only_places {
                (head.locations, from) = (places.locations, above);
            }
        }
        self.close(from);
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
            at: index,
            lettered,
            number,
            indent,
            level: head.level,
            tagged: head.tagged,
            bulleted: head.bulleted,
            untitled: head.title.is_empty(),
            summary: false,
            plain: !head.bold && head.level == 0,
            listed: None,
        });
        let section_severity = self.section_severity();
        let file = self.file.clone();
        let head_lines = index + 1 - from;
        self.push(
            from,
            Meaning::Finding(Box::new(FindingBlock { head, section_severity, file, head_lines })),
        );
    }

    /// A heading that names no known section.
    fn other_heading(&mut self, index: usize, level: usize, text: &str, ledger: &mut Ledger<'_>) {
        let section_level = self.section.map(|(_, level)| level);
        if self.section.is_none()
            && self.finding.as_ref().is_none_or(|open| open.level > 0 && level <= open.level)
            && (self.followed_by_severity(index, ledger)
                || level > 1 && self.followed_by_fields(index, ledger))
            && let Some(head) = read_head(ledger.line(index).trim(), self.tables, self.roots)
                .filter(|head| head.title.len() > 2)
        {
            self.open_finding(index, head, 0, ledger);
            return;
        }
        let file = || {
            let places = read_places(text.trim_matches('*'), Trust::Code, self.roots);
            places.locations.into_iter().next().filter(|_| places.only_places)
        };
        // Without any section: files as headings, and what is wrong in their lines below.
        if self.section.is_none()
            && self.finding.is_none()
            && self.followed_by_lines(index, ledger)
            && let Some(file) = file()
        {
            self.section = Some((SectionKind::Findings(None), level - 1));
            self.under_file(index, file, ledger);
            return;
        }
        if self.in_findings() && section_level.is_none_or(|section| level > section || section >= 7) {
            if let Some(file) = file() {
                self.under_file(index, file, ledger);
                return;
            }
            // `### Security` groups findings; it is none.
            if self.finding.as_ref().is_none_or(|open| open.level == 0 || level < open.level)
                && self.tables.categories.get(text.trim_matches('*')).is_some()
            {
                let kind = self.section.map_or(SectionKind::Findings(None), |(kind, _)| kind);
                self.close(index);
                (self.finding, self.file) = (None, None);
                ledger.mark(index);
                self.push(index + 1, Meaning::Section { kind, inline: String::new(), file: None });
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
                self.open_finding(index, head, indent, ledger);
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

/// Details inside of a finding, which head none.
fn is_inner_summary(text: &str) -> bool {
    let words = crate::text::normalize_words(text);
    [
        "prompt",
        "suggestion",
        "committable",
        "proposed",
        "suggested",
        "fix",
        "analysis",
        "tools",
        "script",
        "locations",
        "why",
        "diff",
        "more",
        "details",
        "learnings",
        "verification",
        "additional",
        "context",
        "resources",
        "example",
    ]
    .iter()
    .any(|word| words.split(' ').any(|own| own == *word))
}
