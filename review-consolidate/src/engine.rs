//! The pure function: input, evidence and decisions in; queries or a report out.

use review_core::{Decisions, Evidence, Input, Report, Result, Step};

use crate::model::item::Item;
use crate::report::summary::SummaryTemplate;
use crate::report::verdict::VerdictTable;
use crate::report::write::write;
use crate::stages::anchored::AnchoredItems;
use crate::stages::grouped::Grouped;
use crate::stages::intake::Intake;
use crate::stages::judged::Judged;
use crate::stages::judged::calibrate::Calibrator;
use crate::stages::judged::check::checker::ClaimChecker;
use crate::stages::matched::Matched;
use crate::stages::matched::scorer::PairScorer;
use crate::stages::numbered::Numbered;
use crate::stages::replaceable::Stages;

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

/// The stages of consolidation in their order.
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
#[derive(Debug, Default)]
pub struct Engine {
    stages: Stages,
}

impl From<Stages> for Engine {
    fn from(stages: Stages) -> Self {
        Self { stages }
    }
}

impl Engine {
    /// The built-in stages.
    pub fn new() -> Self {
        Self::default()
    }

    /// Replaces the scorer of pairs.
    #[must_use]
    pub fn with_scorer(self, scorer: impl PairScorer + 'static) -> Self {
        self.stages.with_scorer(scorer).into()
    }

    /// Adds a check.
    #[must_use]
    pub fn with_checker(self, checker: impl ClaimChecker + 'static) -> Self {
        self.stages.with_checker(checker).into()
    }

    /// Removes all checks.
    #[must_use]
    pub fn without_checkers(self) -> Self {
        self.stages.without_checkers().into()
    }

    /// Replaces the calibrator.
    #[must_use]
    pub fn with_calibrator(self, calibrator: impl Calibrator + 'static) -> Self {
        self.stages.with_calibrator(calibrator).into()
    }

    /// Replaces the verdict table.
    #[must_use]
    pub fn with_verdict(self, verdict: impl VerdictTable + 'static) -> Self {
        self.stages.with_verdict(verdict).into()
    }

    /// Replaces the template of the executive summary.
    #[must_use]
    pub fn with_summary(self, summary: impl SummaryTemplate + 'static) -> Self {
        self.stages.with_summary(summary).into()
    }

    /// One step: what is still needed, or the report.
    ///
    /// # Errors
    /// `InvalidInput` when a reviewer and pass occurs twice.
    pub fn step(&self, input: &Input, evidence: &Evidence, decisions: &Decisions) -> Result<Step> {
        let wanted = |item: &Item<'_>| self.stages.queries(item);
        match AnchoredItems::or_ask(Intake::read(input)?, &wanted, evidence) {
            Ok(anchored) => Ok(Step::Done(Box::new(self.run(anchored, decisions)?))),
            Err(queries) => Ok(Step::Need(queries)),
        }
    }

    /// The report from the evidence at hand; what is missing is *not checkable*.
    ///
    /// # Errors
    /// `InvalidInput` when a reviewer and pass occurs twice.
    pub fn report(&self, input: &Input, evidence: &Evidence, decisions: &Decisions) -> Result<Report> {
        self.run(AnchoredItems::new(Intake::read(input)?, evidence), decisions)
    }

    fn run<'a>(&self, anchored: AnchoredItems<'a>, decisions: &'a Decisions) -> Result<Report> {
        let matched = Matched::new(anchored, &self.stages, decisions);
        let grouped = Grouped::everybody(&matched);
        let judged = Judged::everybody(grouped, &self.stages);
        let numbered = Numbered::new(judged, &self.stages);
        write(&numbered, &self.stages)
    }
}
