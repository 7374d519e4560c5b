//! Grades each citation of an item and decides where the item really is.

use review_core::{
    Anchor, Answer, ChangeSet, EvidenceNote, Grade, LineRange, Location, Query, Side, SourceId,
};

use super::citation::{Citation, citations};
use super::columns::in_bytes;
use super::locate::Found;
use super::paths::resolve;
use super::search::elsewhere;
use super::source::Sources;
use crate::model::anchored::Anchored;
use crate::model::item::Item;
use crate::model::remarks::PlaceRemark;
use crate::stages::intake::Intake;

/// Up to this many lines away a quote counts as *moved*; beyond, as *elsewhere in the file*.
const MOVED: u32 = 50;
/// Most places of a finding that are looked at: nobody reads more, and each is compared with the others.
pub(crate) const MOST_PLACES: usize = 250;

/// Checks one item.
pub(crate) fn anchor(item: &Item<'_>, intake: &Intake<'_>, sources: &Sources<'_>) -> Anchored {
    let finding = &*item.finding;
    let mut result = Anchored::default();
    let mut places: Vec<(Location, Option<Side>)> = Vec::new();
    if finding.locations.len() > MOST_PLACES {
        result.remarks.push(PlaceRemark::TooMany { count: finding.locations.len(), kept: MOST_PLACES });
    }
    for claimed in finding.locations.iter().take(MOST_PLACES) {
        let resolved = resolve(&claimed.path, intake, sources.evidence);
        if resolved.missing {
            result.remarks.push(PlaceRemark::NoSuchFile { path: claimed.path.clone() });
        } else if resolved.candidates > 1 {
            let (path, count) = (claimed.path.clone(), resolved.candidates);
            result.remarks.push(PlaceRemark::ManyFiles { path, count });
        }
        let mut place = claimed.clone();
        place.path = resolved.path;
        place = in_bytes(&place, resolved.side.unwrap_or(Side::Head), sources);
        if resolved.side == Some(Side::Base) {
            place.side = Some(Side::Base);
        }
        if !places.iter().any(|(known, _)| *known == place) {
            places.push((place, resolved.side));
        }
    }
    let mut checked: Vec<(Option<usize>, Anchor, bool)> = Vec::new();
    for citation in citations(finding) {
        if let Some((index, anchor)) = check(&citation, &places, intake, sources, &item.source) {
            match anchor.grade {
                Grade::Absent => {
                    if citation.binding {
                        result.absent.push(
                            EvidenceNote::new("this text stands nowhere at head or base")
                                .with_quote(first_line(&citation.quote.text)),
                        );
                    }
                }
                Grade::NotCheckable => {}
                _ => result.found += 1,
            }
            checked.push((index, anchor, citation.binding));
        }
    }
    publish(&mut result, places, checked, &item.source);
    locate_main(&mut result, &intake.change, sources);
    result
}

/// Looks a citation up: in the files that the finding names, then wherever a search found it.
fn check(
    citation: &Citation,
    places: &[(Location, Option<Side>)],
    intake: &Intake<'_>,
    sources: &Sources<'_>,
    source: &SourceId,
) -> Option<(Option<usize>, Anchor)> {
    let quote = &citation.quote;
    let change = &intake.change;
    let mut targets: Vec<(Option<usize>, String, Option<LineRange>, Side)> = Vec::new();
    if let Some(path) = &quote.path {
        let resolved = resolve(path, intake, sources.evidence);
        let range = quote.start_line.map(|start| LineRange::new(start, quote.end_line.unwrap_or(start)));
        let index = places.iter().position(|(place, _)| place.path == resolved.path);
        targets.push((index, resolved.path, range, resolved.side.unwrap_or(Side::Head)));
    }
    for (index, (place, side)) in places.iter().enumerate() {
        targets.push((Some(index), place.path.clone(), place.range(), side.unwrap_or(Side::Head)));
    }
    let mut best: Option<(u8, u32, Option<usize>, Anchor)> = None;
    let mut all_known = !targets.is_empty();
    for (index, path, claimed, side) in &targets {
        all_known &= sources.is_known(*side, path);
        let found = sources.file(*side, path).map(|file| file.find(&citation.snippet)).unwrap_or_default();
        if let Some(anchor) = pick(&found, path, *claimed, *side, change) {
            offer(&mut best, *index, anchor, claimed.as_ref());
        }
        if *side == Side::Head {
            let old = change.file(path).map_or(path.as_str(), |file| file.base_path()).to_owned();
            let found =
                sources.file(Side::Base, &old).map(|file| file.find(&citation.snippet)).unwrap_or_default();
            if let Some(mut anchor) = pick(&found, &old, *claimed, Side::Base, change) {
                anchor.grade = Grade::OnlyInBase;
                offer(&mut best, *index, anchor, claimed.as_ref());
            }
        }
    }
    let anchor = match best {
        Some((_, _, index, anchor)) => return Some((index, anchor.with_source(source.clone()))),
        None => {
            let paraphrase = is_paraphrase(citation, &targets, change, sources);
            elsewhere(citation, all_known && !paraphrase, places, sources)
        }
    };
    let index =
        if anchor.grade == Grade::OtherFile { None } else { targets.first().and_then(|target| target.0) };
    Some((index, anchor.with_source(source.clone())))
}

