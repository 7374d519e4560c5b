//! One finding from a cluster: whose wording, which places, which fixes.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use review_core::{AttributedFix, ChangeSet, Grade, Kind, Location};

use crate::model::anchored::Anchors;
use crate::model::cluster::{Cluster, Group};
use crate::model::ids::ItemId;
use crate::model::item::{Item, Items};
use crate::model::remarks::{PlaceRemark, Remark, Stage};
use crate::stages::anchored::grade::MOST_PLACES;
use crate::text::paths::same_path;

/// Makes a cluster of a group.
pub(crate) fn merge(
    items: &Items<'_>,
    anchors: &Anchors,
    change: &ChangeSet,
    group: &Group,
) -> Cluster<'static> {
    let members = &group.members;
    let best =
        members.iter().copied().max_by_key(|member| (worth(items, anchors, *member), Reverse(*member)));
    let representative = best.unwrap_or(group.first);
    let mut cluster = Cluster {
        members: members.clone(),
        supporters: group.supporters.clone(),
        representative,
        reviewers: Vec::new(),
        kind: majority(items, members, representative, |item| item.finding.kind),
        category: majority(items, members, representative, |item| item.finding.category),
        places: Vec::new(),
        anchors: Vec::new(),
        code: anchors[representative].code.clone(),
        in_change: anchors[representative].in_change,
        fixes: Vec::new(),
        remarks: Vec::new(),
        doubt: 0,
        corroboration: BTreeMap::new(),
        acknowledged_by: Vec::new(),
        removal: None,
        ruling: None,
    };
    let mut places = Places::default();
    let others = members.iter().copied().filter(|member| *member != representative);
    for member in std::iter::once(representative).chain(others) {
        let (item, anchored) = (&items[member], &anchors[member]);
        anchored.places.iter().for_each(|place| places.add(place));
        cluster.anchors.extend(anchored.anchors.iter().cloned());
        cluster.in_change = match (cluster.in_change, anchored.in_change) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (a, b) => a.or(b),
        };
        if let Some(fix) = item.finding.fix.as_ref().filter(|fix| !fix.is_empty())
            && !cluster.fixes.iter().any(|known| known.fix == *fix)
        {
            cluster.fixes.push(AttributedFix::new(item.source.clone(), fix.clone()));
        }
    }
    if places.count > MOST_PLACES {
        let remark = PlaceRemark::TooMany { count: places.count, kept: MOST_PLACES };
        cluster.remarks.push(Remark::new(Stage::Merge, remark));
    }
    cluster.places = places.all;
    // Whether the change made it is a fact where hunks are known, and a claim where they are not.
    if cluster.kind == Some(Kind::Regression)
        && cluster.in_change == Some(false)
        && elsewhere(&cluster.places, change)
    {
        cluster.kind = Some(Kind::Gap);
        let text = "called a regression, but the change does not touch any file that it names: a gap";
        cluster.remarks.push(Remark::new(Stage::Merge, text));
    }
    let behind = members.iter().chain(&group.supporters).map(|item| items[*item].source.reviewer.as_str());
    let reviewers: BTreeSet<&str> = behind.collect();
    cluster.reviewers = reviewers.into_iter().map(str::to_owned).collect();
    let odd = anchors[representative].remarks.iter().map(|remark| Remark::new(Stage::Anchor, remark));
    cluster.remarks.extend(odd);
    cluster.anchors.shrink_to_fit();
    cluster.places.shrink_to_fit();
    cluster
}

/// Whether none of these places is in a changed file. Lines alone don't tell: a change breaks code that it does not
/// touch, most often in the same file.
pub(crate) fn elsewhere(places: &[Location], change: &ChangeSet) -> bool {
    places.iter().all(|place| change.files.iter().all(|file| !same_path(&file.path, &place.path)))
}

/// What speaks for a member's wording: quotes that hold, a scenario, a fix, then length up to a limit.
fn worth(items: &Items<'_>, anchors: &Anchors, member: ItemId) -> u32 {
    let (finding, anchored) = (&items[member].finding, &anchors[member]);
    let holds = anchored.anchors.iter().any(|anchor| matches!(anchor.grade, Grade::Exact | Grade::Moved));
    let mut worth = 0;
    worth += if holds { 400 } else { 0 };
    worth += if anchored.absent.is_empty() { 200 } else { 0 };
    worth += if anchored.places.iter().any(|place| place.start_line.is_some()) { 100 } else { 0 };
    worth += if finding.scenario.is_some() { 100 } else { 0 };
    worth += if finding.fix.is_some() || finding.body.contains("```diff") { 60 } else { 0 };
    worth += if finding.recovered { 0 } else { 100 };
    // Up to some hundred and fifty words more text says more; beyond, it only says it longer.
    worth + u32::try_from(finding.body.split_whitespace().take(150).count()).unwrap_or(0)
}

/// The places of a cluster; those that overlap are one.
#[derive(Default)]
struct Places {
    all: Vec<Location>,
    /// How many there are, those that are not kept included.
    count: usize,
}

impl Places {
    /// Adds a place, or joins it with one that it overlaps.
    fn add(&mut self, place: &Location) {
        for known in &mut self.all {
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
        self.count += 1;
        if self.all.len() < MOST_PLACES {
            self.all.push(place.clone());
        }
    }
}

/// What most members claim; a tie goes to the representative's claim.
fn majority<T: Copy + Ord>(
    items: &Items<'_>,
    members: &[ItemId],
    representative: ItemId,
    of: impl Fn(&Item<'_>) -> Option<T>,
) -> Option<T> {
    let mut counts: BTreeMap<T, usize> = BTreeMap::new();
    for claim in members.iter().filter_map(|member| of(&items[*member])) {
        *counts.entry(claim).or_default() += 1;
    }
    let mine = of(&items[representative]);
    counts
        .into_iter()
        .max_by_key(|(claim, count)| (*count, Some(*claim) == mine, Reverse(*claim)))
        .map(|(claim, _)| claim)
}
