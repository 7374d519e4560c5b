//! Tables: of findings, of covered files, of items.

use std::borrow::Cow;

use review_core::{Location, RawFinding, Severity};

use super::blocks::Block;
use super::facts::{read_confidence, read_kind};
use super::fences::{LineKind, classify};
use super::finding::Typed;
use super::inline::plain;
use super::label::read_label;
use super::page::Page;
use super::tags::read_tag;
use crate::limits::MAX_ITEMS;
use crate::lines::{Ledger, number};
use crate::none::says_none;
use crate::places::{Trust, mentions, read_places, read_ranges};
use crate::scales::{FieldName, Tables};
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

/// Reads the findings of the tables under a heading of findings. A column means what its head says; where the heads say too
/// little, what its cells look like. The second value says whether a row said that there is nothing.
pub(crate) fn read_findings(
    block: &Block,
    section: Option<Severity>,
    ledger: &mut Ledger<'_>,
    page: &Page<'_>,
) -> (Vec<Typed>, bool) {
    let (mut found, mut none) = (Vec::new(), false);
    let mut index = block.from;
    while index < block.to {
        if !is_row(index, ledger.line(index).trim(), page) {
            index += 1;
            continue;
        }
        let from = index;
        while index < block.to && is_row(index, ledger.line(index).trim(), page) {
            index += 1;
        }
        read_table(from, index, section, ledger, page, &mut found, &mut none);
    }
    (found, none)
}

/// One table, lines `from..to`.
fn read_table(
    from: usize,
    to: usize,
    section: Option<Severity>,
    ledger: &mut Ledger<'_>,
    page: &Page<'_>,
    found: &mut Vec<Typed>,
    none: &mut bool,
) {
    let ruled = from + 1 < to && is_ruler(ledger.line(from + 1).trim());
    // A table can't be without a head, so that some writers put their first finding there.
    let headed = ruled && !is_finding(&split_row(ledger.line(from).trim()), page);
    let first = if headed { from + 2 } else { from };
    let rows: Vec<(usize, Vec<String>)> = (first..to)
        .filter(|index| !is_ruler(ledger.line(*index).trim()))
        .take(MAX_ITEMS.saturating_sub(found.len()))
        .map(|index| (index, split_row(ledger.line(index).trim())))
        .collect();
    let heads = if headed { split_row(ledger.line(from).trim()) } else { Vec::new() };
    let names = columns(&heads, &rows, page);
    if headed {
        ledger.mark_range(from, from + 2);
    } else if ruled {
        ledger.mark(from + 1);
    }
    for (index, cells) in &rows {
        let says: Vec<&str> = cells
            .iter()
            .map(|cell| cell.trim())
            .filter(|cell| cell.chars().any(char::is_alphanumeric))
            .collect();
        if says.is_empty() || (!says.is_empty() && says.iter().all(|cell| says_none(cell))) {
            *none |= !says.is_empty();
            ledger.mark(*index);
            continue;
        }
        // A table of counts sums up; its rows are no findings.
        if is_count(&says, page) {
            ledger.mark(*index);
            continue;
        }
        if let Some(typed) = read_row(cells, &names, section, *index, page) {
            found.push(typed);
            ledger.mark(*index);
        }
    }
}

/// `Critical | 0`: a severity or a total, and numbers.
fn is_count(cells: &[&str], page: &Page<'_>) -> bool {
    let Some((first, rest)) = cells.split_first() else { return false };
    let name = strip_emphasis(first).trim_start_matches(|c: char| !c.is_alphanumeric()).to_lowercase();
    let named = page.options.tables.severities.get(&name).is_some()
        || matches!(name.as_str(), "total" | "all" | "sum");
    named
        && !rest.is_empty()
        && rest.iter().all(|cell| strip_emphasis(cell).bytes().all(|byte| byte.is_ascii_digit()))
}

/// Words of a cell that no head of a column has.
const SENTENCE: usize = 6;

/// Whether a head is a row itself: it names a place, has a label and more, or holds a sentence, and no head of a column.
fn is_finding(heads: &[String], page: &Page<'_>) -> bool {
    let tables = &page.options.tables;
    let mut known = heads.iter().map(|head| strip_emphasis(head)).filter(|head| !head.is_empty());
    if known.any(|head| tables.keys.get(head).is_some()) {
        return false;
    }
    let places = heads.iter().any(|head| is_place(head, page));
    let labels = heads.first().is_some_and(|head| is_label(head, page)) && heads.len() > 1;
    places || labels || heads.iter().any(|head| head.split_whitespace().nth(SENTENCE - 1).is_some())
}

fn is_place(cell: &str, page: &Page<'_>) -> bool {
    let read = read_places(strip_emphasis(cell), Trust::Expected, &page.roots);
    read.only_places && !read.locations.is_empty()
}

/// Whether a cell is a label such as `I1`, and nothing else.
fn is_label(cell: &str, page: &Page<'_>) -> bool {
    let bare = strip_emphasis(cell).trim_matches('`');
    let lettered = || {
        read_label(&format!("{bare}."), &page.options.tables).is_some_and(|(read, _)| read.lettered.is_some())
    };
    !bare.is_empty() && !bare.contains(char::is_whitespace) && lettered()
}

fn is_severity(cell: &str, page: &Page<'_>) -> bool {
    let tables = &page.options.tables;
    let word = cell.trim_start_matches(|c: char| !c.is_alphanumeric());
    let known =
        |word: &str| tables.severity_tags.get(word).is_some() || tables.severities.get(word).is_some();
    known(word) || known(cell)
}

