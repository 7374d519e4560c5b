//! JSON that stands in other text: several documents, fences, prose around.

use review_core::{Diagnostic, Result, Review};

use super::answers;
use super::document::Walker;
use super::finding::Context;
use crate::limits::MAX_ITEMS;
use crate::options::IngestOptions;
use crate::value::{Parsed, looks_like_json, parse};

/// All values of a text, and how much of it they are.
pub(crate) struct Found {
    pub(crate) values: Vec<Parsed>,
    /// Non-blank lines that belong to values.
    pub(crate) json_lines: usize,
    /// Other non-blank lines.
    pub(crate) other_lines: usize,
}

/// Most values that start but never end and hold nothing, before the rest is left alone: each may cost a pass
/// over the rest of the text.
const MAX_FAILURES: usize = 6;

/// How often the beginning of another answer is looked for inside of a damaged one: each look is a pass over the rest.
const MAX_PIECES: usize = 8;

/// Where a damaged value ends because the same answer begins anew: a later place where its first key opens an object that
/// is whole. `None` for a value that is sound, and where no such place is.
fn piece_end(text: &str, start: usize, tries: &mut usize) -> Option<usize> {
    let rest = crate::text::tail(text, start);
    if *tries == 0 || !rest.starts_with('{') {
        return None;
    }
    // The first key: `{"findings"`.
    let inner = crate::text::tail(rest, 1).trim_start();
    let key = inner.strip_prefix('"')?;
    let key = crate::text::head(key, key.find('"').filter(|end| *end < 64)?);
    let quoted = format!("\"{key}\"");
    // A sound value costs no more than itself; of damaged ones, only the first few are looked at.
    if is_whole(rest) {
        return None;
    }
    *tries -= 1;
    let first = rest.find(&quoted)? + quoted.len();
    let mut from = first;
    while let Some(found) = crate::text::tail(rest, from).find(&quoted) {
        let at = from + found;
        from = at + quoted.len();
        let before = crate::text::head(rest, at).trim_end();
        if !before.ends_with('{') {
            continue;
        }
        let open = before.len() - 1;
        if *tries == 0 {
            return None;
        }
        *tries -= 1;
        if open > 0 && is_whole(crate::text::tail(rest, open)) {
            return Some(start + open);
        }
    }
    None
}

/// Whether a sound JSON value stands at the start.
fn is_whole(text: &str) -> bool {
    serde_json::Deserializer::from_str(text)
        .into_iter::<serde::de::IgnoredAny>()
        .next()
        .is_some_and(|value| value.is_ok())
}

/// Parses every value that starts a line. Each byte is looked at once, but for a few failures.
pub(crate) fn parse_all(text: &str) -> Found {
    let mut found = Found { values: Vec::new(), json_lines: 0, other_lines: 0 };
    let (mut at, mut line, mut failures, mut tries) = (0, 0, 0, MAX_PIECES);
    while at < text.len() {
        let rest = crate::text::tail(text, at);
        let end = rest.find('\n').map_or(text.len(), |end| at + end + 1);
        let content = crate::text::cut(text, at..end);
        let trimmed = content.trim_start_matches([' ', '\t', ',', '\u{feff}', '\u{1e}']);
        let start = at + (content.len() - trimmed.len());
        if !trimmed.trim().is_empty() {
            let candidate = failures < MAX_FAILURES
                && found.values.len() < MAX_ITEMS
                && trimmed.starts_with(['{', '['])
                && looks_like_json(crate::text::tail(text, start));
            let piece = candidate.then(|| piece_end(text, start, &mut tries)).flatten();
            let parsed = candidate.then(|| match piece {
                // Another answer starts inside of this one: it was cut there.
                Some(end) => parse(crate::text::head(text, end), start, line)
                    .map(|parsed| Parsed { cut: true, ..parsed }),
                None => parse(text, start, line),
            });
            match parsed.flatten() {
                Some(parsed)
                    if !parsed.value.is_empty() || parsed.lines.0 == parsed.lines.1 || !parsed.cut =>
                {
                    found.json_lines += parsed.lines.1 + 1 - parsed.lines.0;
                    failures += usize::from(parsed.cut);
                    at = parsed.end.max(start + 1);
                    line = parsed.lines.1;
                    found.values.push(parsed);
                    // The rest of the last line: another value, or its end.
                    let rest = crate::text::tail(text, at);
                    let skip = rest.len() - rest.trim_start_matches([' ', '\t', ',', ';', '\r']).len();
                    at += skip;
                    if crate::text::tail(text, at).starts_with('\n') {
                        at += 1;
                        line += 1;
                    }
                    continue;
                }
                Some(_) => failures += 1,
                None => {}
            }
            if found.values.last().is_none_or(|last| last.lines.1 != line) {
                found.other_lines += 1;
            }
        }
        at = end;
        line += 1;
    }
    found
}

