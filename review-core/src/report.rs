//! The consolidated report: self-contained, so that a renderer needs nothing else.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::change::ChangeSet;
use crate::document::SchemaVersion;
use crate::extra::Extensions;
use crate::finding::{Finding, Fix};
use crate::hunk::Hunk;
use crate::ledger::LedgerEntry;
use crate::location::{LineRange, Location, Quote};
use crate::question::Question;
use crate::resolution::Action;
use crate::review::{Check, Diagnostic, Scope, Stance, ToolCount, Usage};
use crate::source::SourceId;
use crate::vocabulary::{Category, Completeness, Kind, Ratio, Severity, Side, open_enum};

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

/// A published finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ConsolidatedFinding {
    /// `C1`, `I2`, `S3`: severity letter and position among its like in reading order, within this round.
    pub id: String,
    /// Identity over rounds: `fp/v1:` and hexadecimal digits.
    pub fingerprint: String,
    /// Severity after calibration.
    pub severity: Severity,
    /// How it relates to the change.
    #[serde(default)]
    pub kind: Option<Kind>,
    /// What it is about.
    #[serde(default)]
    pub category: Option<Category>,
    /// One line that says what is wrong.
    pub title: String,
    /// The explanation, Markdown; references to other items are published ids.
    #[serde(default)]
    pub body: String,
    /// The places after checking, the main one first.
    #[serde(default)]
    pub locations: Vec<Location>,
    /// Who raised it, ordered by name.
    #[serde(default)]
    pub reviewers: Vec<String>,
    /// The raw findings and items behind it, ordered.
    #[serde(default)]
    pub sources: Vec<SourceId>,
    /// The one whose wording is published.
    pub representative: SourceId,
    /// How sure it is that this is a real issue.
    #[serde(default)]
    pub confidence: Ratio,
    /// Where its citations were found.
    #[serde(default)]
    pub anchors: Vec<Anchor>,
    /// How it fails.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// What would mend it, with who said so.
    #[serde(default)]
    pub fixes: Vec<AttributedFix>,
    /// One line for each decision that shaped it, in the order of the stages.
    #[serde(default)]
    pub reasons: Vec<Reason>,
    /// How it stands against earlier rounds.
    #[serde(default)]
    pub state: FindingState,
    /// Where reviewers disagreed about it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub disagreements: Vec<String>,
    /// Beyond the quota: shown folded.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub folded: bool,
    /// Fields that this version does not know, from its sources.
    #[serde(default, skip_serializing_if = "Extensions::is_empty")]
    pub extensions: Extensions,
}

impl ConsolidatedFinding {
    /// A finding from what every finding has.
    pub fn new(
        id: impl Into<String>,
        severity: Severity,
        title: impl Into<String>,
        representative: SourceId,
    ) -> Self {
        Self {
            id: id.into(),
            fingerprint: String::new(),
            severity,
            kind: None,
            category: None,
            title: title.into(),
            body: String::new(),
            locations: Vec::new(),
            reviewers: vec![representative.reviewer.clone()],
            sources: vec![representative.clone()],
            representative,
            confidence: Ratio::ZERO,
            anchors: Vec::new(),
            scenario: None,
            fixes: Vec::new(),
            reasons: Vec::new(),
            state: FindingState::New,
            disagreements: Vec::new(),
            folded: false,
            extensions: Extensions::new(),
        }
    }
}

setters!(ConsolidatedFinding {
    set with_fingerprint = fingerprint: String,
    some with_kind = kind: Kind,
    some with_category = category: Category,
    set with_body = body: String,
    push at = locations: Location,
    set with_reviewers = reviewers: Vec<String>,
    set with_sources = sources: Vec<SourceId>,
    val with_confidence = confidence: Ratio,
    push with_anchor = anchors: Anchor,
    opt with_scenario = scenario: String,
    push with_fix = fixes: AttributedFix,
    push with_reason = reasons: Reason,
    val with_state = state: FindingState,
    val with_folded = folded: bool,
});

impl Finding for ConsolidatedFinding {
    fn title(&self) -> &str {
        &self.title
    }
    fn body(&self) -> &str {
        &self.body
    }
    fn severity(&self) -> Option<Severity> {
        Some(self.severity)
    }
    fn kind(&self) -> Option<Kind> {
        self.kind
    }
    fn category(&self) -> Option<Category> {
        self.category
    }
    fn locations(&self) -> Cow<'_, [Location]> {
        Cow::Borrowed(&self.locations)
    }
    fn quotes(&self) -> Cow<'_, [Quote]> {
        Cow::Borrowed(&[])
    }
    fn fix(&self) -> Option<Cow<'_, Fix>> {
        self.fixes.first().map(|fix| Cow::Borrowed(&fix.fix))
    }
    fn scenario(&self) -> Option<&str> {
        self.scenario.as_deref()
    }
    fn extensions(&self) -> Cow<'_, Extensions> {
        Cow::Borrowed(&self.extensions)
    }
}

