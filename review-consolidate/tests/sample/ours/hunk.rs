//! Hunks as line maps: which lines a change added, deleted or only shows.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind, Result};
use crate::location::LineRange;

/// A run of equal lines in a hunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HunkOp {
    /// Lines that both versions have.
    Context(u32),
    /// Lines that only the base has.
    Delete(u32),
    /// Lines that only the head has.
    Add(u32),
}

/// One hunk of a file's diff, without its text.
///
/// In documents `ops` is a short text such as `"3= 1- 2+ 3="`: three lines of context, one deleted, two added,
/// three of context.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Hunk {
    /// First line at base; where the hunk has no base lines, the line after which it stands (0: at the top).
    pub old_start: u32,
    /// Number of base lines.
    pub old_lines: u32,
    /// First line at head; where the hunk has no head lines, the line after which it stands (0: at the top).
    pub new_start: u32,
    /// Number of head lines.
    pub new_lines: u32,
    /// The function or section that git names after the second `@@`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub section: String,
    /// The runs, in order.
    #[serde(serialize_with = "write_ops", deserialize_with = "read_ops")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub ops: Vec<HunkOp>,
}

impl Hunk {
    /// A hunk from its two first lines and its runs; the counts follow from the runs.
    pub fn new(old_start: u32, new_start: u32, ops: Vec<HunkOp>) -> Self {
        let mut hunk = Self { old_start, new_start, ops, ..Self::default() };
        for op in &hunk.ops {
            match *op {
                HunkOp::Context(n) => {
                    hunk.old_lines = hunk.old_lines.saturating_add(n);
                    hunk.new_lines = hunk.new_lines.saturating_add(n);
                }
                HunkOp::Delete(n) => hunk.old_lines = hunk.old_lines.saturating_add(n),
                HunkOp::Add(n) => hunk.new_lines = hunk.new_lines.saturating_add(n),
            }
        }
        hunk
    }

    /// Names the function or section.
    #[must_use]
    pub fn with_section(mut self, section: impl Into<String>) -> Self {
        self.section = section.into();
        self
    }

    /// Number of added lines.
    pub fn added(&self) -> u32 {
        self.ops
            .iter()
            .fold(0, |sum: u32, op| if let HunkOp::Add(n) = op { sum.saturating_add(*n) } else { sum })
    }

    /// Number of deleted lines.
    pub fn deleted(&self) -> u32 {
        self.ops
            .iter()
            .fold(0, |sum: u32, op| if let HunkOp::Delete(n) = op { sum.saturating_add(*n) } else { sum })
    }

    /// The head lines that the hunk shows, context included; none for a pure deletion without context.
    pub fn new_range(&self) -> Option<LineRange> {
        (self.new_lines > 0).then(|| span(self.new_start, self.new_lines))
    }

    /// The base lines that the hunk shows.
    pub fn old_range(&self) -> Option<LineRange> {
        (self.old_lines > 0).then(|| span(self.old_start, self.old_lines))
    }

    /// The runs with the line at which each starts: `(op, first base line, first head line)`.
    pub fn runs(&self) -> impl Iterator<Item = (HunkOp, u32, u32)> {
        // A side without lines names the line *before* the hunk.
        let mut old = if self.old_lines == 0 { self.old_start.saturating_add(1) } else { self.old_start };
        let mut new = if self.new_lines == 0 { self.new_start.saturating_add(1) } else { self.new_start };
        self.ops.iter().map(move |&op| {
            let at = (op, old, new);
            match op {
                HunkOp::Context(n) => {
                    old = old.saturating_add(n);
                    new = new.saturating_add(n);
                }
                HunkOp::Delete(n) => old = old.saturating_add(n),
                HunkOp::Add(n) => new = new.saturating_add(n),
            }
            at
        })
    }

    /// The added ranges, in head lines.
    pub fn added_ranges(&self) -> impl Iterator<Item = LineRange> {
        self.runs().filter_map(|(op, _, new)| match op {
            HunkOp::Add(n) if n > 0 => Some(span(new, n)),
            _ => None,
        })
    }

    /// The deleted ranges, in base lines.
    pub fn deleted_ranges(&self) -> impl Iterator<Item = LineRange> {
        self.runs().filter_map(|(op, old, _)| match op {
            HunkOp::Delete(n) if n > 0 => Some(span(old, n)),
            _ => None,
        })
    }
}

/// So many lines from a first one. Numbers of a document may be anything, so nothing here may overflow.
fn span(start: u32, lines: u32) -> LineRange {
    LineRange::new(start, start.saturating_add(lines.saturating_sub(1)))
}

/// Where a line of one version is in the other, from the hunks of one file.
#[derive(Clone, Copy, Debug)]
pub struct LineMap<'a> {
    hunks: &'a [Hunk],
}

impl<'a> LineMap<'a> {
    /// A map from a file's hunks, in order.
    pub fn new(hunks: &'a [Hunk]) -> Self {
        Self { hunks }
    }

    /// The head line of a base line; `None` when the change deleted it.
    pub fn old_to_new(&self, line: u32) -> Option<u32> {
        self.map(line, true)
    }

    /// The base line of a head line; `None` when the change added it.
    pub fn new_to_old(&self, line: u32) -> Option<u32> {
        self.map(line, false)
    }

