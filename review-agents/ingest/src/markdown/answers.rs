//! Several answers in one text: a reviewer that was cut off and started over. The last whole one counts, as with JSON.

use std::collections::BTreeSet;

use review_core::{Diagnostic, Review, Unplaced};

use super::headings::{Dress, dress, read_heading};
use super::read::read_whole;
use crate::lines::number;
use crate::options::IngestOptions;
use crate::scales::{SectionKind, Tables};
use crate::text::{head, tail};

/// How often a beginning is looked for.
const MAX_STARTS: usize = 8;

/// Most titles that the diagnostic lists.
const MAX_TITLES: usize = 10;

/// Reads Markdown. Never fails: what is not understood is unplaced.
pub(crate) fn read_markdown(text: &str, options: &IngestOptions) -> Review {
    match last_start(text, &options.tables) {
        Some(at) => read_last(text, at, options),
        None => read_whole(text, options),
    }
}

/// A heading of the text and where it starts.
struct Heading<'t> {
    at: usize,
    line: &'t str,
    kind: Option<SectionKind>,
    swallows: bool,
}

fn headings<'t>(text: &'t str, tables: &Tables) -> Vec<Heading<'t>> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        if trimmed.starts_with('#') && matches!(dress(trimmed), Dress::Hash(1 | 2, _)) {
            let section = read_heading(trimmed, tables);
            found.push(Heading {
                at,
                line: trimmed,
                kind: section.as_ref().map(|section| section.kind),
                swallows: section.is_some_and(|section| section.swallows),
            });
        }
        at += line.len();
    }
    found
}

/// Where the last answer starts, when the text holds several: the first two headings come again in their order, on lines
/// of their own or right behind the words at which the answer before was cut.
fn last_start(text: &str, tables: &Tables) -> Option<usize> {
    let all = headings(text, tables);
    let first = all.first()?;
    let mut starts: Vec<usize> = Vec::new();
    let mut from = first.at + first.line.len();
    while let Some(found) = tail(text, from).find(first.line).filter(|_| starts.len() < MAX_STARTS) {
        let at = from + found;
        from = at + first.line.len();
        let ends = tail(text, from).trim_start_matches([' ', '\r']).starts_with('\n');
        // A deeper heading of the same name is another one.
        if ends && !head(text, at).ends_with('#') {
            starts.push(at);
        }
    }
    let swallowed = all.iter().find(|heading| heading.swallows).map_or(usize::MAX, |heading| heading.at);
    starts.into_iter().rev().filter(|at| *at < swallowed).find(|at| {
        let before: Vec<&Heading<'_>> = all.iter().filter(|heading| heading.at < *at).collect();
        let behind: Vec<&Heading<'_>> = all.iter().filter(|heading| heading.at > *at).collect();
        // The answer before was cut before its second heading, or both go on alike.
        let alike = match (before.get(1), behind.first()) {
            (Some(before), Some(behind)) => before.line == behind.line,
            (None, Some(_)) => !matches!(first.kind, Some(SectionKind::Findings(_))),
            _ => false,
        };
        let whole = behind.iter().any(|heading| matches!(heading.kind, Some(SectionKind::Findings(_))));
        alike && whole
    })
}

/// Reads the text from `at` on; what stands before is unplaced.
fn read_last(text: &str, at: usize, options: &IngestOptions) -> Review {
    let (early, last) = (head(text, at), tail(text, at));
    let mut review = read_whole(last, options);
    let shift = u32::try_from(early.matches('\n').count()).unwrap_or(u32::MAX);
    for finding in &mut review.findings {
        finding.document_lines = finding
            .document_lines
            .map(|(first, last)| (first.saturating_add(shift), last.saturating_add(shift)));
    }
    for line in &mut review.sections.unplaced {
        line.line = line.line.saturating_add(shift);
    }
    for diagnostic in review.diagnostics.iter_mut().filter(|diagnostic| diagnostic.line > 0) {
        diagnostic.line = diagnostic.line.saturating_add(shift);
    }
    // The words right before the heading, on its own line, are no line of their own.
    let lines: Vec<&str> = early.split('\n').collect();
    let whole = lines.len().saturating_sub(1);
    let left: Vec<Unplaced> = lines
        .iter()
        .take(whole)
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(index, line)| Unplaced::new(number(index), line.trim_end_matches('\r')))
        .collect();
    let count = u32::try_from(left.len()).unwrap_or(u32::MAX);
    review.lines.total = review.lines.total.saturating_add(count);
    review.lines.unplaced = review.lines.unplaced.saturating_add(count);
    review.sections.unplaced.splice(0..0, left);
    let known: BTreeSet<&str> = review.findings.iter().map(|finding| finding.title.as_str()).collect();
    let earlier = read_whole(early, options);
    let only: Vec<&str> = earlier
        .findings
        .iter()
        .map(|finding| finding.title.as_str())
        .filter(|title| !known.contains(title))
        .collect();
    let mut said = "an earlier answer in the same text was left aside; the last whole one counts".to_owned();
    if !only.is_empty() {
        let listed: Vec<String> = only.iter().take(MAX_TITLES).map(|title| format!("“{title}”")).collect();
        said.push_str(&format!("; only there: {}", listed.join(", ")));
        if only.len() > MAX_TITLES {
            said.push_str(&format!(" and {} more", only.len() - MAX_TITLES));
        }
    }
    review.diagnostics.push(Diagnostic::new(0, said));
    review
}