open_enum! {
    /// How well a citation holds.
    Grade {
        /// The quoted text stands where it is said to stand.
        Exact = "exact",
        /// It stands some lines away.
        Moved = "moved",
        /// It stands elsewhere in the file.
        Elsewhere = "elsewhere",
        /// It stands in another file.
        OtherFile = "other_file",
        /// It stands only in the base.
        OnlyInBase = "only_in_base",
        /// It stands in several places.
        Ambiguous = "ambiguous",
        /// It stands nowhere.
        Absent = "absent",
        /// Nothing was quoted, or the tree could not say.
        NotCheckable = "not_checkable",
    }
}

/// A citation after checking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Anchor {
    /// The file where it was found, or where it was said to be.
    pub path: String,
    /// First line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u32>,
    /// Last line, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// Version in which it was found.
    pub side: Side,
    /// How well it holds.
    pub grade: Grade,
    /// How many lines it moved: positive is down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_by: Option<i64>,
    /// In how many places the quote stands, where it is more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<u32>,
    /// The commit that last touched the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introduced_by: Option<String>,
    /// Whether the place is part of the change; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_change: Option<bool>,
    /// The raw finding whose citation this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
}

impl Anchor {
    /// An anchor at a place of the head version.
    pub fn new(location: &Location, grade: Grade) -> Self {
        let range = location.range();
        Self {
            path: location.path.clone(),
            start_line: range.map(|range| range.start),
            end_line: range.map(|range| range.end),
            side: location.side.unwrap_or(Side::Head),
            grade,
            moved_by: None,
            candidates: None,
            introduced_by: None,
            in_change: None,
            source: None,
        }
    }

    /// The place.
    pub fn location(&self) -> Location {
        let mut location = Location::file(&self.path);
        location.start_line = self.start_line;
        location.end_line = self.end_line;
        if self.side != Side::Head {
            location.side = Some(self.side);
        }
        location
    }
}

setters!(Anchor {
    some with_moved_by = moved_by: i64,
    some with_candidates = candidates: u32,
    opt with_introduced_by = introduced_by: String,
    some with_in_change = in_change: bool,
    opt with_source = source: SourceId,
});

/// A fix with who proposed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AttributedFix {
    /// Whose raw finding it is from.
    pub source: SourceId,
    /// The fix.
    #[serde(flatten)]
    pub fix: Fix,
}

impl AttributedFix {
    /// A fix and whose it is.
    pub fn new(source: SourceId, fix: Fix) -> Self {
        Self { source, fix }
    }
}

/// One decision that shaped a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Reason {
    /// The stage: `anchor`, `match`, `cluster`, `merge`, `check`, `calibrate`, `identify`.
    pub stage: String,
    /// One line.
    pub text: String,
}

impl Reason {
    /// A reason of a stage.
    pub fn new(stage: impl Into<String>, text: impl Into<String>) -> Self {
        Self { stage: stage.into(), text: text.into() }
    }
}

open_enum! {
    /// How a finding stands against earlier rounds.
    FindingState {
        /// Not seen before.
        New = "new",
        /// Seen before, and still there.
        StillPresent = "still_present",
        /// Seen before; its code changed since.
        CodeChanged = "code_changed",
        /// Seen before; its code is gone.
        CodeGone = "code_gone",
        /// The author fixed it, and the code changed.
        FixedAndVerified = "fixed_and_verified",
        /// The author declined it.
        Declined = "declined",
        /// The author declined it, and it is raised again with new evidence.
        DeclinedRaisedAgain = "declined_raised_again",
        /// Seen before, not raised now, and nothing shows that it is gone.
        NotRechecked = "not_rechecked",
    }
}

impl Default for FindingState {
    fn default() -> Self {
        Self::New
    }
}

/// The other sections of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ReportSections {
    /// Executive summary, Markdown.
    pub summary: String,
    /// Design observations.
    pub design: Vec<ReportItem>,
    /// Testing gaps, the riskiest first.
    pub testing: Vec<ReportItem>,
    /// Documentation items.
    pub documentation: Vec<ReportItem>,
    /// What reviewers said of the commits.
    pub commit_structure: Vec<Remarked>,
    /// Acknowledged limitations.
    pub limitations: Vec<ReportItem>,
    /// Earlier feedback that was not taken up.
    pub unresolved_feedback: Vec<ReportItem>,
    /// Each reviewer's own summary.
    pub summaries: Vec<Remarked>,
    /// Checks that reviewers say they ran.
    pub checks: Vec<AttributedCheck>,
}

