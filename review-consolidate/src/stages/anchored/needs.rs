//! What the engine wants to know of the source, in five waves, each built on the answers of the one before.

use std::collections::BTreeSet;

use review_core::{Answer, Evidence, Query, Side};

use super::citation::{citations, needle};
use super::grade::{MOST_PLACES, blame};
use super::paths::queries;
use super::search::{FOUND_FILES, hits, search};
use crate::model::anchored::Anchors;
use crate::model::item::{Item, Role};
use crate::stages::intake::Intake;

/// Most waves of queries.
pub(crate) const WAVES: u8 = 5;
/// Most files.
const FILES: usize = 2_000;
/// Most searches: each may read the whole tree.
const SEARCHES: usize = 400;
/// Most bytes of content.
pub(crate) const BYTES: usize = 64 << 20;

/// What the checks want to know of an item.
pub(crate) type Wanted<'w> = &'w dyn Fn(&Item<'_>) -> Vec<Query>;

/// The open queries of the first two waves: files, and what became of names that are not paths.
pub(crate) fn files(intake: &Intake<'_>, wanted: Wanted<'_>, evidence: &Evidence) -> Vec<Query> {
    let mut limits = Limits::default();
    for wave in 0..2 {
        let open = limits.open(paths(intake, wanted, evidence, wave), evidence);
        if !open.is_empty() {
            return open;
        }
    }
    Vec::new()
}

/// The open queries of the waves that follow from the checked places: searches, the files that they found, then blame.
pub(crate) fn places(intake: &Intake<'_>, anchors: &Anchors, evidence: &Evidence) -> Vec<Query> {
    let mut limits = Limits::default();
    let waves = [searches(intake, anchors), found_files(intake, evidence), blames(intake, anchors, evidence)];
    for queries in waves {
        let open = limits.open(queries, evidence);
        if !open.is_empty() {
            return open;
        }
    }
    Vec::new()
}

/// What was asked for so far.
#[derive(Default)]
struct Limits {
    seen: BTreeSet<Query>,
    files: usize,
    searches: usize,
}

impl Limits {
    /// The queries that are new, within the limits, and not answered.
    fn open(&mut self, wanted: Vec<Query>, evidence: &Evidence) -> Vec<Query> {
        let mut open = Vec::new();
        for query in wanted {
            if self.seen.contains(&query) {
                continue;
            }
            let within = match &query {
                Query::File { .. } => {
                    self.files += 1;
                    self.files <= FILES && evidence.content_bytes() < BYTES
                }
                Query::Search { .. } => {
                    self.searches += 1;
                    self.searches <= SEARCHES
                }
                _ => true,
            };
            if within && evidence.answer(&query).is_none() {
                open.push(query.clone());
            }
            self.seen.insert(query);
        }
        open.sort();
        open
    }
}

/// Quotes that stand in none of the files that their finding names are searched for.
fn searches(intake: &Intake<'_>, anchors: &Anchors) -> Vec<Query> {
    let mut into = Vec::new();
    let findings = intake.items.values().zip(anchors.values()).filter(|(item, _)| item.role == Role::Finding);
    for (item, _) in findings.filter(|(_, anchored)| anchored.found == 0) {
        for needle in citations(&item.finding).iter().filter_map(needle) {
            into.push(search(Side::Head, &needle));
            into.push(search(Side::Base, &needle));
        }
    }
    into
}

/// The files in which searches found a line of a quote: only they tell whether the whole quote stands there.
fn found_files(intake: &Intake<'_>, evidence: &Evidence) -> Vec<Query> {
    let mut into = Vec::new();
    for item in intake.items.values().filter(|item| item.role == Role::Finding) {
        for needle in citations(&item.finding).iter().filter_map(needle) {
            for side in [Side::Head, Side::Base] {
                let found = hits(evidence, side, &needle);
                let files: BTreeSet<&str> = found.iter().map(|hit| hit.path.as_str()).collect();
                into.extend(files.into_iter().take(FOUND_FILES).map(|path| Query::file(side, path)));
            }
        }
    }
    into
}

/// Who wrote the main place of each finding.
fn blames(intake: &Intake<'_>, anchors: &Anchors, evidence: &Evidence) -> Vec<Query> {
    let findings = intake.items.values().zip(anchors.values()).filter(|(item, _)| item.role == Role::Finding);
    findings
        .filter_map(|(_, anchored)| {
            let place = anchored.places.first().filter(|place| place.side != Some(Side::Base))?;
            let known = evidence.answer(&Query::file(Side::Head, &place.path));
            matches!(known, Some(Answer::Text { .. })).then_some(())?;
            Some(blame(&place.path, place.range()?))
        })
        .collect()
}

/// The files that findings name (wave 0), and what became of names that are not paths (wave 1).
fn paths(intake: &Intake<'_>, wanted: Wanted<'_>, evidence: &Evidence, wave: u8) -> Vec<Query> {
    let mut into = Vec::new();
    for item in intake.items.values() {
        let finding = &*item.finding;
        let quoted = finding.quotes.iter().filter_map(|quote| quote.path.as_ref());
        let places = finding.locations.iter().take(MOST_PLACES).map(|location| &location.path);
        for path in places.chain(quoted) {
            queries(path, intake, evidence, wave, &mut into);
        }
        if wave == 0 && item.role == Role::Finding {
            into.extend(wanted(item));
        }
    }
    if wave == 0 {
        for finding in intake.input.previous.iter().flat_map(|report| &report.findings) {
            for place in &finding.locations {
                queries(&place.path, intake, evidence, 0, &mut into);
            }
        }
    }
    into
}
