//! Records what a source tree answers, and answers from the record: what makes a run replayable without its
//! repository.

use std::sync::{Mutex, PoisonError};

use crate::cancel::Cancel;
use crate::error::Result;
use crate::tree::{Answer, Evidence, Fact, Query, SourceTree};

/// Passes every query on and keeps what was answered.
#[derive(Debug)]
pub struct RecordingTree<T> {
    inner: T,
    evidence: Mutex<Evidence>,
}

impl<T: SourceTree> RecordingTree<T> {
    /// Records the answers of a tree.
    pub fn new(inner: T) -> Self {
        Self { inner, evidence: Mutex::default() }
    }

    /// What was answered so far.
    pub fn evidence(&self) -> Evidence {
        self.evidence.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl<T: SourceTree> SourceTree for RecordingTree<T> {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        let facts = self.inner.answer(queries, cancel)?;
        self.evidence.lock().unwrap_or_else(PoisonError::into_inner).extend(facts.iter().cloned());
        Ok(facts)
    }
}

/// Answers from a record; what was not recorded is *unknown*. An empty record is the tree that knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedTree {
    evidence: Evidence,
}

impl RecordedTree {
    /// A tree that answers from this record.
    pub fn new(evidence: Evidence) -> Self {
        Self { evidence }
    }
}

impl SourceTree for RecordedTree {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        cancel.check()?;
        let unknown = || Answer::Unknown { reason: "it was not recorded".into() };
        Ok(queries
            .iter()
            .map(|query| {
                let answer = self.evidence.answer(query).cloned().unwrap_or_else(unknown);
                let text = match &answer {
                    Answer::Text { blob } => self.evidence.blob(blob).map(str::to_owned),
                    _ => None,
                };
                Fact { query: query.clone(), answer, text }
            })
            .collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory_tree::MemoryTree;
    use crate::vocabulary::Side;

    #[test]
    fn a_record_answers_as_the_tree_did() {
        let asked = [Query::file(Side::Head, "a"), Query::file(Side::Head, "b")];
        let tree = RecordingTree::new(MemoryTree::new().with_head("a", "text\n"));
        let facts = tree.answer(&asked, &Cancel::new()).unwrap();
        let record = RecordedTree::new(tree.evidence());
        assert_eq!(record.answer(&asked, &Cancel::new()).unwrap(), facts);
        let other = record.answer(&[Query::file(Side::Base, "a")], &Cancel::new()).unwrap();
        assert!(matches!(other[0].answer, Answer::Unknown { .. }));
    }
}