/// What each column holds: by its head, else by its cells. One column has the title.
fn columns(heads: &[String], rows: &[(usize, Vec<String>)], page: &Page<'_>) -> Vec<Option<FieldName>> {
    let tables = &page.options.tables;
    let width = rows.iter().map(|(_, cells)| cells.len()).max().unwrap_or(0).max(heads.len());
    let mut names: Vec<Option<FieldName>> = (0..width)
        .map(|column| {
            let head = heads.get(column).map(|head| strip_emphasis(head)).filter(|head| !head.is_empty());
            head.and_then(|head| tables.keys.get(head))
        })
        .collect();
    let has = |names: &[Option<FieldName>], fields: &[FieldName]| {
        names.iter().flatten().any(|name| fields.contains(name))
    };
    if has(&names, &[FieldName::Title, FieldName::Body]) {
        return names;
    }
    let sample = || rows.iter().take(50).map(|(_, cells)| cells);
    let share = |column: usize, fits: &dyn Fn(&str) -> bool| {
        let (mut all, mut fit) = (0usize, 0usize);
        for cell in sample().filter_map(|cells| cells.get(column)).filter(|cell| !cell.trim().is_empty()) {
            all += 1;
            fit += usize::from(fits(strip_emphasis(cell)));
        }
        all > 0 && fit * 2 > all
    };
    let unnamed = |column: usize| heads.get(column).is_none_or(|head| head.trim().is_empty());
    // `1`, `2`, `3`, … are numbers of the findings, not of lines.
    let counts_up = |column: usize| {
        sample()
            .zip(1..)
            .all(|(cells, number)| cells.get(column).is_some_and(|cell| *cell == number.to_string()))
    };
    let mut longest: Option<(usize, usize)> = None;
    for (column, name) in names.iter_mut().enumerate().filter(|(_, name)| name.is_none()) {
        if share(column, &|cell| is_place(cell, page)) {
            *name = Some(FieldName::Location);
        } else if share(column, &|cell| is_severity(cell, page)) {
            *name = Some(FieldName::Severity);
        } else if share(column, &|cell| is_label(cell, page)) {
            *name = Some(FieldName::Id);
        } else if unnamed(column) && !counts_up(column) && share(column, &|cell| read_ranges(cell).is_some())
        {
            *name = Some(FieldName::Line);
        } else {
            let length = sample().filter_map(|cells| cells.get(column)).map(String::len).sum();
            if longest.is_none_or(|(_, most)| length > most) {
                longest = Some((column, length));
            }
        }
    }
    if let Some(name) = longest.and_then(|(column, _)| names.get_mut(column)) {
        *name = Some(FieldName::Title);
    }
    names
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
            Some(FieldName::Title) => finding.title = strip_emphasis(&plain(text, tables)).to_owned(),
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
    if finding.locations.is_empty() {
        finding.locations = mentions(&finding.title, &page.roots);
    }
    if finding.locations.is_empty() {
        finding.locations = mentions(&finding.body, &page.roots);
    }
    finding.severity = finding.severity.or(section);
    finding.document_lines = Some((number(index), number(index)));
    if finding.title.is_empty() || says_none(&finding.title) {
        return None;
    }
    let number = if label.is_none() { printed } else { None };
    Some(Typed { finding, label, number })
}

/// Whether these two lines begin a table of findings: a ruled head with a severity, a place, and what is wrong.
pub(crate) fn heads_findings(head: &str, ruler: &str, tables: &Tables) -> bool {
    if !is_ruler(ruler.trim()) {
        return false;
    }
    let cells = split_row(head);
    let names: Vec<FieldName> =
        cells.iter().filter_map(|head| tables.keys.get(strip_emphasis(head))).collect();
    let has = |fields: &[FieldName]| names.iter().any(|name| fields.contains(name));
    has(&[FieldName::Severity])
        && has(&[FieldName::Path, FieldName::Location, FieldName::Locations, FieldName::Line])
        && has(&[FieldName::Title, FieldName::Body])
}

/// The text with bars around the rows of tables that are written without: `High | src/a.rs:3 | It leaks`.
/// What is quoted in a fence stays as it is.
pub(crate) fn with_bars(text: &str, is_landmark: impl Fn(&str) -> bool) -> Cow<'_, str> {
    let is_bare_ruler = |line: &str| {
        let line = line.trim();
        !line.starts_with('|') && line.contains('|') && line.contains("--") && is_ruler(&format!("|{line}"))
    };
    if !text.lines().any(is_bare_ruler) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split('\n').collect();
    let (places, _) = classify(&lines, is_landmark);
    let is_text = |index: usize| places.get(index) == Some(&LineKind::Text);
    let mut bare = vec![false; lines.len()];
    let rulers = lines.iter().enumerate().filter(|(index, line)| is_text(*index) && is_bare_ruler(line));
    for (index, _) in rulers {
        let rows = lines.iter().skip(index + 1).take_while(|line| line.contains('|')).count();
        let head =
            index.checked_sub(1).filter(|above| lines.get(*above).is_some_and(|line| line.contains('|')));
        if let Some(above) = head {
            bare.iter_mut().skip(above).take(rows + 2).for_each(|row| *row = true);
        }
    }
    let barred = lines.iter().zip(bare).map(|(line, bare)| match bare && !line.trim().starts_with('|') {
        true => Cow::Owned(format!("| {} |", line.trim())),
        false => Cow::Borrowed(*line),
    });
    Cow::Owned(barred.collect::<Vec<_>>().join("\n"))
}

fn is_row(index: usize, line: &str, page: &Page<'_>) -> bool {
    line.starts_with('|') && page.places.get(index) == Some(&LineKind::Text)
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
