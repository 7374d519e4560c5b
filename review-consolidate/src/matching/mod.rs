//! Same or different: candidate pairs, their signals and scores.

pub(crate) mod candidates;
pub(crate) mod place;
pub(crate) mod scorer;
pub(crate) mod vectors;

use std::collections::BTreeMap;

use review_core::{Location, Ratio};

pub use place::Place;
pub use scorer::{LogisticScorer, PairScorer, PairSignals, Weights};
use vectors::Profile;

use crate::item::Item;

/// A compared pair.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct Pair {
    /// Number of the first item.
    pub a: usize,
    /// Number of the second item; larger than `a`.
    pub b: usize,
    /// What they have in common.
    pub signals: PairSignals,
    /// The probability that they speak of the same issue.
    pub score: Ratio,
}

/// Compares items. `places` are the checked places, item by item.
pub fn match_items(items: &[Item<'_>], places: &[Vec<Location>], scorer: &dyn PairScorer) -> Vec<Pair> {
    let profiles = vectors::profiles(items);
    let reviews = items.iter().map(|item| item.review + 1).max().unwrap_or(0);
    let mut pairs: Vec<Pair> = candidates::candidates(&profiles, places, reviews)
        .into_iter()
        .filter_map(|(a, b)| {
            let (x, y) = (items.get(a)?, items.get(b)?);
            let signals = compare(
                profiles.get(a)?,
                profiles.get(b)?,
                places.get(a)?,
                places.get(b)?,
                x.review == y.review,
            );
            Some(Pair { a, b, signals, score: Ratio::ZERO })
        })
        .collect();
    add_rivalry(items, &mut pairs);
    for pair in &mut pairs {
        if let (Some(a), Some(b)) = (items.get(pair.a), items.get(pair.b)) {
            pair.score = scorer.score(&pair.signals, a, b);
        }
    }
    pairs
}

/// From so many different words on a text says enough for itself: the shortest findings of the corpus have about
/// thirty.
const ENOUGH_WORDS: usize = 24;

/// 1 for a text without words, falling to 0 for one with enough.
fn brevity(words: usize) -> f64 {
    let lacking = ENOUGH_WORDS.saturating_sub(words) as f64 / ENOUGH_WORDS as f64;
    round(lacking * lacking)
}

/// Signals are rounded before anything depends on them, so that no platform's floating point flips a decision.
fn round(value: f64) -> f64 {
    libm::round(value * 10_000.0) / 10_000.0
}

fn compare(a: &Profile, b: &Profile, at: &[Location], bt: &[Location], same_review: bool) -> PairSignals {
    let shared = a.code.iter().filter(|line| b.code.binary_search(line).is_ok()).count();
    let fewer = a.code.len().min(b.code.len());
    PairSignals {
        words: round(a.words.cosine(&b.words)),
        title: round(a.title.cosine(&b.title)),
        prose: round(a.prose.cosine(&b.prose)),
        names: round(a.names.cosine(&b.names)),
        code: if fewer == 0 { 0.0 } else { round(shared as f64 / fewer as f64) },
        place: place::compare(at, bt),
        brevity: brevity(a.words.terms.len().min(b.words.terms.len())),
        bare: at.is_empty() && bt.is_empty(),
        mutual: false,
        margin: 0.0,
        same_review,
    }
}

/// Fills in `mutual` and `margin`: for each item, its best and second-best match within each other review.
fn add_rivalry(items: &[Item<'_>], pairs: &mut [Pair]) {
    // (item, review of the other) → best and second-best.
    let mut best: BTreeMap<(usize, usize), (f64, f64)> = BTreeMap::new();
    let review = |item: usize| items.get(item).map_or(0, |item| item.review);
    for pair in pairs.iter().filter(|pair| !pair.signals.same_review) {
        let strength = affinity(&pair.signals);
        for key in [(pair.a, review(pair.b)), (pair.b, review(pair.a))] {
            let slot = best.entry(key).or_insert((0.0, 0.0));
            if strength > slot.0 {
                *slot = (strength, slot.0);
            } else if strength > slot.1 {
                slot.1 = strength;
            }
        }
    }
    for pair in pairs.iter_mut().filter(|pair| !pair.signals.same_review) {
        let strength = affinity(&pair.signals);
        let mut margin = f64::INFINITY;
        for key in [(pair.a, review(pair.b)), (pair.b, review(pair.a))] {
            let (first, second) = best.get(&key).copied().unwrap_or((0.0, 0.0));
            margin = margin.min(if strength >= first { strength - second } else { strength - first });
        }
        pair.signals.mutual = margin >= 0.0 && strength > 0.0;
        pair.signals.margin = round(margin);
    }
}

/// What decides who is whose best match: wording, with a little help from the place where wording is close.
fn affinity(signals: &PairSignals) -> f64 {
    round(signals.words + 0.1 * signals.title + 0.05 * signals.place.nearness)
}
