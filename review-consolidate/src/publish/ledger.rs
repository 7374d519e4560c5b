//! The ledger: exactly one entry for each raw finding and section item.

use std::collections::BTreeMap;

use review_core::{LedgerEntry, Outcome, Severity, SourceId};

use crate::draft::{Draft, Removed};
use crate::item::{Item, Role};

/// Entries of the raw findings.
pub(crate) fn entries(
    items: &[Item<'_>],
    drafts: &[Draft],
    ids: &BTreeMap<usize, String>,
    why_merged: &dyn Fn(&Draft, usize) -> String,
) -> Vec<LedgerEntry> {
    let mut entries = Vec::new();
    for (index, draft) in drafts.iter().enumerate() {
        let target = ids.get(&index).cloned().unwrap_or_default();
        for member in &draft.members {
            let Some(item) = items.get(*member) else { continue };
            let claimed = item.finding.severity;
            let entry = match &draft.removal {
                Some(removal) => {
                    let outcome = match removal.how {
                        Removed::Refuted | Removed::Withdrawn => Outcome::Dropped,
                        Removed::Suppressed => Outcome::Suppressed,
                        Removed::Rerouted => Outcome::Rerouted,
                    };
                    let mut entry =
                        LedgerEntry::new(item.source.clone(), outcome, &removal.code, &removal.reason)
                            .with_severities(claimed, None);
                    entry.evidence.clone_from(&removal.evidence);
                    if removal.how == Removed::Refuted { entry.refuted() } else { entry }
                }
                None if *member == draft.representative => {
                    let (code, reason) = kept(draft, claimed, &target);
                    LedgerEntry::new(item.source.clone(), Outcome::Representative, code, reason)
                        .with_severities(claimed, Some(draft.severity))
                }
                None => LedgerEntry::new(
                    item.source.clone(),
                    Outcome::Merged,
                    "same_issue",
                    why_merged(draft, *member),
                )
                .with_severities(claimed, Some(draft.severity)),
            };
            entries.push(entry.with_targets(vec![target.clone()]));
        }
    }
    entries
}

fn kept(draft: &Draft, claimed: Option<Severity>, id: &str) -> (&'static str, String) {
    let changed = claimed.is_some_and(|claimed| claimed != draft.severity);
    let why = draft
        .reasons
        .iter()
        .find(|reason| changed && reason.stage == "calibrate")
        .map(|reason| format!("; {}", reason.text))
        .unwrap_or_default();
    match (draft.members.len(), changed) {
        (1, false) => ("published", format!("published as {id}")),
        (1, true) => ("calibrated", format!("published as {id}{why}")),
        _ => ("representative", format!("its wording is published as {id}{why}")),
    }
}

/// Adds the published findings that a raw finding also covers.
pub(crate) fn add_also(
    entries: &mut [LedgerEntry],
    items: &[Item<'_>],
    drafts: &[Draft],
    ids: &BTreeMap<usize, String>,
) {
    let mut more: BTreeMap<&SourceId, Vec<&String>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.is_published()) {
        for item in draft
            .supporters
            .iter()
            .filter_map(|item| items.get(*item))
            .filter(|item| item.role == Role::Finding)
        {
            more.entry(&item.source).or_default().extend(ids.get(&index));
        }
    }
    for entry in entries {
        for id in more.get(&entry.source).into_iter().flatten() {
            entry.targets.push((*id).clone());
            entry.reason.push_str(&format!("; it also covers {id}"));
        }
    }
}

/// Makes the ledger whole whatever a stage did: a missing entry is added, a second one removed, and both are said.
pub(crate) fn complete(mut entries: Vec<LedgerEntry>, items: &[Item<'_>]) -> (Vec<LedgerEntry>, Vec<String>) {
    let mut problems = Vec::new();
    entries.sort_by(|a, b| a.source.cmp(&b.source));
    entries.dedup_by(|second, first| {
        let twice = second.source == first.source;
        if twice {
            problems.push(format!("{} had two ledger entries; the first is kept", second.source));
        }
        twice
    });
    for item in items {
        if entries.binary_search_by(|entry| entry.source.cmp(&item.source)).is_err() {
            let what = if item.role == Role::Finding { "finding" } else { "item" };
            problems.push(format!("{} was lost by a stage; it is listed as dropped", item.source));
            let entry = LedgerEntry::new(
                item.source.clone(),
                Outcome::Dropped,
                "lost",
                format!("a stage lost this {what}"),
            )
            .with_severities(item.finding.severity, None);
            let at = entries.partition_point(|entry| entry.source < item.source);
            entries.insert(at, entry);
        }
    }
    (entries, problems)
}
