//! What each signal of the match is worth on a corpus: the score without it, at the bias that is then best.

use deep_review::consolidate::eval::{PairCounts, pair_counts, predictions};
use deep_review::consolidate::{Engine, LogisticScorer, Weights};
use deep_review::{ChangeSet, Decisions, Evidence, Input, Policy, Result};
use serde::Serialize;

use super::corpus::Case;

/// How far the bias is moved to either side, in log odds, to find the best one.
const FURTHEST: f64 = 4.0;
/// Steps to either side.
const STEPS: i32 = 8;

/// The pairs without one signal.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Without {
    signal: &'static str,
    precision: f64,
    recall: f64,
    f1: f64,
    bias_moved_by: f64,
}

impl Without {
    /// One line of the table.
    pub(crate) fn line(&self) -> String {
        format!(
            "  {:<12} P {:.3}  R {:.3}  F1 {:.3}  (bias {:+.1})\n",
            self.signal, self.precision, self.recall, self.f1, self.bias_moved_by
        )
    }
}

/// Leaves out one signal after another. The other weights stay as they are; only the bias is chosen anew, on this very corpus, so each
/// figure is what could be had at best without a refit. The first row leaves out nothing.
pub(crate) fn ablation(cases: &[Case], policy: &Policy) -> Result<Vec<Without>> {
    let inputs: Vec<Input> = cases
        .iter()
        .map(|case| Input::new(ChangeSet::default(), case.reviews.clone()).with_policy(policy.clone()))
        .collect();
    let mut rows = vec![best("nothing", None, &inputs, cases)?];
    for (index, signal) in Weights::NAMES.iter().enumerate().skip(1) {
        rows.push(best(signal, Some(index), &inputs, cases)?);
    }
    Ok(rows)
}

fn best(signal: &'static str, index: Option<usize>, inputs: &[Input], cases: &[Case]) -> Result<Without> {
    let mut found: Option<Without> = None;
    for step in -STEPS..=STEPS {
        let bias_moved_by = FURTHEST * f64::from(step) / f64::from(STEPS);
        let mut row = Weights::default().as_array();
        for (at, weight) in row.iter_mut().enumerate() {
            if at == 0 {
                *weight += bias_moved_by;
            } else if Some(at) == index {
                *weight = 0.0;
            }
        }
        let engine = Engine::new().with_scorer(LogisticScorer { weights: Weights::from_array(row) });
        let mut sum = PairCounts::default();
        for (input, case) in inputs.iter().zip(cases) {
            let report = engine.report(input, &Evidence::new(), &Decisions::new())?;
            sum = sum.plus(pair_counts(&case.labels, &predictions(&report)));
        }
        if found.as_ref().is_none_or(|best| sum.f1() > best.f1) {
            let (precision, recall, f1) = (sum.precision(), sum.recall(), sum.f1());
            found = Some(Without { signal, precision, recall, f1, bias_moved_by });
        }
    }
    Ok(found.unwrap_or(Without { signal, precision: 0.0, recall: 0.0, f1: 0.0, bias_moved_by: 0.0 }))
}
