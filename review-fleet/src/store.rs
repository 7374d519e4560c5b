//! The queue of one process in a folder: a file for each change, whole or not there.

use std::path::{Path, PathBuf};
use std::time::Duration;

use deep_review::files::{read_text, write_whole};
use deep_review::{Error, ErrorKind, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{ChangeKey, Done, Job, Limits, Submitted};

/// Largest entry that is read.
const MAX_BYTES: u64 = 64 << 10;

/// What the queue knows of a change.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// What waits; after a start also what ran when the process died.
    pub(crate) waiting: Option<Job>,
    /// What is being worked on.
    pub(crate) running: Option<Job>,
    /// What failed for good, and why.
    pub(crate) failed: Option<(Job, String)>,
    /// The newest generation.
    pub(crate) generation: u64,
}

impl Entry {
    /// Takes in a job: merged into what waits. What became of it, and whether anything changed.
    pub(crate) fn submit(&mut self, job: Job) -> Submitted {
        let same_head = |running: &Job| !job.again && job.head.is_some() && running.head == job.head;
        let (submitted, waiting) = match (&self.running, self.waiting.take()) {
            (Some(running), None) if same_head(running) => return Submitted::Running,
            (Some(_), waiting) => (Submitted::Superseding, waiting),
            (None, Some(older)) => (Submitted::Merged, Some(older)),
            (None, None) => (Submitted::Queued, None),
        };
        self.waiting = Some(match waiting {
            Some(older) => older.merged(job),
            None => job,
        });
        submitted
    }

    /// What ran goes on, unless something newer waits.
    pub(crate) fn again(&mut self, job: Job) {
        self.waiting = Some(match self.waiting.take() {
            Some(newer) => job.merged(newer),
            None => job,
        });
    }

    /// Takes in how the running job ended. `draining`: its process ends. Returns the pause before the next attempt, where there is one.
    pub(crate) fn end(
        &mut self,
        job: Job,
        ended: Result<Done>,
        draining: bool,
        limits: &Limits,
    ) -> Option<Duration> {
        self.running = None;
        match ended {
            Ok(_) => None,
            // The process ends: the next one goes on.
            Err(error) if error.is_cancelled() && draining => {
                self.again(job);
                None
            }
            // Superseded or stopped.
            Err(error) if error.is_cancelled() => None,
            Err(error) if error.is_temporary() && job.attempts + 1 < limits.attempts => {
                let pause = limits.pause * 2_u32.saturating_pow(job.attempts);
                let mut job = job;
                job.attempts += 1;
                self.again(job);
                Some(error.retry_after().unwrap_or(pause).max(pause))
            }
            Err(error) => {
                self.failed = Some((job, error.to_string()));
                None
            }
        }
    }

    /// Whether there is nothing to keep but the number of the newest generation.
    pub(crate) fn is_idle(&self) -> bool {
        self.waiting.is_none() && self.running.is_none() && self.failed.is_none()
    }
}

/// The folder.
#[derive(Clone, Debug)]
pub(crate) struct Store {
    folder: PathBuf,
}

impl Store {
    pub(crate) fn open(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| {
            Error::from(error).with_operation("opening the queue").with_context("folder", folder.display())
        })?;
        Ok(Self { folder: folder.to_owned() })
    }

    /// All entries. A file that can't be read is an error: a job must not get lost without a word.
    pub(crate) fn load(&self) -> Result<Vec<(ChangeKey, Entry)>> {
        let mut entries = Vec::new();
        for file in std::fs::read_dir(&self.folder)? {
            let path = file?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let odd = |error: serde_json::Error| {
                Error::new(ErrorKind::UnsupportedDocument, format!("not an entry of the queue: {error}"))
                    .with_context("path", path.display())
            };
            entries.push(serde_json::from_str(&read_text(&path, MAX_BYTES)?).map_err(odd)?);
        }
        entries.sort_by(|a: &(ChangeKey, Entry), b| a.0.cmp(&b.0));
        Ok(entries)
    }

    pub(crate) fn save(&self, key: &ChangeKey, entry: &Entry) -> Result<()> {
        let text = serde_json::to_vec(&(key, entry)).map_err(|error| {
            Error::new(ErrorKind::Internal, "an entry of the queue can't be written").with_source(error)
        })?;
        write_whole(&self.path(key), &text)
    }

    pub(crate) fn remove(&self, key: &ChangeKey) -> Result<()> {
        match std::fs::remove_file(self.path(key)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    fn path(&self, key: &ChangeKey) -> PathBuf {
        let digest = Sha256::digest(key.as_str().as_bytes());
        let name: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.folder.join(format!("{name}.json"))
    }
}
