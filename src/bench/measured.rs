//! What was measured, as data.

use std::collections::BTreeMap;

use review_core::{Error, ErrorKind, Result};
use serde::Serialize;

use super::crediting::CreditedBy;

/// A measure with its 95 % interval, by bootstrap over changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Estimate {
    /// The measure.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// One reviewer alone: its findings as it reported them.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct ReviewerRow {
    /// Its name.
    pub reviewer: String,
    /// What it was asked as, where it was asked here.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec: Option<String>,
    /// Runs that were measured.
    pub runs: usize,
    /// Of them: failed. What they did not find counts as missed.
    pub failed: usize,
    /// Findings of all runs.
    pub findings: u32,
    /// Of them: right.
    pub right: u32,
    /// Of them: wrong, those that say again what was said included.
    pub wrong: u32,
    /// Share of the golden comments that it found.
    pub recall: Estimate,
    /// Share of its findings that are right: a lower bound where golden comments are incomplete.
    pub precision: Estimate,
    /// Harmonic mean of the two.
    pub f1: Estimate,
    /// Golden comments that nobody else found, in the mean of the repetitions.
    pub only: f64,
    /// Recall of golden comments of each severity.
    pub recall_by_severity: BTreeMap<String, f64>,
    /// Recall of golden comments of each label.
    pub recall_by_label: BTreeMap<String, f64>,
    /// How alike its repetitions are: the share of the findings of two of them that both have. Absent without repetitions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeatability: Option<f64>,
    /// US dollars for a change; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// Seconds for a change; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Tokens for a change, read and written; absent where it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<f64>,
}

/// The passes of one reviewer with one brief.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct BriefRow {
    /// The reviewer.
    pub reviewer: String,
    /// The briefs of the passes, joined by `+`.
    pub brief: String,
    /// Passes that were measured.
    pub passes: usize,
    /// Share of the golden comments that such a pass found.
    pub recall: Estimate,
    /// Share of its findings that are right.
    pub precision: Estimate,
}

/// Several reviewers, consolidated.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct CombinationRow {
    /// The reviewers.
    pub reviewers: Vec<String>,
    /// Published findings of all changes.
    pub findings: u32,
    /// Share of the golden comments that they found.
    pub recall: Estimate,
    /// Share of the published findings that are right.
    pub precision: Estimate,
    /// Harmonic mean of the two.
    pub f1: Estimate,
    /// By how much it is behind the best of its size, in what they are ranked by.
    pub behind: Estimate,
    /// US dollars for a change; absent where it is not known of one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_usd: Option<f64>,
    /// Seconds for a change, where all run at once; absent where it is not known of one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seconds: Option<f64>,
    /// Tokens for a change; absent where it is not known of one of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tokens: Option<f64>,
}

impl CombinationRow {
    /// Whether the interval of what it is behind the best of its size holds 0.
    pub fn is_as_good(&self) -> bool {
        self.behind.low <= 0.0
    }
}

/// Two reviewers, consolidated.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct PairRow {
    /// The reviewers.
    pub reviewers: [String; 2],
    /// Share of their published findings that both raised.
    pub agreement: f64,
    /// Share of the golden comments that one of them found which both found; absent where neither found any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement_on_golden: Option<f64>,
}

/// All reviewers but one.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct LeftOutRow {
    /// Who is left out.
    pub reviewer: String,
    /// What recall then loses.
    pub recall_lost: Estimate,
    /// What F1 then loses; below 0, it gains.
    pub f1_lost: Estimate,
}

/// Everything that was measured.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct Measured {
    /// Changes that every reviewer reviewed: what is measured on.
    pub changes: usize,
    /// Golden comments of these changes.
    pub golden: usize,
    /// Repetitions that are measured.
    pub repetitions: u32,
    /// A published finding counts from so many reviewers on.
    pub keep: usize,
    /// What combinations are ranked by.
    pub ranked_by: &'static str,
    /// Who credited the findings.
    pub credited_by: CreditedBy,
    /// Changes that were left out, with the reviewers that lack them.
    pub left_out: BTreeMap<String, Vec<String>>,
    /// Changes that could not be read or reviewed, and why.
    pub failures: Vec<(String, String)>,
    /// Each reviewer alone, by what combinations are ranked by.
    pub reviewers: Vec<ReviewerRow>,
    /// Each reviewer's passes by brief, where there are briefs.
    pub briefs: Vec<BriefRow>,
    /// Every combination of two and more up to the size that was asked for, best first.
    pub combinations: Vec<CombinationRow>,
    /// All reviewers together, where there are more than that.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub all: Option<CombinationRow>,
    /// Every two reviewers.
    pub pairs: Vec<PairRow>,
    /// All reviewers but one, the one that is missed most first.
    pub leave_one_out: Vec<LeftOutRow>,
}

impl Measured {
    /// Adds changes that could not be reviewed.
    #[must_use]
    pub fn with_failures(mut self, failures: impl IntoIterator<Item = (String, String)>) -> Self {
        self.failures.extend(failures);
        self
    }

    /// Says what reviewers were asked as.
    #[must_use]
    pub fn with_specs(mut self, spec: impl Fn(&str) -> Option<String>) -> Self {
        for row in &mut self.reviewers {
            row.spec = spec(&row.reviewer);
        }
        self
    }

    /// As JSON.
    ///
    /// # Errors
    /// `Internal` when a value can't be written.
    pub fn json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| {
            Error::new(ErrorKind::Internal, "the measures could not be written as JSON").with_source(error)
        })
    }
}
