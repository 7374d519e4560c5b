//! The engine's working unit: one raw finding or section item in canonical order.

use std::ops::Deref;

use review_core::{RawFinding, Scope, Severity, SourceId, Stance};

use super::ids::{ItemId, ReviewId, ReviewerId, Table};

/// Every raw finding and section item.
pub(crate) type Items<'a> = Table<ItemId, Item<'a>>;

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

/// Fewer words than these rarely name an input and a wrong result.
const SCENARIO_WORDS: usize = 25;

/// One raw finding or section item, as the stages see it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Item<'a> {
    /// Whose it is. Unique.
    pub source: SourceId,
    /// What it is.
    pub role: Role,
    /// The finding; for a section item, its first sentence as title and its text as body.
    pub finding: Held<'a>,
    /// Concern or strength, for design observations.
    pub stance: Option<Stance>,
    /// In scope or future, for design observations.
    pub scope: Option<Scope>,
    /// Whether rules, a linter or another analyser found it: the same code gives the same finding.
    pub from_tool: bool,
    pub(crate) reviewer: ReviewerId,
    pub(crate) review: ReviewId,
}

impl Item<'_> {
    /// Whether it is a raw finding that its reviewer did not take back.
    pub fn is_live_finding(&self) -> bool {
        self.role == Role::Finding && !self.finding.withdrawn
    }

    /// Whether it is a raw finding that its reviewer took back in the same review.
    pub fn is_withdrawn(&self) -> bool {
        self.role == Role::Finding && self.finding.withdrawn
    }

    /// Whether it only praises.
    pub fn is_praise(&self) -> bool {
        self.stance == Some(Stance::Strength)
    }

    /// The claimed severity; a finding without one counts as a suggestion, the least that can be meant.
    pub fn claimed(&self) -> Severity {
        match self.finding.severity {
            Some(Severity::Critical) => Severity::Critical,
            Some(Severity::Important) => Severity::Important,
            _ => Severity::Suggestion,
        }
    }

    /// Whether it does not say how the code fails.
    pub fn is_without_scenario(&self) -> bool {
        self.finding.scenario.is_none()
            && self.finding.body.split_whitespace().nth(SCENARIO_WORDS - 1).is_none()
    }
}

/// A raw finding of a review, or one that was made of a section item. Most are of a review, so one that was made is kept apart, and
/// an item stays small.
#[derive(Clone, Debug)]
pub enum Held<'a> {
    /// Of a review.
    Borrowed(&'a RawFinding),
    /// Made here.
    Made(Box<RawFinding>),
}

impl Deref for Held<'_> {
    type Target = RawFinding;

    fn deref(&self) -> &RawFinding {
        match self {
            Self::Borrowed(finding) => finding,
            Self::Made(finding) => finding,
        }
    }
}
