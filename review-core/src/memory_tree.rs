//! A source tree in memory: for tests, examples, and tools that have the files at hand.

use std::collections::BTreeMap;

use crate::cancel::Cancel;
use crate::change::{ChangeSet, ChangedFile, FileStatus, Origin};
use crate::error::Result;
use crate::fingerprint::content_hash;
use crate::tree::{Answer, BlameGroup, Fact, Hit, Query, SourceTree};
use crate::vocabulary::Side;

/// Two versions of a source tree in memory.
///
/// Blame is what the caller says with [`blame`](Self::blame); other lines are *unknown*.
///
/// ```
/// use review_core::{Cancel, MemoryTree, Query, Side, SourceTree};
/// let tree = MemoryTree::new().with_head("a.rs", "fn main() {}\n");
/// let facts = tree.answer(&[Query::file(Side::Head, "a.rs")], &Cancel::new()).unwrap();
/// assert_eq!(facts[0].text.as_deref(), Some("fn main() {}\n"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MemoryTree {
    head: BTreeMap<String, String>,
    base: BTreeMap<String, String>,
    blame: BTreeMap<String, Vec<BlameGroup>>,
}

impl MemoryTree {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file at head.
    #[must_use]
    pub fn with_head(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.head.insert(path.into(), text.into());
        self
    }

    /// Adds a file at base.
    #[must_use]
    pub fn with_base(mut self, path: impl Into<String>, text: impl Into<String>) -> Self {
        self.base.insert(path.into(), text.into());
        self
    }

    /// Adds a file that is the same at head and base.
    #[must_use]
    pub fn with_both(self, path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        self.with_head(path.clone(), text.clone()).with_base(path, text)
    }

    /// Says who last touched lines of a file at head.
    #[must_use]
    pub fn blame(mut self, path: impl Into<String>, group: BlameGroup) -> Self {
        self.blame.entry(path.into()).or_default().push(group);
        self
    }

    /// The change from base to head, without hunks: files by name only.
    pub fn change(&self) -> ChangeSet {
        let mut change = ChangeSet::new(Origin::Range);
        for (path, text) in &self.head {
            let status = match self.base.get(path) {
                None => FileStatus::Added,
                Some(old) if old != text => FileStatus::Modified,
                Some(_) => continue,
            };
            change.files.push(ChangedFile::new(path, status));
        }
        for path in self.base.keys().filter(|path| !self.head.contains_key(*path)) {
            change.files.push(ChangedFile::new(path, FileStatus::Deleted));
        }
        change.normalise();
        change
    }

    fn side(&self, side: Side) -> &BTreeMap<String, String> {
        if side == Side::Base { &self.base } else { &self.head }
    }

    fn one(&self, query: &Query) -> Fact {
        let answer = match query {
            Query::File { side, path } => match self.side(*side).get(path) {
                Some(text) => return Fact::text(query.clone(), content_hash(&[text], 40), text.as_str()),
                None => Answer::Missing,
            },
            Query::PathsEnding { side, suffix } => {
                let ending = format!("/{suffix}");
                let paths = self.side(*side).keys().filter(|path| *path == suffix || path.ends_with(&ending));
                Answer::Paths { paths: paths.cloned().collect(), complete: true }
            }
            Query::Search { side, needle, limit } => self.search(*side, needle, *limit as usize),
            Query::Blame { path, start_line, end_line } => self.blamed(path, *start_line, *end_line),
            Query::Paths { side, folder, limit } => self.below(*side, folder, *limit as usize),
            Query::Log { .. } | Query::Patch { .. } => {
                Answer::Unknown { reason: "this tree has no history".into() }
            }
        };
        Fact::new(query.clone(), answer)
    }

    fn below(&self, side: Side, folder: &str, limit: usize) -> Answer {
        let start = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let mut found = self.side(side).keys().filter(|path| path.starts_with(&start)).cloned();
        let paths: Vec<String> = found.by_ref().take(limit).collect();
        Answer::Paths { paths, complete: found.next().is_none() }
    }

    fn search(&self, side: Side, needle: &str, limit: usize) -> Answer {
        if needle.is_empty() || needle.contains('\n') {
            return Answer::Unknown { reason: "a search needs one line of text".into() };
        }
        let mut hits = self.side(side).iter().flat_map(|(path, text)| {
            text.lines().enumerate().filter(|(_, line)| line.contains(needle)).map(|(index, line)| Hit {
                path: path.clone(),
                line: index as u32 + 1,
                text: line.chars().take(400).collect(),
            })
        });
        let kept: Vec<Hit> = hits.by_ref().take(limit).collect();
        Answer::Hits { hits: kept, complete: hits.next().is_none() }
    }

    fn blamed(&self, path: &str, start: u32, end: u32) -> Answer {
        let groups: Vec<BlameGroup> = self
            .blame
            .get(path)
            .into_iter()
            .flatten()
            .filter(|group| group.start_line <= end && start <= group.end_line)
            .map(|group| BlameGroup {
                start_line: group.start_line.max(start),
                end_line: group.end_line.min(end),
                ..group.clone()
            })
            .collect();
        if groups.is_empty() {
            Answer::Unknown { reason: "this tree has no history".into() }
        } else {
            Answer::Blame { groups }
        }
    }
}

impl SourceTree for MemoryTree {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        queries
            .iter()
            .map(|query| {
                cancel.check()?;
                Ok(self.one(query))
            })
            .collect()
    }
}
