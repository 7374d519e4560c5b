//! Where a citation was found.

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::location::Location;
use crate::source::SourceId;
use crate::vocabulary::{Side, open_enum};

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// How well a citation holds.
    Grade {
        /// The quoted text stands where it is said to stand.
        Exact = "exact",
        /// It stands some lines away.
        Moved = "moved",
        /// It stands elsewhere in the file.
        Elsewhere = "elsewhere",
        /// It stands in another file.
        OtherFile = "other_file",
        /// It stands only in the base.
        OnlyInBase = "only_in_base",
        /// It stands in several places.
        Ambiguous = "ambiguous",
        /// It stands nowhere.
        Absent = "absent",
        /// Nothing was quoted, or the tree could not say.
        NotCheckable = "not_checkable",
    }
}

/// A citation after checking.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Anchor {
    /// The file where it was found, or where it was said to be.
    pub path: String,
    /// First line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u32>,
    /// Last line, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// Version in which it was found.
    pub side: Side,
    /// How well it holds.
    pub grade: Grade,
    /// How many lines it moved: positive is down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moved_by: Option<i64>,
    /// In how many places the quote stands, where it is more than one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidates: Option<u32>,
    /// The commit that last touched the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub introduced_by: Option<String>,
    /// Whether the place is part of the change; absent when not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_change: Option<bool>,
    /// The raw finding whose citation this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<SourceId>,
}

impl Anchor {
    /// An anchor at a place of the head version.
    pub fn new(location: &Location, grade: Grade) -> Self {
        let range = location.range();
        Self {
            path: location.path.clone(),
            start_line: range.map(|range| range.start),
            end_line: range.map(|range| range.end),
            side: location.side.unwrap_or(Side::Head),
            grade,
            moved_by: None,
            candidates: None,
            introduced_by: None,
            in_change: None,
            source: None,
        }
    }

    /// The place.
    pub fn location(&self) -> Location {
        let mut location = Location::file(&self.path);
        location.start_line = self.start_line;
        location.end_line = self.end_line;
        if self.side != Side::Head {
            location.side = Some(self.side);
        }
        location
    }
}

setters!(Anchor {
    some with_moved_by = moved_by: i64,
    some with_candidates = candidates: u32,
    opt with_introduced_by = introduced_by: String,
    some with_in_change = in_change: bool,
    opt with_source = source: SourceId,
});
