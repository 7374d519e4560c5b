//! The pure function: input, evidence and decisions in; queries or a report out.

use std::sync::Arc;

use review_core::{Decisions, Evidence, Input, Report, Result, Step};

use crate::anchor::plan::{Next, needed};
use crate::assemble::assemble;
use crate::calibrate::{Calibrator, StandardCalibrator};
use crate::check::{ClaimChecker, standard_checkers};
use crate::intake::intake;
use crate::matching::{LogisticScorer, PairScorer};
use crate::publish::summary::{StandardSummary, SummaryTemplate};
use crate::publish::verdict::{StandardVerdict, VerdictTable};

/// Consolidates with the built-in stages.
///
/// Asks for evidence ([`Step::Need`]) until it has what it wants, at most four times; then gives the report. A query
/// that stays unanswered would be asked again: a driver records [`Answer::Unknown`](review_core::Answer::Unknown)
/// for it, as [`drive`](crate::drive) does. To consolidate without a tree, use [`Engine::report`].
///
/// # Errors
/// `InvalidInput` when a reviewer and pass occurs twice.
pub fn consolidate(input: &Input, evidence: &Evidence, decisions: &Decisions) -> Result<Step> {
    Engine::new().step(input, evidence, decisions)
}

/// The stages of consolidation. Each can be replaced; the ledger's guarantees hold whatever a stage does.
///
/// ```
/// use review_consolidate::Engine;
/// use review_core::{ChangeSet, Decisions, Evidence, Input, RawFinding, Review};
///
/// let input = Input::new(
///     ChangeSet::default(),
///     vec![Review::new("claude").with_finding(RawFinding::new("The error of `Close` is lost").with_id("I1"))],
/// );
/// let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new())?;
/// assert_eq!(report.findings[0].id, "S1");
/// assert_eq!(report.ledger.len(), 1);
/// # Ok::<(), review_core::Error>(())
/// ```
pub struct Engine {
    pub(crate) scorer: Arc<dyn PairScorer>,
    pub(crate) checkers: Vec<Box<dyn ClaimChecker>>,
    pub(crate) calibrator: Arc<dyn Calibrator>,
    pub(crate) verdict: Arc<dyn VerdictTable>,
    pub(crate) summary: Arc<dyn SummaryTemplate>,
}

impl Default for Engine {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let checkers: Vec<&str> = self.checkers.iter().map(|checker| checker.name()).collect();
        f.debug_struct("Engine").field("checkers", &checkers).finish_non_exhaustive()
    }
}

impl Engine {
    /// The built-in stages.
    pub fn new() -> Self {
        Self {
            scorer: Arc::new(LogisticScorer::default()),
            checkers: standard_checkers(),
            calibrator: Arc::new(StandardCalibrator),
            verdict: Arc::new(StandardVerdict),
            summary: Arc::new(StandardSummary),
        }
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

    /// Takes all checks away.
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

    /// One step: what is still needed, or the report.
    ///
    /// # Errors
    /// `InvalidInput` when a reviewer and pass occurs twice.
    pub fn step(&self, input: &Input, evidence: &Evidence, decisions: &Decisions) -> Result<Step> {
        let intake = intake(input)?;
        Ok(match needed(&intake, &self.checkers, evidence) {
            Next::Ask(queries) => Step::Need(queries),
            Next::Known(anchored, sources) => {
                Step::Done(Box::new(assemble(self, intake, evidence, decisions, Some((anchored, sources)))))
            }
        })
    }

    /// The report from the evidence at hand; what is missing is *not checkable*.
    ///
    /// # Errors
    /// `InvalidInput` when a reviewer and pass occurs twice.
    pub fn report(&self, input: &Input, evidence: &Evidence, decisions: &Decisions) -> Result<Report> {
        Ok(assemble(self, intake(input)?, evidence, decisions, None))
    }
}
