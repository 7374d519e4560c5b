//! Where the runs of the service are on disk, and how long they stay.
//!
//! `records/<change>/<run>/` holds the files of a report, `run/` with its record, and `summary.json`.

use std::path::{Path, PathBuf};

use deep_review::files::{read_text, write_whole};
use deep_review::{Document as _, Error, ErrorKind, Report, Result, Severity, Usage};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::{ChangeKey, Job};

/// Largest report that is read back.
const MAX_REPORT: u64 = 512 << 20;
/// Largest summary that is read.
const MAX_SUMMARY: u64 = 64 << 10;
const SUMMARY: &str = "summary.json";
/// The files of a run that people may look at.
const FILES: &[&str] = &["report.html", "report.md", "report.json", "report.sarif"];

/// What a finished run came to, in short.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RunSummary {
    /// Id of the report.
    pub report: String,
    /// Web address of the pull request.
    pub change: String,
    /// Its title.
    pub title: String,
    /// The reviewed commit.
    pub head: String,
    /// The verdict.
    pub verdict: String,
    /// Whether the review is complete.
    pub complete: bool,
    /// Findings: critical, important, suggestions.
    pub findings: [usize; 3],
    /// What the reviewers took, as far as they told.
    pub usage: Usage,
    /// When the report was written, milliseconds since 1970-01-01 UTC.
    pub finished_ms: i64,
}

impl RunSummary {
    pub(crate) fn new(report: &Report, change: &ChangeKey, usage: Usage) -> Self {
        let count = |severity| report.of_severity(severity).count();
        Self {
            report: report.id.clone(),
            change: change.as_str().to_owned(),
            title: report.change.notes.title.clone().unwrap_or_default().chars().take(300).collect(),
            head: report.change.head.clone().unwrap_or_default(),
            verdict: report.verdict.decision.as_str().to_owned(),
            complete: report.is_complete(),
            findings: [count(Severity::Critical), count(Severity::Important), count(Severity::Suggestion)],
            usage,
            finished_ms: now_ms(),
        }
    }
}

/// A run on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Run {
    /// Name of the change's folder.
    pub change: String,
    /// Name of the run's folder in it.
    pub name: String,
    /// What it came to; absent for one that has not ended.
    pub summary: Option<RunSummary>,
}

/// The folder with the runs. Workers that share jobs share it.
#[derive(Clone, Debug)]
pub struct Records {
    folder: PathBuf,
}

impl Records {
    /// The records in a folder, which is made when the first run is written.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// The folder of a run: one for each change, in it one for each head. A head that is reviewed again has another one for each time that
    /// somebody asked; it stays the same over all attempts, so that they go on with what is there.
    pub fn run(&self, job: &Job, head: &str) -> PathBuf {
        self.change(&job.key()).join(run_name(job, head))
    }

    /// The folder of a change.
    pub(crate) fn change(&self, key: &ChangeKey) -> PathBuf {
        self.folder.join(digest(key.as_str()))
    }

    /// The report that was written last for a change.
    ///
    /// # Errors
    /// `NotFound` when there is none; or when it can't be read.
    pub fn newest_report(&self, key: &ChangeKey) -> Result<Report> {
        let change = digest(key.as_str());
        let runs =
            self.runs_of(&change)?.into_iter().filter_map(|run| Some((run.summary?.finished_ms, run.name)));
        let (_, name) =
            runs.max().ok_or_else(|| Error::new(ErrorKind::NotFound, "there is no report of this change"))?;
        let path = self.folder.join(change).join(name).join("report.json");
        Report::from_json(&read_text(&path, MAX_REPORT)?)
    }

    /// All runs, those that ended last first.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn runs(&self) -> Result<Vec<Run>> {
        let mut runs = Vec::new();
        for change in folders(&self.folder)? {
            runs.extend(self.runs_of(&change)?);
        }
        let ended = |run: &Run| run.summary.as_ref().map_or(i64::MAX, |summary| summary.finished_ms);
        runs.sort_by(|a, b| (ended(b), &b.change, &b.name).cmp(&(ended(a), &a.change, &a.name)));
        Ok(runs)
    }

    pub(crate) fn runs_of(&self, change: &str) -> Result<Vec<Run>> {
        let folder = self.folder.join(change);
        let names = folders(&folder)?;
        let read = |name: String| {
            let text = read_text(&folder.join(&name).join(SUMMARY), MAX_SUMMARY).ok();
            let summary = text.and_then(|text| serde_json::from_str(&text).ok());
            Run { change: change.to_owned(), name, summary }
        };
        Ok(names.into_iter().map(read).collect())
    }

    /// A file of a run that people may look at. Names that are not of the form that this type gives find nothing, so that no path
    /// leads out of the folder.
    pub fn file(&self, change: &str, run: &str, file: &str) -> Option<PathBuf> {
        let plain = |text: &str| {
            (1..=64).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        };
        if !plain(change) || !plain(run) || !FILES.contains(&file) {
            return None;
        }
        let path = self.folder.join(change).join(run).join(file);
        std::fs::symlink_metadata(&path).is_ok_and(|there| there.is_file()).then_some(path)
    }

    /// Deletes the runs that ended before a time, and returns how many.
    ///
    /// # Errors
    /// When a folder can't be read or deleted.
    pub fn delete_before(&self, time_ms: i64) -> Result<usize> {
        let mut deleted = 0;
        for run in self.runs()? {
            if run.summary.as_ref().is_some_and(|summary| summary.finished_ms < time_ms) {
                std::fs::remove_dir_all(self.folder.join(&run.change).join(&run.name))?;
                deleted += 1;
            }
        }
        Ok(deleted)
    }

    pub(crate) fn keep_summary(&self, folder: &Path, summary: &RunSummary) -> Result<()> {
        let text = serde_json::to_vec(summary).map_err(|error| {
            Error::new(ErrorKind::Internal, "a summary can't be written").with_source(error)
        })?;
        write_whole(&folder.join(SUMMARY), &text)
    }

    /// The report of a run that had one.
    pub(crate) fn reported(folder: &Path) -> Result<Option<Report>> {
        let path = folder.join("report.json");
        if !path.is_file() {
            return Ok(None);
        }
        Report::from_json(&read_text(&path, MAX_REPORT)?).map(Some)
    }
}

/// The name of a run within its change.
pub(crate) fn run_name(job: &Job, head: &str) -> String {
    let short: String = head.chars().take(12).collect();
    if job.again { format!("{short}-{}", job.made_ms) } else { short }
}

pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The names of the folders in a folder, ordered; none where it is not there. Links are not followed.
pub(crate) fn folders(folder: &Path) -> Result<Vec<String>> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.extend(entry.file_name().into_string());
        }
    }
    names.sort();
    Ok(names)
}

/// Milliseconds since 1970-01-01 UTC.
pub(crate) fn now_ms() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
