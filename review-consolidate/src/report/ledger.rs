//! The ledger: exactly one entry for each raw finding and section item.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use review_core::{Error, ErrorKind, LedgerEntry, Outcome, Relation, Result, Severity};

use crate::model::cluster::JudgedCluster;
use crate::model::ids::{ClusterId, ItemId, Table};
use crate::model::item::{Item, Items};
use crate::model::remarks::Stage;
use crate::model::removal::{Removal, Removed};
use crate::stages::matched::Matched;
use crate::stages::matched::scorer::PairScorer;
use crate::stages::numbered::{Numbered, SectionContent, SectionEntry};
use crate::stages::replaceable::Stages;

/// Where an item ended.
#[derive(Clone, Copy)]
enum Home<'n> {
    Cluster(ClusterId),
    Section(&'n SectionEntry),
}

/// The entries, ordered by source.
///
/// # Errors
/// `Internal` when a stage lost an item: a report that does not account for it must not be made.
pub(crate) fn ledger(numbered: &Numbered<'_, '_>, stages: &Stages) -> Result<Vec<LedgerEntry>> {
    let items = numbered.judged.grouped.matched.items();
    let homes = homes(numbered)?;
    let also = also(numbered);
    let mut entries: Vec<LedgerEntry> = items
        .iter()
        .map(|(id, item)| match homes[id] {
            Home::Cluster(cluster) => {
                let mut entry = of_finding(numbered, stages.scorer.as_ref(), id, cluster);
                for other in also.get(&id).into_iter().flatten() {
                    let target = numbered.ids[*other].to_string();
                    entry.reason.push_str(&format!("; it also covers {target}"));
                    entry.targets.push(target);
                }
                entry
            }
            Home::Section(section) => of_section_item(numbered, item, id, section),
        })
        .collect();
    entries.sort_by(|a, b| a.source.cmp(&b.source));
    Ok(entries)
}

/// The home of each item.
fn homes<'n>(numbered: &'n Numbered<'_, '_>) -> Result<Table<ItemId, Home<'n>>> {
    let items = numbered.judged.grouped.matched.items();
    let mut homes: Table<ItemId, Option<Home<'n>>> =
        numbered.judged.home.map(|_, cluster| cluster.map(Home::Cluster));
    for section in &numbered.sections {
        if let SectionContent::Items(members) = &section.content {
            for member in members {
                homes[*member] = Some(Home::Section(section));
            }
        }
    }
    homes.try_map(|item, home| {
        home.ok_or_else(|| {
            Error::new(ErrorKind::Internal, "a stage of consolidation lost an item")
                .with_operation("consolidate")
                .with_context("item", &items[item].source)
        })
    })
}

/// The published clusters of others that a raw finding covers too.
fn also(numbered: &Numbered<'_, '_>) -> BTreeMap<ItemId, Vec<ClusterId>> {
    let items = numbered.judged.grouped.matched.items();
    let mut also: BTreeMap<ItemId, Vec<ClusterId>> = BTreeMap::new();
    for (id, judged) in numbered.judged.clusters.iter().filter(|(_, judged)| judged.is_published()) {
        for supporter in judged.cluster.supporters.iter().filter(|item| items[**item].is_live_finding()) {
            also.entry(*supporter).or_default().push(id);
        }
    }
    also
}

