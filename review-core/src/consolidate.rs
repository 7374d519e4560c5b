//! What goes into consolidation and what comes out: the contract between the pure engine and its driver.

use std::sync::Arc;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::change::ChangeSet;
use crate::cx::Cx;
use crate::error::Result;
use crate::policy::Policy;
use crate::question::Decisions;
use crate::report::Report;
use crate::resolution::Resolution;
use crate::review::Review;
use crate::tree::{Query, SourceTree};

/// Everything that consolidation knows, beside what it asks of the source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Input {
    /// The reviews, one per pass, in any order. A reviewer and pass occurs once.
    pub reviews: Vec<Review>,
    /// What was reviewed.
    pub change: ChangeSet,
    /// Thresholds, weights and caps.
    pub policy: Policy,
    /// Reports of earlier rounds of the same change, in any order.
    pub previous: Vec<Report>,
    /// What the author did with their items.
    pub resolutions: Vec<Resolution>,
    /// Facts of the run.
    pub run: RunFacts,
}

impl Input {
    /// Reviews of a change, with the default policy.
    pub fn new(change: ChangeSet, reviews: Vec<Review>) -> Self {
        Self { change, reviews, ..Self::default() }
    }
}

setters!(Input {
    push with_review = reviews: Review,
    set with_policy = policy: Policy,
    push with_previous = previous: Report,
    push with_resolution = resolutions: Resolution,
    set with_run = run: RunFacts,
});

/// Facts of the run that the engine can't know: it has no clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct RunFacts {
    /// Id of the report to make.
    pub report_id: String,
    /// When the run began, milliseconds since 1970-01-01 UTC.
    pub started_ms: Option<i64>,
    /// Wall-clock time of the run, in milliseconds.
    pub wall_clock_ms: Option<u64>,
    /// Reviews that were asked for but could not be had at all, by name, with the reason. They make the report
    /// incomplete.
    pub missing: Vec<(String, String)>,
}

setters!(RunFacts {
    set with_report_id = report_id: String,
    some with_started_ms = started_ms: i64,
    some with_wall_clock_ms = wall_clock_ms: u64,
    push with_missing = missing: (String, String),
});

/// One step of consolidation.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Step {
    /// The engine needs these answered, and to be called again with the evidence. A query that stays
    /// unanswered makes the claim not checkable; it is not asked for twice.
    Need(Vec<Query>),
    /// The report.
    Done(Box<Report>),
}

/// Drives consolidation to its end: answers the engine's queries from a tree, and asks a judge where there is one.
///
/// # Contract
/// * The report is a function of the input, the evidence and the decisions; the tree and the judge only supply those.
/// * A tree that fails leaves claims *not checkable*; it does not fail the consolidation.
///
/// # Cancellation
/// On cancel it returns an error of kind `Cancelled` at its next step. Nothing is written anywhere.
#[async_trait]
pub trait Consolidator: Send + Sync {
    /// Consolidates.
    ///
    /// # Errors
    /// `InvalidInput` when a reviewer and pass occurs twice, or on cancellation.
    async fn consolidate(
        &self,
        input: Input,
        tree: Arc<dyn SourceTree>,
        cx: Cx,
    ) -> Result<(Report, Decisions)>;
}

/// Pins object safety.
const _: fn(&dyn Consolidator) = |_| {};
