//! From pairs to clusters: average linkage over the compared pairs, so that a chain of look-alikes does not
//! become one issue.

use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use review_core::{Policy, Ratio};

use crate::item::Item;
use crate::matching::Pair;

/// What a decision says of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Forced {
    /// Together.
    Same,
    /// Apart.
    Different,
}

/// A score below so many thousandths counts as zero: it can't lift a mean, and most pairs have one.
const LEAST: u64 = 10;

/// Clusters of item numbers: members ordered, clusters by first member. Only items that take part are in them; they are given
/// in order.
pub(crate) fn cluster(
    items: &[Item<'_>],
    pairs: &[Pair],
    forced: &BTreeMap<(usize, usize), Forced>,
    policy: &Policy,
    taking_part: &[usize],
) -> Vec<Vec<usize>> {
    let mut state = Clusters::default();
    for item in taking_part {
        state.members.insert(*item, vec![*item]);
        state.links.insert(*item, BTreeMap::new());
    }
    let takes_part = |item: usize| taking_part.binary_search(&item).is_ok();
    for pair in pairs.iter().filter(|pair| takes_part(pair.a) && takes_part(pair.b)) {
        let score = match forced.get(&(pair.a, pair.b)) {
            Some(Forced::Same) => Ratio::ONE,
            Some(Forced::Different) => Ratio::ZERO,
            None => pair.score,
        };
        let link = Link {
            sum: u64::from(score.millis()),
            count: 1,
            // Two findings of one review are two issues unless they are very alike.
            same_review: pair.signals.same_review.then_some(score),
            forced: forced.get(&(pair.a, pair.b)).copied(),
        };
        if link.sum >= LEAST || link.forced.is_some() {
            state.connect(pair.a, pair.b, link);
        }
    }
    state.run(items, policy);
    let mut clusters: Vec<Vec<usize>> = state.members.into_values().collect();
    clusters.iter_mut().for_each(|members| members.sort_unstable());
    clusters.sort();
    clusters
}

#[derive(Clone, Copy)]
struct Link {
    /// Sum of the scores of the compared pairs between two clusters, in thousandths.
    sum: u64,
    count: u64,
    /// The lowest score of a pair from one review.
    same_review: Option<Ratio>,
    forced: Option<Forced>,
}

impl Link {
    fn plus(self, other: Self) -> Self {
        let lowest = match (self.same_review, other.same_review) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let forced = match (self.forced, other.forced) {
            (Some(Forced::Different), _) | (_, Some(Forced::Different)) => Some(Forced::Different),
            (a, b) => a.or(b),
        };
        Self { sum: self.sum + other.sum, count: self.count + other.count, same_review: lowest, forced }
    }
}

#[derive(Default)]
struct Clusters {
    members: BTreeMap<usize, Vec<usize>>,
    links: BTreeMap<usize, BTreeMap<usize, Link>>,
}

/// A possible merge; the best one is the largest. Ties go to the smaller numbers.
type Merge = (u64, std::cmp::Reverse<(usize, usize)>, (usize, usize));

impl Clusters {
    fn connect(&mut self, a: usize, b: usize, link: Link) {
        for (from, to) in [(a, b), (b, a)] {
            let row = self.links.entry(from).or_default();
            let joined = row.get(&to).map_or(link, |old| old.plus(link));
            row.insert(to, joined);
        }
    }

    fn run(&mut self, items: &[Item<'_>], policy: &Policy) {
        let mut heap: BinaryHeap<Merge> = BinaryHeap::new();
        let all: Vec<(usize, usize)> = self
            .links
            .iter()
            .flat_map(|(a, row)| row.keys().filter(move |b| a < b).map(move |b| (*a, *b)))
            .collect();
        for (a, b) in all {
            self.offer(a, b, items, policy, &mut heap);
        }
        while let Some((value, _, (size_a, size_b))) = heap.peek().map(|m| (m.0, m.1, m.2)) {
            let Some((_, std::cmp::Reverse((a, b)), _)) = heap.pop() else { break };
            let size = |x: usize| self.members.get(&x).map_or(0, Vec::len);
            // Stale: one of the two has grown or gone since.
            if size(a) != size_a || size(b) != size_b || value == 0 {
                continue;
            }
            self.join(a, b);
            let neighbours: Vec<usize> =
                self.links.get(&a).map(|row| row.keys().copied().collect()).unwrap_or_default();
            for other in neighbours {
                self.offer(a.min(other), a.max(other), items, policy, &mut heap);
            }
        }
    }

    /// Puts a merge on the heap where the policy allows it.
    fn offer(&self, a: usize, b: usize, items: &[Item<'_>], policy: &Policy, heap: &mut BinaryHeap<Merge>) {
        let Some(link) = self.links.get(&a).and_then(|row| row.get(&b)) else { return };
        let (Some(x), Some(y)) = (self.members.get(&a), self.members.get(&b)) else { return };
        let value = match link.forced {
            Some(Forced::Different) => return,
            Some(Forced::Same) => 1_001,
            None => {
                // A pair that was not compared has nothing in common worth comparing: it counts as zero.
                let average = link.sum / (x.len() as u64 * y.len() as u64).max(1);
                if average < u64::from(policy.match_threshold.millis()) {
                    return;
                }
                let reviews: BTreeSet<usize> =
                    x.iter().filter_map(|i| items.get(*i)).map(|i| i.review).collect();
                let clash = y.iter().filter_map(|i| items.get(*i)).any(|i| reviews.contains(&i.review));
                if clash && link.same_review.is_none_or(|lowest| lowest < policy.same_reviewer_threshold) {
                    return;
                }
                average
            }
        };
        heap.push((value, std::cmp::Reverse((a, b)), (x.len(), y.len())));
    }

    /// Takes `b` into `a`.
    fn join(&mut self, a: usize, b: usize) {
        let moved = self.members.remove(&b).unwrap_or_default();
        self.members.entry(a).or_default().extend(moved);
        let row = self.links.remove(&b).unwrap_or_default();
        if let Some(mine) = self.links.get_mut(&a) {
            mine.remove(&b);
        }
        for (other, link) in row {
            if let Some(theirs) = self.links.get_mut(&other) {
                theirs.remove(&b);
            }
            if other != a {
                self.connect(a, other, link);
            }
        }
    }
}

/// Mean score between two groups of items, in thousandths; pairs that were not compared count as zero.
pub(crate) fn mean_score(pairs: &BTreeMap<(usize, usize), Ratio>, a: &[usize], b: &[usize]) -> Ratio {
    let mut sum = 0u64;
    for x in a {
        for y in b {
            sum += pairs.get(&((*x).min(*y), (*x).max(*y))).map_or(0, |score| u64::from(score.millis()));
        }
    }
    let count = (a.len() as u64 * b.len() as u64).max(1);
    Ratio::from_millis(u16::try_from(sum / count).unwrap_or(1000))
}
