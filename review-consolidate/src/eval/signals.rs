//! The signals of every compared pair, for fitting a scorer.

use review_core::{Input, Result, SourceId};

use crate::model::ids::ItemId;
use crate::model::signals::PairSignals;
use crate::stages::intake::Intake;
use crate::stages::matched::pairs::match_items;
use crate::stages::matched::scorer::LogisticScorer;
use crate::text::words::{Shape, each_run, words_of};

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
    let intake = Intake::read(input)?;
    let items = &intake.items;
    let places = items.map(|_, item| item.finding.locations.as_slice());
    let pairs = match_items(items, &places, &LogisticScorer::default());
    let live = pairs.iter().filter(|pair| items[pair.a].is_live_finding() && items[pair.b].is_live_finding());
    let source = |item: ItemId| items[item].source.clone();
    Ok(live
        .map(|pair| SignalPair { a: source(pair.a), b: source(pair.b), signals: pair.signals() })
        .collect())
}

/// The stems of a text's words and the parts of its names, as the matcher sees them: for counting how common they are.
pub fn stems(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    each_run(text, &mut |run| {
        words_of(run, &mut |word, shape| {
            if shape != Shape::Name {
                found.push(word.to_owned());
            }
        });
    });
    found
}
