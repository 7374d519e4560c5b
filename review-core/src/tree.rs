//! Questions about the source at head and base, who answers them, and the recorded answers.
//!
//! The engine never calls a [`SourceTree`]. It asks for what it needs as [`Query`] values; a driver answers
//! them and calls the engine again with the [`Evidence`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::cancel::Cancel;
use crate::change::Commit;
use crate::error::Result;
use crate::vocabulary::Side;

/// One question about the source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "query", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Query {
    /// The content of a file.
    File {
        /// Version.
        side: Side,
        /// Path from the root.
        path: String,
    },
    /// Every file whose path ends in this name or partial path, at a `/`.
    PathsEnding {
        /// Version.
        side: Side,
        /// A file name, or the last parts of a path.
        suffix: String,
    },
    /// Lines that contain a text, as it stands.
    Search {
        /// Version.
        side: Side,
        /// The text; must not be empty or contain a line feed.
        needle: String,
        /// At most so many hits.
        limit: u32,
    },
    /// Which commit last touched each line of a range, at head.
    Blame {
        /// Path from the root at head.
        path: String,
        /// First line.
        start_line: u32,
        /// Last line, included.
        end_line: u32,
    },
    /// Every file below a folder.
    Paths {
        /// Version.
        side: Side,
        /// The folder, without a final slash; empty: the whole tree.
        folder: String,
        /// At most so many.
        limit: u32,
    },
    /// The commits before head that touched a path, newest first.
    Log {
        /// A file or folder; empty: every commit.
        path: String,
        /// At most so many.
        limit: u32,
    },
    /// What one commit did.
    Patch {
        /// Its id, whole or its first digits (at least four), or `HEAD`, `HEAD~3`.
        commit: String,
        /// Only this file or folder; empty: everything.
        path: String,
    },
}

impl Query {
    /// Asks for the content of a file.
    pub fn file(side: Side, path: impl Into<String>) -> Self {
        Self::File { side, path: path.into() }
    }
}

/// The answer to one [`Query`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "answer", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Answer {
    /// The file is there, as text; [`Evidence::blob`] has it under this id.
    Text {
        /// Blob id, or a content hash where the tree has no ids.
        blob: String,
    },
    /// There is no such file.
    Missing,
    /// The file is there but is not text: binary, a link, a submodule, or not UTF-8.
    NotText {
        /// What it is, one or two words.
        what: String,
    },
    /// The file is there but bigger than the limit.
    TooLarge {
        /// Size in bytes.
        bytes: u64,
    },
    /// Paths, ordered.
    Paths {
        /// The paths.
        paths: Vec<String>,
        /// Whether these are all.
        complete: bool,
    },
    /// Lines that contain the text, ordered by path and line.
    Hits {
        /// The hits.
        hits: Vec<Hit>,
        /// Whether these are all.
        complete: bool,
    },
    /// Who last touched which lines, in order; together they cover the range, cut at the end of the file.
    Blame {
        /// The groups.
        groups: Vec<BlameGroup>,
    },
    /// Commits, newest first.
    Commits {
        /// The commits.
        commits: Vec<Commit>,
        /// Whether these are all.
        complete: bool,
    },
    /// What a commit did.
    Patch {
        /// The commit.
        commit: Commit,
        /// Its message below the subject; empty when there is none.
        message: String,
        /// Its difference from its first parent as a unified diff, with bytes that are not UTF-8 replaced.
        patch: String,
        /// Whether the patch is whole.
        complete: bool,
    },
    /// The tree can't say (not supported, not available, cut by a limit). A claim that needs it is *not checkable*.
    Unknown {
        /// Why.
        reason: String,
    },
}

/// A line that contains a searched text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Hit {
    /// Path from the root.
    pub path: String,
    /// Line, from 1.
    pub line: u32,
    /// The line, cut at 400 characters.
    pub text: String,
}

/// Neighbouring lines with the same last commit.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct BlameGroup {
    /// First line.
    pub start_line: u32,
    /// Last line, included.
    pub end_line: u32,
    /// Full id of the commit; absent for uncommitted lines.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether that commit is part of the change under review. Uncommitted lines are.
    pub in_change: bool,
}

/// An answered query, with the content of the file where one was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Fact {
    /// What was asked.
    #[serde(flatten)]
    pub query: Query,
    /// What the tree said.
    #[serde(flatten)]
    pub answer: Answer,
    /// The file's text, for [`Answer::Text`]; line feeds as in the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl Fact {
    /// An answer without text.
    pub fn new(query: Query, answer: Answer) -> Self {
        Self { query, answer, text: None }
    }

    /// A file's content.
    pub fn text(query: Query, blob: impl Into<String>, text: impl Into<String>) -> Self {
        Self { query, answer: Answer::Text { blob: blob.into() }, text: Some(text.into()) }
    }
}

