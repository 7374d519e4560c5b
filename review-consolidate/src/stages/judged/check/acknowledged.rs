//! Findings that say what a reviewer lists among the limitations that the author acknowledges.

use std::cmp::Reverse;

use crate::model::cluster::Cluster;
use crate::model::item::Role;
use crate::model::panel::Panel;
use crate::stages::matched::Matched;

/// Who lists it, beside those who raise it: who does both has weighed it. The most similar first, for each member in turn.
pub(crate) fn by(matched: &Matched<'_>, panel: Panel<'_>, cluster: &Cluster<'_>) -> Vec<String> {
    let items = matched.items();
    let threshold = matched.anchored.intake.input.policy.match_threshold;
    let mut found: Vec<String> = Vec::new();
    for member in &cluster.members {
        let mut lists: Vec<_> = matched
            .components
            .pairs_of(*member)
            .filter(|(other, pair)| pair.score >= threshold && items[*other].role == Role::Limitation)
            .filter(|(other, _)| matched.may_doubt(panel, &items[*other]))
            .collect();
        lists.sort_by_key(|(other, pair)| (Reverse(pair.score), *other));
        for name in lists.into_iter().map(|(other, _)| &items[other].source.reviewer) {
            if !cluster.reviewers.contains(name) && !found.contains(name) {
                found.push(name.clone());
            }
        }
    }
    found
}
