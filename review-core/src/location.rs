//! Places in source files, and the code that a finding quotes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::vocabulary::Side;

/// A range of lines, 1-based, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct LineRange {
    /// First line, from 1.
    #[serde(rename = "start_line")]
    pub start: u32,
    /// Last line, at least `start`.
    #[serde(rename = "end_line")]
    pub end: u32,
}

impl LineRange {
    /// A range from two lines in either order; 0 becomes 1.
    pub fn new(start: u32, end: u32) -> Self {
        let (a, b) = (start.max(1), end.max(1));
        Self { start: a.min(b), end: a.max(b) }
    }

    /// One line.
    pub fn line(line: u32) -> Self {
        Self::new(line, line)
    }

    /// How many lines: at least 1, also for a range read from a document whose ends are reversed.
    pub fn len(&self) -> u32 {
        self.end.saturating_sub(self.start).saturating_add(1)
    }

    /// A range is never empty.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Whether the line is inside.
    pub fn contains(&self, line: u32) -> bool {
        self.start <= line && line <= self.end
    }

    /// Whether the two share a line.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.start <= other.end && other.start <= self.end
    }

    /// Lines between the two: 0 when they overlap, 1 when they touch.
    pub fn distance(&self, other: &Self) -> u32 {
        if self.overlaps(other) {
            0
        } else if self.end < other.start {
            other.start - self.end
        } else {
            self.start.saturating_sub(other.end)
        }
    }
}

impl fmt::Display for LineRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.start == self.end {
            write!(f, "{}", self.start)
        } else {
            write!(f, "{}-{}", self.start, self.end)
        }
    }
}

/// A place: a file, or lines of it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Location {
    /// Path from the repository's root, or a bare file name as the reviewer wrote it.
    pub path: String,
    /// First line, from 1; absent when the whole file is meant or the reviewer gave none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u32>,
    /// Last line, included; absent when `start_line` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// First column, from 1, in UTF-8 bytes unless `column_unit` says otherwise; absent when whole lines are meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_column: Option<u32>,
    /// The column after the last one, in the line `end_line`; absent when `start_column` is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_column: Option<u32>,
    /// What the columns count where it is not UTF-8 bytes. Only places of raw findings have it: consolidation counts columns anew, in the
    /// lines that they are in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column_unit: Option<ColumnUnit>,
    /// Which version is meant; absent means the reviewed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
}

/// What a tool's columns count, where it is not UTF-8 bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub enum ColumnUnit {
    /// UTF-16 code units, as JavaScript and language servers count.
    #[serde(rename = "utf-16")]
    Utf16,
    /// Unicode code points, as Python and the Rust compiler count.
    #[serde(rename = "code-point")]
    CodePoint,
}

impl ColumnUnit {
    /// The column in UTF-8 bytes of a column in this unit, both from 1; `None` behind the end of the line and inside of a character.
    pub fn to_bytes(self, line: &str, column: u32) -> Option<u32> {
        let wanted = column.checked_sub(1)?;
        // Most lines are; and a minified one can be long, with a finding every few columns.
        if line.is_ascii() {
            return (wanted as usize <= line.len()).then_some(column);
        }
        let mut units = 0;
        for (at, c) in line.char_indices() {
            if units >= wanted {
                return (units == wanted).then(|| u32::try_from(at + 1).ok()).flatten();
            }
            units += match self {
                Self::Utf16 => c.len_utf16() as u32,
                Self::CodePoint => 1,
            };
        }
        (units == wanted).then(|| u32::try_from(line.len() + 1).ok()).flatten()
    }
}

