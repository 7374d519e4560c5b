//! Items of earlier rounds and where they stand.

use serde::{Deserialize, Serialize};

use super::{ConsolidatedFinding, FindingState};
use crate::builder::setters;
use crate::resolution::Action;
use crate::vocabulary::Severity;

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
