//! Reading order, ids and fingerprints.

use std::collections::BTreeMap;

use review_core::fingerprint::{FingerprintInput, fingerprint};
use review_core::{Kind, Severity};

use crate::draft::Draft;
use crate::item::Item;
use crate::publish::impact::impact;

/// The published drafts in reading order: severity, then how sure and how important, then source.
pub(crate) fn reading_order(drafts: &[Draft], items: &[Item<'_>]) -> Vec<usize> {
    let mut order: Vec<usize> =
        drafts.iter().enumerate().filter(|(_, draft)| draft.is_published()).map(|(index, _)| index).collect();
    order.sort_by_cached_key(|index| {
        drafts.get(*index).map(|draft| {
            let kind = match draft.kind {
                Some(Kind::Regression) => 0,
                Some(Kind::Gap) | None => 1,
                _ => 2,
            };
            (
                std::cmp::Reverse(draft.severity.weight()),
                std::cmp::Reverse(u32::from(draft.confidence.millis()) * impact(draft, items)),
                // With many voices the confidence is as good as one.
                std::cmp::Reverse(draft.reviewers.len()),
                std::cmp::Reverse(draft.echo),
                kind,
                draft.in_change != Some(true),
                items.get(draft.representative).map(|item| item.source.clone()),
            )
        })
    });
    order
}

/// `C1`, `I1`, `S1`, … in reading order.
pub(crate) fn ids(drafts: &[Draft], order: &[usize]) -> BTreeMap<usize, String> {
    let mut counts: BTreeMap<char, u32> = BTreeMap::new();
    let mut ids = BTreeMap::new();
    for index in order {
        let letter = drafts.get(*index).map_or(Severity::Suggestion, |draft| draft.severity).letter();
        let count = counts.entry(letter).or_insert(0);
        *count += 1;
        ids.insert(*index, format!("{letter}{count}"));
    }
    ids
}

/// `X1`, `X2`, … for what was removed, in the order of sources; what was rerouted gets its id from its section.
pub(crate) fn removed_ids(drafts: &[Draft]) -> BTreeMap<usize, String> {
    use crate::draft::Removed;
    let gone = drafts
        .iter()
        .enumerate()
        .filter(|(_, draft)| draft.removal.as_ref().is_some_and(|removal| removal.how != Removed::Rerouted));
    gone.enumerate().map(|(count, (index, _))| (index, format!("X{}", count + 1))).collect()
}

/// The fingerprint of each draft; equal ones are told apart by an ordinal in the order of sources.
pub(crate) fn fingerprints(drafts: &[Draft], items: &[Item<'_>]) -> Vec<String> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    drafts
        .iter()
        .map(|draft| {
            let title =
                items.get(draft.representative).map(|item| item.finding.title.as_str()).unwrap_or_default();
            let category = draft.category.map(|category| category.to_string()).unwrap_or_default();
            let mut input = FingerprintInput {
                path: draft.places.first().map(|place| place.path.as_str()).unwrap_or_default(),
                code: draft.code.as_deref(),
                title,
                category: &category,
                ordinal: 0,
            };
            let first = fingerprint(&input);
            let count = seen.entry(first.clone()).or_insert(0);
            input.ordinal = *count;
            *count += 1;
            if input.ordinal == 0 { first } else { fingerprint(&input) }
        })
        .collect()
}
