//! A cluster on its way to becoming a published finding, or to being accounted for.

use review_core::{
    Anchor, AttributedFix, Category, EvidenceNote, FindingState, Kind, Location, Ratio, Reason, Severity,
};

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

/// A cluster with everything decided so far.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Draft {
    /// Numbers of its raw findings, ordered.
    pub members: Vec<usize>,
    /// Numbers of the section items that say the same, ordered.
    pub supporters: Vec<usize>,
    /// The member whose wording is published.
    pub representative: usize,
    /// Names of its reviewers, ordered: those of members and supporters.
    pub reviewers: Vec<String>,
    /// Severity.
    pub severity: Severity,
    /// How it relates to the change.
    pub kind: Option<Kind>,
    /// What it is about.
    pub category: Option<Category>,
    /// How sure it is.
    pub confidence: Ratio,
    /// Places after checking, the main one first.
    pub places: Vec<Location>,
    /// Anchors of all members.
    pub anchors: Vec<Anchor>,
    /// The code at the main place.
    pub code: Option<String>,
    /// Whether the main place is part of the change.
    pub in_change: Option<bool>,
    /// Fixes with their authors.
    pub fixes: Vec<AttributedFix>,
    /// Why it became what it is.
    pub reasons: Vec<Reason>,
    /// Where reviewers disagree.
    pub disagreements: Vec<String>,
    /// Doubts, in thousandths of log odds.
    pub doubt: u32,
    /// How much further reviewers say something like it, in thousandths of a voice.
    pub echo: u32,
    /// How it stands against earlier rounds.
    pub state: FindingState,
    pub(crate) removal: Option<Removal>,
    /// What the calibrator said, before a judge.
    pub(crate) calibrated: Option<Severity>,
}

impl Draft {
    /// Whether it will be published.
    pub fn is_published(&self) -> bool {
        self.removal.is_none()
    }

    /// Adds a reason.
    pub fn because(&mut self, stage: &str, text: impl Into<String>) {
        self.reasons.push(Reason::new(stage, text));
    }
}