/// Answers queries about the source at head and base: a blocking, fallible provider (git, a folder, memory).
///
/// # Contract
/// * One fact per query, in the order of the queries.
/// * What can't be answered is [`Answer::Unknown`] with the reason, never an error and never a guess; an error
///   means that the tree as a whole is not to be had.
/// * Paths are confined to the tree: absolute paths, `..` and links that lead out are [`Answer::Missing`].
/// * The answers are a function of the two versions: same tree, same facts.
/// * Long work looks at `cancel` now and then and ends with `Cancelled`.
pub trait SourceTree: Send + Sync {
    /// Answers the queries.
    ///
    /// # Errors
    /// When the tree as a whole can't be read, or on cancellation.
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>>;
}

impl<T: SourceTree + ?Sized> SourceTree for std::sync::Arc<T> {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        (**self).answer(queries, cancel)
    }
}

impl<T: SourceTree + ?Sized> SourceTree for Box<T> {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        (**self).answer(queries, cancel)
    }
}

impl<T: SourceTree + ?Sized> SourceTree for &T {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        (**self).answer(queries, cancel)
    }
}

/// The recorded answers. Contents are kept once per blob id. As a document it is an ordered list of facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Fact>", into = "Vec<Fact>")]
pub struct Evidence {
    answers: BTreeMap<Query, Answer>,
    blobs: BTreeMap<String, String>,
}

impl Evidence {
    /// Nothing is known.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a fact. The first answer to a query stays.
    pub fn add(&mut self, fact: Fact) {
        if let (Answer::Text { blob }, Some(text)) = (&fact.answer, fact.text) {
            self.blobs.entry(blob.clone()).or_insert(text);
        }
        self.answers.entry(fact.query).or_insert(fact.answer);
    }

    /// The answer to a query, where there is one.
    pub fn answer(&self, query: &Query) -> Option<&Answer> {
        self.answers.get(query)
    }

    /// A blob's text.
    pub fn blob(&self, id: &str) -> Option<&str> {
        self.blobs.get(id).map(String::as_str)
    }

    /// A file's text, where it was asked for and is text.
    pub fn file(&self, side: Side, path: &str) -> Option<&str> {
        match self.answers.get(&Query::file(side, path))? {
            Answer::Text { blob } => self.blob(blob),
            _ => None,
        }
    }

    /// What could not be answered, with the reason.
    pub fn unknown(&self) -> impl Iterator<Item = (&Query, &str)> {
        self.answers.iter().filter_map(|(query, answer)| match answer {
            Answer::Unknown { reason } => Some((query, reason.as_str())),
            _ => None,
        })
    }

    /// Number of answered queries.
    pub fn len(&self) -> usize {
        self.answers.len()
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// Bytes of file content held.
    pub fn content_bytes(&self) -> usize {
        self.blobs.values().map(String::len).sum()
    }
}

impl From<Vec<Fact>> for Evidence {
    fn from(facts: Vec<Fact>) -> Self {
        let mut evidence = Self::default();
        for fact in facts {
            evidence.add(fact);
        }
        evidence
    }
}

impl Extend<Fact> for Evidence {
    fn extend<I: IntoIterator<Item = Fact>>(&mut self, facts: I) {
        for fact in facts {
            self.add(fact);
        }
    }
}

impl From<Evidence> for Vec<Fact> {
    /// Each blob's text stands at the first fact that names it.
    fn from(evidence: Evidence) -> Self {
        let mut blobs = evidence.blobs;
        evidence
            .answers
            .into_iter()
            .map(|(query, answer)| {
                let text = match &answer {
                    Answer::Text { blob } => blobs.remove(blob),
                    _ => None,
                };
                Fact { query, answer, text }
            })
            .collect()
    }
}

/// Pins object safety.
const _: fn(&dyn SourceTree) = |_| {};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn evidence_is_an_ordered_list_and_holds_each_blob_once() {
        let mut evidence = Evidence::new();
        evidence.add(Fact::text(Query::file(Side::Head, "b"), "1", "x\n"));
        evidence.add(Fact::text(Query::file(Side::Base, "b"), "1", "x\n"));
        evidence.add(Fact::new(Query::file(Side::Head, "a"), Answer::Missing));
        let json = serde_json::to_string(&evidence).unwrap();
        insta::assert_snapshot!(json, @r#"[{"query":"file","side":"head","path":"a","answer":"missing"},{"query":"file","side":"head","path":"b","answer":"text","blob":"1","text":"x\n"},{"query":"file","side":"base","path":"b","answer":"text","blob":"1"}]"#);
        assert_eq!(serde_json::from_str::<Evidence>(&json).unwrap(), evidence);
        assert_eq!(evidence.file(Side::Base, "b"), Some("x\n"));
    }
}