    fn map(&self, line: u32, forward: bool) -> Option<u32> {
        let mut shift: i64 = 0;
        for hunk in self.hunks {
            for (op, old, new) in hunk.runs() {
                let (from, to) = if forward { (old, new) } else { (new, old) };
                let (length, here) = match (op, forward) {
                    (HunkOp::Context(n), _) => (n, Some(to)),
                    (HunkOp::Delete(n), true) | (HunkOp::Add(n), false) => (n, None),
                    (HunkOp::Delete(_), false) | (HunkOp::Add(_), true) => (0, None),
                };
                if line < from {
                    return u32::try_from(i64::from(line) + shift).ok();
                }
                if length > 0 && line < from.saturating_add(length) {
                    return here.map(|to| to.saturating_add(line - from));
                }
            }
            let (deleted, added) = (i64::from(hunk.deleted()), i64::from(hunk.added()));
            shift += if forward { added - deleted } else { deleted - added };
        }
        u32::try_from(i64::from(line) + shift).ok()
    }
}

fn write_ops<S: Serializer>(ops: &[HunkOp], serializer: S) -> Result<S::Ok, S::Error> {
    let words: Vec<String> = ops
        .iter()
        .map(|op| match op {
            HunkOp::Context(n) => format!("{n}="),
            HunkOp::Delete(n) => format!("{n}-"),
            HunkOp::Add(n) => format!("{n}+"),
        })
        .collect();
    serializer.serialize_str(&words.join(" "))
}

fn read_ops<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<HunkOp>, D::Error> {
    let text = String::deserialize(deserializer)?;
    text.split_whitespace().map(|word| parse_op(word).map_err(serde::de::Error::custom)).collect()
}

fn parse_op(word: &str) -> Result<HunkOp> {
    let invalid =
        || Error::new(ErrorKind::InvalidInput, "a run reads 3=, 1- or 2+").with_context("run", word);
    let sign = word.chars().next_back().ok_or_else(invalid)?;
    let count = word.strip_suffix(sign).and_then(|count| count.parse().ok()).ok_or_else(invalid)?;
    match sign {
        '=' => Ok(HunkOp::Context(count)),
        '-' => Ok(HunkOp::Delete(count)),
        '+' => Ok(HunkOp::Add(count)),
        _ => Err(invalid()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Base lines 10-13 kept, 14 replaced by two lines, 15-17 kept; later one line inserted after base line 40.
    fn hunks() -> Vec<Hunk> {
        use HunkOp::{Add, Context, Delete};
        vec![
            Hunk::new(10, 10, vec![Context(4), Delete(1), Add(2), Context(3)]),
            Hunk::new(40, 42, vec![Add(1)]),
        ]
    }

    #[test]
    fn lines_map_both_ways() {
        let hunks = hunks();
        let map = LineMap::new(&hunks);
        assert_eq!(map.old_to_new(5), Some(5));
        assert_eq!(map.old_to_new(14), None);
        assert_eq!(map.old_to_new(15), Some(16));
        assert_eq!(map.old_to_new(30), Some(31));
        assert_eq!(map.new_to_old(14), None);
        assert_eq!(map.new_to_old(16), Some(15));
        assert_eq!(map.new_to_old(31), Some(30));
    }

    #[test]
    fn ops_are_short_text_in_documents() {
        let hunk = &hunks()[0];
        let json = serde_json::to_string(hunk).unwrap();
        insta::assert_snapshot!(json, @r#"{"old_start":10,"old_lines":8,"new_start":10,"new_lines":9,"ops":"4= 1- 2+ 3="}"#);
        assert_eq!(&serde_json::from_str::<Hunk>(&json).unwrap(), hunk);
        assert_eq!(hunk.added_ranges().collect::<Vec<_>>(), [LineRange::new(14, 15)]);
        assert_eq!(hunk.deleted_ranges().collect::<Vec<_>>(), [LineRange::line(14)]);
    }

    #[test]
    fn numbers_that_no_file_has_do_not_overflow() {
        let text = r#"{"old_start":4294967295,"old_lines":4294967295,"new_start":4294967295,"new_lines":9,"ops":"4294967295= 4294967295+ 4294967295-"}"#;
        let hunk: Hunk = serde_json::from_str(text).unwrap();
        assert_eq!(hunk.new_range().map(|range| range.end), Some(u32::MAX));
        assert_eq!((hunk.added(), hunk.deleted()), (u32::MAX, u32::MAX));
        assert_eq!(hunk.added_ranges().count() + hunk.deleted_ranges().count(), 2);
        let hunks = [hunk.clone(), Hunk::new(1, 1, hunk.ops)];
        let map = LineMap::new(&hunks);
        assert!(
            map.old_to_new(u32::MAX).is_none_or(|line| line > 0)
                && map.new_to_old(1).is_none_or(|line| line > 0)
        );
    }

    #[test]
    fn a_side_without_lines_stands_after_its_line() {
        // `@@ -40,0 +42 @@`: inserted after base line 40.
        let hunk = Hunk::new(40, 42, vec![HunkOp::Add(1)]);
        assert_eq!(hunk.added_ranges().collect::<Vec<_>>(), [LineRange::line(42)]);
        let hunks = [hunk];
        let map = LineMap::new(&hunks);
        assert_eq!(map.old_to_new(40), Some(40));
        assert_eq!(map.old_to_new(41), Some(42));
    }
}
