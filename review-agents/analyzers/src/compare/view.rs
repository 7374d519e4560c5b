//! A changed file in both versions, as the shapes see it.

use std::collections::BTreeSet;
use std::sync::Arc;

use review_core::{ChangedFile, LineRange};

use crate::engine::Source;
use crate::facts::{Function, Outline};
use crate::paths::PathKind;

/// One version of a file.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    pub(crate) path: String,
    /// As written.
    pub(crate) text: Arc<str>,
    /// With blanks in the place of comments, which must not decide what is found.
    bare: Arc<str>,
    pub(crate) outline: Outline,
}

impl Version {
    pub(crate) fn new(path: &str, text: &Arc<str>, source: &Source, outline: Outline) -> Self {
        let bare = source.without_comments().map_or_else(|| Arc::clone(text), Arc::from);
        Self { path: path.to_owned(), text: Arc::clone(text), bare, outline }
    }

    /// The code of a range of bytes, without its comments.
    pub(crate) fn code(&self, bytes: &std::ops::Range<usize>) -> &str {
        self.bare.get(bytes.clone()).unwrap_or_default()
    }

    /// All of the code, without its comments.
    pub(crate) fn all_code(&self) -> &str {
        &self.bare
    }

    /// The code of a line, without its comments.
    pub(crate) fn line(&self, number: u32) -> &str {
        self.lines().nth(number.saturating_sub(1) as usize).map_or("", |(line, _)| line)
    }

    /// The lines of code with their numbers, without their comments.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (&str, u32)> {
        self.bare.lines().zip(1_u32..)
    }

    /// Bytes that are kept of it.
    pub(crate) fn kept_bytes(&self) -> usize {
        let own = if Arc::ptr_eq(&self.text, &self.bare) { 0 } else { self.bare.len() };
        self.text.len() + own
    }

    /// The innermost function around a line.
    pub(crate) fn function_at(&self, line: u32) -> Option<&Function> {
        let around =
            self.outline.functions.iter().skip(1).filter(|function| function.span.lines.contains(line));
        around.min_by_key(|function| function.span.lines.len())
    }
}

/// A changed file in both versions; a version that is not there, not text or not parsed is absent.
#[derive(Clone, Debug)]
pub(crate) struct FileView {
    pub(crate) base: Option<Version>,
    pub(crate) head: Option<Version>,
    pub(crate) kind: PathKind,
    added: Vec<LineRange>,
    deleted: Vec<LineRange>,
    /// The whole file is new.
    is_new: bool,
}

impl FileView {
    pub(crate) fn new(
        file: &ChangedFile,
        kind: PathKind,
        base: Option<Version>,
        head: Option<Version>,
    ) -> Self {
        let added = file.hunks.iter().flat_map(|hunk| hunk.added_ranges().collect::<Vec<_>>()).collect();
        let deleted = file.hunks.iter().flat_map(|hunk| hunk.deleted_ranges().collect::<Vec<_>>()).collect();
        let is_new = file.status == review_core::FileStatus::Added;
        Self { base, head, kind, added, deleted, is_new }
    }

    /// Whether the change brought the file in.
    pub(crate) fn is_new(&self) -> bool {
        self.is_new
    }

    /// Whether the change added one of these lines of the head.
    pub(crate) fn touches(&self, lines: LineRange) -> bool {
        if self.is_new && self.added.is_empty() {
            return true;
        }
        // Ranges are in order and apart, so the first one that does not end before is the only candidate.
        let at = self.added.partition_point(|range| range.end < lines.start);
        self.added.get(at).is_some_and(|range| range.overlaps(&lines))
    }

    /// Whether the change deleted one of these lines of the base.
    pub(crate) fn deletes(&self, lines: LineRange) -> bool {
        let at = self.deleted.partition_point(|range| range.end < lines.start);
        self.deleted.get(at).is_some_and(|range| range.overlaps(&lines))
    }

    /// The code of the added lines.
    pub(crate) fn added_text(&self) -> String {
        let Some(head) = &self.head else { return String::new() };
        let mut text = String::new();
        for (line, number) in head.lines() {
            if self.touches(LineRange::line(number)) {
                text.push_str(line);
                text.push('\n');
            }
        }
        text
    }
}

/// Looks for code outside of the changed files, at head. Bounded by whoever gives it.
pub(crate) trait Searcher {
    /// Names all texts that will be looked for, and the changed files.
    fn expect(&mut self, needles: BTreeSet<String>, changed: &BTreeSet<&str>);

    /// Files, other than changed ones, in which a text stands that was named before; `None` when that can't be said: too
    /// many or unknown.
    fn files_with(&self, needle: &str) -> Option<Vec<&Version>>;
}
