//! How each reviewer did.

use serde::{Deserialize, Serialize};

use super::verdict::VerdictDecision;
use crate::review::{ToolCount, Usage};
use crate::vocabulary::Severity;

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
    /// What each pass with a brief brought, in the order of the passes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub briefs: Vec<BriefRetro>,
    /// Ids of published findings that would be missing without it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost_without: Vec<String>,
    /// Published findings that would have another severity without it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changed_without: Vec<SeverityWithout>,
    /// The verdict without it, where it would be another one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict_without: Option<VerdictDecision>,
}

/// What one pass that concentrated on something brought.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct BriefRetro {
    /// The pass.
    pub pass: u32,
    /// Names of its briefs.
    pub briefs: Vec<String>,
    /// Raw findings.
    pub raised: u32,
    /// Raw findings that are part of something published.
    pub published: u32,
    /// Published findings that no other pass raised.
    pub unique: u32,
}

impl BriefRetro {
    /// A pass with these briefs that brought nothing.
    pub fn new(pass: u32, briefs: Vec<String>) -> Self {
        Self { pass, briefs, ..Self::default() }
    }
}

/// A published finding as it would be without one reviewer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct SeverityWithout {
    /// Id of the published finding.
    pub id: String,
    /// Its severity then.
    pub severity: Severity,
}

impl SeverityWithout {
    /// A finding's severity without one reviewer.
    pub fn new(id: impl Into<String>, severity: Severity) -> Self {
        Self { id: id.into(), severity }
    }
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
