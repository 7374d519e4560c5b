//! A finding's block becomes a `RawFinding`.

use review_core::{Extra, Fix, Location, RawFinding, Severity};

use super::blocks::{Block, FindingBlock};
use super::body::read_body;
use super::cues::is_only_place;
use super::facts::BodyFacts;
use super::fields::read_field;
use super::page::Page;
use super::prose::title_in;
use crate::draft::first_sentence;
use crate::ids::Ids;
use crate::lines::{Ledger, number};
use crate::places::{Roots, mentions};

/// A finding and what its id will be made of.
pub(crate) struct Typed {
    pub(crate) finding: RawFinding,
    /// The printed label with its letter.
    pub(crate) label: Option<String>,
    /// The printed number.
    pub(crate) number: Option<u32>,
}

/// Types one finding.
pub(crate) fn read_finding(
    block: &Block,
    found: &FindingBlock,
    ledger: &Ledger<'_>,
    page: &Page<'_>,
) -> Typed {
    let from = block.from + found.head_lines;
    let mut found = std::borrow::Cow::Borrowed(found);
    let facts = read_body(from, block.to, ledger, page, &found.head.locations);
    if found.head.title.is_empty() {
        let tables = &page.options.tables;
        let below = title_in(from, block.to, ledger, &page.places, tables, &page.roots);
        if let Some(below) = below.filter(|below| below.tagged || facts.title.is_none()) {
            let head = &mut found.to_mut().head;
            head.title = below.title;
            head.severity = head.severity.or(below.severity);
            if head.locations.is_empty() && head.lines.is_empty() && facts.own_places.is_empty() {
                head.locations = below.locations;
            }
        }
    }
    let found = found.as_ref();
    let head = &found.head;
    let mut finding = RawFinding::new(head.title.clone());
    let mut body = facts.text.clone();
    if !head.remark.is_empty() {
        body = if body.is_empty() { head.remark.clone() } else { format!("{}\n\n{body}", head.remark) };
    }
    finding.body = body;
    let lettered = head.label.as_ref().and_then(|label| label.severity);
    finding.severity = head.severity.or(facts.severity).or(lettered).or(found.section_severity);
    finding.kind = head.kind.or(facts.kind);
    finding.category = facts.category;
    finding.introduced_by = head.introduced_by.clone().or_else(|| facts.introduced_by.clone());
    finding.locations = locations(found, &facts, &page.roots);
    finding.fix = fix(&facts);
    finding.scenario = facts.scenario.clone();
    finding.confidence = facts.confidence;
    finding.withdrawn = head.struck;
    finding.document_lines = Some((number(block.from), last_line(block, ledger)));
    finding.quotes = facts.quotes;
    if !head.badges.is_empty() {
        let names = head.badges.iter().cloned().map(Extra::Text).collect();
        finding.extensions.insert("reviewers".to_owned(), Extra::List(names));
    }
    if finding.title.is_empty() || is_only_place(&finding.title, &page.roots) {
        let untitled = || match finding.locations.first() {
            Some(place) => place.to_string(),
            None => "(untitled)".to_owned(),
        };
        // Below a place alone, the first sentence says what is wrong.
        let said = || first_prose(&finding.body).map(first_sentence);
        finding.title = facts.title.or_else(said).unwrap_or_else(untitled);
        if finding.body.trim() == finding.title {
            finding.body.clear();
        }
    }
    let label = head.label.as_ref();
    Typed {
        label: label.and_then(|label| label.lettered.clone()),
        number: label.filter(|label| label.lettered.is_none()).map(|label| label.number),
        finding,
    }
}

/// The text's first line, if it is prose.
fn first_prose(text: &str) -> Option<&str> {
    let line = text.lines().map(str::trim).find(|line| !line.is_empty())?;
    let marked =
        line.starts_with(['`', '#', '>', '|', '-', '*', '+', '<', '~']) || read_field(line).is_some();
    (!marked && line.contains(' ')).then_some(line)
}

/// The head's places, else those right below it, else those in the title, else the first one that the body names.
fn locations(found: &FindingBlock, facts: &BodyFacts, roots: &Roots) -> Vec<Location> {
    for places in [&found.head.locations, &facts.own_places] {
        if !places.is_empty() {
            return places.clone();
        }
    }
    if let Some(file) = &found.file {
        let own = if found.head.lines.is_empty() { &facts.own_lines } else { &found.head.lines };
        let lines = own.iter().map(|range| Location::file(&file.path).with_range(*range));
        let lines: Vec<Location> = lines.collect();
        return if lines.is_empty() { vec![file.clone()] } else { lines };
    }
    // A sentence as a title may name its place in the middle.
    let named = mentions(&found.head.title, roots).into_iter().filter(|place| place.start_line.is_some());
    let named: Vec<Location> = named.collect();
    if named.is_empty() { facts.first_mention.iter().cloned().collect() } else { named }
}

fn fix(facts: &BodyFacts) -> Option<Fix> {
    let mut fix = Fix::default();
    fix.prose.clone_from(&facts.fix_prose);
    fix.patch.clone_from(&facts.patch);
    fix.suggestion.clone_from(&facts.suggestion);
    (!fix.is_empty()).then_some(fix)
}

fn last_line(block: &Block, ledger: &Ledger<'_>) -> u32 {
    let last = (block.from..block.to).rev().find(|index| {
        let line = ledger.line(*index).trim();
        !line.is_empty() && !super::cues::is_rule(line)
    });
    number(last.unwrap_or(block.from))
}

/// Gives every finding its id, in document order: the printed label; else severity letter and printed number;
/// else, where the severity is known, its letter and the next number; else a hash of the content.
pub(crate) fn name(typed: Vec<Typed>, ids: &mut Ids) -> Vec<RawFinding> {
    let mut findings = Vec::with_capacity(typed.len());
    let mut pending = Vec::new();
    for (index, one) in typed.into_iter().enumerate() {
        let mut finding = one.finding;
        let letter = finding.severity.map_or('S', Severity::letter);
        if let Some(label) = &one.label {
            finding.id = ids.printed(label);
        } else if let Some(number) = one.number {
            finding.id = ids.printed(&format!("{letter}{number}"));
        } else {
            pending.push(index);
        }
        findings.push(finding);
    }
    for index in pending {
        if let Some(finding) = findings.get_mut(index) {
            finding.id = match finding.severity {
                Some(severity) => ids.next(severity.letter()),
                None => ids.hashed(finding),
            };
        }
    }
    findings
}

/// Reads one line, or a text whose first line is a head, as a finding: for lists of texts in other formats.
pub(crate) fn read_line(
    text: &str,
    tables: &crate::scales::Tables,
    roots: &crate::places::Roots,
) -> (RawFinding, Option<String>) {
    let (first, rest) = text.trim().split_once('\n').unwrap_or((text.trim(), ""));
    let mut finding = RawFinding::default();
    let mut label = None;
    if let Some(head) = super::head::read_head(first.trim(), tables, roots) {
        finding.title = head.title;
        finding.locations = head.locations;
        finding.severity = head.severity;
        finding.kind = head.kind;
        finding.body = head.remark;
        label = head.label.and_then(|label| label.lettered);
    }
    if !rest.trim().is_empty() {
        finding.body = format!("{}\n{}", finding.body, rest).trim().to_owned();
    }
    (finding, label)
}
