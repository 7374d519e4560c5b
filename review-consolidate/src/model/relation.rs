//! Pairs of items: what they have in common, and what was decided of them.

use review_core::Ratio;

use super::ids::ItemId;
use super::signals::PairSignals;

/// A compared pair.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pair {
    /// The first item.
    pub(crate) a: ItemId,
    /// The second item; larger than `a`.
    pub(crate) b: ItemId,
    /// What they have in common.
    pub(crate) signals: PairSignals,
    /// The probability that they speak of the same issue.
    pub(crate) score: Ratio,
    /// What a judge decided, where the engine follows it.
    pub(crate) decided: Option<Decided>,
}

impl Pair {
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
    /// Apart.
    Different,
}
