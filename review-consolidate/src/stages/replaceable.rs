//! The stages that can be replaced one by one.

use std::sync::Arc;

use review_core::Query;

use super::judged::calibrate::{Calibrator, StandardCalibrator};
use super::judged::check::checker::ClaimChecker;
use super::judged::check::standard_checkers;
use super::matched::scorer::{LogisticScorer, PairScorer};
use crate::model::item::Item;
use crate::report::summary::{StandardSummary, SummaryTemplate};
use crate::report::verdict::{StandardVerdict, VerdictTable};

/// The replaceable stages. Whatever they do, each raw finding ends in the ledger.
pub struct Stages {
    pub(crate) scorer: Arc<dyn PairScorer>,
    pub(crate) checkers: Vec<Box<dyn ClaimChecker>>,
    pub(crate) calibrator: Arc<dyn Calibrator>,
    pub(crate) verdict: Arc<dyn VerdictTable>,
    pub(crate) summary: Arc<dyn SummaryTemplate>,
}

impl Default for Stages {
    fn default() -> Self {
        Self {
            scorer: Arc::new(LogisticScorer::default()),
            checkers: standard_checkers(),
            calibrator: Arc::new(StandardCalibrator),
            verdict: Arc::new(StandardVerdict),
            summary: Arc::new(StandardSummary),
        }
    }
}

impl std::fmt::Debug for Stages {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let checkers: Vec<&str> = self.checkers.iter().map(|checker| checker.name()).collect();
        f.debug_struct("Stages").field("checkers", &checkers).finish_non_exhaustive()
    }
}

impl Stages {
    /// The built-in stages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the scorer of pairs.
    #[must_use]
    pub fn with_scorer(mut self, scorer: impl PairScorer + 'static) -> Self {
        self.scorer = Arc::new(scorer);
        self
    }

    /// Adds a check.
    #[must_use]
    pub fn with_checker(mut self, checker: impl ClaimChecker + 'static) -> Self {
        self.checkers.push(Box::new(checker));
        self
    }

    /// Removes all checks.
    #[must_use]
    pub fn without_checkers(mut self) -> Self {
        self.checkers.clear();
        self
    }

    /// Replaces the calibrator.
    #[must_use]
    pub fn with_calibrator(mut self, calibrator: impl Calibrator + 'static) -> Self {
        self.calibrator = Arc::new(calibrator);
        self
    }

    /// Replaces the verdict table.
    #[must_use]
    pub fn with_verdict(mut self, verdict: impl VerdictTable + 'static) -> Self {
        self.verdict = Arc::new(verdict);
        self
    }

    /// Replaces the template of the executive summary.
    #[must_use]
    pub fn with_summary(mut self, summary: impl SummaryTemplate + 'static) -> Self {
        self.summary = Arc::new(summary);
        self
    }

    /// What the checks want to know of an item.
    pub(crate) fn queries(&self, item: &Item<'_>) -> Vec<Query> {
        self.checkers.iter().flat_map(|checker| checker.queries(item)).collect()
    }
}