impl Location {
    /// The whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            start_line: None,
            end_line: None,
            start_column: None,
            end_column: None,
            column_unit: None,
            side: None,
        }
    }

    /// Lines `start` to `end` of a file (either order; 0 becomes 1).
    pub fn lines(path: impl Into<String>, start: u32, end: u32) -> Self {
        Self::file(path).with_range(LineRange::new(start, end))
    }

    /// One line of a file.
    pub fn line(path: impl Into<String>, line: u32) -> Self {
        Self::lines(path, line, line)
    }

    /// The same file with these lines.
    #[must_use]
    pub fn with_range(mut self, range: LineRange) -> Self {
        self.start_line = Some(range.start);
        self.end_line = Some(range.end);
        self
    }

    /// The same lines, from column `start` to before column `end`; 0 becomes 1.
    #[must_use]
    pub fn with_columns(mut self, start: u32, end: u32) -> Self {
        self.start_column = Some(start.max(1));
        self.end_column = Some(end.max(1));
        self
    }

    /// The lines, put in order; a missing end is the start.
    pub fn range(&self) -> Option<LineRange> {
        let start = self.start_line.or(self.end_line)?;
        Some(LineRange::new(start, self.end_line.unwrap_or(start)))
    }
}

setters!(Location { some with_side = side: Side, some with_column_unit = column_unit: ColumnUnit, });

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.range() {
            Some(range) => write!(f, "{}:{range}", self.path),
            None => f.write_str(&self.path),
        }
    }
}

/// Lines of a file that a reviewer is known to have seen.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct FileRead {
    /// The file.
    pub path: String,
    /// The lines; absent: all of them.
    pub range: Option<LineRange>,
}

impl FileRead {
    /// The whole file.
    pub fn file(path: impl Into<String>) -> Self {
        Self { path: path.into(), range: None }
    }

    /// Lines of the file; without a range, all of them.
    pub fn new(path: impl Into<String>, range: Option<LineRange>) -> Self {
        Self { path: path.into(), range }
    }
}

/// Code that a finding quotes, as the reviewer wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Quote {
    /// The quoted text, without its fence.
    pub text: String,
    /// The file it is said to be from, where the reviewer said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// The first line it is said to be at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_line: Option<u32>,
    /// The last line it is said to be at, included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_line: Option<u32>,
    /// The fence's language.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
    /// Whether it was inline code rather than a block.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub inline: bool,
}

impl Quote {
    /// Quoted text with nothing known of its place.
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), ..Self::default() }
    }
}

setters!(Quote {
    opt with_path = path: String,
    some with_start_line = start_line: u32,
    some with_end_line = end_line: u32,
    opt with_language = language: String,
    val with_inline = inline: bool,
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_other_units_are_counted_in_the_line() {
        // `é` is two bytes, the rocket four bytes and two units of UTF-16.
        let line = "é🚀x";
        let bytes = |unit: ColumnUnit| (1..=6).map(|column| unit.to_bytes(line, column)).collect::<Vec<_>>();
        assert_eq!(bytes(ColumnUnit::Utf16), [Some(1), Some(3), None, Some(7), Some(8), None]);
        assert_eq!(bytes(ColumnUnit::CodePoint), [Some(1), Some(3), Some(7), Some(8), None, None]);
        assert_eq!(ColumnUnit::Utf16.to_bytes("", 1), Some(1));
        assert_eq!(ColumnUnit::Utf16.to_bytes("abc", 0), None);
    }

    #[test]
    fn ranges_include_their_end() {
        let range = LineRange::new(20, 10);
        assert_eq!((range.start, range.end, range.len()), (10, 20, 11));
        assert!(range.contains(20) && !range.contains(21));
        assert_eq!(range.distance(&LineRange::line(21)), 1);
        assert_eq!(range.distance(&LineRange::line(5)), 5);
    }

    #[test]
    fn a_location_reads_like_an_editor_link() {
        assert_eq!(Location::lines("a/b.go", 10, 20).to_string(), "a/b.go:10-20");
        assert_eq!(Location::line("a/b.go", 3).to_string(), "a/b.go:3");
        assert_eq!(Location::file("a/b.go").to_string(), "a/b.go");
    }
}
