//! Who looked at what.

use serde::{Deserialize, Serialize};

use super::Remarked;
use crate::location::LineRange;

/// Who looked at what.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(default)]
#[non_exhaustive]
pub struct Coverage {
    /// Changed files, ordered by path.
    pub files: Vec<FileCoverage>,
    /// Hunks that no reviewer is known to have looked at. Only filled where at least one reviewer's reading is known.
    pub unread: Vec<HunkRef>,
    /// Reviewers of whom it is not known what they read.
    pub unknown: Vec<String>,
}

/// Who looked at one file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileCoverage {
    /// The file.
    pub path: String,
    /// Number of its hunks.
    pub hunks: u32,
    /// Who is known, or says, to have looked at it.
    pub reviewers: Vec<String>,
    /// What they said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Remarked>,
}

/// A hunk by file and head lines.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct HunkRef {
    /// The file.
    pub path: String,
    /// First head line.
    pub start_line: u32,
    /// Last head line, included.
    pub end_line: u32,
}

impl HunkRef {
    /// A hunk by file and head lines.
    pub fn new(path: impl Into<String>, range: LineRange) -> Self {
        Self { path: path.into(), start_line: range.start, end_line: range.end }
    }
}
