//! The folder of reports: one folder a run, named for its id. It outlives the server.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use deep_review::files::{read_text, write_whole};
use deep_review::{
    Action, ChangeSet, Document, Error, ErrorKind, Report, Resolution, Resolved, Result, record,
};

use crate::messages::{Counts, FindingLine, ReportFacts};

/// Largest report that is read: 256 MiB.
const MAX_BYTES: u64 = 256 << 20;
/// Earlier rounds of a branch that are looked at, the newest ones.
const MAX_ROUNDS: usize = 20;
/// Name of the document with what was declined, within a run's folder.
const RESOLUTION: &str = "resolution.json";

/// The folder of reports.
#[derive(Debug)]
pub(crate) struct Store {
    folder: PathBuf,
    /// Clients call tools side by side; a document is read and written by one of them at a time.
    declining: Mutex<()>,
}

impl Store {
    /// Opens the folder, and makes it where it is not there.
    pub(crate) fn open(folder: PathBuf) -> Result<Self> {
        std::fs::create_dir_all(&folder).map_err(|error| {
            Error::new(ErrorKind::Io, format!("the folder for reports can't be made: {error}"))
                .with_context("path", folder.display())
        })?;
        Ok(Self { folder, declining: Mutex::default() })
    }

    /// A folder for a new run, and the id that goes with it.
    pub(crate) fn new_run(&self, id: &str) -> Result<(PathBuf, String)> {
        record::new_folder(&self.folder, id)
    }

    /// The folder of a run. A client names it, so it is a name and no path.
    pub(crate) fn folder_of(&self, run: &str) -> Result<PathBuf> {
        let is_id = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        let folder = self.folder.join(run);
        if run.is_empty() || !run.chars().all(is_id) || !folder.is_dir() {
            return Err(Error::new(ErrorKind::NotFound, "there is no such run").with_context("run_id", run));
        }
        Ok(folder)
    }

    /// The report of a run.
    pub(crate) fn report(&self, run: &str) -> Result<Report> {
        let path = self.folder_of(run)?.join("report.json");
        if !path.is_file() {
            return Err(Error::new(ErrorKind::NotFound, "the run has no report").with_context("run_id", run));
        }
        Report::from_json(&read_text(&path, MAX_BYTES)?)
    }

    /// Ids of the runs with a report, the newest first: an id starts with its time.
    pub(crate) fn reported(&self) -> Result<Vec<String>> {
        let mut runs: Vec<String> = std::fs::read_dir(&self.folder)?
            .filter_map(|entry| entry.ok())
            .filter(|entry| entry.path().join("report.json").is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        runs.sort_unstable_by(|a, b| b.cmp(a));
        Ok(runs)
    }

    /// Earlier rounds of a change and what was declined in them: reports of the same branch, or of the same base where there is none.
    /// A report that can't be read any more is no round.
    pub(crate) fn rounds_of(&self, change: &ChangeSet) -> Result<Vec<(Report, Option<Resolution>)>> {
        let same = |report: &Report| match &change.branch {
            Some(branch) => report.change.branch.as_ref() == Some(branch),
            None => report.change.branch.is_none() && report.change.base == change.base,
        };
        let mut rounds = Vec::new();
        for run in self.reported()?.into_iter().take(MAX_ROUNDS) {
            let Ok(report) = self.report(&run) else { continue };
            if same(&report) {
                let resolution = self.resolution(&run)?;
                rounds.push((report, resolution));
            }
        }
        Ok(rounds)
    }

    fn resolution(&self, run: &str) -> Result<Option<Resolution>> {
        let path = self.folder_of(run)?.join(RESOLUTION);
        if !path.is_file() {
            return Ok(None);
        }
        Resolution::from_json(&read_text(&path, MAX_BYTES)?).map(Some)
    }

    /// Keeps that a finding was declined. A second reason replaces the first.
    pub(crate) fn decline(&self, run: &str, report: &Report, item: &str, reason: &str) -> Result<()> {
        let _alone = self.declining.lock().unwrap_or_else(PoisonError::into_inner);
        let mut resolution = self.resolution(run)?.unwrap_or_else(|| Resolution::new(&report.id));
        resolution.items.retain(|one| one.item != item);
        resolution.items.push(
            Resolved::new(item, Action::Declined)
                .with_reason(reason)
                .with_by("a client of the MCP server")
                .with_until_changed(true),
        );
        write_whole(&self.folder_of(run)?.join(RESOLUTION), resolution.to_json()?.as_bytes())
    }
}

/// A report in short.
pub(crate) fn facts(report: &Report, folder: &Path) -> ReportFacts {
    use deep_review::Severity;
    let count = |severity| report.of_severity(severity).count();
    ReportFacts {
        verdict: report.verdict.decision,
        why: report.verdict.reason.clone(),
        counts: Counts {
            critical: count(Severity::Critical),
            important: count(Severity::Important),
            suggestion: count(Severity::Suggestion),
        },
        findings: report
            .findings
            .iter()
            .map(|finding| FindingLine {
                id: finding.id.clone(),
                severity: finding.severity,
                place: finding.locations.first().map(ToString::to_string).unwrap_or_default(),
                title: finding.title.clone(),
            })
            .collect(),
        folder: folder.display().to_string(),
    }
}
