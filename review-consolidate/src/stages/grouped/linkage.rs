//! From pairs to clusters: average linkage over the compared pairs, so that a chain of look-alikes does not
//! become one issue.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use review_core::{Policy, Ratio};

use crate::model::cluster::Group;
use crate::model::ids::{Id, ItemId, ReviewId, Table};
use crate::model::item::Items;
use crate::model::relation::{Decided, Pair};

/// A score below this many thousandths counts as zero: it can't lift a mean, and most pairs have one.
const LEAST: u64 = 10;

/// Clusters of items: members ordered, clusters by first member. Only items that take part are in them; they are given
/// in order, and each is in exactly one.
pub(crate) fn cluster<'p>(
    items: &Items<'_>,
    pairs: impl Iterator<Item = &'p Pair>,
    policy: &Policy,
    taking_part: &[ItemId],
) -> Vec<Group> {
    let nodes = taking_part.iter().map(|item| Node {
        members: vec![*item],
        reviews: vec![items[*item].review],
        links: BTreeMap::new(),
    });
    let mut state = Linkage { nodes: nodes.collect(), policy };
    let node = |item: ItemId| taking_part.binary_search(&item).ok().map(NodeId::from_row);
    for pair in pairs {
        let (Some(a), Some(b)) = (node(pair.a), node(pair.b)) else { continue };
        let score = match pair.decided {
            Some(Decided::Same | Decided::Covers) => Ratio::ONE,
            Some(Decided::Different) => Ratio::ZERO,
            None if pair.recurs() => Ratio::ZERO,
            None => pair.score,
        };
        let link = Link {
            sum: u64::from(score.millis()),
            // Two findings of one review are two issues unless they are very alike.
            same_review: pair.same_review().then_some(score),
            decided: pair.decided,
        };
        if link.sum >= LEAST || link.decided.is_some() || pair.recurs() {
            state.connect(a, b, link);
        }
    }
    state.run();
    // A node without members is part of another one.
    let mut groups: Vec<Group> =
        state.nodes.values().filter_map(|node| Group::of(node.members.clone())).collect();
    groups.sort_by_key(|group| group.first);
    groups
}

#[derive(Clone, Copy)]
struct Link {
    /// Sum of the scores of the compared pairs between two clusters, in thousandths.
    sum: u64,
    /// The lowest score of a pair from one review.
    same_review: Option<Ratio>,
    decided: Option<Decided>,
}

impl Link {
    fn plus(self, other: Self) -> Self {
        let lowest = match (self.same_review, other.same_review) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        let decided = match (self.decided, other.decided) {
            (Some(Decided::Different), _) | (_, Some(Decided::Different)) => Some(Decided::Different),
            (a, b) => a.or(b),
        };
        Self { sum: self.sum + other.sum, same_review: lowest, decided }
    }
}

/// A growing cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct NodeId(usize);

impl Id for NodeId {
    fn from_row(row: usize) -> Self {
        Self(row)
    }
    fn row(self) -> usize {
        self.0
    }
}

struct Node {
    /// Empty once it is part of another one.
    members: Vec<ItemId>,
    /// The reviews of its members, ordered.
    reviews: Vec<ReviewId>,
    links: BTreeMap<NodeId, Link>,
}

impl Node {
    /// Whether both have a finding of one review. The smaller one is looked through.
    fn shares_review(&self, other: &Self) -> bool {
        let (few, many) =
            if self.reviews.len() < other.reviews.len() { (self, other) } else { (other, self) };
        few.reviews.iter().any(|review| many.reviews.binary_search(review).is_ok())
    }
}

/// A possible merge; the best one is the largest. Ties go to the smaller numbers. It is stale once one of the two has
/// another size.
type Merge = (u64, Reverse<(NodeId, NodeId)>, (usize, usize));

struct Linkage<'p> {
    nodes: Table<NodeId, Node>,
    policy: &'p Policy,
}

impl Linkage<'_> {
    fn connect(&mut self, a: NodeId, b: NodeId, link: Link) {
        for (from, to) in [(a, b), (b, a)] {
            let row = &mut self.nodes[from].links;
            let joined = row.get(&to).map_or(link, |old| old.plus(link));
            row.insert(to, joined);
        }
    }

    fn run(&mut self) {
        let mut heap: BinaryHeap<Merge> = BinaryHeap::new();
        for (a, node) in self.nodes.iter() {
            heap.extend(node.links.range(a..).filter_map(|(b, link)| self.offer(a, *b, *link)));
        }
        while let Some((_, Reverse((a, b)), sizes)) = heap.pop() {
            if sizes != (self.nodes[a].members.len(), self.nodes[b].members.len()) {
                continue;
            }
            self.join(a, b);
            let offers = self.nodes[a]
                .links
                .iter()
                .filter_map(|(other, link)| self.offer(a.min(*other), a.max(*other), *link));
            heap.extend(offers);
        }
    }

    /// A merge, where the policy allows it.
    fn offer(&self, a: NodeId, b: NodeId, link: Link) -> Option<Merge> {
        let (x, y) = (&self.nodes[a], &self.nodes[b]);
        let value = match link.decided {
            Some(Decided::Different) => return None,
            Some(Decided::Same | Decided::Covers) => 1_001,
            None => {
                // A pair that was not compared has nothing in common worth comparing: it counts as zero.
                let average = link.sum / (x.members.len() as u64 * y.members.len() as u64).max(1);
                if average < u64::from(self.policy.match_threshold.millis()) || average == 0 {
                    return None;
                }
                let told_apart =
                    link.same_review.is_none_or(|lowest| lowest < self.policy.same_reviewer_threshold);
                if told_apart && x.shares_review(y) {
                    return None;
                }
                average
            }
        };
        Some((value, Reverse((a, b)), (x.members.len(), y.members.len())))
    }

    /// Takes `b` into `a`.
    fn join(&mut self, a: NodeId, b: NodeId) {
        let members = std::mem::take(&mut self.nodes[b].members);
        let reviews = std::mem::take(&mut self.nodes[b].reviews);
        let links = std::mem::take(&mut self.nodes[b].links);
        let grown = &mut self.nodes[a];
        grown.members.extend(members);
        grown.reviews.extend(reviews);
        grown.reviews.sort_unstable();
        grown.reviews.dedup();
        grown.links.remove(&b);
        for (other, link) in links {
            self.nodes[other].links.remove(&b);
            if other != a {
                self.connect(a, other, link);
            }
        }
    }
}
