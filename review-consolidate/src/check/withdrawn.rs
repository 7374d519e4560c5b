//! Somebody raised the same and took it back on a second look.

use std::collections::{BTreeMap, BTreeSet};

use review_core::Policy;

use crate::draft::Draft;
use crate::item::{Item, Role};
use crate::matching::Pair;

/// The doubt of somebody who understood the claim and found it wrong, in thousandths of log odds.
const TAKEN_BACK: u32 = 600;

/// Doubts drafts that say what another reviewer said and withdrew.
pub(crate) fn doubt_withdrawn(items: &[Item<'_>], pairs: &[Pair], policy: &Policy, drafts: &mut [Draft]) {
    let withdrawn =
        |index: usize| items.get(index).filter(|item| item.role == Role::Finding && item.finding.withdrawn);
    if !(0..items.len()).any(|index| withdrawn(index).is_some()) {
        return;
    }
    let mut by: BTreeMap<usize, BTreeSet<&str>> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.score >= policy.match_threshold) {
        for (gone, kept) in [(pair.a, pair.b), (pair.b, pair.a)] {
            if let (Some(gone), true) = (withdrawn(gone), items.get(kept).is_some_and(Item::is_live_finding))
            {
                by.entry(kept).or_default().insert(&gone.source.reviewer);
            }
        }
    }
    for draft in drafts {
        let who: BTreeSet<&str> =
            draft.members.iter().filter_map(|member| by.get(member)).flatten().copied().collect();
        if let Some(name) = who.into_iter().find(|name| !draft.reviewers.iter().any(|said| said == name)) {
            let text = format!("{name} raised the same and took it back");
            draft.doubt = draft.doubt.saturating_add(TAKEN_BACK);
            draft.because("check", text);
        }
    }
}