/// Whether a file that a finding names reads like the quote without having it. A paraphrase says nothing about what exists.
fn is_paraphrase(
    citation: &Citation,
    targets: &[(Option<usize>, String, Option<LineRange>, Side)],
    change: &ChangeSet,
    sources: &Sources<'_>,
) -> bool {
    let names = super::quote::names(&citation.quote.text);
    let files: Vec<_> = targets
        .iter()
        .flat_map(|(_, path, _, side)| {
            let old = change.file(path).map_or(path.as_str(), |file| file.base_path());
            [(*side, path.as_str()), (Side::Base, old)]
        })
        .filter_map(|(side, path)| sources.file(side, path))
        .collect();
    files.iter().any(|file| file.has_line_of(&citation.snippet))
        || files.iter().any(|file| file.has_most(&names))
            && files.iter().any(|file| file.reads_like(&citation.snippet))
}

fn offer(
    best: &mut Option<(u8, u32, Option<usize>, Anchor)>,
    index: Option<usize>,
    anchor: Anchor,
    claimed: Option<&LineRange>,
) {
    let rank = match anchor.grade {
        Grade::Exact => 0,
        Grade::Moved => 1,
        Grade::Elsewhere => 2,
        Grade::Ambiguous => 3,
        _ => 4,
    };
    let range = anchor.location().range();
    let distance = range.zip(claimed).map_or(0, |(range, claimed)| range.distance(claimed));
    if best.as_ref().is_none_or(|(r, d, _, _)| (rank, distance) < (*r, *d)) {
        *best = Some((rank, distance, index, anchor));
    }
}

/// Of several places of a snippet, the nearest to the claim, then one that the change touches, then the first.
fn pick(
    found: &Found,
    path: &str,
    claimed: Option<LineRange>,
    side: Side,
    change: &ChangeSet,
) -> Option<Anchor> {
    let touched = |range: &LineRange| side == Side::Head && in_change(path, *range, change) == Some(true);
    let best = *found.ranges.iter().min_by_key(|range| {
        (claimed.map_or(0, |claimed| range.distance(&claimed)), !touched(range), range.start)
    })?;
    let mut place = Location::file(path).with_range(best);
    if side == Side::Base {
        place.side = Some(Side::Base);
    }
    let count = u32::try_from(found.ranges.len()).unwrap_or(u32::MAX);
    let distance = claimed.map(|claimed| best.distance(&claimed));
    let grade = match distance {
        Some(0) => Grade::Exact,
        _ if count > 1 => Grade::Ambiguous,
        None => Grade::Exact,
        Some(distance) if distance <= MOVED => Grade::Moved,
        Some(_) => Grade::Elsewhere,
    };
    let mut anchor = Anchor::new(&place, grade);
    if let (Some(claimed), Grade::Moved | Grade::Elsewhere | Grade::Ambiguous) = (claimed, grade) {
        anchor.moved_by = Some(i64::from(best.start) - i64::from(claimed.start));
    }
    if count > 1 {
        anchor.candidates = Some(count);
    }
    Some(anchor)
}

