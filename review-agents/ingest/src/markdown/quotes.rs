//! Quoted code: fences and inline code, with language and place; and which fences are fixes.

use review_core::{Location, Quote};

use super::facts::BodyFacts;
use super::fences::{LineKind, read_fence};
use super::page::Page;
use crate::lines::Ledger;
use crate::places::{Trust, is_range_list, read_place, read_ranges};
use crate::text::{code_content, cut, skip_code, tail};

/// Most inline quotes of one finding; more would say nothing of a place.
const MAX_INLINE: usize = 48;

/// A fenced block.
pub(crate) struct Fenced {
    pub(crate) info: String,
    pub(crate) text: String,
    /// The line after the block.
    pub(crate) end: usize,
}

/// Reads the fence that opens at `index`.
pub(crate) fn read_block(index: usize, to: usize, ledger: &Ledger<'_>, places: &[LineKind]) -> Fenced {
    let opening = ledger.line(index);
    let indent = opening.len() - opening.trim_start().len();
    let info = read_fence(opening).map_or("", |fence| fence.info).to_owned();
    let mut text = String::new();
    let mut end = index + 1;
    while end < to && places.get(end).is_some_and(|place| *place == LineKind::Inside) {
        let line = ledger.line(end);
        let own = line.len() - line.trim_start().len();
        if end > index + 1 {
            text.push('\n');
        }
        text.push_str(tail(line, own.min(indent)));
        end += 1;
    }
    if end < to && places.get(end).is_some_and(|place| *place == LineKind::Close) {
        end += 1;
    }
    Fenced { info, text, end }
}

/// Decides what a fenced block is: a patch, a suggestion, part of the fix in words, or quoted code.
pub(crate) fn sort_block(
    block: &Fenced,
    places: &[Location],
    in_fix: bool,
    facts: &mut BodyFacts,
    fix: &mut String,
    page: &Page<'_>,
) {
    let language = block.info.split([' ', '{', ',', ':']).next().unwrap_or("").to_ascii_lowercase();
    if block.text.trim().is_empty() {
        return;
    }
    if matches!(language.as_str(), "diff" | "patch" | "udiff")
        || (language.is_empty() && looks_like_patch(&block.text))
    {
        match &mut facts.patch {
            None => facts.patch = Some(block.text.clone()),
            Some(patch) => {
                patch.push('\n');
                patch.push_str(&block.text);
            }
        }
        return;
    }
    if language == "suggestion" {
        facts.suggestion.get_or_insert_with(|| block.text.clone());
        return;
    }
    if in_fix {
        if !fix.is_empty() {
            fix.push('\n');
        }
        fix.push_str("```");
        fix.push_str(&block.info);
        fix.push('\n');
        fix.push_str(&block.text);
        fix.push_str("\n```");
        return;
    }
    let mut quote = Quote::new(block.text.clone());
    if !language.is_empty() && language.len() <= 24 && read_ranges(&language).is_none() {
        quote.language = Some(language);
    }
    place_quote(&mut quote, &block.info, places, facts.quotes.is_empty(), page);
    facts.quotes.push(quote);
}

/// Where a block says it is from: its info string (`go title="net/pool.go:4"`, `4:9:net/pool.go`); else, for
/// the first block of a finding with one place, that place.
fn place_quote(quote: &mut Quote, info: &str, places: &[Location], first: bool, page: &Page<'_>) {
    for word in info.split([' ', '=', '{', '}']).map(|word| word.trim_matches('"')) {
        // Cursor's form: `start:end:path`.
        let mut parts = word.splitn(3, ':');
        if let (Some(start), Some(end), Some(path)) = (parts.next(), parts.next(), parts.next())
            && let (Ok(start), Ok(end)) = (start.parse(), end.parse())
        {
            quote.path = Some(page.roots.clean(path));
            (quote.start_line, quote.end_line) = (Some(start), Some(end));
            return;
        }
        if let Some(place) = read_place(word, Trust::Code, &page.roots) {
            quote.start_line = place.ranges.first().map(|range| range.start);
            quote.end_line = place.ranges.first().map(|range| range.end);
            quote.path = Some(place.path);
            return;
        }
    }
    if first && let [place] = places {
        quote.path = Some(place.path.clone());
        quote.start_line = place.start_line;
        quote.end_line = place.end_line;
    }
}

/// A diff without its language: hunk heads, or nothing but lines that start with `+`, `-` or space.
fn looks_like_patch(text: &str) -> bool {
    if text.lines().any(|line| line.starts_with("@@ -")) {
        return true;
    }
    let changed = text.lines().filter(|line| line.starts_with(['+', '-'])).count();
    changed >= 2 && text.lines().all(|line| line.is_empty() || line.starts_with(['+', '-', ' ', '@']))
}

/// Adds the inline code of a line that can serve as an anchor: code, not a name, a place or a label.
pub(crate) fn inline(line: &str, quotes: &mut Vec<Quote>, page: &Page<'_>) {
    let mut from = 0;
    while let Some(found) = tail(line, from).find('`') {
        let at = from + found;
        let end = skip_code(line, at);
        let content = code_content(cut(line, at..end));
        from = end;
        if quotes.len() >= MAX_INLINE {
            return;
        }
        let code = content.len() >= 6
            && content.len() <= 400
            && content.contains(['(', '=', '{', ';', '<', '"', '.', '[', '&', '!', '-', ' '])
            && end > at + 2;
        if !code || content.starts_with('(') || is_range_list(content) || is_place(content, page) {
            continue;
        }
        if quotes.iter().all(|quote| quote.text != content) {
            quotes.push(Quote::new(content).with_inline(true));
        }
    }
}

/// Whether inline code is a place. Most is not, and has nothing that a path must have.
fn is_place(content: &str, page: &Page<'_>) -> bool {
    !content.contains('(')
        && content.contains(['.', '/'])
        && read_place(content, Trust::Code, &page.roots).is_some()
}
