//! Section items that say what a finding says: they support it, and are merged with each other.

use std::collections::BTreeMap;

use review_core::{Policy, Ratio};

use crate::cluster::{Forced, cluster, mean_score};
use crate::intake::is_praise;
use crate::item::{Item, Role};
use crate::matching::Pair;

/// For each cluster of findings, the section items that support it.
pub(crate) fn supporters(
    items: &[Item<'_>],
    pairs: &[Pair],
    clusters: &[Vec<usize>],
    policy: &Policy,
) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new(); clusters.len()];
    let mut home: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, members) in clusters.iter().enumerate() {
        for member in members {
            home.insert(*member, index);
        }
    }
    let mut scores: BTreeMap<(usize, usize), Ratio> = BTreeMap::new();
    let mut near: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for pair in pairs {
        for (section, finding) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let Some(item) = items.get(section) else { continue };
            if item.role == Role::Finding || !item.role.can_support() || is_praise(item) {
                continue;
            }
            if let Some(cluster) = home.get(&finding) {
                scores.insert((section.min(finding), section.max(finding)), pair.score);
                let list = near.entry(section).or_default();
                if !list.contains(cluster) {
                    list.push(*cluster);
                }
            }
        }
    }
    for (section, candidates) in near {
        let best = candidates
            .into_iter()
            .filter_map(|index| {
                Some((mean_score(&scores, &[section], clusters.get(index)?), std::cmp::Reverse(index)))
            })
            .max();
        if let Some((score, std::cmp::Reverse(index))) = best
            && score >= policy.match_threshold
            && let Some(list) = found.get_mut(index)
        {
            list.push(section);
        }
    }
    found
}

/// Section items of one role, clustered.
pub(crate) fn section_clusters(
    items: &[Item<'_>],
    pairs: &[Pair],
    policy: &Policy,
    role: Role,
) -> Vec<Vec<usize>> {
    let none: BTreeMap<(usize, usize), Forced> = BTreeMap::new();
    let of_role = |item: usize| items.get(item).is_some_and(|item| item.role == role);
    let same_stance = |pair: &&Pair| {
        let (a, b) = (items.get(pair.a), items.get(pair.b));
        a.zip(b).is_some_and(|(a, b)| {
            a.role == role && b.role == role && a.stance == b.stance && a.scope == b.scope
        })
    };
    let mine: Vec<Pair> = pairs.iter().filter(same_stance).copied().collect();
    cluster(items, &mine, &none, policy, &of_role)
}
