//! Same or different: candidate pairs, their signals and scores.

pub(crate) mod candidates;
pub(crate) mod place;
pub(crate) mod scorer;
pub(crate) mod vectors;

use review_core::{Location, Ratio};

pub use place::Place;
pub use scorer::{LogisticScorer, PairScorer, PairSignals, Weights};
use vectors::{Board, Likeness, Profile};

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
    let (profiles, terms) = vectors::profiles(items);
    let reviews = items.iter().map(|item| item.review + 1).max().unwrap_or(0);
    let everything = items.len() <= candidates::ALL_PAIRS_UP_TO;
    let candidates = candidates::candidates(&profiles, places, reviews, terms);
    let mut pairs: Vec<Pair> = Vec::with_capacity(candidates.len());
    let mut board = Board::new(terms);
    for group in candidates.chunk_by(|(a, _), (b, _)| a == b) {
        let Some((a, x)) = group.first().and_then(|(a, _)| Some((*a, profiles.get(*a)?))) else { continue };
        board.lay(x);
        for (_, b) in group {
            let (Some(y), Some(here), Some(there)) = (profiles.get(*b), places.get(a), places.get(*b)) else {
                continue;
            };
            let like = board.compare(y);
            let fewer = x.terms.len().min(y.terms.len());
            // In a big review most candidates have nothing in common after all.
            if !everything && like.words < LEAST_WORDS && fewer >= ENOUGH_WORDS {
                continue;
            }
            let mut signals = compare(x, y, like, place::compare(here, there));
            signals.bare = here.is_empty() && there.is_empty();
            signals.same_review = items.get(a).zip(items.get(*b)).is_some_and(|(a, b)| a.review == b.review);
            pairs.push(Pair { a, b: *b, signals, score: Ratio::ZERO });
        }
        board.clear(x);
    }
    add_rivalry(items, &mut pairs);
    for pair in &mut pairs {
        if let (Some(a), Some(b)) = (items.get(pair.a), items.get(pair.b)) {
            pair.score = scorer.score(&pair.signals, a, b);
        }
    }
    if !everything {
        pairs.retain(|pair| pair.score.millis() >= LEAST_SCORE);
    }
    pairs
}

/// In a big review a pair that scores less (in thousandths) is as good as one that was never compared.
const LEAST_SCORE: u16 = 10;

/// From so many different words on a text says enough for itself, and its place tells nothing more: the shortest findings
/// of the corpus have about thirty.
const ENOUGH_WORDS: usize = 24;

/// With less wording in common than this two findings with enough words are not the same issue: the lowest of 61 true pairs of the
/// corpus has 0.14.
const LEAST_WORDS: f64 = 0.08;

/// From so many different words on a text is *long*: more words make two texts about one issue no more alike. The median of the
/// corpus' true pairs.
const LONG: f64 = 60.0;
/// Fewer words than these are all alike short.
const SHORT: f64 = 8.0;

/// How short the shorter of two texts is: 0 for a long one, 1 for one of eight different words. Of one issue two short texts
/// share less than two long ones do, because each says less of it.
fn shortness(fewer_words: usize) -> f64 {
    let words = (fewer_words as f64).clamp(SHORT, LONG);
    round(libm::log(LONG / words) / libm::log(LONG / SHORT))
}

/// How much the place has to tell of two findings: all where one has no words; less the more words there are, and only as far
/// as the few words agree. Two short messages about one line are two issues if they share no word.
fn brevity(fewer_words: usize, likeness: f64) -> f64 {
    if fewer_words == 0 {
        return 1.0;
    }
    let lacking = ENOUGH_WORDS.saturating_sub(fewer_words) as f64 / ENOUGH_WORDS as f64;
    round(lacking * lacking * lacking * (likeness * 3.0).min(1.0))
}

/// Signals are rounded before anything depends on them, so that no platform's floating point flips a decision.
fn round(value: f64) -> f64 {
    libm::round(value * 10_000.0) / 10_000.0
}

fn compare(a: &Profile, b: &Profile, like: Likeness, place: Place) -> PairSignals {
    let shared = a.code.iter().filter(|line| b.code.binary_search(line).is_ok()).count();
    let fewer_lines = a.code.len().min(b.code.len());
    let fewer = a.terms.len().min(b.terms.len());
    PairSignals {
        words: round(like.words),
        title: round(like.title),
        prose: round(like.prose),
        headline: round(like.headline),
        key: round(like.key),
        apart: like.apart,
        code: if fewer_lines == 0 { 0.0 } else { round(shared as f64 / fewer_lines as f64) },
        place,
        shortness: shortness(fewer),
        brevity: brevity(fewer, like.words),
        ..PairSignals::default()
    }
}

/// Best and second-best match of one item within one other review.
#[derive(Clone, Copy)]
struct Rivals {
    review: usize,
    best: f64,
    second: f64,
}

/// Fills in `mutual`, `margin` and `rivals`.
fn add_rivalry(items: &[Item<'_>], pairs: &mut [Pair]) {
    let mut rivals: Vec<Vec<Rivals>> = vec![Vec::new(); items.len()];
    let review = |item: usize| items.get(item).map_or(0, |item| item.review);
    let mut sizes: Vec<u32> = Vec::new();
    for item in items {
        if sizes.len() <= item.review {
            sizes.resize(item.review + 1, 0);
        }
        if let Some(size) = sizes.get_mut(item.review) {
            *size += 1;
        }
    }
    for pair in pairs.iter().filter(|pair| !pair.signals.same_review) {
        let strength = affinity(&pair.signals);
        for (item, review) in [(pair.a, review(pair.b)), (pair.b, review(pair.a))] {
            let Some(mine) = rivals.get_mut(item) else { continue };
            match mine.iter_mut().find(|rivals| rivals.review == review) {
                None => mine.push(Rivals { review, best: strength, second: 0.0 }),
                Some(rivals) if strength > rivals.best => {
                    rivals.second = rivals.best;
                    rivals.best = strength;
                }
                Some(rivals) => rivals.second = rivals.second.max(strength),
            }
        }
    }
    for pair in pairs.iter_mut().filter(|pair| !pair.signals.same_review) {
        let strength = affinity(&pair.signals);
        let mut margin = f64::INFINITY;
        for (item, review) in [(pair.a, review(pair.b)), (pair.b, review(pair.a))] {
            let found = rivals.get(item).and_then(|mine| mine.iter().find(|rivals| rivals.review == review));
            let Some(found) = found else { continue };
            margin = margin.min(if strength >= found.best {
                strength - found.second
            } else {
                strength - found.best
            });
        }
        let contested = |item| sizes.get(review(item)).is_some_and(|size| *size > 1);
        pair.signals.rivals =
            0.5 * (f64::from(u8::from(contested(pair.a))) + f64::from(u8::from(contested(pair.b))));
        pair.signals.mutual = margin >= 0.0 && strength > 0.0;
        pair.signals.margin = if margin.is_finite() { round(margin) } else { 0.0 };
    }
}

/// What decides who is whose best match: wording, with a little help from the place where wording is close.
fn affinity(signals: &PairSignals) -> f64 {
    round(signals.words + 0.1 * signals.title + 0.05 * signals.place.nearness)
}
