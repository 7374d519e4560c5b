//! Text under a heading of findings that no head opened: each paragraph and item that says something is a finding.
//!
//! A section that should hold findings and holds sentences is not an empty one. Only an explicit "none" is; what leads to the
//! findings is structure, and what supports a "none" belongs to the summary. Everything else becomes a finding here, with a
//! place or without one.

use review_core::{LineRange, Location, Severity};

use super::blocks::{Block, FindingBlock, Meaning};
use super::cues::is_rule;
use super::fences::LineKind;
use super::fields::read_field;
use super::footer::is_footer;
use super::head::{Head, read_head};
use super::inline::{is_only_tags, plain};
use crate::limits::MAX_ITEMS;
use crate::lines::Ledger;
use crate::none::{claims_some, says_none, sentences, supports};
use crate::places::{Roots, Trust, mentions, read_places, read_ranges};
use crate::scales::{SectionKind, Tables};
use crate::text::{head, strip_bullet, strip_number, tail};

/// Longest title that a sentence makes.
const MAX_TITLE: usize = 160;

/// Longest paragraph that is read as a head; more of it is body.
const MAX_HEAD: usize = 4000;

/// Reads leftovers of a document's sections of findings.
pub(super) struct Prose<'a, 'd> {
    pub(super) ledger: &'a mut Ledger<'d>,
    pub(super) places: &'a [LineKind],
    pub(super) tables: &'a Tables,
    pub(super) roots: &'a Roots,
    /// Whether a section said that it holds nothing.
    pub(super) said_none: bool,
}

/// A paragraph or an item with what belongs to it. Indexes count from 0; `to` is excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Chunk {
    from: usize,
    to: usize,
    /// The lines of its first paragraph end here.
    head: usize,
    form: Form,
    /// Whether a blank line stands before it.
    apart: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Number,
    Bullet,
    Text,
    Code,
}

impl Prose<'_, '_> {
    /// The blocks with the findings that were left in sections of findings.
    pub(super) fn settle(&mut self, blocks: Vec<Block>) -> Vec<Block> {
        let mut out: Vec<Block> = Vec::with_capacity(blocks.len());
        let mut rest = blocks.into_iter().peekable();
        while let Some(block) = rest.next() {
            let findings = match &block.meaning {
                Meaning::Section { kind: SectionKind::Findings(severity), file, .. } => {
                    let follows = rest.peek().is_some_and(|next| {
                        matches!(
                            next.meaning,
                            Meaning::Finding(_) | Meaning::Section { kind: SectionKind::Findings(_), .. }
                        )
                    });
                    let room = MAX_ITEMS.saturating_sub(out.len());
                    self.section(&block, *severity, file.as_ref(), follows, room)
                }
                _ => Vec::new(),
            };
            out.push(block);
            out.extend(findings);
        }
        out
    }

