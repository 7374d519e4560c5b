//! Who looked at what.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{ChangeSet, Coverage, FileCoverage, HunkRef, LineRange, Remarked, SourceId};

use super::references::References;
use crate::stages::intake::Intake;
use crate::text::paths::same_path;

/// Coverage by changed file and hunk.
pub(crate) fn coverage(intake: &Intake<'_>, references: &References) -> Coverage {
    let change = &intake.change;
    let mut coverage = Coverage::default();
    let mut read: BTreeMap<&str, Vec<LineRange>> = BTreeMap::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for file in &change.files {
        let mut entry = FileCoverage::default();
        entry.path.clone_from(&file.path);
        entry.hunks = u32::try_from(file.hunks.len()).unwrap_or(u32::MAX);
        let mut who: BTreeSet<&str> = BTreeSet::new();
        for review in intake.reviews.values() {
            for note in review.sections.coverage.iter().filter(|note| same_path(&note.path, &file.path)) {
                who.insert(&review.reviewer);
                read.entry(&file.path).or_default().extend(note.ranges.iter().copied());
                if !note.note.trim().is_empty() {
                    let own = SourceId::new(&review.reviewer, review.pass, "");
                    let text = references.rewrite(note.note.trim(), &own);
                    entry.notes.push(Remarked::new(&review.reviewer, review.pass, text));
                }
            }
        }
        // Whoever found something in a file has looked at it.
        for item in intake
            .items
            .values()
            .filter(|item| item.finding.locations.iter().any(|at| same_path(&at.path, &file.path)))
        {
            who.insert(&item.source.reviewer);
        }
        entry.reviewers = who.into_iter().map(str::to_owned).collect();
        coverage.files.push(entry);
    }
    for review in intake.reviews.values() {
        if review.sections.coverage.iter().any(|note| !note.ranges.is_empty()) {
            known.insert(&review.reviewer);
        }
    }
    let names = intake.reviewers.values().map(|reviewer| reviewer.name);
    let unknown = names.filter(|name| !known.contains(name) && !says_all(&coverage.files, name));
    coverage.unknown = unknown.map(str::to_owned).collect();
    if !known.is_empty() {
        coverage.unread = unread(change, |path| read.get(path).cloned().unwrap_or_default());
    }
    coverage
}

/// Whether a reviewer says, or shows by its findings, that it looked at every changed file.
fn says_all(files: &[FileCoverage], reviewer: &str) -> bool {
    !files.is_empty() && files.iter().all(|file| file.reviewers.iter().any(|name| name == reviewer))
}

/// Changed hunks none of whose shown lines was read.
fn unread<'c>(change: &'c ChangeSet, read: impl Fn(&'c str) -> Vec<LineRange>) -> Vec<HunkRef> {
    let mut found = Vec::new();
    for file in &change.files {
        let read = read(&file.path);
        for range in file.hunks.iter().filter_map(|hunk| hunk.new_range()) {
            if !read.iter().any(|lines| lines.overlaps(&range)) {
                found.push(HunkRef::new(&file.path, range));
            }
        }
    }
    found
}

/// How many changed hunks one reviewer is known not to have looked at.
pub(crate) fn misses(intake: &Intake<'_>, reviewer: &str) -> Option<u32> {
    let count = unread_by(intake, &|name| name == reviewer)?;
    Some(u32::try_from(count).unwrap_or(u32::MAX))
}

/// How many changed hunks nobody but one reviewer is known to have looked at; 0 where nothing is known of the others.
pub(crate) fn unread_without(intake: &Intake<'_>, reviewer: &str) -> usize {
    unread_by(intake, &|name| name != reviewer).unwrap_or(0)
}

/// How many changed hunks these reviewers did not look at, where it is known what they read.
fn unread_by(intake: &Intake<'_>, who: &dyn Fn(&str) -> bool) -> Option<usize> {
    let change = &intake.change;
    let mut read: BTreeMap<&str, Vec<LineRange>> = BTreeMap::new();
    for note in intake
        .reviews
        .values()
        .filter(|review| who(&review.reviewer))
        .flat_map(|review| &review.sections.coverage)
    {
        for file in change.files.iter().filter(|file| same_path(&note.path, &file.path)) {
            read.entry(&file.path).or_default().extend(note.ranges.iter().copied());
        }
    }
    if read.values().all(Vec::is_empty) {
        return None;
    }
    Some(unread(change, |path| read.get(path).cloned().unwrap_or_default()).len())
}
