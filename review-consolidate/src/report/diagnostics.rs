//! What was odd about the run or its inputs.

use std::collections::BTreeMap;

use review_core::{Diagnostic, Evidence, Query, Review};

use super::verdict_facts::all_left_out;
use crate::stages::numbered::Numbered;
use crate::text::count::count;

/// What the stages found odd, then what the reviews say of themselves.
pub(crate) fn diagnostics(numbered: &Numbered<'_, '_>) -> Vec<Diagnostic> {
    let intake = &numbered.judged.grouped.matched.anchored.intake;
    let mut all = intake.diagnostics.clone();
    all.extend(unanswered(numbered.judged.grouped.matched.anchored.sources.evidence));
    if !intake.change.excluded.is_empty() {
        all.push(Diagnostic::new(0, left_out(&intake.change.excluded)));
    }
    for name in intake.reviewers.ids().filter_map(|reviewer| all_left_out(intake, reviewer)) {
        let text = format!("everything that {name} found was left out as not about the change");
        all.push(Diagnostic::new(0, text));
    }
    all.extend(intake.reviews.values().filter_map(|review| unplaced(review)));
    all.extend(numbered.diagnostics.iter().cloned());
    for review in intake.reviews.values() {
        for diagnostic in &review.diagnostics {
            let message = format!("{} pass {}: {}", review.reviewer, review.pass, diagnostic.message);
            all.push(Diagnostic::new(diagnostic.line, message));
        }
    }
    all
}

/// Most reasons that are told one by one.
const REASONS: usize = 3;

/// Lookups that brought nothing because the source could not be read. What they were for is unchecked, which must not look
/// like a claim that nobody backed with code. A tree without history answers no `Blame`; that costs no check.
fn unanswered(evidence: &Evidence) -> Vec<Diagnostic> {
    let mut reasons: BTreeMap<&str, u32> = BTreeMap::new();
    for (_, reason) in evidence.unknown().filter(|(query, _)| !matches!(query, Query::Blame { .. })) {
        *reasons.entry(reason).or_default() += 1;
    }
    let total: u32 = reasons.values().sum();
    if total == 0 {
        return Vec::new();
    }
    let told: Vec<String> =
        reasons.iter().take(REASONS).map(|(reason, times)| format!("{reason} ({times})")).collect();
    let more = reasons.len().saturating_sub(REASONS);
    let more = if more > 0 { format!(" and {more} other reasons") } else { String::new() };
    let message = format!(
        "{} in the source failed, so what they would have checked is unchecked: {}{more}",
        count(total, "lookup"),
        told.join("; ")
    );
    vec![Diagnostic::new(0, message)]
}

/// Longest piece of a review's text that a diagnostic quotes, in characters.
const QUOTED: usize = 160;

/// Text of a review that is not complete and in which no finding was recognised: it may be one.
fn unplaced(review: &Review) -> Option<Diagnostic> {
    let first = review.sections.unplaced.first().filter(|_| !review.is_complete())?;
    let lines = u32::try_from(review.sections.unplaced.len()).unwrap_or(u32::MAX);
    let text: String = first.text.trim().chars().take(QUOTED).collect();
    let message = format!(
        "{} pass {}: {} of its text could not be read as findings or sections, and may hold some; the first: {text}",
        review.reviewer,
        review.pass,
        count(lines, "line")
    );
    Some(Diagnostic::new(first.line, message))
}

/// Most paths that one sentence names.
const NAMED_PATHS: usize = 20;

/// Which changed files configuration leaves out.
fn left_out(excluded: &[String]) -> String {
    let named: Vec<&str> = excluded.iter().take(NAMED_PATHS).map(String::as_str).collect();
    let more = excluded.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (files, were) = if excluded.len() == 1 { ("file", "was") } else { ("files", "were") };
    format!(
        "{} changed {files} {were} left out of the review by configuration: {}{more}",
        excluded.len(),
        named.join(", ")
    )
}
