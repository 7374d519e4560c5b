//! What the others say of a place: that they looked at it and found it right.

use std::collections::BTreeMap;

use review_core::{LineRange, Location, Review, Stance};

use super::{CheckContext, CheckResult, ClaimChecker};
use crate::item::{Item, Role};
use crate::matching::place::{file_name, same_path};

/// A note that says so of a whole file says little of one line of it: of lone findings of the corpus, 81 % were published
/// where nobody had cleared the file, 78 % where somebody had.
const FILE: u32 = 150;
/// Praise of the very lines.
const LINES: u32 = 300;

/// Words of a coverage note that mean *found nothing*.
const NOTHING: &[&str] = &[
    "no issue",
    "no finding",
    "no problem",
    "no concern",
    "nothing found",
    "nothing to report",
    "looks good",
    "looks correct",
    "looks fine",
    "lgtm",
    "all good",
];
/// Words that take it back: `no issues except …`, `no issues (see S1)`.
const BUT: &[&str] = &["except", "but ", "besides", "other than", "apart from", "see ", "finding "];

/// Places that somebody cleared, by file name.
#[derive(Debug, Default)]
pub struct Clearances<'a> {
    by_file: BTreeMap<&'a str, Vec<Clearance<'a>>>,
}

/// One place that one reviewer cleared.
#[derive(Clone, Copy, Debug)]
struct Clearance<'a> {
    reviewer: &'a str,
    path: &'a str,
    /// The lines; `None` for the whole file.
    range: Option<LineRange>,
}

impl<'a> Clearances<'a> {
    /// What the reviews clear: files by coverage notes, lines by strengths that name them.
    pub(crate) fn new(reviews: &[&'a Review]) -> Self {
        let mut all = Self::default();
        for review in reviews {
            for note in review.sections.coverage.iter().filter(|note| found_nothing(&note.note)) {
                all.add(Clearance { reviewer: &review.reviewer, path: &note.path, range: None });
            }
            let praise = review.sections.design.iter().filter(|item| item.stance == Some(Stance::Strength));
            for place in praise.flat_map(|item| &item.locations) {
                if let Some(range) = place.range() {
                    all.add(Clearance { reviewer: &review.reviewer, path: &place.path, range: Some(range) });
                }
            }
        }
        all
    }

    fn add(&mut self, clearance: Clearance<'a>) {
        self.by_file.entry(file_name(clearance.path)).or_default().push(clearance);
    }

    /// Who beside these reviewers cleared a place: who praised its lines rather than who cleared its file.
    fn of(&self, place: &Location, said_by: &[String]) -> Option<Clearance<'a>> {
        let fits = |one: &&Clearance<'a>| {
            same_path(one.path, &place.path)
                && !said_by.iter().any(|name| name == one.reviewer)
                && one.range.is_none_or(|lines| place.range().is_some_and(|range| range.overlaps(&lines)))
        };
        let cleared = self.by_file.get(file_name(&place.path))?.iter().filter(fits);
        cleared.min_by_key(|one| (one.range.is_none(), one.reviewer)).copied()
    }
}

fn found_nothing(note: &str) -> bool {
    let note = note.to_lowercase();
    NOTHING.iter().any(|words| note.contains(words)) && !BUT.iter().any(|words| note.contains(words))
}

/// Another reviewer looked at the place and found nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cleared;

impl ClaimChecker for Cleared {
    fn name(&self) -> &str {
        "cleared"
    }

    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        if item.role != Role::Finding {
            return None;
        }
        let place = cx.anchored.places.first()?;
        let clearance = cx.clearances.of(place, cx.said_by)?;
        let who = clearance.reviewer;
        let (code, reason, weight) = match clearance.range {
            Some(_) => ("lines_praised", format!("{who} looked at these lines and calls them right"), LINES),
            None => ("file_cleared", format!("{who} looked at {} and found nothing", place.path), FILE),
        };
        Some(CheckResult::Doubted { code: code.into(), reason, weight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_that_names_a_finding_clears_nothing() {
        for note in ["Reviewed, no issues", "**Reviewed, no issues** — clean wiring", "LGTM"] {
            assert!(found_nothing(note), "{note}");
        }
        for note in ["S1", "Trivial", "No issues except S2", "no issues (see Documentation)", "Finding 3", ""]
        {
            assert!(!found_nothing(note), "{note}");
        }
    }
}
