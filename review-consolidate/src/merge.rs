//! One finding from a cluster: whose wording, which places, which fixes.

use std::collections::BTreeSet;

use review_core::{AttributedFix, Category, ChangeSet, FindingState, Grade, Kind, Location, Ratio, Severity};

use crate::anchor::Anchored;
use crate::draft::Draft;
use crate::item::Item;
use crate::matching::place::same_path;

/// Makes a draft from a cluster.
pub(crate) fn merge(
    items: &[Item<'_>],
    anchored: &[Anchored],
    change: &ChangeSet,
    members: Vec<usize>,
    supporters: Vec<usize>,
) -> Draft {
    let representative = members
        .iter()
        .copied()
        .max_by_key(|member| (worth(items, anchored, *member), std::cmp::Reverse(*member)))
        .unwrap_or(0);
    let mut reviewers: BTreeSet<String> = BTreeSet::new();
    let mut draft = Draft {
        representative,
        reviewers: Vec::new(),
        severity: Severity::Suggestion,
        kind: kind(items, &members, representative),
        category: category(items, &members, representative),
        confidence: Ratio::ZERO,
        places: Vec::new(),
        anchors: Vec::new(),
        code: anchored.get(representative).and_then(|anchored| anchored.code.clone()),
        in_change: anchored.get(representative).and_then(|anchored| anchored.in_change),
        fixes: Vec::new(),
        reasons: Vec::new(),
        disagreements: Vec::new(),
        doubt: 0,
        echo: 0,
        state: FindingState::New,
        removal: None,
        calibrated: None,
        members,
        supporters,
    };
    let mut order = vec![representative];
    order.extend(draft.members.iter().copied().filter(|member| *member != representative));
    for member in order {
        let (Some(item), Some(anchored)) = (items.get(member), anchored.get(member)) else { continue };
        reviewers.insert(item.source.reviewer.clone());
        for place in &anchored.places {
            unite(&mut draft.places, place);
        }
        draft.anchors.extend(anchored.anchors.iter().cloned());
        draft.in_change = match (draft.in_change, anchored.in_change) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (a, b) => a.or(b),
        };
        if let Some(fix) = item.finding.fix.as_ref().filter(|fix| !fix.is_empty())
            && !draft.fixes.iter().any(|known| known.fix == *fix)
        {
            draft.fixes.push(AttributedFix::new(item.source.clone(), fix.clone()));
        }
    }
    // Whether the change made it is a fact where hunks are known, and a claim where they are not.
    if draft.kind == Some(Kind::Regression) && draft.in_change == Some(false) && elsewhere(&draft, change) {
        draft.kind = Some(Kind::Gap);
        let text = "called a regression, but the change does not touch any file that it names: a gap";
        draft.reasons.push(review_core::Reason::new("merge", text));
    }
    for supporter in &draft.supporters {
        if let Some(item) = items.get(*supporter) {
            reviewers.insert(item.source.reviewer.clone());
        }
    }
    draft.reviewers = reviewers.into_iter().collect();
    if let Some(anchored) = anchored.get(representative) {
        for remark in &anchored.remarks {
            draft.reasons.push(review_core::Reason::new("anchor", remark.as_str()));
        }
    }
    draft
}

/// Whether none of a draft's places is in a changed file. Lines alone don't tell: a change breaks code that it does not
/// touch, most often in the same file.
pub(crate) fn elsewhere(draft: &Draft, change: &ChangeSet) -> bool {
    draft.places.iter().all(|place| change.files.iter().all(|file| !same_path(&file.path, &place.path)))
}

/// What speaks for a member's wording: quotes that hold, a scenario, a fix, then length up to a limit.
fn worth(items: &[Item<'_>], anchored: &[Anchored], member: usize) -> u32 {
    let (Some(item), Some(anchored)) = (items.get(member), anchored.get(member)) else { return 0 };
    let finding = &item.finding;
    let mut worth = 0;
    let holds = anchored.anchors.iter().any(|anchor| matches!(anchor.grade, Grade::Exact | Grade::Moved));
    worth += if holds { 400 } else { 0 };
    worth += if anchored.absent.is_empty() { 200 } else { 0 };
    worth += if anchored.places.iter().any(|place| place.start_line.is_some()) { 100 } else { 0 };
    worth += if finding.scenario.is_some() { 100 } else { 0 };
    worth += if finding.fix.is_some() || finding.body.contains("```diff") { 60 } else { 0 };
    worth += if finding.recovered { 0 } else { 100 };
    // Up to some hundred and fifty words more text says more; beyond, it only says it longer.
    worth += u32::try_from(finding.body.split_whitespace().take(150).count()).unwrap_or(0);
    worth
}

/// Adds a place, or joins it with one that it overlaps.
fn unite(places: &mut Vec<Location>, place: &Location) {
    for known in places.iter_mut() {
        if !same_path(&known.path, &place.path) || known.side != place.side {
            continue;
        }
        match (known.range(), place.range()) {
            (Some(a), Some(b)) if a.overlaps(&b) => {
                // The longer path is the fuller one. The first range stays: it is the representative's.
                if place.path.len() > known.path.len() {
                    known.path.clone_from(&place.path);
                }
                return;
            }
            (_, None) => return,
            (None, Some(range)) => {
                *known = known.clone().with_range(range);
                return;
            }
            _ => {}
        }
    }
    places.push(place.clone());
}

/// The kind that most members claim; a tie goes to the representative's.
fn kind(items: &[Item<'_>], members: &[usize], representative: usize) -> Option<Kind> {
    majority(items, members, representative, |item| item.finding.kind)
}

/// The category that most members claim; a tie goes to the representative's.
fn category(items: &[Item<'_>], members: &[usize], representative: usize) -> Option<Category> {
    majority(items, members, representative, |item| item.finding.category)
}

fn majority<T: Copy + Ord>(
    items: &[Item<'_>],
    members: &[usize],
    representative: usize,
    of: impl Fn(&Item<'_>) -> Option<T>,
) -> Option<T> {
    let claims: Vec<T> = members.iter().filter_map(|member| items.get(*member).and_then(&of)).collect();
    let mine = items.get(representative).and_then(&of);
    claims.iter().copied().max_by_key(|claim| {
        let count = claims.iter().filter(|other| *other == claim).count();
        (count, Some(*claim) == mine, std::cmp::Reverse(*claim))
    })
}
