//! Thresholds, weights and caps of consolidation: versioned data, never code.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::document::SchemaVersion;
use crate::vocabulary::{Ratio, Severity};

/// The policy document. Every field has a default, so `{}` is a valid policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Policy {
    /// Version of this document's format.
    pub schema_version: SchemaVersion,
    /// Two findings are the same issue from this probability on.
    pub match_threshold: Ratio,
    /// Two findings of the same reviewer and pass are the same issue only from this probability on.
    pub same_reviewer_threshold: Ratio,
    /// Probabilities between `match_threshold` minus and plus this margin become questions.
    pub question_margin: Ratio,
    /// At most so many open questions are listed.
    pub max_questions: u32,
    /// Findings beyond so many in a report are folded, never deleted. 0: nothing is folded.
    pub quota: u32,
    /// Reviewers that must be complete, by name. Empty: all that took part.
    pub required_reviewers: Vec<String>,
    /// Whether hunks that no reviewer looked at make the verdict incomplete. Only counts where coverage is known.
    pub require_hunk_coverage: bool,
    /// What is known of single reviewers, by reviewer name or by provider.
    pub reviewers: BTreeMap<String, ReviewerPrior>,
    /// From this many critical findings on the verdict is *rework*.
    pub rework_from_criticals: u32,
    /// Whether `--fail-on` and its like count the claimed severity of a finding whose published one was lowered without
    /// evidence.
    pub fail_on_claimed: bool,
    /// Dropping is allowed at all. Off: what would be dropped is published with its doubt.
    pub allow_drops: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            schema_version: SchemaVersion::default(),
            match_threshold: Ratio::from_millis(500),
            same_reviewer_threshold: Ratio::from_millis(950),
            question_margin: Ratio::from_millis(250),
            max_questions: 20,
            quota: 0,
            required_reviewers: Vec::new(),
            require_hunk_coverage: false,
            reviewers: BTreeMap::new(),
            rework_from_criticals: 1,
            fail_on_claimed: true,
            allow_drops: true,
        }
    }
}

/// What recorded outcomes tell of one reviewer. Learned data: no reviewer has any by default.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct ReviewerPrior {
    /// Share of findings at each claimed severity that kept at least that severity.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub critical_holds: Option<Ratio>,
    /// The same for important ones.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub important_holds: Option<Ratio>,
    /// Share of findings that turned out true, of those that nobody else raised.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<Ratio>,
    /// Number of findings the shares rest on.
    pub samples: u32,
}

impl ReviewerPrior {
    /// The share that holds at a claimed severity, where it is known.
    pub fn holds(&self, severity: Severity) -> Option<Ratio> {
        match severity {
            Severity::Critical => self.critical_holds,
            Severity::Important => self.important_holds,
            _ => None,
        }
    }
}

impl Policy {
    /// The prior of a reviewer by name, else by provider.
    pub fn prior(&self, reviewer: &str, provider: Option<&str>) -> Option<&ReviewerPrior> {
        self.reviewers.get(reviewer).or_else(|| self.reviewers.get(provider?))
    }
}
