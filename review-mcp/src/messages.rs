//! What the tools take and give. Fields are only ever added.

use deep_review::{Completeness, Severity, VerdictDecision};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which change is reviewed. Without anything: the current branch against its merge base with the default branch.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReviewStart {
    /// Revision that the change starts from. Default: the merge base with the default branch.
    pub(crate) base: Option<String>,
    /// Reviewed revision. Default: HEAD.
    pub(crate) head: Option<String>,
    /// Review uncommitted work instead of a commit.
    pub(crate) working_tree: bool,
    /// Names of the reviewers, out of those that the server offers. Default: all of them.
    pub(crate) reviewers: Vec<String>,
}

/// Which run is meant.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RunOf {
    /// Id of the run. Default: the newest one.
    pub(crate) run_id: Option<String>,
}

/// Which report, and how it is shown.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ReportGet {
    /// Id of the run. Default: the newest one.
    pub(crate) run_id: Option<String>,
    /// A format of `deep-review render`, for example `markdown`, `json` or `sarif`.
    pub(crate) format: String,
    /// Longest text in characters, from 1000 on. A longer Markdown report is cut and says so; another format is an error.
    pub(crate) max_chars: u32,
}

impl Default for ReportGet {
    fn default() -> Self {
        Self { run_id: None, format: "markdown".to_owned(), max_chars: 60_000 }
    }
}

/// Which finding is meant.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingOf {
    /// Id of the run. Default: the newest one.
    #[serde(default)]
    pub(crate) run_id: Option<String>,
    /// Id of the finding in its report, for example `I1`.
    pub(crate) id: String,
}

/// Which finding was declined, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct FindingDismiss {
    /// Id of the run. Default: the newest one.
    #[serde(default)]
    pub(crate) run_id: Option<String>,
    /// Id of the finding in its report, for example `I1`.
    pub(crate) id: String,
    /// Why the user declines it, in the user's words. It is shown in later reports.
    pub(crate) reason: String,
}

/// A review that somebody else wrote.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IngestReview {
    /// Who wrote it.
    pub(crate) reviewer: String,
    /// The review as it was written: Markdown, JSON, SARIF or the output of a linter.
    pub(crate) text: String,
    /// Id of a run whose reviews it is consolidated with. Default: none, so that the review stands alone.
    #[serde(default)]
    pub(crate) run_id: Option<String>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RunState {
    /// Reviewers are at work, or their findings are being consolidated.
    Running,
    /// There is a report. It may be incomplete: the verdict says so.
    Done,
    /// It ended without a report.
    Failed,
}

/// How far one reviewer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReviewerState {
    /// At work.
    Running,
    /// It looked at everything.
    Complete,
    /// It failed, was cut off or was cancelled. What it found so far counts.
    Incomplete,
}

/// One pass of one reviewer.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub(crate) struct ReviewerStatus {
    /// Who.
    pub(crate) reviewer: String,
    /// Which pass, from 1.
    pub(crate) pass: u32,
    /// How far.
    pub(crate) state: ReviewerState,
    /// Raw findings so far.
    pub(crate) findings: u32,
    /// What it last did, or why it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) last: Option<String>,
}

/// How many findings a report has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, JsonSchema)]
pub(crate) struct Counts {
    /// Critical ones.
    pub(crate) critical: usize,
    /// Important ones.
    pub(crate) important: usize,
    /// Suggestions.
    pub(crate) suggestion: usize,
}

/// A report in short.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReportFacts {
    /// What the report recommends.
    #[schemars(with = "String")]
    pub(crate) verdict: VerdictDecision,
    /// Why.
    pub(crate) why: String,
    /// Its findings by severity.
    pub(crate) counts: Counts,
    /// Its findings, the most important first: id, severity, place and title of each.
    pub(crate) findings: Vec<FindingLine>,
    /// Where the report is, as HTML, Markdown, SARIF and JSON.
    pub(crate) folder: String,
}

/// One finding in short.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct FindingLine {
    /// Id in its report.
    pub(crate) id: String,
    /// How much it matters.
    #[schemars(with = "String")]
    pub(crate) severity: Severity,
    /// Where, for example `src/pay.rs:10-12`; empty where nobody said.
    pub(crate) place: String,
    /// What is wrong, in one line.
    pub(crate) title: String,
}

/// How far a run is.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct RunStatus {
    /// Id of the run.
    pub(crate) run_id: String,
    /// How far.
    pub(crate) state: RunState,
    /// For how many seconds it has been running, while it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) seconds: Option<u64>,
    /// What its reviewers are doing; empty for a run of an earlier server.
    pub(crate) reviewers: Vec<ReviewerStatus>,
    /// The report in short, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) report: Option<ReportFacts>,
    /// Why there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) error: Option<String>,
}

/// A report in one format.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct ReportText {
    /// Id of the run.
    pub(crate) run_id: String,
    /// Its format.
    pub(crate) format: String,
    /// The report.
    pub(crate) text: String,
}

/// How a finding came about.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Explanation {
    /// Id of the run.
    pub(crate) run_id: String,
    /// Id in its report.
    pub(crate) id: String,
    /// How much it matters.
    #[schemars(with = "String")]
    pub(crate) severity: Severity,
    /// What is wrong, in one line.
    pub(crate) title: String,
    /// The explanation, Markdown.
    pub(crate) body: String,
    /// Where, the main place first.
    pub(crate) places: Vec<String>,
    /// How likely it is right, 0 to 1.
    pub(crate) confidence: f64,
    /// Why it has this severity and confidence, stage by stage.
    pub(crate) reasons: Vec<String>,
    /// Proposed fixes, as text.
    pub(crate) fixes: Vec<String>,
    /// The raw findings that went into it, and what became of each.
    pub(crate) raised: Vec<Raised>,
}

/// A raw finding and what became of it.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Raised {
    /// Who raised it, and under which label.
    pub(crate) source: String,
    /// What became of it, in one word.
    pub(crate) disposition: String,
    /// Why.
    pub(crate) reason: String,
}

/// What was kept of a declined finding.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Dismissed {
    /// Id of the run.
    pub(crate) run_id: String,
    /// Id in its report.
    pub(crate) id: String,
    /// How long it holds.
    pub(crate) holds: &'static str,
}

/// What was understood of a review.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Ingested {
    /// Id of the run with the consolidated report.
    pub(crate) run_id: String,
    /// Whether the review says that everything was looked at, and all of it was understood.
    #[schemars(with = "String")]
    pub(crate) completeness: Completeness,
    /// Why it is not complete.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<String>,
    /// How many findings were read.
    pub(crate) findings: usize,
    /// Text that could not be placed.
    pub(crate) unplaced: Vec<String>,
    /// What was odd, with the line of the review.
    pub(crate) diagnostics: Vec<String>,
    /// The consolidated report in short.
    pub(crate) report: ReportFacts,
}