    fn section(
        &mut self,
        block: &Block,
        severity: Option<Severity>,
        file: Option<&Location>,
        follows: bool,
        room: usize,
    ) -> Vec<Block> {
        let chunks = self.chunks(block);
        let mut out: Vec<Block> = Vec::new();
        // Of the last finding: whether its head has marks of its own, and whether an item of a list began it.
        let mut dressed = false;
        let mut none = false;
        let mut place: Option<Chunk> = None;
        // The file that a heading names, or a line of this section.
        let mut file: Option<Location> = file.cloned();
        for (index, chunk) in chunks.iter().enumerate() {
            let last = index + 1 == chunks.len();
            let line = self.joined(chunk);
            let (text, struck) = unstruck(plain(&line, self.tables).into_owned());
            if text.trim().is_empty() {
                continue;
            }
            if says_none(&text) {
                (none, self.said_none) = (true, true);
                self.ledger.mark_range(chunk.from, chunk.to);
                continue;
            }
            if out.len() >= room {
                break;
            }
            let open = out.last_mut().filter(|_| place.is_none());
            if chunk.form == Form::Code || read_field(&text).is_some() {
                if let Some(open) = open {
                    open.to = chunk.to;
                    continue;
                }
                if chunk.form == Form::Code {
                    continue;
                }
            }
            let bare = strip_bullet(&text).unwrap_or(&text).trim();
            let only_place = read_places(bare.trim_matches('*'), Trust::Code, self.roots).only_places;
            if only_place {
                let next = chunks.get(index + 1);
                let named = read_places(bare.trim_matches('*'), Trust::Code, self.roots).locations;
                if let [only] = named.as_slice()
                    && only.start_line.is_none()
                    && chunk.form == Form::Text
                    && next.is_some_and(|next| matches!(next.form, Form::Bullet | Form::Number))
                {
                    // `**net/pool.rs**` above a list is the file of its items.
                    file = Some(only.clone());
                    self.ledger.mark_range(chunk.from, chunk.to);
                    continue;
                }
                let heads = next.is_some_and(|next| !next.apart && next.form != Form::Code);
                match out.last_mut() {
                    // A place right above a text is its own; one that stands alone belongs to what is above.
                    _ if heads => place = Some(*chunk),
                    Some(open) => open.to = chunk.to,
                    None => place = Some(*chunk),
                }
                if place.is_some() && !last {
                    continue;
                }
                if place.is_none() {
                    continue;
                }
            }
            if place.is_none() && chunk.form == Form::Text && leads(&text) && (!last || follows) {
                self.ledger.mark_range(chunk.from, chunk.to);
                continue;
            }
            let first = read_head(&text, self.tables, self.roots).unwrap_or_default();
            let own = first.tagged || first.label.is_some() || first.bold || first.level > 0;
            if chunk.form == Form::Text && place.is_none() && !own {
                if (none || out.is_empty())
                    && sentences(&text).all(supports)
                    && !sentences(&text).any(claims_some)
                {
                    out.push(Block { from: chunk.from, to: chunk.to, meaning: Meaning::Remark });
                    dressed = false;
                    continue;
                }
                let names_place = !mentions(&text, self.roots).is_empty();
                if let Some(open) = out.last_mut().filter(|open| matches!(open.meaning, Meaning::Finding(_)))
                    && (dressed || !names_place)
                {
                    open.to = chunk.to;
                    continue;
                }
            }
            let by_line = file.as_ref().and_then(|_| line_first(bare));
            let mut head = match by_line {
                Some((lines, rest)) => {
                    let head = read_head(rest, self.tables, self.roots).unwrap_or_default();
                    Head { lines, ..self.head(head, rest) }
                }
                None => self.head(first, &text),
            };
            head.struck |= struck;
            let mut from = chunk.from;
            if let Some(above) = place.take() {
                let above_text = self.joined(&above);
                let bare = above_text.trim().trim_matches('*');
                head.locations = read_places(bare, Trust::Code, self.roots).locations;
                from = above.from;
            }
            dressed = own || chunk.form == Form::Number;
            out.push(Block {
                from,
                to: chunk.to,
                meaning: Meaning::Finding(Box::new(FindingBlock {
                    head,
                    section_severity: severity,
                    file: file.clone(),
                    head_lines: chunk.head - from,
                })),
            });
        }
        out
    }

    /// The first paragraph of a chunk in one line.
    fn joined(&self, chunk: &Chunk) -> String {
        let mut text = String::new();
        for index in chunk.from..chunk.head {
            let line = self.ledger.line(index).trim().trim_start_matches(['>', ' ']);
            if text.len() + line.len() > MAX_HEAD {
                break;
            }
            if !text.is_empty() {
                text.push(' ');
            }
            text.push_str(line);
        }
        text
    }

    /// A head from a sentence: the title is the first sentence, the rest a remark.
    fn head(&self, mut head: Head, text: &str) -> Head {
        if head.title.is_empty() && head.remark.is_empty() {
            let bare = strip_bullet(text).unwrap_or(text);
            head.title = strip_number(bare).map_or(bare, |(_, rest)| rest).trim().to_owned();
        }
        if head.locations.is_empty() && head.lines.is_empty() {
            head.locations = mentions(text, self.roots);
        }
        if let Some((title, rest)) = cut_title(&head.title) {
            let remark = std::mem::take(&mut head.remark);
            head.remark = if remark.is_empty() { rest } else { format!("{rest} {remark}") };
            head.title = title;
        }
        head
    }

