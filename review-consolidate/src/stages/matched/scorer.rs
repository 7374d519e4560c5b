//! The probability that two items speak of the same issue.

use review_core::Ratio;

use crate::model::item::Item;
use crate::model::signals::PairSignals;

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
        signals.describe()
    }
}

/// A logistic model over the signals.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticScorer {
    /// The weights.
    pub weights: Weights,
}

/// A margin beyond this says no more: with few rivals it is only the likeness once again.
const CAP: f64 = 0.15;

/// Shortness counts in full from a quarter of common wording on. Chosen among a tenth, a sixth, a quarter and a third: below a
/// quarter, one-line texts that share no more than a common word merge.
const RAMP: f64 = 4.0;

/// Weights of the logistic model.
///
/// Fitted by `examples/fit_weights.rs` (L2 penalty 0.2) on pairs of findings in several views: 1,309 pairs of raw findings of
/// 19 reports about one project, 61 of them the same issue, whole, without places and with titles alone; pairs that are different
/// because one reviewer told them apart or because both were published; and pairs of one-line findings of the text-only
/// benchmark, with a small weight: same or different by the golden comments that they are credited with, and different where only
/// one is credited. Then, by hand:
///
/// * `bias` lowered by 0.4: a wrong merge hides a finding, a missed one shows an issue twice. Leaving one change out, that
///   costs 0.02 of F1, and the different findings on the same lines that still merge are halved.
/// * `apart` lowered by 6: a fit leaves it near zero, as such findings have little else in common; but for two messages of one form
///   about two things (`unused import a`, `unused import b`) it is all that tells.
/// * `bare` raised by 6: one-line texts without places. The fit asks for certainty there; what two of three products say is best
///   kept with 4 to 8.
/// * `place` is not fitted. Where there are words, it added nothing to them in any fit, so it only counts where there are few; its
///   weight makes the same lines, without any words, just about the same issue.
///
/// Names with inner structure have no weight of their own: they are most of the key terms. See the numbers in
/// `docs/design/0010-consolidation.md`.
#[derive(Clone, Copy, Debug, PartialEq)]
#[allow(missing_docs, reason = "each weight is named after the signal it multiplies")]
pub struct Weights {
    pub bias: f64,
    pub words: f64,
    pub prose: f64,
    pub headline: f64,
    pub key: f64,
    pub apart: f64,
    pub code: f64,
    pub place: f64,
    pub shortness: f64,
    pub bare: f64,
    pub mutual: f64,
    pub margin: f64,
}

impl Weights {
    /// Number of weights.
    pub const COUNT: usize = 12;

    /// The names of the weights, in the order of [`as_array`](Self::as_array).
    pub const NAMES: [&'static str; Self::COUNT] = [
        "bias",
        "words",
        "prose",
        "headline",
        "key",
        "apart",
        "code",
        "place",
        "shortness",
        "bare",
        "mutual",
        "margin",
    ];

    /// The signals as a row of a design matrix, in the order of [`as_array`](Self::as_array).
    ///
    /// Two findings on the same lines quote the same code whatever they say of it, so `code` only counts elsewhere. A margin
    /// only counts as far as there was a choice. Shortness makes up for what short texts leave out, never for having nothing in
    /// common.
    pub fn row(signals: &PairSignals) -> [f64; Self::COUNT] {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let short = signals.shortness * (RAMP * signals.words).min(1.0);
        [
            1.0,
            signals.words,
            signals.prose,
            signals.headline,
            signals.key,
            flag(signals.apart) * signals.prose * signals.prose,
            if signals.place.overlap { 0.0 } else { signals.code },
            signals.brevity * signals.place.tightness,
            short,
            flag(signals.bare) * short * signals.shortness,
            flag(signals.mutual),
            signals.margin.min(CAP) * signals.rivals,
        ]
    }

    /// The weights as a row.
    pub fn as_array(&self) -> [f64; Self::COUNT] {
        [
            self.bias,
            self.words,
            self.prose,
            self.headline,
            self.key,
            self.apart,
            self.code,
            self.place,
            self.shortness,
            self.bare,
            self.mutual,
            self.margin,
        ]
    }

    /// The weights from a row.
    pub fn from_array(row: [f64; Self::COUNT]) -> Self {
        let [bias, words, prose, headline, key, apart, code, place, shortness, bare, mutual, margin] = row;
        Self { bias, words, prose, headline, key, apart, code, place, shortness, bare, mutual, margin }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            bias: -6.07,
            words: 4.40,
            prose: 2.71,
            headline: 2.39,
            key: 1.61,
            apart: -5.79,
            code: 1.77,
            place: 9.00,
            shortness: 2.07,
            bare: 7.50,
            mutual: 0.55,
            margin: 7.32,
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
        Ratio::from_f64(1.0 / (1.0 + libm::exp(-sum)))
    }
}
