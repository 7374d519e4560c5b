//! Tables: of findings, of covered files, of items.

use review_core::{Location, RawFinding, Severity};

use super::blocks::Block;
use super::fences::Place;
use super::finding::{Typed, read_confidence, read_kind};
use super::label::read_label;
use super::read::Page;
use super::tags::read_tag;
use crate::limits::MAX_ITEMS;
use crate::lines::{Ledger, number};
use crate::places::{Trust, read_places, read_ranges};
use crate::scales::FieldName;
use crate::text::strip_emphasis;

/// One row below the head.
pub(crate) struct Row {
    pub(crate) line: usize,
    pub(crate) cells: Vec<String>,
}

/// Most cells of a row.
const MAX_CELLS: usize = 64;

/// The rows of the block's tables, heads and rulers left out. `None` when it has no table.
pub(crate) fn read_rows(block: &Block, ledger: &mut Ledger<'_>, page: &Page<'_>) -> Option<Vec<Row>> {
    let mut rows = Vec::new();
    let mut any = false;
    for index in block.from..block.to {
        let line = ledger.line(index).trim();
        if !is_row(index, line, page) {
            continue;
        }
        any = true;
        let next = ledger.line(index + 1).trim();
        if is_ruler(line) || (index + 1 < block.to && is_ruler(next)) {
            ledger.mark(index);
            continue;
        }
        if rows.len() < MAX_ITEMS {
            rows.push(Row { line: index, cells: split_row(line) });
        }
    }
    any.then_some(rows)
}

/// Reads the findings of tables whose head names enough columns: a title or a text, and a place or a severity.
pub(crate) fn read_findings(
    block: &Block,
    section: Option<Severity>,
    ledger: &mut Ledger<'_>,
    page: &Page<'_>,
) -> Vec<Typed> {
    let mut found = Vec::new();
    let mut columns: Option<Vec<Option<FieldName>>> = None;
    for index in block.from..block.to {
        let line = ledger.line(index).trim();
        if !is_row(index, line, page) {
            columns = None;
            continue;
        }
        if is_ruler(line) {
            if columns.is_some() {
                ledger.mark(index);
            }
            continue;
        }
        match &columns {
            None => {
                if index + 1 < block.to && is_ruler(ledger.line(index + 1).trim()) {
                    let names: Vec<Option<FieldName>> = split_row(line)
                        .iter()
                        .map(|cell| page.options.tables.keys.get(strip_emphasis(cell)))
                        .collect();
                    let has = |fields: &[FieldName]| names.iter().flatten().any(|name| fields.contains(name));
                    if has(&[FieldName::Title, FieldName::Body])
                        && has(&[
                            FieldName::Severity,
                            FieldName::Path,
                            FieldName::Location,
                            FieldName::Kind,
                            FieldName::Id,
                        ])
                    {
                        columns = Some(names);
                        ledger.mark(index);
                    }
                }
            }
            Some(names) => {
                if found.len() < MAX_ITEMS
                    && let Some(typed) = read_row(&split_row(line), names, section, index, page)
                {
                    found.push(typed);
                    ledger.mark(index);
                }
            }
        }
    }
    found
}

fn read_row(
    cells: &[String],
    names: &[Option<FieldName>],
    section: Option<Severity>,
    index: usize,
    page: &Page<'_>,
) -> Option<Typed> {
    let tables = &page.options.tables;
    let mut finding = RawFinding::default();
    let (mut label, mut printed, mut lines) = (None, None, Vec::new());
    let mut rest = Vec::new();
    for (cell, name) in cells.iter().zip(names) {
        let text = cell.trim();
        let bare = strip_emphasis(text).trim_matches('`');
        if bare.is_empty() || bare == "-" || bare == "—" {
            continue;
        }
        match name {
            Some(FieldName::Id) => {
                let dotted = format!("{bare}.");
                match read_label(&dotted, tables) {
                    Some((found, _)) => {
                        finding.severity = finding.severity.or(found.severity);
                        printed = Some(found.number);
                        label = found.lettered;
                    }
                    None => rest.push(text.to_owned()),
                }
            }
            Some(FieldName::Title) => finding.title = strip_emphasis(text).to_owned(),
            Some(FieldName::Severity) => {
                let word = bare.trim_start_matches(|c: char| !c.is_alphanumeric());
                finding.severity = tables
                    .severities
                    .get(word)
                    .or_else(|| tables.severities.get(bare))
                    .or_else(|| read_tag(bare, tables)?.severity)
                    .or(finding.severity);
            }
            Some(FieldName::Kind) => finding.kind = read_kind(bare, page),
            Some(FieldName::Category) => {
                finding.category = tables.categories.get(bare);
                finding.kind = finding.kind.or_else(|| tables.kinds.get(bare));
            }
            Some(FieldName::Path | FieldName::Location | FieldName::Locations) => {
                finding.locations = read_places(text, Trust::Expected, &page.roots).locations
            }
            Some(FieldName::Line | FieldName::StartLine) => lines = read_ranges(bare).unwrap_or_default(),
            Some(FieldName::Fix) => finding.fix = Some(review_core::Fix::prose(text)),
            Some(FieldName::Confidence) => finding.confidence = read_confidence(bare),
            _ => rest.push(text.to_owned()),
        }
    }
    if let [only] = finding.locations.as_slice()
        && only.start_line.is_none()
        && !lines.is_empty()
    {
        let path = only.path.clone();
        finding.locations = lines.iter().map(|range| Location::file(&path).with_range(*range)).collect();
    }
    if finding.title.is_empty() && !rest.is_empty() {
        finding.title = strip_emphasis(&rest.remove(0)).to_owned();
    }
    finding.body = rest.join("\n\n");
    finding.severity = finding.severity.or(section);
    finding.document_lines = Some((number(index), number(index)));
    if finding.title.is_empty() || super::section::says_none(&finding.title) {
        return None;
    }
    let number = if label.is_none() { printed } else { None };
    Some(Typed { finding, label, number })
}

fn is_row(index: usize, line: &str, page: &Page<'_>) -> bool {
    line.starts_with('|') && page.places.get(index) == Some(&Place::Text)
}

fn is_ruler(line: &str) -> bool {
    line.starts_with('|')
        && line.contains('-')
        && line.chars().all(|c| matches!(c, '|' | '-' | ':' | ' ' | '\t'))
}

/// Splits at bars that are neither escaped nor in inline code.
fn split_row(line: &str) -> Vec<String> {
    let line = line.trim().trim_start_matches('|');
    let line = line.strip_suffix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let (mut escaped, mut code) = (false, false);
    for c in line.chars() {
        if c == '|' && !escaped && !code && cells.len() < MAX_CELLS {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            if escaped && c == '|' {
                cell.pop();
            }
            cell.push(c);
        }
        code ^= c == '`';
        escaped = c == '\\' && !escaped;
    }
    cells.iter().map(|cell| cell.trim().to_owned()).collect()
}
