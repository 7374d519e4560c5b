//! From text to review: fences, blocks, then one typed piece for each block.

use review_core::{Diagnostic, Extra, Review};

use super::blocks::{Block, Meaning};
use super::cues::is_landmark;
use super::fences::{self, Place};
use super::finding::{self, Typed};
use super::walk::cut_blocks;
use super::{checks, section, table, withdrawn};
use crate::ids::Ids;
use crate::limits::MAX_ITEMS;
use crate::lines::{Ledger, number};
use crate::options::IngestOptions;
use crate::places::{Roots, learn_root};
use crate::scales::SectionKind;

/// Reads Markdown. Never fails: what is not understood is unplaced.
pub(crate) fn read_markdown(text: &str, options: &IngestOptions) -> Review {
    let mut roots = Roots::new(options.roots.iter().map(String::as_str));
    learn_roots(text, &mut roots);
    let mut ledger = Ledger::new(text);
    let tables = &options.tables;
    if is_everywhere(&ledger, unquoted) {
        ledger.shorten(|line| unquoted(line).unwrap_or(line));
    }
    if is_everywhere(&ledger, outdented) {
        ledger.shorten(|line| outdented(line).unwrap_or(line));
    }
    let (places, open_fence) = fences::classify(ledger.lines(), |line| is_landmark(line, tables, &roots));
    let blocks = cut_blocks(&mut ledger, &places, tables, &roots);
    let mut page = Page { places, options, roots };
    let mut review = read_blocks(&blocks, &mut ledger, &mut page);
    if open_fence {
        let last = number(ledger.len().saturating_sub(1));
        review.diagnostics.push(Diagnostic::new(last, "a code fence was still open at the end"));
    }
    if review.findings.len() + 1 >= MAX_ITEMS {
        crate::draft::say_full(&mut review);
    }
    mark_cut(&mut review, text, open_fence);
    checks::collect(&mut review, ledger.lines(), &page.places);
    let (lines, unplaced) = ledger.close();
    review.lines = lines;
    review.sections.unplaced = unplaced;
    let silent = !blocks.iter().any(|block| matches!(block.meaning, Meaning::Section { .. }));
    crate::read::fail_if_empty(&mut review, silent);
    review
}

/// A line of indented code: some agents paste a whole review this way.
fn outdented(line: &str) -> Option<&str> {
    line.strip_prefix("    ")
}

/// A line of a block quote: some forges quote a whole review.
fn unquoted(line: &str) -> Option<&str> {
    let rest = line.strip_prefix('>')?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

/// Whether almost every line is dressed this way, structure included.
fn is_everywhere(ledger: &Ledger<'_>, undress: fn(&str) -> Option<&str>) -> bool {
    let (mut all, mut dressed, mut structure) = (0usize, 0usize, false);
    for line in ledger.lines().iter().filter(|line| !line.trim().is_empty()) {
        all += 1;
        if let Some(inner) = undress(line) {
            dressed += 1;
            structure |= inner.starts_with(['#', '*', 'C', 'I', 'S', '1']);
        }
    }
    structure && dressed * 10 >= all * 9
}

/// What every part needs to know of the document.
pub(crate) struct Page<'o> {
    pub(crate) places: Vec<Place>,
    pub(crate) options: &'o IngestOptions,
    pub(crate) roots: Roots,
}

/// Links such as `[net/pool.rs](/home/ann/shop/net/pool.rs)` give the agent's checkout away.
fn learn_roots(text: &str, roots: &mut Roots) {
    let mut rest = text;
    let mut learned = 0;
    while let Some(at) = rest.find("](") {
        let label = crate::text::head(rest, at);
        // A label is short; looking back further would cost time on hostile text.
        let mut start = label.len().saturating_sub(300);
        while !label.is_char_boundary(start) {
            start += 1;
        }
        let label = crate::text::tail(label, start);
        let label = label.rfind('[').map_or("", |open| crate::text::tail(label, open + 1));
        rest = crate::text::tail(rest, at + 2);
        if !rest.starts_with('/') && !rest.starts_with("file://") {
            continue;
        }
        let mut reach = rest.len().min(1024);
        while !rest.is_char_boundary(reach) {
            reach -= 1;
        }
        let target = crate::text::head(rest, reach);
        let Some(end) = target.find(')') else { continue };
        let target = crate::text::head(target, end);
        let (label, target) = (strip_lines(label.trim_matches('`')), strip_lines(target));
        let target = target.strip_prefix("file://").unwrap_or(target);
        if let Some(root) = learn_root(label, target) {
            roots.add(&root);
            learned += 1;
            if learned > 16 {
                return;
            }
        }
    }
}

fn strip_lines(path: &str) -> &str {
    let path = path.split('#').next().unwrap_or(path);
    match path.rfind(':') {
        Some(at) if crate::text::tail(path, at + 1).starts_with(|c: char| c.is_ascii_digit()) => {
            crate::text::head(path, at)
        }
        _ => path,
    }
}

fn read_blocks(blocks: &[Block], ledger: &mut Ledger<'_>, page: &mut Page<'_>) -> Review {
    let mut review = Review::new("");
    let mut typed: Vec<Typed> = Vec::new();
    let mut ids = Ids::default();
    let mut preamble = String::new();
    let mut process = String::new();
    for block in blocks {
        match &block.meaning {
            Meaning::Finding(finding) => {
                typed.push(finding::read_finding(block, finding, ledger, page));
                ledger.mark_range(block.from, block.to);
            }
            Meaning::Preamble => section::append_text(&mut preamble, block, ledger),
            Meaning::Section { kind: SectionKind::Process, .. } => {
                section::append_text(&mut process, block, ledger)
            }
            Meaning::Section { kind: SectionKind::Findings(severity), .. } => {
                typed.extend(table::read_findings(block, *severity, ledger, page));
            }
            Meaning::Section { .. } | Meaning::Unknown => {}
        }
    }
    review.findings = finding::name(typed, &mut ids);
    withdrawn::settle(&mut review.findings);
    // Labels printed in sections come before made-up ones, whichever section stands first.
    let mut sections = section::Reader::new(page);
    for block in blocks {
        if let Meaning::Section { kind, inline } = &block.meaning {
            sections.read(block, *kind, inline, ledger);
        }
    }
    let said = sections.finish(&mut review, &mut ids);
    // Without a summary of its own, what the reviewer said first is the summary.
    if review.sections.summary.is_empty() && !preamble.is_empty() {
        review.sections.summary = preamble;
    } else if !preamble.is_empty() {
        review.extensions.insert("preamble".to_owned(), Extra::Text(preamble));
    }
    if !process.is_empty() {
        review.extensions.insert("process".to_owned(), Extra::Text(process));
    }
    if !said.is_empty() {
        review
            .extensions
            .insert("lead_ins".to_owned(), Extra::List(said.into_iter().map(Extra::Text).collect()));
    }
    review
}

/// A document that ends inside a finding's head or inside its code was cut: that finding may lack parts.
fn mark_cut(review: &mut Review, text: &str, open_fence: bool) {
    let ended = text.ends_with('\n');
    let last_line = number(text.lines().count().saturating_sub(1));
    if let Some(finding) = review.findings.last_mut() {
        let in_head = !ended && finding.document_lines.is_some_and(|(first, _)| first == last_line);
        let in_code = open_fence && finding.document_lines.is_some_and(|(_, last)| last == last_line);
        if in_head || (in_code && !ended) {
            finding.recovered = true;
            review
                .diagnostics
                .push(Diagnostic::new(last_line, "the document seems to be cut inside this finding"));
        }
    }
}
