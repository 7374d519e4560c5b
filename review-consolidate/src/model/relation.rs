//! Pairs of items: what they have in common, and what was decided of them.

use review_core::{Ratio, Relation};

use super::ids::ItemId;
use super::signals::{PackedSignals, PairSignals};

/// A compared pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// The first item.
    pub(crate) a: ItemId,
    /// The second item; larger than `a`.
    pub(crate) b: ItemId,
    /// What they have in common.
    pub(crate) packed: PackedSignals,
    /// The probability that they speak of the same issue.
    pub(crate) score: Ratio,
    /// They are the same kind of defect at two places, as far as they tell themselves.
    pub(crate) one_kind: bool,
    /// What a judge decided, where the engine follows it.
    pub(crate) decided: Option<Decided>,
}

impl Pair {
    /// What they have in common.
    pub(crate) fn signals(&self) -> PairSignals {
        self.packed.into()
    }

    /// Whether the two come from the same review.
    pub(crate) fn same_review(&self) -> bool {
        self.packed.same_review()
    }

    /// Whether the two are the same kind of defect at two places, and nobody decided that they are one.
    pub(crate) fn recurs(&self) -> bool {
        self.one_kind && self.decided.is_none()
    }

    /// How the two relate, given that they are one issue.
    pub(crate) fn merged(&self) -> Relation {
        if self.decided == Some(Decided::Covers) { Relation::Covers } else { self.signals().merged() }
    }

    /// Both directions.
    pub(crate) fn ways(&self) -> [(ItemId, ItemId); 2] {
        [(self.a, self.b), (self.b, self.a)]
    }
}

/// What a decision says of a pair.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decided {
    /// Together.
    Same,
    /// Together: one of them is a part of the other.
    Covers,
    /// Apart.
    Different,
}

impl Decided {
    /// Whether the two are one issue.
    pub(crate) fn is_one(self) -> bool {
        self != Self::Different
    }
}
