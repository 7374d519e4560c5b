//! Cuts a document into blocks: which line opens a section, which a finding, and which is body.

mod opens;

use review_core::Location;

use super::blocks::{Block, FindingBlock, Meaning};
use super::cues::{is_dressed, is_field_line, is_rule, may_open};
use super::fences::Place;
use super::head::{Head, read_head};
use super::headings::{Dress, SectionHeading, dress, read_heading};
use super::html::{html_line, is_only_tags};
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::places::{Roots, Trust, read_places};
use crate::scales::{SectionKind, Tables};

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
        if self.may_hold_findings(line)
            && is_dressed(line, self.tables)
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
