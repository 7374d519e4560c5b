//! The run's record on disk: an append-only file of [`Record`] lines.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use review_core::journal::{JournalState, Record};
use review_core::{Error, ErrorKind, Result};

/// Largest journal that is read back: 256 MiB.
const MAX_BYTES: u64 = 256 << 20;

/// An open journal. Each record is on disk when [`write`](Self::write) returns.
#[derive(Debug)]
pub struct Journal {
    file: File,
    path: PathBuf,
}

impl Journal {
    /// Name of the journal within a run's folder.
    pub const FILE_NAME: &str = "journal.jsonl";

    /// Starts the journal of a new run in this folder, which is made if need be.
    ///
    /// # Errors
    /// When the folder can't be written, or already holds a journal: a run's record is never overwritten.
    pub fn create(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).map_err(|error| io_error(error, folder, "make the run's folder"))?;
        let path = folder.join(Self::FILE_NAME);
        let file = OpenOptions::new()
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(|error| io_error(error, &path, "start the journal"))?;
        Ok(Self { file, path })
    }

    /// Opens the journal of a run that died, to go on with it, and tells what it has.
    ///
    /// A last line that was cut by the crash is ended, so that what is appended stands on lines of its own.
    ///
    /// # Errors
    /// When there is no journal, it can't be read or written, or it is newer than this version.
    pub fn resume(folder: &Path) -> Result<(Self, JournalState)> {
        let path = folder.join(Self::FILE_NAME);
        let text = read(&path)?;
        let state = JournalState::read(&text)?;
        let mut file = OpenOptions::new()
            .append(true)
            .open(&path)
            .map_err(|error| io_error(error, &path, "continue the journal"))?;
        if !text.is_empty() && !text.ends_with('\n') {
            file.write_all(b"\n").map_err(|error| io_error(error, &path, "mend the journal"))?;
        }
        Ok((Self { file, path }, state))
    }

    /// The run's folder.
    pub(crate) fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// A journal on a file that the test has opened.
    #[cfg(test)]
    pub(crate) fn on(file: File) -> Self {
        Self { file, path: PathBuf::from("test") }
    }

    /// Reads the journal of a run.
    ///
    /// # Errors
    /// When there is none, it can't be read, or it is newer than this version.
    pub fn load(folder: &Path) -> Result<JournalState> {
        JournalState::read(&read(&folder.join(Self::FILE_NAME))?)
    }

    /// Appends a record and waits until it is on disk. Events are not waited for: losing one costs nothing.
    ///
    /// # Errors
    /// When it can't be written, for example on a full disk.
    pub fn write(&mut self, record: &Record) -> Result<()> {
        let line = record.to_line()?;
        let written = self.file.write_all(line.as_bytes()).and_then(|()| match record {
            Record::Event { .. } => Ok(()),
            _ => self.file.sync_data(),
        });
        written.map_err(|error| io_error(error, &self.path, "write the journal"))
    }
}

fn read(path: &Path) -> Result<String> {
    // Opening a named pipe would wait for ever.
    if path.exists() && !path.is_file() {
        return Err(Error::new(ErrorKind::InvalidInput, "the journal is no file")
            .with_context("path", path.display()));
    }
    let file = File::open(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => {
            Error::new(ErrorKind::NotFound, "there is no run here: no journal was found")
                .with_context("path", path.display())
        }
        _ => io_error(error, path, "read the journal"),
    })?;
    // Asked before a byte is read: a sparse file takes no room on disk, but it would in memory.
    let length = file.metadata().map_err(|error| io_error(error, path, "read the journal"))?.len();
    if length > MAX_BYTES {
        return Err(Error::new(ErrorKind::InvalidInput, "the journal is too large")
            .with_context("path", path.display())
            .with_context("limit in bytes", MAX_BYTES));
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES)
        .read_to_end(&mut bytes)
        .map_err(|error| io_error(error, path, "read the journal"))?;
    String::from_utf8(bytes).or_else(|error| Ok(String::from_utf8_lossy(error.as_bytes()).into_owned()))
}

fn io_error(error: std::io::Error, path: &Path, what: &str) -> Error {
    Error::from(error).with_operation(what).with_context("path", path.display())
}

#[cfg(test)]
mod tests {
    use review_core::{ChangeSet, RawFinding, Review, SchemaVersion};

    use super::*;

    fn opened() -> Record {
        Record::Opened {
            schema_version: SchemaVersion::default(),
            report_id: "r".into(),
            started_ms: 0,
            change: Box::new(ChangeSet::default()),
            reviewers: vec![("claude".into(), 1)],
        }
    }

    #[test]
    fn a_run_that_died_goes_on_after_a_cut_line() {
        let dir = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(dir.path()).unwrap();
        journal.write(&opened()).unwrap();
        journal.file.write_all(br#"{"record":"finis"#).unwrap();
        drop(journal);

        let (mut journal, state) = Journal::resume(dir.path()).unwrap();
        assert_eq!(state.finished.len(), 0);
        let review = Review::new("claude").with_finding(RawFinding::new("Lost error"));
        journal.write(&Record::Finished { review: Box::new(review.clone()) }).unwrap();
        assert_eq!(Journal::load(dir.path()).unwrap().finished, [review]);
    }

    #[test]
    fn a_record_is_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        drop(Journal::create(dir.path()).unwrap());
        assert!(Journal::create(dir.path()).unwrap_err().to_string().contains("start the journal"));
    }

    #[test]
    fn a_folder_without_a_run_says_so() {
        let dir = tempfile::tempdir().unwrap();
        let error = Journal::load(dir.path()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
    }
}
