//! Sections beside the findings: items, prose, coverage.

use review_core::{Check, CoverageNote, Diagnostic, Review, SectionItem, Stance};

mod chunks;
mod phrases;

use chunks::{chunk_text, chunks, is_bold_line, is_list_item};
use phrases::{mentioned, read_scope, read_stance, split_note};

use super::blocks::Block;
use super::cues::is_rule;
use super::footer::is_footer;
use super::inline::is_only_tags;
use super::label::read_label;
use super::page::Page;
use super::table;
use crate::ids::Ids;
use crate::limits::MAX_ITEMS;
use crate::lines::{Ledger, number};
use crate::none::says_none;
use crate::places::{Trust, read_places};
use crate::scales::SectionKind;
use crate::text::{
    code_content, cut, find_outside_code, head, skip_code, strip_bullet, strip_emphasis, strip_number, tail,
};

/// Adds the block's text to a text and marks its lines.
pub(crate) fn append_text(text: &mut String, block: &Block, ledger: &mut Ledger<'_>) {
    let lines: Vec<usize> = (block.from..block.to).collect();
    let kept = |index: &usize| {
        let line = ledger.line(*index).trim();
        !line.is_empty() && !is_rule(line)
    };
    let (Some(first), Some(last)) =
        (lines.iter().copied().find(kept), lines.iter().copied().rev().find(kept))
    else {
        return;
    };
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    for index in first..=last {
        if index > first {
            text.push('\n');
        }
        text.push_str(ledger.line(index));
        ledger.mark(index);
    }
}

/// One item before it has its id.
struct Draft {
    letter: char,
    label: Option<String>,
    item: SectionItem,
}

/// Reads sections one by one; ids are given at the end, printed labels first.
pub(crate) struct SectionReader<'p, 'o> {
    page: &'p Page<'o>,
    drafts: Vec<Draft>,
    /// Stance of the design section that the reader is in.
    summary: String,
    commits: String,
    coverage: Vec<CoverageNote>,
    checks: Vec<Check>,
    /// Lines under headings of findings that no finding took.
    unread: usize,
    diagnostics: Vec<Diagnostic>,
}

impl<'p, 'o> SectionReader<'p, 'o> {
    pub(crate) fn new(page: &'p Page<'o>) -> Self {
        Self {
            page,
            drafts: Vec::new(),
            summary: String::new(),
            commits: String::new(),
            coverage: Vec::new(),
            checks: Vec::new(),
            unread: 0,
            diagnostics: Vec::new(),
        }
    }

    /// Reads one section's block.
    pub(crate) fn read(&mut self, block: &Block, kind: SectionKind, inline: &str, ledger: &mut Ledger<'_>) {
        match kind {
            SectionKind::Findings(_) => self.beside_findings(block, ledger),
            SectionKind::Summary => {
                if !inline.is_empty() {
                    join(&mut self.summary, inline);
                }
                append_text(&mut self.summary, block, ledger);
            }
            SectionKind::CommitStructure => append_text(&mut self.commits, block, ledger),
            SectionKind::Design(stance) => self.items(block, 'D', stance, ledger),
            SectionKind::Testing => self.items(block, 'T', None, ledger),
            SectionKind::Documentation => self.items(block, 'O', None, ledger),
            SectionKind::Limitations => self.items(block, 'A', None, ledger),
            SectionKind::UnresolvedFeedback => self.items(block, 'U', None, ledger),
            SectionKind::Coverage => self.coverage(block, ledger),
            SectionKind::Checks => self.checks(block, ledger),
            SectionKind::Process => {}
        }
    }

