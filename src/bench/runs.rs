//! Asks reviewers, with a record of each run: what was answered is never asked again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use review_agents::Journal;
use review_core::{Cx, Error, ErrorKind, NullSink, Result, Review};
use review_git::{ChangeOptions, GitRepository};
use tokio::task::JoinSet;

use super::change::{Bench, BenchChange};
use super::partial;
use super::run::BenchRun;
use crate::backends::{Registry, ReviewerSpec};
use crate::files::{read_text, write_whole};
use crate::record::Record;
use crate::session::Session;

/// Who was asked as what: a reviewer's name stands for one specification.
const REVIEWERS: &str = "reviewers.json";
/// Written when a run is over and was not broken off.
const ENDED: &str = "ended";

/// The folder of the recorded runs: `CHANGE/REVIEWER/NUMBER`, each a run's record.
#[derive(Clone, Debug)]
pub struct Runs {
    folder: PathBuf,
    specs: BTreeMap<String, String>,
}

/// A run that is to be asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Planned {
    /// The change's id.
    pub change: String,
    /// The reviewer.
    pub spec: ReviewerSpec,
    /// Which repetition, from 1.
    pub number: u32,
}

/// How much may be asked.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct AskLimits {
    /// Runs at the same time.
    pub at_once: usize,
    /// In millionths of a US dollar: no run begins once the recorded runs have cost as much. Those that are under way may go beyond it.
    pub max_cost_micro_usd: Option<u64>,
}

impl Default for AskLimits {
    fn default() -> Self {
        Self { at_once: 2, max_cost_micro_usd: None }
    }
}

impl AskLimits {
    /// So many runs at the same time. Default: two.
    #[must_use]
    pub fn with_at_once(mut self, at_once: usize) -> Self {
        self.at_once = at_once;
        self
    }

    /// No more than this, in millionths of a US dollar. Default: no limit.
    #[must_use]
    pub fn with_max_cost_micro_usd(mut self, most: Option<u64>) -> Self {
        self.max_cost_micro_usd = most;
        self
    }
}

/// How the asking went.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Asked {
    /// The runs that ended, whether they brought something or failed.
    pub runs: Vec<BenchRun>,
    /// Changes that could not be reviewed, with the reviewer, and why.
    pub failures: Vec<(String, Error)>,
    /// Runs that were not begun because the money is used up.
    pub unpaid: usize,
    /// Runs, recorded ones included, of which nobody knows what they cost: no limit counts them.
    pub unpriced: usize,
}

impl Asked {
    /// What a run cost, as far as it is known.
    fn price(&mut self, run: &BenchRun) -> u64 {
        let cost = run.cost_micro_usd();
        self.unpriced += usize::from(cost.is_none());
        cost.unwrap_or(0)
    }
}

