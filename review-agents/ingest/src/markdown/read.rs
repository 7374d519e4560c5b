//! From text to review: fences, blocks, then one typed piece for each block.

use review_core::{Completeness, Diagnostic, Review};

use super::blocks::{Block, Meaning};
use super::cues::is_landmark;
use super::fences;
use super::finding::{self, Typed};
use super::footer::may_have_footers;
use super::page::Page;
use super::walk::cut_blocks;
use super::{checks, records, section, table, withdrawn};
use crate::ids::Ids;
use crate::limits::MAX_ITEMS;
use crate::lines::{Ledger, number};
use crate::none::{claims_some, holds_none, sentences};
use crate::options::IngestOptions;
use crate::places::{Roots, learn_root};
use crate::scales::SectionKind;

/// Reads one answer.
pub(super) fn read_whole(text: &str, options: &IngestOptions) -> Review {
    let tables = &options.tables;
    let mut roots = Roots::new(options.roots.iter().map(String::as_str));
    learn_roots(text, &mut roots);
    let landmark = |line: &str| is_landmark(line, tables, &roots);
    let text = &*table::with_bars(text, landmark);
    let text = &*records::with_heads(text, tables, &roots, landmark);
    let mut ledger = Ledger::new(text);
    if is_everywhere(&ledger, unquoted) {
        ledger.shorten(|line| unquoted(line).unwrap_or(line));
    }
    if is_everywhere(&ledger, outdented) {
        ledger.shorten(|line| outdented(line).unwrap_or(line));
    }
    unquote_structure(&mut ledger);
    let (places, open_fence) = fences::classify(ledger.lines(), landmark);
    let (blocks, said_none) = cut_blocks(&mut ledger, &places, tables, &roots, may_have_footers(text));
    let mut page = Page { places, options, roots };
    let mut state = State { none: said_none, ..State::default() };
    let mut review = read_blocks(&blocks, &mut ledger, &mut page, &mut state);
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
    state.judge(&mut review);
    review
}

/// What a document says of its own findings.
#[derive(Default)]
struct State {
    /// Whether it says that there are none.
    none: bool,
    /// Whether it says that there are some.
    some: bool,
    /// Whether it has a section of findings.
    section: bool,
    /// Lines under headings of findings that no finding took.
    unread: usize,
}

impl State {
    /// A summary says that there is nothing, or that there is something, paragraph by paragraph.
    fn read_summary(&mut self, text: &str) {
        for paragraph in text.split("\n\n") {
            self.none |= holds_none(paragraph);
            self.some |= sentences(paragraph).any(claims_some);
        }
    }

    /// A review is clean by what it says of itself, never by what was not understood.
    fn judge(&self, review: &mut Review) {
        if review.completeness != Completeness::Complete {
            return;
        }
        let (state, reason) = match (review.findings.is_empty(), self.unread) {
            (true, 0) if self.none && !self.some => return,
            (true, 0) if self.some => {
                (Completeness::Failed, "it says that there are findings, but none was recognised".to_owned())
            }
            (true, 0) if self.section => (
                Completeness::Failed,
                "its section of findings is empty and does not say \"none\"".to_owned(),
            ),
            (true, 0) => {
                (Completeness::Failed, "no finding was recognised, and it does not say \"none\"".to_owned())
            }
            (false, 0) => return,
            (_, lines) => (
                Completeness::Truncated,
                format!("{lines} lines under a heading of findings could not be read as findings"),
            ),
        };
        review.completeness = state;
        review.incomplete_reason = Some(reason);
    }
}

/// Services put parts of a review in block quotes: alerts, and details with findings in them.
fn unquote_structure(ledger: &mut Ledger<'_>) {
    let mut index = 0;
    while index < ledger.len() {
        let from = index;
        let mut structure = false;
        while index < ledger.len() && ledger.line(index).trim_start().starts_with('>') {
            let line = ledger.line(index);
            structure |= line.contains("<details") || line.contains("<summary") || line.contains("[!");
            index += 1;
        }
        for line in from..index {
            if structure {
                ledger.shorten_at(line, |line| unquoted(line.trim_start()).unwrap_or(line));
            }
        }
        index = index.max(from + 1);
    }
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

fn read_blocks(blocks: &[Block], ledger: &mut Ledger<'_>, page: &mut Page<'_>, state: &mut State) -> Review {
    let mut review = Review::new("");
    let mut typed: Vec<Typed> = Vec::new();
    let mut ids = Ids::default();
    let mut remarks = String::new();
    for block in blocks {
        match &block.meaning {
            Meaning::Finding(finding) => {
                typed.push(finding::read_finding(block, finding, ledger, page));
                ledger.mark_range(block.from, block.to);
            }
            Meaning::Remark => section::append_text(&mut remarks, block, ledger),
            Meaning::Section { kind: SectionKind::Findings(severity), .. } => {
                state.section = true;
                let (found, none) = table::read_findings(block, *severity, ledger, page);
                typed.extend(found);
                state.none |= none;
            }
            Meaning::Preamble | Meaning::Section { .. } | Meaning::Unknown => {}
        }
    }
    review.findings = finding::name(typed, &mut ids);
    withdrawn::settle(&mut review.findings);
    // Labels printed in sections come before made-up ones, whichever section stands first.
    let mut sections = section::SectionReader::new(page);
    for block in blocks {
        if let Meaning::Section { kind, inline, .. } = &block.meaning {
            sections.read(block, *kind, inline, ledger);
        }
    }
    state.unread = sections.finish(&mut review, &mut ids);
    // Without a summary of its own, what the reviewer said first is the summary. Beside one, it is talk.
    if review.sections.summary.is_empty() {
        for block in blocks.iter().filter(|block| matches!(block.meaning, Meaning::Preamble)) {
            section::append_text(&mut review.sections.summary, block, ledger);
        }
        state.read_summary(&review.sections.summary);
    } else {
        state.read_summary(&review.sections.summary);
        let mut talk = String::new();
        for block in blocks.iter().filter(|block| matches!(block.meaning, Meaning::Preamble)) {
            for index in block.from..block.to {
                talk.push_str(ledger.line(index));
                talk.push('\n');
            }
        }
        state.read_summary(&talk);
    }
    if !remarks.is_empty() {
        let summary = &mut review.sections.summary;
        if !summary.is_empty() {
            summary.push_str("\n\n");
        }
        summary.push_str(&remarks);
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
