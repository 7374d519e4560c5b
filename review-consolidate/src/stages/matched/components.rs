//! Items that are connected by likeness: no cluster, and nothing that supports or doubts one, reaches beyond.

use review_core::Ratio;

use crate::model::ids::{ComponentId, Id as _, ItemId, ReviewerId, Table};
use crate::model::relation::Decided;
use crate::model::relation::Pair;
use crate::stages::intake::Intake;

/// A finding that also covers a second issue needs to be this similar to it, in thousandths.
pub(crate) const ALSO: u16 = 700;

/// Connected items.
#[derive(Debug, Default)]
pub(crate) struct Component {
    /// The items, ordered.
    pub(crate) items: Vec<ItemId>,
    /// Whose items they are, ordered.
    pub(crate) reviewers: Vec<ReviewerId>,
}

/// Every item's component, and the pairs that it is part of.
pub(crate) struct Components {
    pub(crate) of: Table<ItemId, ComponentId>,
    pub(crate) all: Table<ComponentId, Component>,
    pairs: Vec<Pair>,
    /// Positions of each item's pairs.
    by_item: Table<ItemId, Vec<u32>>,
}

impl Components {
    pub(crate) fn new(intake: &Intake<'_>, pairs: Vec<Pair>) -> Self {
        let items = &intake.items;
        let least = intake.input.policy.match_threshold.min(Ratio::from_millis(ALSO));
        let connected = |pair: &&Pair| pair.score >= least || pair.decided.is_some_and(Decided::is_one);
        let mut parent: Table<ItemId, ItemId> = items.map(|item, _| item);
        for pair in pairs.iter().filter(connected) {
            let (a, b) = (root(&mut parent, pair.a), root(&mut parent, pair.b));
            parent[a.max(b)] = a.min(b);
        }
        let mut all: Table<ComponentId, Component> = Table::new();
        let mut number: Table<ItemId, ComponentId> = items.map(|_, _| ComponentId::from_row(0));
        for item in items.ids() {
            let first = root(&mut parent, item);
            // The root is the smallest item of its component, so it came first.
            number[item] = if first == item { all.push(Component::default()) } else { number[first] };
            let component = &mut all[number[item]];
            component.items.push(item);
            component.reviewers.push(items[item].reviewer);
        }
        let mut by_item: Table<ItemId, Vec<u32>> = items.map(|_, _| Vec::new());
        for (position, pair) in (0..).zip(&pairs) {
            by_item[pair.a].push(position);
            by_item[pair.b].push(position);
        }
        for component in all.ids() {
            all[component].reviewers.sort_unstable();
            all[component].reviewers.dedup();
        }
        Self { of: number, all, pairs, by_item }
    }

    /// Every compared pair, ordered.
    pub(crate) fn pairs(&self) -> &[Pair] {
        &self.pairs
    }

    /// The compared pair of two items, in any order.
    pub(crate) fn pair(&self, a: ItemId, b: ItemId) -> Option<&Pair> {
        let key = (a.min(b), a.max(b));
        self.pairs.binary_search_by(|pair| (pair.a, pair.b).cmp(&key)).ok().and_then(|at| self.pairs.get(at))
    }

    /// The compared pairs of an item, with the other item of each.
    pub(crate) fn pairs_of(&self, item: ItemId) -> impl Iterator<Item = (ItemId, &Pair)> {
        let pairs = self.by_item[item].iter().filter_map(|position| self.pairs.get(*position as usize));
        pairs.map(move |pair| (if pair.a == item { pair.b } else { pair.a }, pair))
    }

    /// The compared pairs within a component, ordered.
    pub(crate) fn pairs_within(&self, component: ComponentId) -> impl Iterator<Item = &Pair> {
        let items = self.all[component].items.iter();
        items
            .flat_map(|item| self.pairs_of(*item).filter(|(other, pair)| pair.b == *other))
            .filter(move |(other, _)| self.of[*other] == component)
            .map(|(_, pair)| pair)
    }
}

/// The smallest item of a component, with the way there shortened.
fn root(parent: &mut Table<ItemId, ItemId>, item: ItemId) -> ItemId {
    let mut at = item;
    while parent[at] != at {
        let further = parent[parent[at]];
        parent[at] = further;
        at = further;
    }
    at
}
