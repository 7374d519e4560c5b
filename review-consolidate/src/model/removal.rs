//! Why a cluster is not published.

use review_core::EvidenceNote;

/// Why a cluster is not published.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Removal {
    /// How.
    pub(crate) how: Removed,
    /// Stable code.
    pub(crate) code: String,
    /// One sentence.
    pub(crate) reason: String,
    /// What it rests on.
    pub(crate) evidence: Vec<EvidenceNote>,
}

/// How a cluster left the list of findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    /// Refuted by evidence.
    Refuted,
    /// Taken back by its own reviewer.
    Withdrawn,
    /// The author asked not to hear of it again.
    Suppressed,
    /// It belongs in the design section.
    Rerouted,
}

impl Removal {
    /// A removal without evidence.
    pub(crate) fn new(how: Removed, code: impl Into<String>, reason: impl Into<String>) -> Self {
        Self { how, code: code.into(), reason: reason.into(), evidence: Vec::new() }
    }

    /// Adds what it rests on.
    #[must_use]
    pub(crate) fn with_evidence(mut self, evidence: Vec<EvidenceNote>) -> Self {
        self.evidence = evidence;
        self
    }
}
