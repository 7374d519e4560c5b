//! The signals of every compared pair, for fitting a scorer.

use review_core::{Input, Location, Result, SourceId};

use crate::intake::intake;
use crate::matching::{LogisticScorer, PairSignals, match_items};

/// A compared pair with what its two findings have in common.
#[derive(Clone, Debug, PartialEq)]
pub struct SignalPair {
    /// The first finding.
    pub a: SourceId,
    /// The second finding.
    pub b: SourceId,
    /// What they have in common.
    pub signals: PairSignals,
}

/// The signals of every compared pair of raw findings, with the places as claimed.
///
/// # Errors
/// `InvalidInput` when a reviewer and pass occurs twice.
pub fn signals(input: &Input) -> Result<Vec<SignalPair>> {
    let intake = intake(input)?;
    let places: Vec<Vec<Location>> = intake.items.iter().map(|item| item.finding.locations.clone()).collect();
    let pairs = match_items(&intake.items, &places, &LogisticScorer::default());
    let source = |item: usize| {
        intake.items.get(item).filter(|item| item.is_live_finding()).map(|item| item.source.clone())
    };
    Ok(pairs
        .iter()
        .filter_map(|pair| Some(SignalPair { a: source(pair.a)?, b: source(pair.b)?, signals: pair.signals }))
        .collect())
}
