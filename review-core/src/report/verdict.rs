//! The conclusion.

use serde::{Deserialize, Serialize};

use crate::vocabulary::open_enum;

open_enum! {
    #[derive(PartialOrd, Ord)]
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
        /// Nobody but rules and linters ran, so nothing can be said beyond what they look for.
        ToolsOnly = "tools_only",
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