    /// Gives ids and moves everything into the review. Returns how many lines under headings of findings no finding took.
    pub(crate) fn finish(self, review: &mut Review, ids: &mut Ids) -> usize {
        let mut drafts = self.drafts;
        for draft in &mut drafts {
            if let Some(label) = draft.label.take() {
                draft.item.id = ids.printed(&label);
            }
        }
        for mut draft in drafts {
            if draft.item.id.is_empty() {
                draft.item.id = ids.next(draft.letter);
            }
            let list = match draft.letter {
                'D' => &mut review.sections.design,
                'T' => &mut review.sections.testing,
                'O' => &mut review.sections.documentation,
                'A' => &mut review.sections.limitations,
                _ => &mut review.sections.unresolved_feedback,
            };
            list.push(draft.item);
        }
        review.sections.summary = self.summary;
        review.sections.commit_structure = self.commits;
        review.sections.coverage = self.coverage;
        review.checks = self.checks;
        review.diagnostics.extend(self.diagnostics);
        self.unread
    }

    /// Under a heading of findings, what no finding took: the review is not whole.
    fn beside_findings(&mut self, block: &Block, ledger: &Ledger<'_>) {
        let mut comment = false;
        for index in block.from..block.to {
            let line = ledger.line(index).trim().trim_start_matches(['>', ' ']);
            if comment || line.starts_with("<!--") {
                comment = !line.contains("-->");
                continue;
            }
            let read = ledger.is_typed(index) || line.is_empty() || is_only_tags(line) || is_footer(line);
            self.unread += usize::from(!read);
        }
    }

