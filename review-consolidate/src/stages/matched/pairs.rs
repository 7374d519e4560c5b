//! The compared pairs with their signals and scores.

use review_core::Ratio;

use super::candidates::{ALL_PAIRS_UP_TO, Places, candidates};
use super::scorer::PairScorer;
use super::vectors::{Board, Likeness, Profile, profiles};
use crate::model::ids::{Id as _, ItemId, ReviewId, Table};
use crate::model::item::{Item, Items, Role};
use crate::model::place::{self, Place};
use crate::model::relation::Pair;
use crate::model::signals::PairSignals;

/// Compares items; the pairs are ordered.
pub(crate) fn match_items(items: &Items<'_>, places: &Places<'_>, scorer: &dyn PairScorer) -> Vec<Pair> {
    let (profiles, terms) = profiles(items);
    let reviews = items.values().map(|item| item.review.row() + 1).max().unwrap_or(0);
    let everything = items.len() <= ALL_PAIRS_UP_TO;
    let candidates = candidates(&profiles, places, reviews, terms);
    let mut pairs: Vec<Pair> = Vec::new();
    let mut strengths: Vec<Strength> = Vec::new();
    let mut board = Board::new(terms);
    for group in candidates.chunk_by(|(a, _), (b, _)| a == b) {
        let Some((a, _)) = group.first().copied() else { continue };
        let x = &profiles[a];
        board.lay(x);
        for (_, b) in group.iter().copied() {
            let y = &profiles[b];
            let like = board.compare(y);
            let fewer = x.terms.len().min(y.terms.len());
            // In a big review most candidates have nothing in common after all.
            if !everything && like.words < LEAST_WORDS && fewer >= ENOUGH_WORDS {
                continue;
            }
            let mut signals = compare(x, y, like, place::compare(places[a], places[b]));
            signals.bare = places[a].is_empty() && places[b].is_empty();
            signals.same_review = items[a].review == items[b].review;
            if !signals.same_review {
                strengths.push(Strength { a, b, strength: affinity(&signals) as f32 });
            }
            // Most candidates are as good as different however their rivals turn out, and are not kept.
            if !everything && at_best(&signals, scorer, &items[a], &items[b]).millis() < LEAST_SCORE {
                continue;
            }
            let packed = signals.into();
            pairs.push(Pair { a, b, packed, score: Ratio::ZERO, one_kind: false, decided: None });
        }
        board.clear(x);
    }
    drop(candidates);
    drop(profiles);
    add_rivalry(items, &strengths, &mut pairs);
    drop(strengths);
    for pair in &mut pairs {
        let signals = pair.signals();
        pair.score = scorer.score(&signals, &items[pair.a], &items[pair.b]);
        // Section items have no places of their own to recur at.
        let both = items[pair.a].role == Role::Finding && items[pair.b].role == Role::Finding;
        pair.one_kind = both && signals.is_one_kind_elsewhere();
    }
    if !everything {
        pairs.retain(|pair| pair.score.millis() >= LEAST_SCORE);
        pairs.shrink_to_fit();
    }
    pairs
}

/// In a big review a pair that scores less (in thousandths) is as good as one that was never compared.
const LEAST_SCORE: u16 = 10;

/// The score of a pair if each were by far the other's best match.
fn at_best(signals: &PairSignals, scorer: &dyn PairScorer, a: &Item<'_>, b: &Item<'_>) -> Ratio {
    scorer.score(&PairSignals { mutual: true, margin: 1.0, rivals: 1.0, ..*signals }, a, b)
}

/// A text of this many different words or more says enough for itself, and its place tells nothing more: the shortest findings
/// of the corpus have about thirty.
const ENOUGH_WORDS: usize = 24;

/// With less wording in common than this two findings with enough words are not the same issue: the lowest of 61 true pairs of the
/// corpus has 0.14.
const LEAST_WORDS: f64 = 0.08;

/// A text of this many different words or more is *long*: further words make two texts about one issue no more alike. The median of the
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
        strange: round(like.strange),
        cover: round(like.cover),
        balance: round(fewer as f64 / a.terms.len().max(b.terms.len()).max(1) as f64),
        asks: round(a.asks.agree(b.asks).unwrap_or(0.5)),
        code: if fewer_lines == 0 { 0.0 } else { round(shared as f64 / fewer_lines as f64) },
        place,
        shortness: shortness(fewer),
        brevity: brevity(fewer, like.words),
        ..PairSignals::default()
    }
}

/// How well two items of different reviews match, as far as it decides who is whose best match.
#[derive(Clone, Copy)]
struct Strength {
    a: ItemId,
    b: ItemId,
    strength: f32,
}

/// Best and second-best match of one item within one other review.
#[derive(Clone, Copy)]
struct Rivals {
    review: ReviewId,
    best: f32,
    second: f32,
}

/// Fills in `mutual`, `margin` and `rivals`.
fn add_rivalry(items: &Items<'_>, strengths: &[Strength], pairs: &mut [Pair]) {
    let mut sizes: Vec<u32> = Vec::new();
    for row in items.values().map(|item| item.review.row()) {
        if sizes.len() <= row {
            sizes.resize(row + 1, 0);
        }
        sizes.iter_mut().skip(row).take(1).for_each(|size| *size += 1);
    }
    let contested = |item: &Item<'_>| sizes.get(item.review.row()).is_some_and(|size| *size > 1);
    let mut rivals: Table<ItemId, Vec<Rivals>> = items.map(|_, _| Vec::new());
    for Strength { a, b, strength } in strengths {
        // A remark of another section is no rival of a finding: both may say the same.
        if (items[*a].role == Role::Finding) != (items[*b].role == Role::Finding) {
            continue;
        }
        for (item, other) in [(*a, *b), (*b, *a)] {
            let review = items[other].review;
            let mine = &mut rivals[item];
            match mine.iter_mut().find(|rivals| rivals.review == review) {
                None => mine.push(Rivals { review, best: *strength, second: 0.0 }),
                Some(rivals) if *strength > rivals.best => {
                    rivals.second = rivals.best;
                    rivals.best = *strength;
                }
                Some(rivals) => rivals.second = rivals.second.max(*strength),
            }
        }
    }
    for pair in pairs.iter_mut().filter(|pair| !pair.same_review()) {
        let mut signals = pair.signals();
        let strength = affinity(&signals) as f32;
        let mut margin = f32::INFINITY;
        for (item, other) in pair.ways() {
            let review = items[other].review;
            for rivals in rivals[item].iter().filter(|rivals| rivals.review == review) {
                let above = if strength >= rivals.best { rivals.second } else { rivals.best };
                margin = margin.min(strength - above);
            }
        }
        let chosen = pair.ways().map(|(item, _)| f64::from(u8::from(contested(&items[item]))));
        signals.rivals = 0.5 * chosen.iter().sum::<f64>();
        signals.mutual = margin >= 0.0 && strength > 0.0;
        signals.margin = if margin.is_finite() { round(f64::from(margin)) } else { 0.0 };
        pair.packed = signals.into();
    }
}

/// What decides who is whose best match: wording, with a little help from the place where wording is close.
fn affinity(signals: &PairSignals) -> f64 {
    round(signals.words + 0.1 * signals.title + 0.05 * signals.place.nearness)
}
