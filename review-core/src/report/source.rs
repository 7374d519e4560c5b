//! The source lines, hunks and original reviews that a report carries.

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::hunk::Hunk;
use crate::location::LineRange;
use crate::vocabulary::Side;

/// Source lines that the report shows, with enough before them to highlight them right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Excerpt {
    /// The file.
    pub path: String,
    /// The version.
    pub side: Side,
    /// Line number of the first line of `text`.
    pub first_line: u32,
    /// The lines to show; lines of `text` before them are lead-in for the highlighter.
    #[serde(flatten)]
    pub shown: LineRange,
    /// The lines from `first_line` to `shown.end`, each ended by a line feed.
    pub text: String,
}

impl Excerpt {
    /// An excerpt; `text` starts at `first_line`.
    pub fn new(
        path: impl Into<String>,
        side: Side,
        first_line: u32,
        shown: LineRange,
        text: impl Into<String>,
    ) -> Self {
        Self { path: path.into(), side, first_line, shown, text: text.into() }
    }

    /// The shown lines with their numbers.
    pub fn lines(&self) -> impl Iterator<Item = (u32, &str)> {
        let shown = self.shown;
        (self.first_line..=u32::MAX).zip(self.text.lines()).filter(move |(number, _)| shown.contains(*number))
    }
}

/// The hunks of one changed file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct FileHunks {
    /// Path at head.
    pub path: String,
    /// Path at base, where it differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub old_path: Option<String>,
    /// The hunks, in order.
    pub hunks: Vec<Hunk>,
}

impl FileHunks {
    /// The hunks of a file.
    pub fn new(path: impl Into<String>, old_path: Option<String>, hunks: Vec<Hunk>) -> Self {
        Self { path: path.into(), old_path, hunks }
    }
}

/// A review as it came in, for the appendix: its raw findings as claimed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Original {
    /// Who.
    pub reviewer: String,
    /// Which pass.
    pub pass: u32,
    /// Its findings as claimed.
    pub findings: Vec<crate::finding::RawFinding>,
    /// Its lines that could not be typed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unplaced: Vec<crate::review::Unplaced>,
    /// Where the raw stream is kept, relative to the run's folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transcript: Option<String>,
}

impl Original {
    /// A review as it came in.
    pub fn new(reviewer: impl Into<String>, pass: u32, findings: Vec<crate::finding::RawFinding>) -> Self {
        Self { reviewer: reviewer.into(), pass, findings, unplaced: Vec::new(), transcript: None }
    }
}

setters!(Original {
    set with_unplaced = unplaced: Vec<crate::review::Unplaced>,
    opt with_transcript = transcript: String,
});
