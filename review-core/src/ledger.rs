//! The ledger: what became of every raw finding and section item, and why.

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::source::SourceId;
use crate::vocabulary::{Severity, open_enum};

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// Where a raw finding ended.
    Outcome {
        /// Its wording is the one that is published.
        Representative = "representative",
        /// It is part of a published finding that uses another one's wording.
        Merged = "merged",
        /// It went to another section of the report.
        Rerouted = "rerouted",
        /// It is not published, because something speaks against it.
        Dropped = "dropped",
        /// It is not published, because its author or a policy asked for that.
        Suppressed = "suppressed",
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// The outcome in one word for people: derived, first match wins, in this order.
    Disposition {
        /// Dropped with a refutation.
        FalsePositive = "false_positive",
        /// Dropped for another reason.
        Dropped = "dropped",
        /// Suppressed.
        Suppressed = "suppressed",
        /// Moved to another section.
        Rerouted = "rerouted",
        /// Published more severe than claimed.
        Upgraded = "upgraded",
        /// Published less severe than claimed.
        Downgraded = "downgraded",
        /// Merged without a change of severity.
        Merged = "merged",
        /// Published as it was.
        Kept = "kept",
    }
}

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// How two findings relate.
    Relation {
        /// The same issue: settling one settles the other.
        Same = "same",
        /// One contains the other.
        Covers = "covers",
        /// The same kind of defect at another place.
        Recurrence = "recurrence",
        /// About the same code or subject, and neither the same issue nor the same kind of defect.
        Related = "related",
        /// Nothing to do with each other.
        Unrelated = "unrelated",
    }
}

/// One entry of the ledger. There is exactly one for each raw finding and each section item of each review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct LedgerEntry {
    /// Whose item this is.
    pub source: SourceId,
    /// Where it ended.
    pub outcome: Outcome,
    /// Ids of the published findings it is part of, the section items it became (`D1`, `T2`), or the shared
    /// label (`X1`) of what was dropped together.
    pub targets: Vec<String>,
    /// The outcome in one word.
    pub disposition: Disposition,
    /// How it relates to the finding that is published for it, where it was merged or grouped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Severity as claimed.
    #[serde(default)]
    pub severity_from: Option<Severity>,
    /// Severity as published.
    #[serde(default)]
    pub severity_to: Option<Severity>,
    /// Stable code of the reason, for machines.
    pub reason_code: String,
    /// The reason in one sentence.
    pub reason: String,
    /// What the reason rests on.
    #[serde(default)]
    pub evidence: Vec<EvidenceNote>,
}

impl LedgerEntry {
    /// An entry; its disposition is derived from the outcome, the severities and whether it was refuted.
    pub fn new(
        source: SourceId,
        outcome: Outcome,
        code: impl Into<String>,
        reason: impl Into<String>,
    ) -> Self {
        Self {
            source,
            outcome,
            targets: Vec::new(),
            disposition: Disposition::Kept,
            relation: None,
            severity_from: None,
            severity_to: None,
            reason_code: code.into(),
            reason: reason.into(),
            evidence: Vec::new(),
        }
        .derive(false)
    }

    /// Sets the severity as claimed and as published.
    #[must_use]
    pub fn with_severities(mut self, from: Option<Severity>, to: Option<Severity>) -> Self {
        self.severity_from = from;
        self.severity_to = to;
        let refuted = self.disposition == Disposition::FalsePositive;
        self.derive(refuted)
    }

    /// Marks a dropped entry as refuted by its evidence.
    #[must_use]
    pub fn refuted(self) -> Self {
        self.derive(true)
    }

    fn derive(mut self, refuted: bool) -> Self {
        self.disposition = match (self.outcome, self.severity_from, self.severity_to) {
            (Outcome::Dropped, _, _) if refuted => Disposition::FalsePositive,
            (Outcome::Dropped, _, _) => Disposition::Dropped,
            (Outcome::Suppressed, _, _) => Disposition::Suppressed,
            (Outcome::Rerouted, _, _) => Disposition::Rerouted,
            (_, Some(from), Some(to)) if to.weight() > from.weight() => Disposition::Upgraded,
            (_, Some(from), Some(to)) if to.weight() < from.weight() => Disposition::Downgraded,
            (Outcome::Merged, _, _) => Disposition::Merged,
            _ => Disposition::Kept,
        };
        self
    }
}

setters!(LedgerEntry { push with_target = targets: String, set with_targets = targets: Vec<String>, push with_evidence = evidence: EvidenceNote, some with_relation = relation: Relation, });

/// A place and what is there, as the ground of a reason.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct EvidenceNote {
    /// The file, where there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// What stands there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quote: Option<String>,
    /// What it shows.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
}

impl EvidenceNote {
    /// A remark without a place.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

setters!(EvidenceNote { opt with_path = path: String, some with_line = line: u32, opt with_quote = quote: String, });

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_disposition_is_derived_first_match_wins() {
        let source = || SourceId::new("claude", 1, "I1");
        let up = LedgerEntry::new(source(), Outcome::Merged, "same", "same issue")
            .with_severities(Some(Severity::Suggestion), Some(Severity::Important));
        assert_eq!(up.disposition, Disposition::Upgraded);
        let dropped = LedgerEntry::new(source(), Outcome::Dropped, "absent", "not there").refuted();
        assert_eq!(
            dropped.clone().with_severities(Some(Severity::Critical), None).disposition,
            Disposition::FalsePositive
        );
        assert_eq!(
            LedgerEntry::new(source(), Outcome::Representative, "kept", "").disposition,
            Disposition::Kept
        );
    }
}