/// An item of a section.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ReportItem {
    /// `D1`, `T1`, `O1`, `A1`, `U1`, … within the report.
    pub id: String,
    /// Markdown.
    pub text: String,
    /// Who said it, ordered by name.
    pub reviewers: Vec<String>,
    /// What it was made from.
    pub sources: Vec<SourceId>,
    /// Concern or strength.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stance: Option<Stance>,
    /// In scope or future.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// Places it names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub locations: Vec<Location>,
    /// Published findings that it supports.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub supports: Vec<String>,
}

impl ReportItem {
    /// An item with its first source.
    pub fn new(id: impl Into<String>, text: impl Into<String>, source: SourceId) -> Self {
        Self {
            id: id.into(),
            text: text.into(),
            reviewers: vec![source.reviewer.clone()],
            sources: vec![source],
            ..Self::default()
        }
    }
}

/// What one reviewer said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Remarked {
    /// Who.
    pub reviewer: String,
    /// In which pass.
    pub pass: u32,
    /// What, Markdown.
    pub text: String,
}

impl Remarked {
    /// What one reviewer said in one pass.
    pub fn new(reviewer: impl Into<String>, pass: u32, text: impl Into<String>) -> Self {
        Self { reviewer: reviewer.into(), pass, text: text.into() }
    }
}

/// A check with who ran it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct AttributedCheck {
    /// Who says so.
    pub reviewer: String,
    /// The check.
    #[serde(flatten)]
    pub check: Check,
}

impl AttributedCheck {
    /// A check and who says it ran it.
    pub fn new(reviewer: impl Into<String>, check: Check) -> Self {
        Self { reviewer: reviewer.into(), check }
    }
}

/// Who looked at what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Coverage {
    /// Changed files, ordered by path.
    pub files: Vec<FileCoverage>,
    /// Hunks that no reviewer is known to have looked at. Only filled where at least one reviewer's reading is known.
    pub unread: Vec<HunkRef>,
    /// Reviewers of whom it is not known what they read.
    pub unknown: Vec<String>,
}

/// Who looked at one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileCoverage {
    /// The file.
    pub path: String,
    /// Number of its hunks.
    pub hunks: u32,
    /// Who is known, or says, to have looked at it.
    pub reviewers: Vec<String>,
    /// What they said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Remarked>,
}

/// A hunk by file and head lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HunkRef {
    /// The file.
    pub path: String,
    /// First head line.
    pub start_line: u32,
    /// Last head line, included.
    pub end_line: u32,
}

impl HunkRef {
    /// A hunk by file and head lines.
    pub fn new(path: impl Into<String>, range: LineRange) -> Self {
        Self { path: path.into(), start_line: range.start, end_line: range.end }
    }
}

/// How each reviewer did.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Retro {
    /// By reviewer, ordered by name.
    pub reviewers: Vec<ReviewerRetro>,
    /// Estimate of how many issues all reviewers missed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missed: Option<MissedEstimate>,
}

/// How one reviewer did in this review.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ReviewerRetro {
    /// Name.
    pub reviewer: String,
    /// In a few sentences, made from the numbers.
    pub prose: String,
    /// Raw findings: critical.
    pub critical: u32,
    /// Raw findings: important.
    pub important: u32,
    /// Raw findings: suggestions and those without a severity.
    pub suggestions: u32,
    /// Design observations.
    pub design: u32,
    /// Raw findings that are part of something published.
    pub published: u32,
    /// Published findings that nobody else raised.
    pub unique: u32,
    /// Refuted.
    pub false_positives: u32,
    /// Published less severe than claimed.
    pub downgraded: u32,
    /// Published more severe than claimed.
    pub upgraded: u32,
    /// Dropped without a refutation.
    pub dropped: u32,
    /// Moved to another section.
    pub rerouted: u32,
    /// Suppressed.
    pub suppressed: u32,
    /// Changed files it is known, or says, to have looked at.
    pub files_reviewed: u32,
    /// Changed hunks that it is known not to have looked at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage_misses: Option<u32>,
    /// Tool calls by name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tool_calls: Vec<ToolCount>,
    /// Checks it says it ran.
    pub checks: u32,
    /// Wall-clock time, summed over passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<u64>,
    /// Tokens and money.
    #[serde(skip_serializing_if = "Usage::is_empty")]
    pub usage: Usage,
    /// Cost per published finding, in millionths of a US dollar.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost_per_published_micro_usd: Option<u64>,
    /// Ids of published findings that would be missing without it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_without: Vec<String>,
}

