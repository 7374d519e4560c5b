//! A change with its golden comments, as a file.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use review_core::{
    ChangeNotes, Document, Error, ErrorKind, Location, RawFinding, Result, Review, SchemaVersion, Severity,
};
use review_ingest::{IngestOptions, ingest};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::run::BenchRun;
use crate::files::{read_bounded, read_text};

/// Largest file of a change: 64 MiB.
const MAX_BYTES: u64 = 64 << 20;

/// One change of a benchmark. Paths in it start at the folder of the file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct BenchChange {
    /// Version of this document's format.
    #[serde(default)]
    pub schema_version: SchemaVersion,
    /// Names the change; also a folder of its recorded runs.
    pub id: String,
    /// What git does not know of the change, as in `run --change FILE`: title, description and so on. Reviewers are told it.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub notes: ChangeNotes,
    /// A git repository that has both commits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repository: Option<String>,
    /// Where the change starts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base: Option<String>,
    /// The reviewed commit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<String>,
    /// A unified diff, where there is no repository. Reviewers see no more than it shows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub patch: Option<String>,
    /// What a good review says of it.
    #[serde(default)]
    pub golden: Vec<Golden>,
    /// Reviews of it that exist already.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reviews: Vec<RecordedReview>,
}

impl Document for BenchChange {
    const NAME: &'static str = "bench change";
}

/// What a good review says of a change.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Golden {
    /// Names it within the change.
    pub id: String,
    /// What is wrong, in words.
    pub text: String,
    /// How much it matters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity: Option<Severity>,
    /// The places.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Location>,
    /// Words to tell golden comments apart by; recall is told for each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
}

/// A review that exists already: in a file of any form that is read, or in the document itself.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct RecordedReview {
    /// Who wrote it.
    pub reviewer: String,
    /// Which of its repetitions it is, from 1.
    #[serde(default = "first")]
    pub run: u32,
    /// The file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The review, where it is not in a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub review: Option<Value>,
    /// Labels: the golden comments that a finding says, by the finding's id; an empty list for one that says none. Findings that are
    /// not named are matched.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub credits: BTreeMap<String, Vec<String>>,
    /// Findings that count for nothing, neither right nor wrong.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub uncounted: BTreeSet<String>,
}

fn is_empty(notes: &ChangeNotes) -> bool {
    *notes == ChangeNotes::default()
}

fn first() -> u32 {
    1
}

impl Golden {
    /// A golden comment.
    pub fn new(id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { id: id.into(), text: text.into(), ..Self::default() }
    }

    /// As a finding, for the matcher.
    pub(super) fn finding(&self) -> RawFinding {
        let mut finding = finding_of(&self.id, &self.text);
        finding.severity = self.severity;
        finding.locations.clone_from(&self.places);
        finding
    }
}

impl RecordedReview {
    /// A review that stands in the document.
    pub fn new(reviewer: impl Into<String>, review: Value) -> Self {
        Self { reviewer: reviewer.into(), run: 1, review: Some(review), ..Self::default() }
    }
}

/// A benchmark: its changes, and what of its folder could not be read.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Bench {
    /// The changes, by id.
    pub changes: Vec<BenchChange>,
    /// The reviews that came with them.
    pub runs: Vec<BenchRun>,
    /// The folder that the paths of the changes start at.
    pub folder: PathBuf,
    /// What could not be read: which change, or which file where it has no id; and why.
    pub failures: Vec<(String, Error)>,
}

impl Bench {
    /// Reads every `.json` file of `DIR/changes`. One that can't be read is among the failures.
    ///
    /// # Errors
    /// When there is no such folder, or nothing in it can be read.
    pub fn load(folder: &Path) -> Result<Self> {
        let folder = folder.join("changes");
        let entries = std::fs::read_dir(&folder).map_err(|error| {
            Error::new(ErrorKind::NotFound, format!("not a benchmark: it has no folder `changes`: {error}"))
                .with_context("path", folder.display())
        })?;
        let mut files = entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<PathBuf>>>()?;
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
        files.sort();
        let mut bench = Self { folder, ..Self::default() };
        let mut ids = BTreeSet::new();
        for file in files {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match bench.read(&file, &mut ids) {
                Ok(()) => {}
                Err((id, error)) => {
                    bench.failures.push((id.unwrap_or(name), error.with_context("file", file.display())));
                }
            }
        }
        if bench.changes.is_empty() {
            return Err(match bench.failures.into_iter().next() {
                Some((_, error)) => error,
                None => Error::new(ErrorKind::InvalidInput, "the benchmark has no change")
                    .with_context("path", bench.folder.display()),
            });
        }
        bench.changes.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(bench)
    }