    /// Cuts a block's open lines into items and paragraphs.
    fn chunks(&self, block: &Block) -> Vec<Chunk> {
        let mut chunks: Vec<Chunk> = Vec::new();
        let (mut blank, mut comment, mut head_open) = (true, false, false);
        let mut margin = 0;
        for index in block.from..block.to {
            let raw = self.ledger.line(index);
            let line = raw.trim().trim_start_matches(['>', ' ']);
            let code = self.places.get(index) != Some(&LineKind::Text);
            if line.is_empty() || (!code && is_rule(line)) {
                (blank, head_open) = (true, false);
                continue;
            }
            if !code && (line.starts_with("<!--") || comment) {
                comment = !line.contains("-->");
                continue;
            }
            if self.ledger.is_typed(index)
                || (!code && (is_only_tags(line) || line.starts_with('|') || is_footer(line)))
            {
                (blank, head_open) = (true, false);
                continue;
            }
            let indent = raw.len() - raw.trim_start().len();
            let form = if code {
                Form::Code
            } else if strip_number(line).is_some() {
                Form::Number
            } else if strip_bullet(line).is_some() {
                Form::Bullet
            } else {
                Form::Text
            };
            // A place in bold heads what follows, whatever stands right above it.
            let heads = form == Form::Text
                && line.starts_with("**")
                && line.ends_with("**")
                && read_places(line.trim_matches('*'), Trust::Code, self.roots).only_places;
            let inside = !heads
                && chunks.last().is_some_and(|open| match (open.form, form) {
                    (Form::Code, Form::Code) => true,
                    (Form::Code, _) => false,
                    (_, Form::Code) => true,
                    (Form::Number, Form::Number) | (Form::Bullet, Form::Bullet | Form::Number) => {
                        indent > margin + 1
                    }
                    // Points of a numbered item stand at its margin, too.
                    (Form::Number, Form::Bullet) => indent > margin + 1 || !blank,
                    (Form::Text, Form::Number | Form::Bullet) => false,
                    (Form::Text, Form::Text) => !blank,
                    (_, Form::Text) => !blank || indent > margin + 1,
                });
            match chunks.last_mut().filter(|_| inside) {
                Some(open) => {
                    open.to = index + 1;
                    if head_open && form == Form::Text {
                        open.head = index + 1;
                    } else {
                        head_open = false;
                    }
                }
                None => {
                    margin = indent;
                    head_open = form != Form::Code;
                    chunks.push(Chunk { from: index, to: index + 1, head: index + 1, form, apart: blank });
                }
            }
            // A field on the next line is a part of the finding, not of its title.
            if self.next_is_field(index + 1, block.to) {
                head_open = false;
            }
            blank = false;
        }
        chunks
    }

    fn next_is_field(&self, index: usize, to: usize) -> bool {
        index < to && read_field(self.ledger.line(index).trim()).is_some()
    }
}

/// `Line 6: …`, `L6-L8: …`, `Lines 8-9 — …`: the lines, and what is said of them.
fn line_first(text: &str) -> Option<(Vec<LineRange>, &str)> {
    let text = text.trim_start_matches(['*', '`', ' ']);
    let rest = ["Lines ", "Line ", "lines ", "line ", "L"].iter().find_map(|word| text.strip_prefix(word))?;
    let end = rest.find([':', '—', '*', '`']).or_else(|| rest.find(" - "))?;
    let lines = read_ranges(head(rest, end).trim())?;
    Some((lines, tail(rest, end).trim_start_matches([':', '—', '-', '*', '`', ' '])))
}

