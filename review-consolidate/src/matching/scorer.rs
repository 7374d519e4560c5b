//! The probability that two items speak of the same issue.

use review_core::Ratio;

use super::place::Place;
use crate::item::Item;

/// What two items have in common, as numbers. All are symmetric.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct PairSignals {
    /// Cosine of their TF-IDF vectors over title, prose and code.
    pub words: f64,
    /// The same over titles alone.
    pub title: f64,
    /// The same over the ordinary words of title and prose, without any code.
    pub prose: f64,
    /// The same over names (`camelCase`, `snake_case`) alone.
    pub names: f64,
    /// Quoted lines of code in common, against the fewer of the two, 0 to 1.
    pub code: f64,
    /// How their places lie to each other.
    pub place: Place,
    /// How little text the shorter of the two has, 0 to 1: the less it is, the more the place has to tell.
    pub brevity: f64,
    /// There is nothing but text: neither has a place. Then less in common means more.
    pub bare: bool,
    /// Each is the other's best match among the other's review, by `words`.
    pub mutual: bool,
    /// By how much `words` is better than the next best match in either review, the smaller of the two; may be negative.
    pub margin: f64,
    /// Whether they come from the same review.
    pub same_review: bool,
}

/// Scores a pair of items.
///
/// # Contract
/// Symmetric, and a function of its arguments. The engine bounds what a score can do: two findings of one
/// review need the policy's higher threshold, and a merge that a judge asks for needs a minimum of `words`.
pub trait PairScorer: Send + Sync {
    /// The probability that the two speak of the same issue.
    fn score(&self, signals: &PairSignals, a: &Item<'_>, b: &Item<'_>) -> Ratio;

    /// One line on why the score is as it is.
    fn explain(&self, signals: &PairSignals) -> String {
        describe(signals)
    }
}

/// The signals in words.
pub(crate) fn describe(signals: &PairSignals) -> String {
    let mut parts = Vec::new();
    let percent = |value: f64| libm::round(value * 100.0) as i64;
    parts.push(format!("wording {} %", percent(signals.words)));
    parts.push(format!("prose {} %", percent(signals.prose)));
    if signals.names > 0.0 {
        parts.push(format!("names {} %", percent(signals.names)));
    }
    if signals.code > 0.0 {
        parts.push(format!("quoted code {} %", percent(signals.code)));
    }
    parts.push(
        match signals.place {
            Place { overlap: true, .. } => "overlapping lines",
            Place { nearness, .. } if nearness > 0.0 => "neighbouring lines",
            Place { same_file: true, .. } => "same file",
            Place { known: true, .. } => "different files",
            _ => "places not known",
        }
        .to_owned(),
    );
    if signals.mutual {
        parts.push("each the other's best match".to_owned());
    }
    parts.join(", ")
}

/// A logistic model over the signals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticScorer {
    /// The weights.
    pub weights: Weights,
}

/// A margin beyond this says no more: with few rivals it is only the likeness once again.
const CAP: f64 = 0.15;

/// Taken off the log odds of two findings on the same lines: their code and names are the same anyway. Not fitted (a fit that
/// only counts pairs puts it at zero), but chosen among 0, 0.6 and 1.2: leaving one change out, 1.2 merges one third of
/// the different findings on the same lines that 0 merges, and costs 0.02 of F1.
const SAME_LINES: f64 = 1.2;

/// Weights of the logistic model.
///
/// Fitted by `examples/fit_weights.rs` (L2 penalty 0.1) on 1,309 pairs of raw findings of 19 reports about one project,
/// 61 of them the same issue, and, with weight 0.3, 1,028 pairs of published findings of the same reports, which are
/// different by definition; the bias then raised by 0.8, two thirds of what the same
/// lines take off. `bare` is fitted alone, on the
/// 30 development changes of the text-only benchmark, where the F1 of duplicates is flat within half a unit. `place` is not fitted:
/// where there are words, the place added nothing to them in any fit, so it only counts where there are few; its
/// weight makes the same lines, without any words, just about the same issue. See the numbers in
/// `docs/design/0010-consolidation.md`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "each weight is named after the signal it multiplies")]
pub struct Weights {
    pub bias: f64,
    pub words: f64,
    pub prose: f64,
    pub names: f64,
    pub code: f64,
    pub place: f64,
    pub bare: f64,
    pub mutual: f64,
    pub margin: f64,
}

impl Weights {
    /// Number of weights.
    pub const COUNT: usize = 9;

    /// The names of the weights, in the order of [`as_array`](Self::as_array).
    pub const NAMES: [&'static str; Self::COUNT] =
        ["bias", "words", "prose", "names", "code", "place", "bare", "mutual", "margin"];

    /// The signals as a row of a design matrix, in the order of [`as_array`](Self::as_array).
    pub fn row(signals: &PairSignals) -> [f64; Self::COUNT] {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        [
            1.0,
            signals.words,
            signals.prose,
            signals.names,
            signals.code,
            signals.brevity * signals.place.tightness,
            flag(signals.bare),
            flag(signals.mutual),
            signals.margin.min(CAP),
        ]
    }

    /// The weights as a row.
    pub fn as_array(&self) -> [f64; Self::COUNT] {
        [
            self.bias,
            self.words,
            self.prose,
            self.names,
            self.code,
            self.place,
            self.bare,
            self.mutual,
            self.margin,
        ]
    }

    /// The weights from a row.
    pub fn from_array(row: [f64; Self::COUNT]) -> Self {
        let [bias, words, prose, names, code, place, bare, mutual, margin] = row;
        Self { bias, words, prose, names, code, place, bare, mutual, margin }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            bias: -7.26,
            words: 10.0,
            prose: 6.07,
            names: 2.55,
            code: 2.67,
            place: 8.0,
            bare: 4.6,
            mutual: 1.23,
            margin: 3.76,
        }
    }
}

impl Default for LogisticScorer {
    fn default() -> Self {
        Self { weights: Weights::default() }
    }
}

impl PairScorer for LogisticScorer {
    fn score(&self, signals: &PairSignals, _: &Item<'_>, _: &Item<'_>) -> Ratio {
        let sum: f64 = Weights::row(signals).iter().zip(self.weights.as_array()).map(|(x, w)| x * w).sum();
        // With few words the place has to tell; with many it explains away what they share.
        let explained = signals.place.overlap && signals.brevity == 0.0;
        let sum = if explained { sum - SAME_LINES } else { sum };
        Ratio::from_f64(1.0 / (1.0 + libm::exp(-sum)))
    }
}