    fn read(&mut self, file: &Path, ids: &mut BTreeSet<String>) -> Result<(), (Option<String>, Error)> {
        let change = read_text(file, MAX_BYTES)
            .and_then(|text| BenchChange::from_json(&text))
            .map_err(|error| (None, error))?;
        let failed = |error: Error| (Some(change.id.clone()), error);
        change.check().map_err(failed)?;
        if ids.contains(&change.id) {
            return Err(failed(invalid("another file has a change of this id")));
        }
        let mut runs = Vec::new();
        for review in &change.reviews {
            runs.push(change.run(review, &self.folder).map_err(|error| {
                failed(error.with_context("reviewer", &review.reviewer).with_context("run", review.run))
            })?);
        }
        ids.insert(change.id.clone());
        self.runs.append(&mut runs);
        self.changes.push(change);
        Ok(())
    }

    /// The change of an id.
    pub fn change(&self, id: &str) -> Option<&BenchChange> {
        self.changes.iter().find(|change| change.id == id)
    }
}

impl BenchChange {
    /// A change without anything.
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    fn check(&self) -> Result<()> {
        name_check("the change's id", &self.id)?;
        let mut ids = BTreeSet::new();
        for golden in &self.golden {
            if golden.id.is_empty() || !ids.insert(golden.id.as_str()) {
                return Err(
                    invalid("each golden comment needs an id of its own").with_context("id", &golden.id)
                );
            }
            if golden.text.trim().is_empty() {
                return Err(invalid("a golden comment has no text").with_context("id", &golden.id));
            }
        }
        if self.repository.is_some() && (self.base.is_none() || self.head.is_none()) {
            return Err(invalid("a change in a repository needs `base` and `head`"));
        }
        if self.repository.is_some() && self.patch.is_some() {
            return Err(invalid("give a repository or a patch, not both"));
        }
        let mut runs = BTreeSet::new();
        for review in &self.reviews {
            let located = |error: Error| error.with_context("reviewer", &review.reviewer);
            name_check("a reviewer's name", &review.reviewer)?;
            if review.run == 0 || !runs.insert((&review.reviewer, review.run)) {
                return Err(located(invalid("each review of a reviewer needs a run of its own, from 1")));
            }
            if review.file.is_some() == review.review.is_some() {
                return Err(located(invalid("a review is in a `file`, or in `review`")));
            }
            let unknown = review.credits.values().flatten().find(|golden| !ids.contains(golden.as_str()));
            if let Some(golden) = unknown {
                return Err(
                    located(invalid("there is no golden comment of this id")).with_context("golden", golden)
                );
            }
        }
        Ok(())
    }

    fn run(&self, recorded: &RecordedReview, folder: &Path) -> Result<BenchRun> {
        let bytes = match (&recorded.file, &recorded.review) {
            (Some(file), _) => read_bounded(&folder.join(file), MAX_BYTES)?,
            (None, Some(Value::String(text))) => text.clone().into_bytes(),
            (None, review) => serde_json::to_vec(review).map_err(|error| {
                Error::new(ErrorKind::Internal, "a review could not be written as JSON").with_source(error)
            })?,
        };
        let mut review = ingest(&bytes, &IngestOptions::new(&recorded.reviewer))?;
        review.reviewer.clone_from(&recorded.reviewer);
        review.pass = 1;
        let named = recorded.credits.keys().chain(&recorded.uncounted);
        for id in named {
            if !has_finding(&review, id) {
                return Err(invalid("the labels name a finding that the review does not have")
                    .with_context("finding", id));
            }
        }
        let mut run = BenchRun::new(&self.id, &recorded.reviewer, recorded.run, vec![review]);
        run.credits.clone_from(&recorded.credits);
        run.uncounted.clone_from(&recorded.uncounted);
        Ok(run)
    }

    /// The golden comments as the review of somebody who knows them all.
    pub(super) fn golden_review(&self, name: &str) -> Review {
        Review::new(name).with_findings(self.golden.iter().map(Golden::finding).collect::<Vec<_>>())
    }
}

/// A finding of a text alone: its first sentence is the title.
pub(super) fn finding_of(id: &str, text: &str) -> RawFinding {
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    let title = line.split_once(". ").map_or(line, |(lead, _)| lead);
    RawFinding::new(title).with_id(id).with_body(text)
}

fn has_finding(review: &Review, id: &str) -> bool {
    review.findings.iter().any(|finding| finding.id == id)
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidInput, message)
}

/// Names become folders and parts of tables.
fn name_check(what: &str, name: &str) -> Result<()> {
    let bad = |c: char| c.is_control() || c.is_whitespace() || "/\\=@:,+".contains(c);
    if name.is_empty() || name.starts_with('.') || name.len() > 100 || name.chars().any(bad) {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            format!("{what} must not be empty, begin with a dot, be longer than 100 bytes, or hold spaces or any of / \\ = @ : , +"),
        )
        .with_context("given", name));
    }
    Ok(())
}