/// A title of one sentence and what follows it; `None` when it is one already.
fn cut_title(title: &str) -> Option<(String, String)> {
    let first = sentences(title).next().unwrap_or("");
    let first = if first.len() < 12 { title } else { first };
    let kept = first.trim_end_matches(['—', '–', ';', ' ']);
    if kept.chars().count() > MAX_TITLE {
        let mut short: String = kept.chars().take(MAX_TITLE).collect();
        short.push('…');
        return Some((short, title.to_owned()));
    }
    let rest = tail(title, title.find(first).unwrap_or(0) + first.len()).trim();
    (!rest.is_empty()).then(|| (kept.to_owned(), rest.to_owned()))
}

/// Whether a paragraph only leads to what stands below it: `I found the following issues:`, `Ordered by severity.`
fn leads(text: &str) -> bool {
    if text.len() > 300 {
        return false;
    }
    let text = text.trim().trim_matches(['*', '_']);
    if text.ends_with(':') && sentences(text).count() <= 2 {
        return true;
    }
    let words = crate::text::normalize_words(text);
    const OPENINGS: &[&str] = &[
        "the following",
        "below",
        "listed below",
        "see below",
        "see the",
        "here are",
        "here is",
        "these are",
        "ordered by",
        "sorted by",
        "ranked by",
        "grouped by",
        "issues are",
        "findings are",
        "i found",
        "found",
        "actionable comments posted",
        "here are some",
        "comments are",
        "in order of",
    ];
    let counted = claims_some(text) && sentences(text).count() == 1;
    let opens = OPENINGS.iter().any(|opening| {
        words.strip_prefix(opening).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    });
    sentences(text).count() == 1 && (counted || opens) && !text.contains('`')
}

/// The text in front of an opening bracket with a number: `src/pay.py (2)` is `src/pay.py`.
pub(super) fn without_count(text: &str) -> &str {
    let text = text.trim();
    let Some(inner) = text.strip_suffix(')') else { return text };
    match inner.rfind(" (") {
        Some(open) if tail(inner, open + 2).bytes().all(|byte| byte.is_ascii_digit()) => head(text, open),
        _ => text,
    }
}

/// The first line of a body that can be a title, for a head that has none: `**The amount reaches a shell.**`
pub(super) fn title_in(
    from: usize,
    to: usize,
    ledger: &Ledger<'_>,
    places: &[LineKind],
    tables: &Tables,
    roots: &Roots,
) -> Option<Head> {
    let mut hidden = false;
    for index in from..to {
        let line = ledger.line(index).trim().trim_start_matches(['>', ' ']);
        if line.starts_with("<code_context>") || line.starts_with("<!--") {
            hidden = true;
        }
        let ends = line.contains("</code_context>") || line.contains("-->");
        if hidden
            || line.is_empty()
            || places.get(index) != Some(&LineKind::Text)
            || is_only_tags(line)
            || is_footer(line)
        {
            hidden &= !ends;
            continue;
        }
        let text = plain(line, tables);
        let text = text.trim();
        let marked = read_head(text, tables, roots).is_some_and(|head| head.tagged && !head.title.is_empty());
        let field = read_field(text).is_some_and(|(field, _)| field != super::fields::BodyField::Title);
        if text.is_empty()
            || (field && !marked)
            || read_places(text.trim_matches('*'), Trust::Expected, roots).only_places
        {
            continue;
        }
        let mut head = read_head(text, tables, roots)?;
        if head.title.is_empty() {
            continue;
        }
        if let Some((title, rest)) = cut_title(&head.title) {
            (head.title, head.remark) = (title, rest);
        }
        return Some(head);
    }
    None
}

/// An item without the marks that strike it out, and whether it has them: `- ~~src/a.rs:3 leaks~~ not so`.
fn unstruck(text: String) -> (String, bool) {
    let item = strip_bullet(&text).unwrap_or(&text);
    match item.strip_prefix("~~").and_then(|rest| rest.split_once("~~")) {
        Some((inner, after)) if !inner.trim().is_empty() => (format!("{inner}{after}"), true),
        _ => (text, false),
    }
}