/// Capture–recapture estimate of what all reviewers missed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct MissedEstimate {
    /// Best estimate, in findings.
    pub estimate: u32,
    /// Lower end of the 90 % interval.
    pub low: u32,
    /// Upper end of the 90 % interval.
    pub high: u32,
    /// What to keep in mind.
    pub caveat: String,
}

/// An item of an earlier round and where it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HistoryItem {
    /// Id of the report that had it.
    pub report: String,
    /// Which round that was.
    pub round: u32,
    /// Its id in that report.
    pub item: String,
    /// Its severity in that report.
    pub severity: Severity,
    /// Its title in that report.
    pub title: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// What the author did with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action: Option<Action>,
    /// What the author said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub action_reason: Option<String>,
    /// Where it stands.
    pub state: FindingState,
    /// Why it is said to stand there.
    pub reason: String,
    /// The finding of this round that takes it up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub continued_as: Option<String>,
}

impl HistoryItem {
    /// An item of an earlier round.
    pub fn new(
        report: impl Into<String>,
        round: u32,
        finding: &ConsolidatedFinding,
        state: FindingState,
    ) -> Self {
        Self {
            report: report.into(),
            round,
            item: finding.id.clone(),
            severity: finding.severity,
            title: finding.title.clone(),
            fingerprint: finding.fingerprint.clone(),
            action: None,
            action_reason: None,
            state,
            reason: String::new(),
            continued_as: None,
        }
    }
}

setters!(HistoryItem {
    some with_action = action: Action,
    opt with_action_reason = action_reason: String,
    set with_reason = reason: String,
    opt with_continued_as = continued_as: String,
});

open_enum! {
    /// The conclusion of a report.
    VerdictDecision {
        /// Nothing stands against it.
        Merge = "merge",
        /// After the named findings are mended.
        MergeWithFixes = "merge_with_fixes",
        /// Not in this form.
        Rework = "rework",
        /// The review did not see enough to say.
        Incomplete = "incomplete",
    }
}

/// The conclusion with its sentence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Verdict {
    /// The conclusion.
    pub decision: VerdictDecision,
    /// One sentence.
    pub reason: String,
}

impl Verdict {
    /// A conclusion and its sentence.
    pub fn new(decision: VerdictDecision, reason: impl Into<String>) -> Self {
        Self { decision, reason: reason.into() }
    }
}

impl Default for Verdict {
    /// Nothing was reviewed, so nothing can be said.
    fn default() -> Self {
        Self::new(VerdictDecision::Incomplete, "nothing was reviewed")
    }
}

/// Source lines that the report shows, with enough before them to highlight them right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Excerpt {
    /// The file.
    pub path: String,
    /// The version.
    pub side: Side,
    /// Line number of the first line of `text`.
    pub first_line: u32,
    /// The lines to show; lines of `text` before them are lead-in for the highlighter.
    #[serde(flatten)]
    pub shown: LineRange,
    /// The lines from `first_line` to `shown.end`, each ended by a line feed.
    pub text: String,
}

impl Excerpt {
    /// An excerpt; `text` starts at `first_line`.
    pub fn new(
        path: impl Into<String>,
        side: Side,
        first_line: u32,
        shown: LineRange,
        text: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), side, first_line, shown, text: text.into() }
    }

    /// The shown lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        let shown = self.shown;
        (self.first_line..=u32::MAX).zip(self.text.lines()).filter(move |(number, _)| shown.contains(*number))
    }
}

/// The hunks of one changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileHunks {
    /// Path at head.
    pub path: String,
    /// Path at base, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// The hunks, in order.
    pub hunks: Vec<Hunk>,
}

impl FileHunks {
    /// The hunks of a file.
    pub fn new(path: impl Into<String>, old_path: Option<String>, hunks: Vec<Hunk>) -> Self {
        Self { path: path.into(), old_path, hunks }
    }
}

/// A review as it came in, for the appendix: its raw findings as claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Original {
    /// Who.
    pub reviewer: String,
    /// Which pass.
    pub pass: u32,
    /// Its findings as claimed.
    pub findings: Vec<crate::finding::RawFinding>,
    /// Its lines that could not be typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unplaced: Vec<crate::review::Unplaced>,
}

impl Original {
    /// A review as it came in.
    pub fn new(reviewer: impl Into<String>, pass: u32, findings: Vec<crate::finding::RawFinding>) -> Self {
        Self { reviewer: reviewer.into(), pass, findings, unplaced: Vec::new() }
    }
}

setters!(Original { set with_unplaced = unplaced: Vec<crate::review::Unplaced>, });