fn of_finding(
    numbered: &Numbered<'_, '_>,
    scorer: &dyn PairScorer,
    id: ItemId,
    cluster: ClusterId,
) -> LedgerEntry {
    let matched = numbered.judged.grouped.matched;
    let judged = &numbered.judged.clusters[cluster];
    let item = &matched.items()[id];
    let claimed = item.finding.severity;
    let target = numbered.ids[cluster].to_string();
    let published = Some(judged.judgement.severity);
    let entry = if let Some(removal) = &judged.judgement.removal {
        removed(item, removal)
    } else if id == judged.cluster.representative {
        let (code, reason) = kept(judged, claimed, &target);
        LedgerEntry::new(item.source.clone(), Outcome::Representative, code, reason)
            .with_severities(claimed, published)
    } else {
        let mut relation = Relation::Same;
        let reason = match matched.components.pair(id, judged.cluster.representative) {
            Some(pair) => {
                relation = pair.merged();
                let said =
                    if relation == Relation::Covers { covers(matched, id, judged) } else { "same issue" };
                format!("{said} ({}: {})", pair.score, scorer.explain(&pair.signals()))
            }
            None => "same issue as others of its cluster".to_owned(),
        };
        let code = if relation == Relation::Covers { "covers" } else { "same_issue" };
        LedgerEntry::new(item.source.clone(), Outcome::Merged, code, reason)
            .with_severities(claimed, published)
            .with_relation(relation)
    };
    let mut entry = entry.with_targets(vec![target]);
    if let Some(first) = numbered.recurrence_of(cluster).filter(|_| judged.is_published()) {
        entry.relation.get_or_insert(Relation::Recurrence);
        entry
            .reason
            .push_str(&format!("; the same kind of defect as {}, at another place", numbered.ids[first]));
    }
    entry
}

/// Which of a finding and the published wording contains the other.
fn covers(matched: &Matched<'_>, id: ItemId, judged: &JudgedCluster<'_>) -> &'static str {
    let words = |id: ItemId| matched.items()[id].finding.body.split_whitespace().count();
    let narrower = words(id) < words(judged.cluster.representative);
    if narrower { "a part of what is published" } else { "what is published is a part of it" }
}

fn removed(item: &Item<'_>, removal: &Removal) -> LedgerEntry {
    let outcome = match removal.how {
        Removed::Refuted | Removed::Withdrawn => Outcome::Dropped,
        Removed::Suppressed => Outcome::Suppressed,
        Removed::Rerouted => Outcome::Rerouted,
    };
    let mut entry = LedgerEntry::new(item.source.clone(), outcome, &removal.code, &removal.reason)
        .with_severities(item.finding.severity, None);
    entry.evidence.clone_from(&removal.evidence);
    if removal.how == Removed::Refuted { entry.refuted() } else { entry }
}

fn kept(judged: &JudgedCluster<'_>, claimed: Option<Severity>, id: &str) -> (&'static str, String) {
    let changed = claimed.is_some_and(|claimed| claimed != judged.judgement.severity);
    let why = judged
        .remarks()
        .find(|remark| changed && remark.stage == Stage::Calibrate)
        .map(|remark| format!("; {}", remark.text))
        .unwrap_or_default();
    match (judged.cluster.members.len(), changed) {
        (1, false) => ("published", format!("published as {id}")),
        (1, true) => ("calibrated", format!("published as {id}{why}")),
        _ => ("representative", format!("its wording is published as {id}{why}")),
    }
}

fn of_section_item(
    numbered: &Numbered<'_, '_>,
    item: &Item<'_>,
    id: ItemId,
    section: &SectionEntry,
) -> LedgerEntry {
    let items = numbered.judged.grouped.matched.items();
    let speaks = match &section.content {
        SectionContent::Items(members) => speaker(items, members) == Some(id),
        SectionContent::Rerouted(_) => true,
    };
    let target = section.id.to_string();
    let (outcome, code, mut reason) = if speaks {
        (Outcome::Representative, "section_item", format!("published as {target}"))
    } else {
        (Outcome::Merged, "section_merged", format!("says what {target} says"))
    };
    let supports: Vec<String> = section.supports.iter().map(|id| numbered.ids[*id].to_string()).collect();
    if !supports.is_empty() {
        reason.push_str(&format!("; supports {}", supports.join(", ")));
    }
    let mut targets = vec![target];
    targets.extend(supports);
    LedgerEntry::new(item.source.clone(), outcome, code, reason).with_targets(targets)
}

/// The item whose wording a section shows: the longest.
pub(crate) fn speaker(items: &Items<'_>, members: &[ItemId]) -> Option<ItemId> {
    let longest = |member: &ItemId| (items[*member].finding.body.len(), Reverse(*member));
    members.iter().copied().max_by_key(longest)
}
