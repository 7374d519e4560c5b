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
/// Fitted by `eval/examples/fit_matcher.rs` (L2 penalty 1) on the labelled pairs of three sets at once: long reports of one
/// project (whole, without places, titles alone), short comments with places of 25 projects, and texts alone of three. More
/// signals, and boosted trees over them (monotone or not, alone or averaged with these weights), did no better on a project
/// that was left out, so there are few. `apart` and `place` are set by hand, because no set has such pairs, and the others are
/// fitted around them:
///
/// * `apart` keeps two messages of one form about two things apart (`unused import a`, `unused import b`).
/// * `place` makes the same lines, without any words, just about the same issue.
///
/// Three are moved from the fit, which weighs both mistakes alike:
///
/// * `bias` is 0.5 above: of the steps tried, the largest at which nine of ten merges in long reports are right.
/// * `shortness` is 0.5 below, so that two of three are among short comments.
/// * `bare` is 8 above: texts without places are best merged from a probability of .2 on.
///
/// See the numbers in `docs/evaluation.md`.
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
    pub one_liner: f64,
    pub bare: f64,
    pub margin: f64,
    pub elsewhere: f64,
    pub overlap: f64,
    pub strange: f64,
}

impl Weights {
    /// Number of weights.
    pub const COUNT: usize = 15;

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
        "one_liner",
        "bare",
        "margin",
        "elsewhere",
        "overlap",
        "strange",
    ];

    /// The signals as a row of a design matrix, in the order of [`as_array`](Self::as_array).
    ///
    /// Two findings on the same lines quote the same code whatever they say of it, so `code` only counts elsewhere. A margin
    /// only counts as far as there was a choice. Few words about the same lines are two issues where they ask for different
    /// kinds of work. Shortness makes up for what short texts leave out, never for having nothing in
    /// common.
    pub fn row(signals: &PairSignals) -> [f64; Self::COUNT] {
        let flag = |on: bool| if on { 1.0 } else { 0.0 };
        let long = 1.0 - signals.shortness;
        let short = signals.shortness * (RAMP * signals.words).min(1.0);
        [
            1.0,
            signals.words,
            signals.prose,
            signals.headline,
            signals.key,
            flag(signals.apart) * signals.prose * signals.prose,
            if signals.place.overlap { 0.0 } else { signals.code },
            if signals.asks > 0.0 { signals.brevity * signals.place.tightness } else { 0.0 },
            short,
            signals.shortness * signals.shortness,
            flag(signals.bare) * short * signals.shortness,
            signals.margin.min(CAP) * signals.rivals,
            flag(signals.place.known && !signals.place.same_file),
            long * flag(signals.place.overlap),
            long * signals.strange,
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
            self.one_liner,
            self.bare,
            self.margin,
            self.elsewhere,
            self.overlap,
            self.strange,
        ]
    }

    /// The weights from a row.
    pub fn from_array(row: [f64; Self::COUNT]) -> Self {
        let [
            bias,
            words,
            prose,
            headline,
            key,
            apart,
            code,
            place,
            shortness,
            one_liner,
            bare,
            margin,
            elsewhere,
            overlap,
            strange,
        ] = row;
        Self {
            bias,
            words,
            prose,
            headline,
            key,
            apart,
            code,
            place,
            shortness,
            one_liner,
            bare,
            margin,
            elsewhere,
            overlap,
            strange,
        }
    }
}

impl Default for Weights {
    fn default() -> Self {
        Self {
            bias: -4.69,
            words: 1.84,
            prose: 3.35,
            headline: 2.65,
            key: 2.84,
            apart: -5.79,
            code: 1.03,
            place: 8.50,
            shortness: -2.01,
            one_liner: 0.51,
            bare: 9.89,
            margin: 2.19,
            elsewhere: -0.75,
            overlap: 0.59,
            strange: -1.17,
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