    fn items(&mut self, block: &Block, letter: char, stance: Option<Stance>, ledger: &mut Ledger<'_>) {
        if let Some(rows) = table::read_rows(block, ledger, self.page) {
            for row in rows {
                ledger.mark_range(row.line, row.line + 1);
                let text =
                    row.cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" — ");
                self.push_item(&text, row.line, letter, stance);
            }
        }
        let mut lead: Option<String> = None;
        for (from, to) in chunks(block, ledger, self.page) {
            if self.drafts.len() >= MAX_ITEMS {
                break;
            }
            let text = chunk_text(from, to, ledger);
            let first = ledger.line(from).trim();
            if first.starts_with('|')
                && !text.contains("](")
                && text.lines().all(|line| line.trim().starts_with('|'))
            {
                ledger.mark_range(from, to);
                continue;
            }
            let list = is_list_item(first);
            if !list && says_none(&text) {
                ledger.mark_range(from, to);
                continue;
            }
            // A heading or a sentence that only leads to the list below it.
            let leads = !list
                && text.len() < 300
                && (text.trim_end_matches(['*', '_']).ends_with(':')
                    || first.starts_with('#')
                    || is_bold_line(&text));
            if leads {
                // A short one is structure, as a heading is; a longer one says more than the items show.
                if text.len() <= MAX_LEAD {
                    ledger.mark_range(from, to);
                }
                lead = Some(text);
                continue;
            }
            ledger.mark_range(from, to);
            let scope = lead.as_deref().and_then(read_scope);
            self.push_item(&text, from, letter, stance);
            if let (Some(scope), Some(draft)) = (scope, self.drafts.last_mut()) {
                draft.item.scope = draft.item.scope.or(Some(scope));
            }
        }
    }

    fn push_item(&mut self, text: &str, line: usize, letter: char, stance: Option<Stance>) {
        let bare = strip_bullet(text).unwrap_or(text);
        let bare = strip_number(bare).map_or(bare, |(_, rest)| rest);
        if bare.trim().is_empty() {
            return;
        }
        let marks = bare.trim_start_matches(['*', '_', '#', ' ']);
        let label = read_label(marks, &self.page.options.tables)
            .and_then(|(label, rest)| label.lettered.map(|label| (label, rest)));
        // A finding's label at the front of an item refers to that finding (`I3: no test`).
        let (own, rest) = match label {
            Some((label, rest)) if label.starts_with(['D', 'T', 'O', 'A', 'U']) => (Some(label), Some(rest)),
            _ => (None, None),
        };
        let text = match rest {
            Some(rest) => {
                let opened = bare.trim_start_matches(['#', ' ']).starts_with("**");
                let rest = rest.trim_start_matches(['.', ')', ':', ']', ' ', '—', '–']);
                let rest = rest.strip_prefix("**").map_or(rest, |rest| {
                    if opened { rest.trim_start_matches([' ', '—', '–', ':']) } else { rest }
                });
                let still_open = opened
                    && find_outside_code(rest, "**").is_some()
                    && !marks.starts_with(char::is_alphanumeric);
                if opened && (still_open || rest.matches("**").count() % 2 == 1) {
                    format!("**{rest}")
                } else {
                    rest.to_owned()
                }
            }
            None => bare.to_owned(),
        };
        let mut item = SectionItem::new("", text.trim());
        let opening = head(&text, text.char_indices().nth(400).map_or(text.len(), |(at, _)| at));
        item.scope = read_scope(opening);
        item.locations = mentioned(&text, self.page);
        if letter == 'D' {
            item.stance = stance.or_else(|| read_stance(opening));
        }
        if own.is_none() && line == usize::MAX {
            self.diagnostics.push(Diagnostic::new(number(line), "an item without a place in the document"));
        }
        self.drafts.push(Draft { letter, label: own, item });
    }

    fn coverage(&mut self, block: &Block, ledger: &mut Ledger<'_>) {
        if let Some(rows) = table::read_rows(block, ledger, self.page) {
            for row in rows {
                let mut cells = row.cells.iter();
                let paths = cells.next().map(String::as_str).unwrap_or_default();
                let note = cells.filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(" — ");
                ledger.mark(row.line);
                self.push_coverage(paths, &note);
            }
        }
        let mut group: Option<String> = None;
        for index in block.from..block.to {
            let line = ledger.line(index).trim();
            if line.is_empty() {
                continue;
            }
            if line.starts_with('|') || is_rule(line) {
                ledger.mark(index);
                continue;
            }
            let text =
                strip_bullet(line).or_else(|| strip_number(line).map(|(_, rest)| rest)).unwrap_or(line);
            let (paths, note) = split_note(text);
            let named = read_places(paths, Trust::Expected, &self.page.roots);
            if named.locations.is_empty() {
                if line.ends_with(':') || is_bold_line(line) {
                    ledger.mark(index);
                    group = Some(strip_emphasis(line).trim_end_matches(':').to_owned());
                }
                continue;
            }
            ledger.mark(index);
            let note = if note.is_empty() { group.clone().unwrap_or_default() } else { note.to_owned() };
            self.push_coverage(paths, &note);
        }
    }

    fn push_coverage(&mut self, paths: &str, note: &str) {
        let mut seen: Vec<String> = Vec::new();
        for location in read_places(paths, Trust::Expected, &self.page.roots).locations {
            if !seen.contains(&location.path) && seen.len() < 64 {
                self.coverage.push(CoverageNote::new(location.path.clone(), note.trim()));
                seen.push(location.path);
            }
        }
        if seen.is_empty() && !paths.trim().is_empty() {
            self.coverage.push(CoverageNote::new(strip_emphasis(paths).trim_matches('`'), note.trim()));
        }
    }

    fn checks(&mut self, block: &Block, ledger: &mut Ledger<'_>) {
        for index in block.from..block.to {
            let line = ledger.line(index).trim();
            if line.is_empty() {
                continue;
            }
            let text = strip_bullet(line).unwrap_or(line);
            if let Some(at) = text.find('`') {
                let end = skip_code(text, at);
                let command = code_content(cut(text, at..end));
                let result = tail(text, end).trim_matches([' ', ':', '—', '–', '-', '*', '→']);
                if command.contains(' ') {
                    ledger.mark(index);
                    self.checks.push(Check::new(command, result));
                }
            }
        }
    }
}

/// Longest sentence that only leads to the list below it.
const MAX_LEAD: usize = 120;

fn join(text: &mut String, more: &str) {
    if !text.is_empty() {
        text.push_str("\n\n");
    }
    text.push_str(more);
}
