//! A published finding, its fixes, its reasons, and how it stands against earlier rounds.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::Anchor;
use crate::builder::setters;
use crate::extra::Extensions;
use crate::finding::{Finding, Fix};
use crate::location::{Location, Quote};
use crate::policy::Policy;
use crate::source::SourceId;
use crate::vocabulary::{Category, Kind, Ratio, Severity, open_enum};

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
    /// The severest claim, and whose it is, where it differs from `severity`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub claimed_severity: Option<ClaimedSeverity>,
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
    /// Ids of the other findings that are the same kind of defect at another place, in reading order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub recurrences: Vec<String>,
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
            claimed_severity: None,
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
            recurrences: Vec::new(),
            folded: false,
            extensions: Extensions::new(),
        }
    }

    /// The severity that counts against a threshold such as `--fail-on`: the published one, or the claimed one where it
    /// is heavier, was lowered without evidence, and the policy says so ([`Policy::fail_on_claimed`]).
    pub fn threshold_severity(&self, policy: &Policy) -> Severity {
        let claimed =
            self.claimed_severity.as_ref().filter(|claim| policy.fail_on_claimed && !claim.by_evidence);
        claimed.map_or(self.severity, |claim| claim.severity.max(self.severity))
    }
}

setters!(ConsolidatedFinding {
    set with_fingerprint = fingerprint: String,
    some with_claimed_severity = claimed_severity: ClaimedSeverity,
    some with_kind = kind: Kind,
    some with_category = category: Category,
    set with_body = body: String,
    push at = locations: Location,
    set with_recurrences = recurrences: Vec<String>,
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

/// A severity that reviewers claimed and that is not the published one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct ClaimedSeverity {
    /// What was claimed.
    pub severity: Severity,
    /// Who claimed it, ordered by name.
    pub reviewers: Vec<String>,
    /// Whether it was changed because of evidence or a decision, rather than by calibration alone.
    #[serde(default)]
    pub by_evidence: bool,
}

impl ClaimedSeverity {
    /// A claim and whose it is.
    pub fn new(severity: Severity, reviewers: Vec<String>) -> Self {
        Self { severity, reviewers, by_evidence: false }
    }
}

setters!(ClaimedSeverity { val with_by_evidence = by_evidence: bool, });

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
    #[derive(PartialOrd, Ord)]
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
