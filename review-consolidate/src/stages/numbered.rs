//! The last stage before the report: reading order, ids, and what each reviewer makes a difference to.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use review_core::{Diagnostic, Kind, Scope, Severity};

use super::fingerprints::fingerprints;
use super::grouped::section_groups;
use super::impact::impact;
use super::judged::Judged;
use super::judged::without::{Without, leave_out};
use crate::model::cluster::JudgedCluster;
use crate::model::ids::{ClusterId, ItemId, ReviewerId, Table};
use crate::model::item::{Item, Items, Role};
use crate::model::published_id::PublishedId;
use crate::model::removal::Removed;
use crate::stages::replaceable::Stages;

/// An item of a section.
pub(crate) struct SectionEntry {
    pub(crate) role: Role,
    pub(crate) id: PublishedId,
    pub(crate) content: SectionContent,
    /// The published clusters that it supports.
    pub(crate) supports: Vec<ClusterId>,
}

/// What a section's item is made of.
pub(crate) enum SectionContent {
    /// Section items that say the same, ordered.
    Items(Vec<ItemId>),
    /// A finding that went to the section.
    Rerouted(ClusterId),
}

/// Everything with its id.
pub(crate) struct Numbered<'m, 'a> {
    pub(crate) judged: Judged<'m, 'a>,
    /// The published clusters in reading order.
    pub(crate) reading: Vec<ClusterId>,
    /// The id of each cluster, published or not.
    pub(crate) ids: Table<ClusterId, PublishedId>,
    pub(crate) fingerprints: Table<ClusterId, String>,
    /// The published clusters that are the same kind of defect at other places, in reading order, each group under every
    /// one of its clusters.
    pub(crate) recurrences: BTreeMap<ClusterId, Rc<Vec<ClusterId>>>,
    /// The sections, each in its order.
    pub(crate) sections: Vec<SectionEntry>,
    /// What would be otherwise without each reviewer, where that was found out.
    pub(crate) without: Option<Table<ReviewerId, Without>>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

impl<'m, 'a> Numbered<'m, 'a> {
    pub(crate) fn new(judged: Judged<'m, 'a>, stages: &Stages) -> Self {
        let items = judged.grouped.matched.items();
        let reading = reading_order(&judged, items);
        let sections = sections(&judged);
        let ids = ids(&judged.clusters, &reading, &sections);
        let fingerprints = fingerprints(&judged.clusters, items);
        let recurrences = recurrences(&judged, &reading);
        let without = leave_out(&judged, stages, &reading);
        let mut diagnostics = Vec::new();
        if without.is_none() {
            let text = "what the report would be without each reviewer was not worked out: there are too many findings and reviewers";
            diagnostics.push(Diagnostic::new(0, text));
        }
        Self { judged, reading, ids, fingerprints, recurrences, sections, without, diagnostics }
    }
}

/// Groups of published clusters that are connected by recurring findings.
fn recurrences(judged: &Judged<'_, '_>, reading: &[ClusterId]) -> BTreeMap<ClusterId, Rc<Vec<ClusterId>>> {
    let published = |id: &ClusterId| judged.clusters[*id].is_published();
    let mut next: BTreeMap<ClusterId, BTreeSet<ClusterId>> = BTreeMap::new();
    for pair in judged.grouped.matched.components.pairs().iter().filter(|pair| pair.recurs()) {
        if let (Some(a), Some(b)) = (judged.home[pair.a], judged.home[pair.b])
            && a != b
            && published(&a)
            && published(&b)
        {
            next.entry(a).or_default().insert(b);
            next.entry(b).or_default().insert(a);
        }
    }
    let position: BTreeMap<ClusterId, usize> =
        reading.iter().enumerate().map(|(position, id)| (*id, position)).collect();
    let mut groups: BTreeMap<ClusterId, Rc<Vec<ClusterId>>> = BTreeMap::new();
    for first in reading.iter().filter(|id| next.contains_key(id)) {
        if groups.contains_key(first) {
            continue;
        }
        let mut group = BTreeSet::from([*first]);
        let mut open = vec![*first];
        while let Some(id) = open.pop() {
            let further = next.get(&id).into_iter().flatten().filter(|id| group.insert(**id));
            open.extend(further.copied().collect::<Vec<_>>());
        }
        let mut group: Vec<ClusterId> = group.into_iter().collect();
        group.sort_by_key(|id| position.get(id).copied());
        let group = Rc::new(group);
        groups.extend(group.iter().map(|id| (*id, Rc::clone(&group))));
    }
    groups
}

impl Numbered<'_, '_> {
    /// The first in reading order of the findings that a cluster is a recurrence of; nothing for the first itself.
    pub(crate) fn recurrence_of(&self, cluster: ClusterId) -> Option<ClusterId> {
        self.recurrences.get(&cluster)?.first().copied().filter(|first| *first != cluster)
    }
}

/// The published clusters in reading order: severity, then how sure and how important, then source.
fn reading_order(judged: &Judged<'_, '_>, items: &Items<'_>) -> Vec<ClusterId> {
    let published = judged.clusters.iter().filter(|(_, cluster)| cluster.is_published());
    let mut order: Vec<ClusterId> = published.map(|(id, _)| id).collect();
    order.sort_by_cached_key(|id| {
        let JudgedCluster { cluster, judgement, corroboration } = &judged.clusters[*id];
        let kind = match cluster.kind {
            Some(Kind::Regression) => 0,
            Some(Kind::Gap) | None => 1,
            _ => 2,
        };
        (
            Reverse(judgement.severity.weight()),
            Reverse(u32::from(judgement.confidence.millis()) * impact(cluster, items)),
            // With many reviewers the confidence is as good as one.
            Reverse(cluster.reviewers.len()),
            Reverse(*corroboration),
            kind,
            cluster.in_change != Some(true),
            items[cluster.representative].source.clone(),
        )
    });
    order
}

/// An id for each cluster: `C1`, `I1`, `S1`, … in reading order, that of its section for what was rerouted, and `X1`, `X2`, …
/// for what was removed.
fn ids(
    clusters: &Table<ClusterId, JudgedCluster<'_>>,
    reading: &[ClusterId],
    sections: &[SectionEntry],
) -> Table<ClusterId, PublishedId> {
    let mut counts: BTreeMap<Severity, u32> = BTreeMap::new();
    let mut known: BTreeMap<ClusterId, PublishedId> = BTreeMap::new();
    for id in reading {
        let severity = clusters[*id].judgement.severity;
        let count = counts.entry(severity).or_insert(0);
        *count += 1;
        known.insert(*id, PublishedId::Finding(severity, *count));
    }
    for entry in sections {
        if let SectionContent::Rerouted(cluster) = entry.content {
            known.insert(cluster, entry.id);
        }
    }
    let mut removed = 0;
    clusters.map(|id, _| {
        known.get(&id).copied().unwrap_or_else(|| {
            removed += 1;
            PublishedId::Removed(removed)
        })
    })
}

/// How an item is ranked in its section: concerns before ideas for later before strengths, what supports severe findings
/// first, then what most reviewers say.
type Rank = (u8, Reverse<u8>, Reverse<usize>, ItemId);

fn sections(judged: &Judged<'_, '_>) -> Vec<SectionEntry> {
    let matched = judged.grouped.matched;
    let items = matched.items();
    let mut supported: BTreeMap<ItemId, Vec<ClusterId>> = BTreeMap::new();
    for (id, cluster) in judged.clusters.iter().filter(|(_, cluster)| cluster.is_published()) {
        for supporter in &cluster.cluster.supporters {
            supported.entry(*supporter).or_default().push(id);
        }
    }
    let mut entries = Vec::new();
    for role in Role::SECTIONS {
        let mut ranked: Vec<(Rank, SectionContent, Vec<ClusterId>)> = Vec::new();
        for group in section_groups(matched, role) {
            let supports: BTreeSet<ClusterId> =
                group.members.iter().filter_map(|item| supported.get(item)).flatten().copied().collect();
            let severest = supports.iter().map(|id| judged.clusters[*id].judgement.severity.weight()).max();
            let reviewers: BTreeSet<ReviewerId> =
                group.members.iter().map(|item| items[*item].reviewer).collect();
            let rank = (
                stance_rank(&items[group.first]),
                Reverse(severest.unwrap_or(0)),
                Reverse(reviewers.len()),
                group.first,
            );
            ranked.push((rank, SectionContent::Items(group.members), supports.into_iter().collect()));
        }
        for (id, cluster) in judged.clusters.iter().filter(|_| role == Role::Design) {
            if cluster.judgement.removal.as_ref().is_some_and(|removal| removal.how == Removed::Rerouted) {
                let cluster = &cluster.cluster;
                let rank = (1, Reverse(0), Reverse(cluster.reviewers.len()), cluster.representative);
                ranked.push((rank, SectionContent::Rerouted(id), Vec::new()));
            }
        }
        ranked.sort_by_key(|(rank, _, _)| *rank);
        for (number, (_, content, supports)) in (1..).zip(ranked) {
            entries.push(SectionEntry { role, id: PublishedId::Section(role, number), content, supports });
        }
    }
    entries
}

fn stance_rank(item: &Item<'_>) -> u8 {
    if item.is_praise() { 2 } else { u8::from(item.scope == Some(Scope::Future)) }
}
