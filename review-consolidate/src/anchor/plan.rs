//! What the engine wants to know of the source, in four waves, each built on the answers of the one before.

use std::collections::BTreeSet;

use review_core::{Answer, Evidence, Query, Side};

use super::Sources;
use super::grade::{anchor, blame, citations, needle, search};
use super::paths::queries;
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

/// The queries of the first wave that is not fully answered; empty when all is known that can be.
pub(crate) fn needed(
    intake: &Intake<'_>,
    checkers: &[Box<dyn ClaimChecker>],
    evidence: &Evidence,
) -> Vec<Query> {
    let mut seen: BTreeSet<Query> = BTreeSet::new();
    let (mut files, mut searches) = (0usize, 0usize);
    for wave in 0..WAVES {
        let mut open = Vec::new();
        for query in wanted(intake, checkers, evidence, wave) {
            if !seen.insert(query.clone()) {
                continue;
            }
            match &query {
                Query::File { .. } => {
                    files += 1;
                    if files > FILES || evidence.content_bytes() >= BYTES {
                        continue;
                    }
                }
                Query::Search { .. } => {
                    searches += 1;
                    if searches > SEARCHES {
                        continue;
                    }
                }
                _ => {}
            }
            if evidence.answer(&query).is_none() {
                open.push(query);
            }
        }
        if !open.is_empty() {
            open.sort();
            return open;
        }
    }
    Vec::new()
}

fn wanted(
    intake: &Intake<'_>,
    checkers: &[Box<dyn ClaimChecker>],
    evidence: &Evidence,
    wave: u8,
) -> Vec<Query> {
    let change = &intake.input.change;
    let mut into = Vec::new();
    let mut sources = Sources::new(evidence);
    for item in &intake.items {
        let finding = item.finding.as_ref();
        match wave {
            0 | 1 => {
                let quoted = finding.quotes.iter().filter_map(|quote| quote.path.as_ref());
                for path in finding.locations.iter().map(|location| &location.path).chain(quoted) {
                    queries(path, change, evidence, wave, &mut into);
                }
                if wave == 0 && item.role == Role::Finding {
                    ask(checkers, item, &mut into);
                }
            }
            2 if item.role == Role::Finding => {
                let anchored = anchor(item, change, &mut sources);
                let lost = anchored.found == 0;
                for citation in citations(finding).iter().filter(|_| lost) {
                    if let Some(needle) = needle(citation) {
                        into.push(search(Side::Head, &needle));
                        into.push(search(Side::Base, &needle));
                    }
                }
            }
            3 if item.role == Role::Finding => {
                let anchored = anchor(item, change, &mut sources);
                let main = anchored.places.first().filter(|place| place.side != Some(Side::Base));
                if let Some((place, range)) = main.and_then(|place| Some((place, place.range()?)))
                    && matches!(
                        evidence.answer(&Query::file(Side::Head, &place.path)),
                        Some(Answer::Text { .. })
                    )
                {
                    into.push(blame(&place.path, range));
                }
            }
            _ => {}
        }
    }
    if wave == 0 {
        for finding in intake.input.previous.iter().flat_map(|report| &report.findings) {
            for place in &finding.locations {
                queries(&place.path, change, evidence, 0, &mut into);
            }
        }
        // The shown hunks need their lines.
        for file in change.files.iter().filter(|file| !file.binary && !file.hunks.is_empty()).take(FILES / 2)
        {
            if file.status != review_core::FileStatus::Deleted {
                into.push(Query::file(Side::Head, &file.path));
            }
        }
    }
    into
}