impl Runs {
    /// Opens the folder; it need not be there.
    ///
    /// # Errors
    /// When its list of reviewers can't be read.
    pub fn open(folder: impl Into<PathBuf>) -> Result<Self> {
        let folder = folder.into();
        let file = folder.join(REVIEWERS);
        let specs = if file.is_file() {
            serde_json::from_str(&read_text(&file, 1 << 20)?).map_err(|error| {
                Error::new(ErrorKind::InvalidInput, format!("not a list of reviewers: {error}"))
                    .with_context("path", file.display())
            })?
        } else {
            BTreeMap::new()
        };
        Ok(Self { folder, specs })
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What a reviewer was asked as, if it was.
    pub fn spec(&self, reviewer: &str) -> Option<&str> {
        self.specs.get(reviewer).map(String::as_str)
    }

    /// The runs that are recorded and ended, of these changes, by change, reviewer and number.
    ///
    /// # Errors
    /// When a record can't be read; it names the run.
    pub fn recorded(&self, bench: &Bench) -> Result<Vec<BenchRun>> {
        let mut runs = Vec::new();
        for change in &bench.changes {
            for reviewer in self.specs.keys() {
                for number in 1.. {
                    let folder = self.place(&change.id, reviewer, number);
                    if !folder.is_dir() {
                        break;
                    }
                    if folder.join(ENDED).is_file() {
                        runs.push(self.read(&change.id, reviewer, number)?);
                    }
                }
            }
        }
        Ok(runs)
    }

    fn read(&self, change: &str, reviewer: &str, number: u32) -> Result<BenchRun> {
        let folder = self.place(change, reviewer, number);
        let record = Record::load(&folder).map_err(|error| {
            error
                .with_context("change", change)
                .with_context("reviewer", reviewer)
                .with_context("run", number)
        })?;
        Ok(BenchRun::new(change, reviewer, number, record.input.reviews))
    }

    /// What is still to be asked of these reviewers, `repeat` times for each change that has a source. What failed is asked again.
    ///
    /// # Errors
    /// `InvalidInput` where a name stands for another reviewer already, in the record or among the reviews that came with the changes.
    pub fn plan(&self, bench: &Bench, specs: &[ReviewerSpec], repeat: u32) -> Result<Vec<Planned>> {
        for (at, spec) in specs.iter().enumerate() {
            let named = |error: Error| error.with_context("reviewer", &spec.name);
            let other = self.specs.get(&spec.name).filter(|known| **known != spec.to_string());
            if let Some(known) = other {
                return Err(named(Error::new(
                    ErrorKind::InvalidInput,
                    "this name has recorded runs of another reviewer; give this one another name, as NAME=BACKEND",
                ))
                .with_context("recorded", known));
            }
            if bench.runs.iter().any(|run| run.reviewer == spec.name)
                || specs.iter().skip(at + 1).any(|other| other.name == spec.name)
            {
                return Err(named(Error::new(
                    ErrorKind::InvalidInput,
                    "two reviewers have this name; give one another name, as NAME=BACKEND",
                )));
            }
        }
        let mut planned = Vec::new();
        for change in bench.changes.iter().filter(|change| change.has_source()) {
            for spec in specs {
                for number in 1..=repeat.max(1) {
                    if !self.is_answered(&change.id, &spec.name, number)? {
                        planned.push(Planned { change: change.id.clone(), spec: spec.clone(), number });
                    }
                }
            }
        }
        Ok(planned)
    }

    fn is_answered(&self, change: &str, reviewer: &str, number: u32) -> Result<bool> {
        if !self.place(change, reviewer, number).join(ENDED).is_file() {
            return Ok(false);
        }
        Ok(self.read(change, reviewer, number)?.failure().is_none())
    }

    /// Asks for the planned runs, a few at once. A run whose change or reviewer can't be had is a failure and ends nothing. On cancel, what
    /// runs is ended as a run is, and what was answered is kept. `told` hears of each run as it ends.
    ///
    /// # Errors
    /// When the folder can't be written, or a reviewer can't be made at all.
    pub async fn ask(
        &mut self,
        bench: &Bench,
        planned: Vec<Planned>,
        registry: &Registry,
        limits: AskLimits,
        cx: &Cx,
        told: &(dyn Fn(&Planned, &Result<BenchRun>) + Sync),
    ) -> Result<Asked> {
        for one in &planned {
            // Before anything is paid for: a wrong option is a wrong call.
            registry.make(&one.spec)?;
            self.specs.insert(one.spec.name.clone(), one.spec.to_string());
        }
        self.save()?;
        let mut asked = Asked::default();
        let mut spent = 0;
        for run in self.recorded(bench)? {
            spent += asked.price(&run);
        }
        let mut tasks: JoinSet<(Planned, Result<BenchRun>)> = JoinSet::new();
        let mut waiting = planned.into_iter();
        loop {
            while tasks.len() < limits.at_once.max(1) && !cx.cancel.is_cancelled() {
                let Some(next) = waiting.next() else { break };
                if limits.max_cost_micro_usd.is_some_and(|most| spent >= most) {
                    asked.unpaid += 1;
                    continue;
                }
                let change = bench.change(&next.change).cloned().unwrap_or_default();
                let folder = bench.folder.clone();
                let place = self.place(&next.change, &next.spec.name, next.number);
                let reviewer = registry.make(&next.spec)?;
                let cx = Cx::new(cx.cancel.clone(), Arc::new(NullSink));
                tasks.spawn(async move {
                    let session = tokio::task::spawn_blocking(move || {
                        change.session(&folder, &cx).map(|session| (session, cx))
                    })
                    .await
                    .map_err(|error| {
                        Error::new(ErrorKind::Internal, "opening the change panicked").with_source(error)
                    });
                    let ran = match session.and_then(|opened| opened) {
                        Ok((session, cx)) => run_one(session.with_reviewer(reviewer), &place, cx).await,
                        Err(error) => Err(error),
                    };
                    let run =
                        ran.map(|reviews| BenchRun::new(&next.change, &next.spec.name, next.number, reviews));
                    (next, run)
                });
            }
            let Some(joined) = tasks.join_next().await else { break };
            let (planned, ran) = joined
                .map_err(|error| Error::new(ErrorKind::Internal, "a run panicked").with_source(error))?;
            told(&planned, &ran);
            match ran {
                Ok(run) => {
                    spent += asked.price(&run);
                    asked.runs.push(run);
                }
                Err(error) => {
                    asked.failures.push((planned.change, error.with_context("reviewer", planned.spec)));
                }
            }
        }
        Ok(asked)
    }

    fn save(&self) -> Result<()> {
        let text = serde_json::to_vec_pretty(&self.specs).map_err(|error| {
            Error::new(ErrorKind::Internal, "the list of reviewers could not be written").with_source(error)
        })?;
        write_whole(&self.folder.join(REVIEWERS), &text)
    }

    fn place(&self, change: &str, reviewer: &str, number: u32) -> PathBuf {
        self.folder.join(change).join(reviewer).join(number.to_string())
    }
}

/// One run in a folder of its own. A run that was broken off goes on.
async fn run_one(session: Session, folder: &Path, cx: Cx) -> Result<Vec<Review>> {
    let begun = folder.join(Journal::FILE_NAME).is_file();
    let session = if begun { session.with_resumed(folder) } else { session.with_record(folder) };
    let cancel = cx.cancel.clone();
    let outcome = session.run(cx).await?;
    if let Some(error) = outcome.record_error {
        return Err(error);
    }
    if cancel.is_cancelled() && outcome.record.input.reviews.iter().any(|review| !review.is_complete()) {
        return Err(Error::new(
            ErrorKind::Cancelled,
            "the run was broken off; the next call goes on with it",
        ));
    }
    write_whole(&folder.join(ENDED), b"")?;
    Ok(outcome.record.input.reviews)
}

impl BenchChange {
    /// Whether there is something that a reviewer can be given.
    pub fn has_source(&self) -> bool {
        self.repository.is_some() || self.patch.is_some()
    }

    /// A session over the change.
    fn session(&self, folder: &Path, cx: &Cx) -> Result<Session> {
        let located = |error: Error| error.with_context("change", &self.id);
        let open = || match (&self.repository, &self.patch) {
            (Some(repository), _) => {
                let repository = GitRepository::open(folder.join(repository), &cx.cancel)?;
                let options = ChangeOptions::range(
                    self.base.as_deref().unwrap_or_default(),
                    self.head.as_deref().unwrap_or_default(),
                );
                Session::compare(repository.compare(&options, &cx.cancel)?)
            }
            (None, Some(patch)) => {
                let (change, tree) = partial::read(&read_text(&folder.join(patch), 64 << 20)?)?;
                Ok(Session::new(change, tree))
            }
            (None, None) => {
                Err(Error::new(ErrorKind::InvalidInput, "the change has neither a repository nor a patch"))
            }
        };
        let session = open().map_err(located)?;
        if session.change().files.is_empty() {
            return Err(located(Error::new(ErrorKind::InvalidInput, "the change is empty")));
        }
        Ok(session.with_notes(self.notes.clone()))
    }
}
