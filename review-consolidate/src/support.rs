//! Section items that say what a finding says: they support it, and are merged with each other.

use std::collections::{BTreeMap, BTreeSet};

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

/// Findings that say what a reviewer lists as a limitation that the author acknowledges: the finding, and that item.
pub(crate) fn acknowledged(items: &[Item<'_>], pairs: &[Pair], policy: &Policy) -> BTreeMap<usize, usize> {
    let mut found: BTreeMap<usize, (Ratio, std::cmp::Reverse<usize>)> = BTreeMap::new();
    for pair in pairs.iter().filter(|pair| pair.score >= policy.match_threshold) {
        for (limitation, finding) in [(pair.a, pair.b), (pair.b, pair.a)] {
            let role = |item: usize| items.get(item).map(|item| item.role);
            if role(limitation) == Some(Role::Limitation) && role(finding) == Some(Role::Finding) {
                let new = (pair.score, std::cmp::Reverse(limitation));
                let best = found.entry(finding).or_insert(new);
                *best = (*best).max(new);
            }
        }
    }
    found.into_iter().map(|(finding, (_, std::cmp::Reverse(limitation)))| (finding, limitation)).collect()
}

/// A finding that also covers a second issue needs to be so like it.
const ALSO: u16 = 700;

/// Findings that also say what another cluster says, which they could not join because their own cluster and that one have findings
/// of one review: that reviewer told two issues apart, this one did not. They support the second.
pub(crate) fn also(items: &[Item<'_>], pairs: &[Pair], clusters: &[Vec<usize>], found: &mut [Vec<usize>]) {
    let mut home: BTreeMap<usize, usize> = BTreeMap::new();
    for (index, members) in clusters.iter().enumerate() {
        home.extend(members.iter().map(|member| (*member, index)));
    }
    let reviews = |cluster: usize| -> BTreeSet<usize> {
        clusters
            .get(cluster)
            .into_iter()
            .flatten()
            .filter_map(|member| items.get(*member))
            .map(|item| item.review)
            .collect()
    };
    let scores: BTreeMap<(usize, usize), Ratio> = pairs
        .iter()
        .filter(|pair| pair.score.millis() >= ALSO)
        .map(|pair| ((pair.a, pair.b), pair.score))
        .collect();
    let all: BTreeMap<(usize, usize), Ratio> = pairs
        .iter()
        .filter(|pair| pair.signals.same_review)
        .map(|pair| ((pair.a, pair.b), pair.score))
        .collect();
    for (a, b) in scores.keys() {
        for (item, other) in [(*a, *b), (*b, *a)] {
            let (Some(mine), Some(theirs)) = (home.get(&item), home.get(&other)) else { continue };
            let Some(review) = items.get(item).map(|item| item.review) else { continue };
            let there = reviews(*theirs);
            if mine == theirs || there.contains(&review) || reviews(*mine).is_disjoint(&there) {
                continue;
            }
            // A reviewer that says one thing twice has not told two issues apart.
            if repeats(items, &all, clusters.get(*mine), clusters.get(*theirs)) {
                continue;
            }
            let alike = clusters.get(*theirs).map(|members| mean_score(&scores, &[item], members));
            if let Some(list) = found.get_mut(*theirs)
                && alike.is_some_and(|alike| alike.millis() >= ALSO)
                && !list.contains(&item)
            {
                list.push(item);
                list.sort_unstable();
            }
        }
    }
}

/// From this score on two findings of one review may be the same issue said twice.
const REPEATED: u16 = 50;

/// Whether two clusters have findings of one review that are somewhat alike.
fn repeats(
    items: &[Item<'_>],
    scores: &BTreeMap<(usize, usize), Ratio>,
    a: Option<&Vec<usize>>,
    b: Option<&Vec<usize>>,
) -> bool {
    let review = |item: &usize| items.get(*item).map(|item| item.review);
    a.into_iter().flatten().any(|x| {
        b.into_iter().flatten().filter(|y| review(x) == review(y)).any(|y| {
            scores.get(&((*x).min(*y), (*x).max(*y))).is_some_and(|score| score.millis() >= REPEATED)
        })
    })
}

/// Section items of one role, clustered.
pub(crate) fn section_clusters(
    items: &[Item<'_>],
    pairs: &[Pair],
    policy: &Policy,
    role: Role,
) -> Vec<Vec<usize>> {
    let none: BTreeMap<(usize, usize), Forced> = BTreeMap::new();
    let of_role: Vec<usize> =
        items.iter().enumerate().filter(|(_, item)| item.role == role).map(|(index, _)| index).collect();
    let same_stance = |pair: &&Pair| {
        let (a, b) = (items.get(pair.a), items.get(pair.b));
        a.zip(b).is_some_and(|(a, b)| {
            a.role == role && b.role == role && a.stance == b.stance && a.scope == b.scope
        })
    };
    let mine: Vec<Pair> = pairs.iter().filter(same_stance).copied().collect();
    cluster(items, &mine, &none, policy, &of_role)
}
