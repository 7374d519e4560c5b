//! The report document and who reviewed.

use serde::{Deserialize, Serialize};

use super::{
    ConsolidatedFinding, Coverage, Excerpt, FileHunks, HistoryItem, Original, ReportSections, Retro, Verdict,
    VerdictDecision,
};
use crate::change::ChangeSet;
use crate::document::SchemaVersion;
use crate::extra::Extensions;
use crate::ledger::LedgerEntry;
use crate::location::LineRange;
use crate::question::Question;
use crate::review::Diagnostic;
use crate::vocabulary::{Completeness, Severity, Side};

/// The report document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Report {
    /// Version of this document's format.
    #[serde(default)]
    pub schema_version: SchemaVersion,
    /// Id of the report: `YYYYMMDD-HHMMSS-<pr-N | branch | range>`.
    pub id: String,
    /// Which review of the same change this is, from 1.
    pub round: u32,
    /// When the run began, milliseconds since 1970-01-01 UTC; a fact of the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_ms: Option<i64>,
    /// Wall-clock time of the run in milliseconds; a fact of the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_clock_ms: Option<u64>,
    /// What was reviewed. Hunks are in `hunks`, not here.
    pub change: ChangeSet,
    /// Who reviewed, ordered by name.
    pub reviewers: Vec<ReviewerSummary>,
    /// Every published finding, in the order in which a person should read them.
    pub findings: Vec<ConsolidatedFinding>,
    /// What became of every raw finding and section item, ordered by source.
    pub ledger: Vec<LedgerEntry>,
    /// Open questions, the one that could change most first.
    #[serde(default)]
    pub questions: Vec<Question>,
    /// Ids of decisions that were given but whose question does not occur.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stale_decisions: Vec<String>,
    /// The other sections.
    #[serde(default)]
    pub sections: ReportSections,
    /// Who looked at what.
    #[serde(default)]
    pub coverage: Coverage,
    /// How each reviewer did.
    #[serde(default)]
    pub retro: Retro,
    /// Items of earlier rounds and where they stand.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<HistoryItem>,
    /// The conclusion.
    pub verdict: Verdict,
    /// The source lines that the report shows, ordered by side, path and line.
    #[serde(default)]
    pub excerpts: Vec<Excerpt>,
    /// The hunk map of every changed file, in the order of `change.files`.
    #[serde(default)]
    pub hunks: Vec<FileHunks>,
    /// The reviews as they came in, shortened to what the appendix shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub appendix: Vec<Original>,
    /// What was odd about the run or its inputs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// Fields that this version does not know.
    #[serde(default, skip_serializing_if = "Extensions::is_empty")]
    pub extensions: Extensions,
}

impl Report {
    /// The published finding with this id.
    pub fn finding(&self, id: &str) -> Option<&ConsolidatedFinding> {
        self.findings.iter().find(|finding| finding.id == id)
    }

    /// Published findings of a severity, in reading order.
    pub fn of_severity(&self, severity: Severity) -> impl Iterator<Item = &ConsolidatedFinding> {
        self.findings.iter().filter(move |finding| finding.severity == severity)
    }

    /// Whether every reviewer is complete and the verdict is not *incomplete*.
    pub fn is_complete(&self) -> bool {
        self.verdict.decision != VerdictDecision::Incomplete
            && self.reviewers.iter().all(|reviewer| reviewer.completeness == Completeness::Complete)
    }

    /// The excerpt that shows this place, where there is one.
    pub fn excerpt(&self, path: &str, side: Side, range: LineRange) -> Option<&Excerpt> {
        self.excerpts.iter().find(|excerpt| {
            excerpt.path == path && excerpt.side == side && excerpt.shown.contains(range.start)
        })
    }
}

/// One reviewer over all of its passes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReviewerSummary {
    /// Name within the run.
    pub name: String,
    /// Company or program.
    #[serde(default)]
    pub provider: Option<String>,
    /// Model as the backend reported it.
    #[serde(default)]
    pub model: Option<String>,
    /// Reasoning effort.
    #[serde(default)]
    pub effort: Option<String>,
    /// Version of the program that ran.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// How the checkout was protected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub isolation: Option<String>,
    /// Version of the prompt that it was asked with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<String>,
    /// How many passes.
    pub passes: u32,
    /// The worst of its passes.
    pub completeness: Completeness,
    /// Why it is not complete.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub incomplete_reason: Option<String>,
}

impl ReviewerSummary {
    /// A complete reviewer with one pass.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), passes: 1, ..Self::default() }
    }
}
