//! Which lines the reviewers call right.

use std::collections::BTreeMap;

use review_core::{LineRange, Location, Review, Stance};

use crate::text::paths::{file_name, same_path};

/// Places that somebody cleared by praising them, by file name.
#[derive(Debug, Default)]
pub struct Clearances<'a> {
    by_file: BTreeMap<&'a str, Vec<Clearance<'a>>>,
}

/// One place that one reviewer cleared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clearance<'a> {
    pub(crate) reviewer: &'a str,
    path: &'a str,
    range: LineRange,
}

impl<'a> Clearances<'a> {
    /// Lines that strengths name, of reviews that are complete.
    pub(crate) fn new(reviews: impl Iterator<Item = &'a Review>) -> Self {
        let mut all = Self::default();
        for review in reviews.filter(|review| review.is_complete()) {
            let praise = review.sections.design.iter().filter(|item| item.stance == Some(Stance::Strength));
            for place in praise.flat_map(|item| &item.locations) {
                if let Some(range) = place.range() {
                    all.add(Clearance { reviewer: &review.reviewer, path: &place.path, range });
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

    /// Who beside these reviewers cleared a place; the first by name.
    pub(crate) fn of(&self, place: &Location, said_by: &[String]) -> Option<Clearance<'a>> {
        let range = place.range()?;
        let fits = |one: &&Clearance<'a>| {
            same_path(one.path, &place.path)
                && !said_by.iter().any(|name| name == one.reviewer)
                && range.overlaps(&one.range)
        };
        self.by_file.get(file_name(&place.path))?.iter().filter(fits).min_by_key(|one| one.reviewer).copied()
    }
}
