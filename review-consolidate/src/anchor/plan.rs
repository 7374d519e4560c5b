//! What the engine wants to know of the source, in four waves, each built on the answers of the one before.

use std::collections::BTreeSet;

use review_core::{Answer, Evidence, Query, Side};

use super::citation::{citations, needle};
use super::grade::{anchor, blame, search};
use super::paths::queries;
use super::{Anchored, Sources};
use crate::check::{ClaimChecker, ask};
use crate::intake::Intake;
use crate::item::Role;

/// At most so many waves.
pub(crate) const WAVES: u8 = 4;
/// At most so many files.
const FILES: usize = 2_000;
/// At most so many searches: each may read the whole tree.
const SEARCHES: usize = 400;
/// At most so many bytes of content.
pub(crate) const BYTES: usize = 64 << 20;

/// What comes next.
pub(crate) enum Next<'e> {
    /// These queries are open.
    Ask(Vec<Query>),
    /// All is known that can be: the checked places of all items, and the files.
    Known(Vec<Anchored>, Sources<'e>),
}

/// Checks every item.
pub(crate) fn anchor_all<'e>(intake: &Intake<'_>, evidence: &'e Evidence) -> (Vec<Anchored>, Sources<'e>) {
    let mut sources = Sources::new(evidence);
    let change = &intake.input.change;
    let anchored = intake.items.iter().map(|item| anchor(item, change, &mut sources)).collect();
    (anchored, sources)
}

/// The queries of the first wave that is not fully answered, or everything that is known.
pub(crate) fn needed<'e>(
    intake: &Intake<'_>,
    checkers: &[Box<dyn ClaimChecker>],
    evidence: &'e Evidence,
) -> Next<'e> {
    let mut limits = Limits::default();
    for wave in 0..2 {
        let open = limits.open(paths(intake, checkers, evidence, wave), evidence);
        if !open.is_empty() {
            return Next::Ask(open);
        }
    }
    let (anchored, sources) = anchor_all(intake, evidence);
    for queries in [searches(intake, &anchored), blames(intake, &anchored, evidence)] {
        let open = limits.open(queries, evidence);
        if !open.is_empty() {
            return Next::Ask(open);
        }
    }
    Next::Known(anchored, sources)
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
fn searches(intake: &Intake<'_>, anchored: &[Anchored]) -> Vec<Query> {
    let mut into = Vec::new();
    let findings = intake.items.iter().zip(anchored).filter(|(item, _)| item.role == Role::Finding);
    for (item, _) in findings.filter(|(_, anchored)| anchored.found == 0) {
        for needle in citations(item.finding.as_ref()).iter().filter_map(needle) {
            into.push(search(Side::Head, &needle));
            into.push(search(Side::Base, &needle));
        }
    }
    into
}

/// Who wrote the main place of each finding.
fn blames(intake: &Intake<'_>, anchored: &[Anchored], evidence: &Evidence) -> Vec<Query> {
    let findings = intake.items.iter().zip(anchored).filter(|(item, _)| item.role == Role::Finding);
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
fn paths(
    intake: &Intake<'_>,
    checkers: &[Box<dyn ClaimChecker>],
    evidence: &Evidence,
    wave: u8,
) -> Vec<Query> {
    let change = &intake.input.change;
    let mut into = Vec::new();
    for item in &intake.items {
        let finding = item.finding.as_ref();
        let quoted = finding.quotes.iter().filter_map(|quote| quote.path.as_ref());
        for path in finding.locations.iter().map(|location| &location.path).chain(quoted) {
            queries(path, change, evidence, wave, &mut into);
        }
        if wave == 0 && item.role == Role::Finding {
            ask(checkers, item, &mut into);
        }
    }
    if wave == 0 {
        for finding in intake.input.previous.iter().flat_map(|report| &report.findings) {
            for place in &finding.locations {
                queries(&place.path, change, evidence, 0, &mut into);
            }
        }
    }
    into
}