/// Reads JSON that stands in prose or in fences; `None` when there is none that holds findings. What stands
/// around it is read as Markdown.
///
/// # Errors
/// None of its own.
pub(crate) fn read_embedded(text: &str, options: &IngestOptions) -> Result<Option<Review>> {
    if !text.contains('{') {
        return Ok(None);
    }
    let found = parse_all(text);
    let answers = answers::choose(&found.values, options);
    let mut walker = Walker::new(options);
    let mut used = Vec::new();
    let mut cut = false;
    for parsed in answers.kept(&found.values) {
        let (before, listed) = (walker.count(), walker.has_list());
        walker.document(&parsed.value, &Context::default(), 0);
        if walker.count() > before || (!listed && walker.has_list() && parsed.value.map().is_some()) {
            used.push(parsed.lines);
            cut |= parsed.cut;
        }
    }
    if used.is_empty() {
        return Ok(inline(text, options));
    }
    let used = with_fences(text, &used);
    let mut review = crate::markdown::read_markdown(&blank(text, &used), options);
    let read = walker.finish();
    let taken: u32 = nonblank(text, &used);
    review.lines.total += taken;
    review.lines.typed += taken;
    review.findings = read.findings;
    review.completeness = read.completeness;
    review.incomplete_reason = read.incomplete_reason;
    if !read.sections.summary.is_empty() {
        review.sections.summary = read.sections.summary;
    }
    review.extensions.extend(read.extensions);
    review.diagnostics.extend(read.diagnostics);
    review.diagnostics.push(Diagnostic::new(0, "the findings stood as JSON in other text"));
    answers.tell(&mut review, &found.values, options);
    if cut {
        super::cut_short(&mut review);
    }
    Ok(Some(review))
}

/// JSON in the middle of a line: `Here it is: {"findings": […]}`. One try, at the first brace that fits.
fn inline(text: &str, options: &IngestOptions) -> Option<Review> {
    let (mut from, mut tries) = (0, 0);
    while let Some(found) = crate::text::tail(text, from).find(['{', '[']) {
        let at = from + found;
        if looks_like_json(crate::text::tail(text, at)) && tries < 4 {
            tries += 1;
            let line = crate::text::head(text, at).matches('\n').count();
            let parsed = parse(text, at, line)?;
            let mut walker = Walker::new(options);
            walker.document(&parsed.value, &Context::default(), 0);
            if walker.count() > 0 {
                let mut review = walker.finish();
                let mut ledger = crate::lines::Ledger::new(text);
                ledger.mark_range(parsed.lines.0, parsed.lines.1 + 1);
                let (lines, unplaced) = ledger.close();
                review.lines = lines;
                review.sections.unplaced = unplaced;
                if parsed.cut {
                    super::cut_short(&mut review);
                }
                return Some(review);
            }
            from = parsed.end.max(at + 1);
        } else if tries >= 4 {
            return None;
        } else {
            from = at + 1;
        }
    }
    None
}

/// Takes the fences around the values in.
fn with_fences(text: &str, used: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let lines: Vec<&str> = text.split('\n').collect();
    let fence = |index: Option<usize>| {
        index
            .and_then(|index| lines.get(index))
            .is_some_and(|line| line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~"))
    };
    used.iter()
        .map(|(first, last)| {
            let from = if fence(first.checked_sub(1)) { first - 1 } else { *first };
            let to = if fence(Some(last + 1)) { last + 1 } else { *last };
            (from, to)
        })
        .collect()
}

/// The text with the used lines emptied: line numbers stay.
fn blank(text: &str, used: &[(usize, usize)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut ranges = used.iter().peekable();
    for (index, line) in text.split_inclusive('\n').enumerate() {
        while ranges.peek().is_some_and(|range| range.1 < index) {
            ranges.next();
        }
        let inside = ranges.peek().is_some_and(|range| range.0 <= index && index <= range.1);
        if inside {
            out.push('\n');
        } else {
            out.push_str(line);
        }
    }
    out
}

fn nonblank(text: &str, used: &[(usize, usize)]) -> u32 {
    let mut ranges = used.iter().peekable();
    let mut count = 0;
    for (index, line) in text.split('\n').enumerate() {
        while ranges.peek().is_some_and(|range| range.1 < index) {
            ranges.next();
        }
        let inside = ranges.peek().is_some_and(|range| range.0 <= index && index <= range.1);
        count += u32::from(inside && !line.trim().is_empty());
    }
    count
}
