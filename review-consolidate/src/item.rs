//! The engine's working unit: one raw finding or section item in canonical order.

use std::borrow::Cow;

use review_core::{RawFinding, Scope, Severity, SourceId, Stance};

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Role {
    /// A raw finding.
    Finding,
    /// A design observation.
    Design,
    /// A testing gap.
    Testing,
    /// A documentation item.
    Documentation,
    /// An acknowledged limitation.
    Limitation,
    /// Earlier feedback that was not taken up.
    Feedback,
}

impl Role {
    /// The roles of section items, in the order of the report's sections.
    pub const SECTIONS: [Self; 5] =
        [Self::Design, Self::Testing, Self::Documentation, Self::Limitation, Self::Feedback];

    /// The letter of published ids.
    pub fn letter(self) -> char {
        match self {
            Self::Finding => 'S',
            Self::Design => 'D',
            Self::Testing => 'T',
            Self::Documentation => 'O',
            Self::Limitation => 'A',
            Self::Feedback => 'U',
        }
    }

    /// Whether an item of this role can say that a published finding is real.
    pub fn can_support(self) -> bool {
        matches!(self, Self::Finding | Self::Design | Self::Testing | Self::Documentation)
    }
}

/// One raw finding or section item, as the stages see it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Item<'a> {
    /// Whose it is. Unique.
    pub source: SourceId,
    /// What it is.
    pub role: Role,
    /// Number of its reviewer, in the order of names.
    pub voice: usize,
    /// Number of its review, in the order of reviewer and pass.
    pub review: usize,
    /// The finding; for a section item, its first sentence as title and its text as body.
    pub finding: Cow<'a, RawFinding>,
    /// Concern or strength, for design observations.
    pub stance: Option<Stance>,
    /// In scope or future, for design observations.
    pub scope: Option<Scope>,
}

impl Item<'_> {
    /// Whether it is a raw finding that its reviewer did not take back.
    pub fn is_live_finding(&self) -> bool {
        self.role == Role::Finding && !self.finding.withdrawn
    }

    /// The claimed severity; a finding without one counts as a suggestion, the least that can be meant.
    pub fn claimed(&self) -> Severity {
        match self.finding.severity {
            Some(Severity::Critical) => Severity::Critical,
            Some(Severity::Important) => Severity::Important,
            _ => Severity::Suggestion,
        }
    }
}
