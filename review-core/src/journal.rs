//! The journal's format: one JSON record per line, written before anything is announced.
//!
//! The file is only ever appended to. A last line without its line feed was cut by a crash and is ignored.
//! Reading and writing files is the runner's business; this is the format alone.

use serde::{Deserialize, Serialize};

use crate::change::ChangeSet;
use crate::document::SchemaVersion;
use crate::error::{Error, ErrorKind, Result};
use crate::event::TimedEvent;
use crate::review::Review;

/// One record of a journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(tag = "record", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Record {
    /// The first record of a run.
    Opened {
        /// Version of the journal's format.
        schema_version: SchemaVersion,
        /// Id of the report that the run will make.
        report_id: String,
        /// When the run began, milliseconds since 1970-01-01 UTC.
        started_ms: i64,
        /// What is reviewed.
        change: Box<ChangeSet>,
        /// Who reviews, with the number of passes.
        reviewers: Vec<(String, u32)>,
    },
    /// A run that died is continued from here.
    Resumed {
        /// When, milliseconds since 1970-01-01 UTC.
        at_ms: i64,
    },
    /// What a pass had so far. The last one of a pass counts.
    Delivered {
        /// The review as it stood.
        review: Box<Review>,
    },
    /// What a pass returned.
    Finished {
        /// The review.
        review: Box<Review>,
    },
    /// Something that happened.
    Event {
        /// What and when.
        #[serde(flatten)]
        event: TimedEvent,
    },
    /// The run ended; nothing follows.
    Closed {
        /// Wall-clock time of the whole run.
        wall_clock_ms: u64,
    },
}

impl Record {
    /// The record as one line, line feed included.
    ///
    /// # Errors
    /// `Internal` when it can't be written as JSON; no type of this crate does that.
    pub fn to_line(&self) -> Result<String> {
        let mut line = serde_json::to_string(self).map_err(|error| {
            Error::new(ErrorKind::Internal, "a journal record could not be written as JSON")
                .with_source(error)
        })?;
        line.push('\n');
        Ok(line)
    }
}

/// What a journal tells, after a run or after its death.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct JournalState {
    /// Id of the report.
    pub report_id: String,
    /// When the run began.
    pub started_ms: i64,
    /// What is reviewed.
    pub change: ChangeSet,
    /// Who reviews, with the number of passes.
    pub reviewers: Vec<(String, u32)>,
    /// What passes returned, in the order in which they ended.
    pub finished: Vec<Review>,
    /// The last delivery of each pass that did not return.
    pub delivered: Vec<Review>,
    /// Whether the run ended.
    pub wall_clock_ms: Option<u64>,
    /// Lines that could not be read, with their numbers.
    pub damaged: Vec<u32>,
}

impl JournalState {
    /// Reads a journal. A cut last line is ignored; other damaged lines are counted and skipped.
    ///
    /// # Errors
    /// `InvalidInput` when there is no opening record; `UnsupportedDocument` when it is newer.
    pub fn read(text: &str) -> Result<Self> {
        let mut state = Self::default();
        let mut opened = false;
        let whole = text.rfind('\n').map_or("", |end| text.get(..end).unwrap_or(""));
        for (index, line) in whole.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str::<Record>(line) {
                Ok(Record::Opened { schema_version, report_id, started_ms, change, reviewers }) => {
                    schema_version.check("journal")?;
                    opened = true;
                    (state.report_id, state.started_ms) = (report_id, started_ms);
                    (state.change, state.reviewers) = (*change, reviewers);
                }
                Ok(Record::Delivered { review }) => {
                    state.delivered.retain(|other| !same_pass(other, &review));
                    state.delivered.push(*review);
                }
                Ok(Record::Finished { review }) => {
                    state.delivered.retain(|other| !same_pass(other, &review));
                    state.finished.retain(|other| !same_pass(other, &review));
                    state.finished.push(*review);
                }
                Ok(Record::Closed { wall_clock_ms }) => state.wall_clock_ms = Some(wall_clock_ms),
                Ok(Record::Resumed { .. }) => state.wall_clock_ms = None,
                Ok(Record::Event { .. }) => {}
                Err(_) => state.damaged.push(index as u32 + 1),
            }
        }
        if opened {
            Ok(state)
        } else {
            Err(Error::new(ErrorKind::InvalidInput, "not a journal: it has no opening record"))
        }
    }
}

fn same_pass(a: &Review, b: &Review) -> bool {
    a.reviewer == b.reviewer && a.pass == b.pass
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::RawFinding;

    fn opened() -> Record {
        Record::Opened {
            schema_version: SchemaVersion::default(),
            report_id: "r".into(),
            started_ms: 5,
            change: Box::default(),
            reviewers: vec![("claude".into(), 1), ("codex".into(), 1)],
        }
    }

    fn journal(records: &[Record]) -> String {
        records.iter().map(|record| record.to_line().unwrap()).collect()
    }

    #[test]
    fn a_dead_run_tells_what_it_has() {
        let mut text = journal(&[
            opened(),
            Record::Delivered { review: Box::new(Review::new("claude")) },
            Record::Delivered { review: Box::new(Review::new("claude").with_finding(RawFinding::new("a"))) },
            Record::Finished { review: Box::new(Review::new("codex")) },
        ]);
        text.push_str(r#"{"record":"closed","wall_clo"#);
        let state = JournalState::read(&text).unwrap();
        assert_eq!(state.finished.len(), 1);
        assert_eq!(state.delivered[0].findings.len(), 1, "the last delivery counts");
        assert_eq!(state.wall_clock_ms, None, "the cut line is ignored");
    }

    #[test]
    fn a_damaged_line_costs_only_itself() {
        let text =
            format!("{}garbage\n{}", journal(&[opened()]), journal(&[Record::Closed { wall_clock_ms: 9 }]));
        let state = JournalState::read(&text).unwrap();
        assert_eq!((state.damaged, state.wall_clock_ms), (vec![2], Some(9)));
    }

    #[test]
    fn other_text_is_no_journal() {
        assert_eq!(JournalState::read("hello\n").unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}
