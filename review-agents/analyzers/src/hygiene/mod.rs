//! Checks that look at files as a whole or at lines of text, of any kind of file.

mod binaries;
mod commented_out;
mod conflicts;
mod generated;
mod lock_files;
mod secrets;
mod todos;

use review_core::{ChangeSet, ChangedFile, LineRange};

use crate::compare::{Broken, SourcePlace};
use crate::paths::PathKind;

pub(crate) use binaries::large;
pub(crate) use lock_files::alone;

/// A changed file at head, as text.
pub(crate) struct TextFile<'a> {
    pub(crate) file: &'a ChangedFile,
    pub(crate) text: &'a str,
    pub(crate) kind: PathKind,
}

impl TextFile<'_> {
    /// The added lines with their numbers.
    fn added(&self) -> impl Iterator<Item = (u32, &str)> {
        let all = self.file.hunks.is_empty() && self.file.status == review_core::FileStatus::Added;
        let mut ranges: Vec<LineRange> =
            self.file.hunks.iter().flat_map(|hunk| hunk.added_ranges().collect::<Vec<_>>()).collect();
        ranges.reverse();
        (1_u32..).zip(self.text.lines()).filter(move |(number, _)| {
            while ranges.last().is_some_and(|range| range.end < *number) {
                ranges.pop();
            }
            all || ranges.last().is_some_and(|range| range.contains(*number))
        })
    }

    fn place(&self, line: u32) -> SourcePlace {
        SourcePlace::head(&self.file.path, LineRange::line(line))
    }
}

/// The checks on the text of one file.
pub(crate) fn text(file: &TextFile<'_>) -> Vec<Broken> {
    let mut broken = Vec::new();
    conflicts::committed(file, &mut broken);
    secrets::committed(file, &mut broken);
    if file.kind != PathKind::Foreign {
        todos::without_issue(file, &mut broken);
        commented_out::code(file, &mut broken);
    }
    broken
}

/// The checks that need all changed files at once.
pub(crate) fn change(change: &ChangeSet, generated: &[&ChangedFile]) -> Vec<Broken> {
    let mut broken = Vec::new();
    alone(change, &mut broken);
    generated::edited(change, generated, &mut broken);
    broken
}
