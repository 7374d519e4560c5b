//! A run's record: everything that is needed to make the same report again, without tree, model or clock.
//!
//! A run's folder holds `journal.jsonl` (written while it runs), and `input.json`, `evidence.json` and
//! `decisions.json` (written when it is consolidated).

use std::path::{Path, PathBuf};

use review_core::{Completeness, Decisions, Document, Error, ErrorKind, Evidence, Input, Result, RunFacts};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::files::{read_text, write_whole};
use review_agents::Journal;

/// Largest record file that is read: 256 MiB.
const MAX_BYTES: u64 = 256 << 20;

/// What a run's folder tells.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Record {
    /// What went into consolidation.
    pub input: Input,
    /// What the source tree answered.
    pub evidence: Evidence,
    /// What a judge decided.
    pub decisions: Decisions,
}

impl Record {
    /// A record from its parts.
    pub fn new(input: Input, evidence: Evidence, decisions: Decisions) -> Self {
        Self { input, evidence, decisions }
    }

    /// Writes the record into a run's folder.
    ///
    /// # Errors
    /// When a file can't be written; the others may be there.
    pub fn save(&self, folder: &Path) -> Result<()> {
        write_json(&folder.join("input.json"), &self.input)?;
        write_json(&folder.join("evidence.json"), &self.evidence)?;
        write_whole(&folder.join("decisions.json"), self.decisions.to_json()?.as_bytes())
    }

    /// Reads the record of a run: of one that was consolidated, or of one that died before.
    ///
    /// # Errors
    /// `NotFound` when there is no run, `InvalidInput` or `UnsupportedDocument` when it can't be read.
    pub fn load(folder: &Path) -> Result<Self> {
        let folder = run_folder(folder)?;
        if !folder.join("input.json").is_file() {
            return Self::from_journal(&folder);
        }
        let decisions = folder.join("decisions.json");
        Ok(Self {
            input: read_json(&folder.join("input.json"))?,
            evidence: read_json(&folder.join("evidence.json"))?,
            decisions: if decisions.is_file() {
                Decisions::from_json(&read_text(&decisions, MAX_BYTES)?)?
            } else {
                Decisions::default()
            },
        })
    }

    /// What can be had of a run that died: its reviews as far as they got, and no evidence.
    fn from_journal(folder: &Path) -> Result<Self> {
        let state = Journal::load(folder)?;
        let mut reviews = state.finished;
        reviews.extend(state.delivered.into_iter().map(|review| {
            review
                .with_completeness(Completeness::Truncated)
                .with_incomplete_reason("the run died before this pass returned")
        }));
        let mut run = RunFacts::default().with_report_id(state.report_id).with_started_ms(state.started_ms);
        run.wall_clock_ms = state.wall_clock_ms;
        for (name, _) in state.reviewers {
            if !reviews.iter().any(|review| review.reviewer == name) {
                run = run.with_missing((name, "the run died before it returned".to_owned()));
            }
        }
        Ok(Self { input: Input::new(state.change, reviews).with_run(run), ..Self::default() })
    }
}

/// The folder with the journal: the given one, or its `run` folder.
///
/// # Errors
/// `NotFound` when neither has one.
pub fn run_folder(folder: &Path) -> Result<PathBuf> {
    let candidates = [folder.to_owned(), folder.join("run")];
    candidates.into_iter().find(|folder| folder.join(Journal::FILE_NAME).is_file()).ok_or_else(|| {
        Error::new(
            ErrorKind::NotFound,
            "there is no run here: no journal was found in the folder or in its `run`",
        )
        .with_context("path", folder.display())
    })
}

/// Makes a folder of a run's own below `parent`, named for its id. Where the name is taken (runs that start in the same second), the id
/// gets a number; the id that goes with the folder is returned too.
///
/// # Errors
/// When the folder can't be made.
pub fn new_folder(parent: &Path, id: &str) -> Result<(PathBuf, String)> {
    for number in 1_u32.. {
        let id = if number == 1 { id.to_owned() } else { format!("{id}-{number}") };
        let folder = parent.join(&id);
        match std::fs::create_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| (folder, id)).map_err(Error::from),
        }
    }
    Err(Error::new(ErrorKind::Internal, "no folder name is left"))
}

fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let text = serde_json::to_vec(value).map_err(|error| {
        Error::new(ErrorKind::Internal, "the record could not be written as JSON").with_source(error)
    })?;
    write_whole(path, &text)
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    serde_json::from_str(&read_text(path, MAX_BYTES)?).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, format!("not a record of this version: {error}"))
            .with_context("path", path.display())
            .with_source(error)
    })
}