/// Corrects the claimed places by the anchors.
fn publish(
    result: &mut Anchored,
    places: Vec<(Location, Option<Side>)>,
    checked: Vec<(Option<usize>, Anchor, bool)>,
    source: &SourceId,
) {
    for (index, (mut place, _)) in places.into_iter().enumerate() {
        let mine: Vec<&Anchor> =
            checked.iter().filter(|(at, _, _)| *at == Some(index)).map(|(_, anchor, _)| anchor).collect();
        let exact = mine.iter().any(|anchor| anchor.grade == Grade::Exact);
        let moved = mine.iter().find(|anchor| {
            matches!(anchor.grade, Grade::Moved | Grade::Elsewhere | Grade::OnlyInBase)
                || anchor.grade == Grade::Ambiguous
        });
        match moved {
            Some(anchor) if !exact => {
                let said = match anchor.grade {
                    Grade::OnlyInBase => PlaceRemark::OnlyInBase,
                    Grade::Ambiguous => PlaceRemark::Repeated { count: anchor.candidates.unwrap_or(2) },
                    _ => PlaceRemark::QuotedElsewhere { claimed: place.clone(), found: anchor.location() },
                };
                if anchor.path == place.path || anchor.grade == Grade::OnlyInBase {
                    place = anchor.location();
                }
                result.remarks.push(said);
            }
            _ if place.start_line.is_none() && exact => {
                if let Some(anchor) = mine.iter().find(|anchor| anchor.grade == Grade::Exact) {
                    place = anchor.location();
                }
            }
            _ => {}
        }
        if mine.is_empty() {
            result.anchors.push(Anchor::new(&place, Grade::NotCheckable).with_source(source.clone()));
        }
        if !result.places.contains(&place) {
            result.places.push(place);
        }
    }
    for (_, anchor, binding) in checked {
        let found = !matches!(anchor.grade, Grade::Absent | Grade::NotCheckable);
        // A finding without a usable place is where its quote is.
        if found && result.places.is_empty() && binding {
            result.places.push(anchor.location());
        }
        result.anchors.push(anchor);
    }
    result.anchors.dedup();
}

/// What the tree and the change say of the main place.
fn locate_main(result: &mut Anchored, change: &ChangeSet, sources: &Sources<'_>) {
    let Some(place) = result.places.first().cloned() else { return };
    let side = place.side.unwrap_or(Side::Head);
    let Some(range) = place.range() else { return };
    if let Some(file) = sources.file(side, &place.path) {
        if range.start > file.len() {
            result.remarks.push(PlaceRemark::BeyondEnd { path: place.path.clone(), lines: file.len() });
        } else {
            let shown = LineRange::new(range.start, range.end.min(range.start.saturating_add(19)));
            result.code = Some(file.text(shown)).filter(|text| !text.trim().is_empty());
        }
    }
    if side == Side::Head {
        result.in_change = in_change(&place.path, range, change);
        if let Some(Answer::Blame { groups }) = sources.evidence.answer(&blame(&place.path, range)) {
            let newest = groups.iter().find(|group| group.in_change).or_else(|| groups.first());
            result.introduced_by = newest.and_then(|group| group.commit.clone());
            result.in_change = result.in_change.or(Some(groups.iter().any(|group| group.in_change)));
        }
    }
    for anchor in &mut result.anchors {
        if anchor.path == place.path && anchor.side == side {
            anchor.in_change = anchor
                .location()
                .range()
                .and_then(|range| in_change(&place.path, range, change))
                .or(result.in_change);
            if anchor.location().range().is_some_and(|at| at.overlaps(&range)) {
                anchor.introduced_by.clone_from(&result.introduced_by);
            }
        }
    }
}

/// The query that asks who wrote a range; long ranges are asked for their beginning.
pub(crate) fn blame(path: &str, range: LineRange) -> Query {
    Query::Blame {
        path: path.to_owned(),
        start_line: range.start,
        end_line: range.end.min(range.start.saturating_add(199)),
    }
}

/// Whether lines of the reviewed version are part of the change; `None` when the change has no hunks to tell.
pub(crate) fn in_change(path: &str, range: LineRange, change: &ChangeSet) -> Option<bool> {
    if change.files.iter().all(|file| file.hunks.is_empty()) {
        return None;
    }
    let Some(file) = change.files.iter().find(|file| file.path == path) else { return Some(false) };
    Some(file.hunks.iter().any(|hunk| {
        hunk.added_ranges().any(|added| added.overlaps(&range))
            // A pure deletion is at the line after which it stood.
            || hunk.added() == 0 && hunk.new_range().is_some_and(|shown| shown.overlaps(&range))
    }))
}

fn first_line(text: &str) -> String {
    text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default().chars().take(200).collect()
}
