//! Somebody raised the same and took it back on a second look.

use std::collections::BTreeSet;

use crate::model::cluster::Cluster;
use crate::model::panel::Panel;
use crate::stages::matched::Matched;

/// The doubt of somebody who understood the claim and found it wrong, in thousandths of log odds.
const TAKEN_BACK: u32 = 600;

/// Doubts a cluster that says what another reviewer said and withdrew.
pub(crate) fn doubt_withdrawn(matched: &Matched<'_>, panel: Panel<'_>, cluster: &mut Cluster<'_>) {
    let items = matched.items();
    let threshold = matched.anchored.intake.input.policy.match_threshold;
    let pairs = cluster.members.iter().flat_map(|member| matched.components.pairs_of(*member));
    let withdrawn: BTreeSet<&str> = pairs
        .filter(|(other, pair)| pair.score >= threshold && items[*other].is_withdrawn())
        .filter(|(other, _)| matched.may_doubt(panel, &items[*other]))
        .map(|(other, _)| items[other].source.reviewer.as_str())
        .collect();
    let other = withdrawn.into_iter().find(|name| !cluster.reviewers.iter().any(|said| said == name));
    if let Some(name) = other {
        cluster.doubted(TAKEN_BACK, format!("{name} raised the same and took it back"));
    }
}
