//! An item's places and quotes after they were checked against head and base.

use review_core::{Anchor, EvidenceNote, Location};

use super::ids::{ItemId, Table};
use super::remarks::PlaceRemark;

/// The checked places of all items.
pub(crate) type Anchors = Table<ItemId, Anchored>;

/// An item's places after checking.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
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
    /// What is odd about the places.
    pub remarks: Vec<PlaceRemark>,
}
