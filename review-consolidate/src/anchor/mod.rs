//! Anchors: every place and quote of a finding, checked against head and base.

pub(crate) mod citation;
pub(crate) mod grade;
pub(crate) mod locate;
pub(crate) mod paths;
pub(crate) mod plan;
pub(crate) mod quote;
pub(crate) mod source;

use review_core::{Anchor, EvidenceNote, Location};

pub(crate) use source::Sources;

/// An item's places after checking.
#[derive(Clone, Debug, Default)]
pub struct Anchored {
    /// The places to publish, the main one first.
    pub places: Vec<Location>,
    /// One anchor for each place and each checked quote.
    pub anchors: Vec<Anchor>,
    /// The code at the main place, where a quote or the tree shows it.
    pub code: Option<String>,
    /// Whether the main place is part of the change, where that is known.
    pub in_change: Option<bool>,
    /// The commit that brought the main place, where that is known.
    pub introduced_by: Option<String>,
    /// Quotes that stand nowhere at head or base, and what was looked at. Only filled when the tree could say.
    pub absent: Vec<EvidenceNote>,
    /// How many quotes were found.
    pub found: u32,
    /// What should be said of the places.
    pub remarks: Vec<String>,
}
