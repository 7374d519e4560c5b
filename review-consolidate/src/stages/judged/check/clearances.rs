//! Which places the reviewers looked at and found right.

use std::collections::BTreeMap;

use review_core::{LineRange, Location, Review, Stance};

use crate::text::paths::{file_name, same_path};

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
pub(crate) struct Clearance<'a> {
    pub(crate) reviewer: &'a str,
    path: &'a str,
    /// The lines; `None` for the whole file.
    pub(crate) range: Option<LineRange>,
}

impl<'a> Clearances<'a> {
    /// What the reviews clear: files by coverage notes, lines by strengths that name them.
    pub(crate) fn new(reviews: impl Iterator<Item = &'a Review>) -> Self {
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

    /// Whether a reviewer cleared one of these places or its file.
    pub(crate) fn names(&self, reviewer: &str, places: &[Location]) -> bool {
        places.iter().any(|place| {
            let here = self.by_file.get(file_name(&place.path));
            here.into_iter().flatten().any(|one| one.reviewer == reviewer)
        })
    }

    fn add(&mut self, clearance: Clearance<'a>) {
        self.by_file.entry(file_name(clearance.path)).or_default().push(clearance);
    }

    /// Who beside these reviewers cleared a place: who praised its lines rather than who cleared its file.
    pub(crate) fn of(&self, place: &Location, said_by: &[String]) -> Option<Clearance<'a>> {
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
