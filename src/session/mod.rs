//! From a change to a report: the one place that sees all sides.
//!
//! * [`Session`]: what is reviewed, by whom, and how.
//! * `request`: what each reviewer is asked.
//! * `run`: reviewers, then consolidation, with a record of both.

mod request;
mod run;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use review_agents::{AgentEditor, AgentJudge};
use review_consolidate::Engine;
#[cfg(feature = "git")]
use review_core::{Cancel, Result};
use review_core::{
    ChangeNotes, ChangeSet, Consolidator, Decisions, Editor, Error, Judge, Policy, Report, Resolution,
    Reviewer, SourceTree,
};

pub use self::run::{replay, replay_with, report_id};
use crate::record::Record;

/// One review of one change, by several reviewers.
///
/// ```
/// use deep_review::{ChangeSet, Cx, MemoryTree, RawFinding, Review, ScriptedReviewer, Session};
///
/// let outcome = Session::new(ChangeSet::default(), MemoryTree::new())
///     .with_reviewer(ScriptedReviewer::new(Review::new("claude").with_finding(RawFinding::new("Lost error"))))
///     .with_reviewer(ScriptedReviewer::new(Review::new("codex")))
///     .run_blocking(Cx::detached())?;
/// assert_eq!(outcome.report.findings[0].title, "Lost error");
/// # Ok::<(), deep_review::Error>(())
/// ```
pub struct Session {
    change: ChangeSet,
    tree: Arc<dyn SourceTree>,
    #[cfg(feature = "git")]
    comparison: Option<review_git::Comparison>,
    reviewers: Vec<Arc<dyn Reviewer>>,
    policy: Policy,
    previous: Vec<Report>,
    resolutions: Vec<Resolution>,
    decisions: Decisions,
    judge: Option<Arc<dyn Judge>>,
    agent_judge: Option<AgentJudge>,
    editor: Option<Arc<dyn Editor>>,
    agent_editor: Option<AgentEditor>,
    max_questions: usize,
    earlier_answers: Decisions,
    engine: Arc<Engine>,
    consolidator: Option<Arc<dyn Consolidator>>,
    report_id: Option<String>,
    started_ms: Option<i64>,
    record: Option<PathBuf>,
    resume: bool,
    reviewer_deadline: Option<Duration>,
    total_deadline: Option<Duration>,
    concurrency: Option<usize>,
    extra_dirs: Vec<PathBuf>,
    missing: Vec<(String, String)>,
    #[cfg(feature = "git")]
    since: Option<String>,
}

/// What a session brought.
#[derive(Debug)]
#[non_exhaustive]
pub struct SessionOutcome {
    /// The report.
    pub report: Report,
    /// Everything that is needed to make it again, the reviews among it.
    pub record: Record,
    /// What went wrong with the record on disk, if anything. The report is whole all the same.
    pub record_error: Option<Error>,
}

impl Session {
    /// A session over a change and its source.
    pub fn new(change: ChangeSet, tree: impl SourceTree + 'static) -> Self {
        Self {
            change,
            tree: Arc::new(tree),
            #[cfg(feature = "git")]
            comparison: None,
            reviewers: Vec::new(),
            policy: Policy::default(),
            previous: Vec::new(),
            resolutions: Vec::new(),
            decisions: Decisions::default(),
            judge: None,
            agent_judge: None,
            editor: None,
            agent_editor: None,
            max_questions: 12,
            earlier_answers: Decisions::default(),
            engine: Arc::new(Engine::new()),
            consolidator: None,
            report_id: None,
            started_ms: None,
            record: None,
            resume: false,
            reviewer_deadline: None,
            total_deadline: None,
            concurrency: None,
            extra_dirs: Vec::new(),
            missing: Vec::new(),
            #[cfg(feature = "git")]
            since: None,
        }
    }

    /// A session over a change in a git repository.
    ///
    /// # Errors
    /// When the folder is in no repository, a revision is unknown, or git can't be run.
    #[cfg(feature = "git")]
    pub fn open(folder: impl AsRef<std::path::Path>, options: &review_git::ChangeOptions) -> Result<Self> {
        let cancel = Cancel::new();
        let repository = review_git::GitRepository::open(folder, &cancel)?;
        Self::compare(repository.compare(options, &cancel)?)
    }

    /// A session over two resolved versions of a git repository.
    ///
    /// # Errors
    /// When git can't tell the difference between them.
    #[cfg(feature = "git")]
    pub fn compare(comparison: review_git::Comparison) -> Result<Self> {
        let change = comparison.change_set(&Cancel::new())?;
        let mut session = Self::new(change, comparison.tree());
        session.comparison = Some(comparison);
        Ok(session)
    }

    /// What is under review.
    pub fn change(&self) -> &ChangeSet {
        &self.change
    }

    /// The configured reviewers.
    pub fn reviewers(&self) -> &[Arc<dyn Reviewer>] {
        &self.reviewers
    }

    /// Adds a reviewer; an `Arc<dyn Reviewer>` is one too.
    #[must_use]
    pub fn with_reviewer(mut self, reviewer: impl Reviewer + 'static) -> Self {
        self.reviewers.push(Arc::new(reviewer));
        self
    }

    /// Adds what git does not know of the change.
    #[must_use]
    pub fn with_notes(mut self, notes: ChangeNotes) -> Self {
        self.change.notes = notes;
        self
    }

    /// Says where a pull request is, and which branch it proposes.
    #[cfg(feature = "forge")]
    pub(crate) fn of_pull_request(mut self, repository: review_core::Repository, branch: &str) -> Self {
        self.change.origin = review_core::Origin::PullRequest;
        self.change.repository = repository;
        self.change.branch = Some(branch.to_owned()).filter(|branch| !branch.is_empty());
        self
    }

    /// Leaves changed files out of the review, by path. The report lists them.
    #[must_use]
    pub fn with_excluded(mut self, excluded: impl Fn(&str) -> bool) -> Self {
        self.change.exclude(excluded);
        self
    }

    /// Uses another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Adds the report of an earlier round.
    #[must_use]
    pub fn with_previous(mut self, report: Report) -> Self {
        self.previous.push(report);
        self
    }

    /// Adds what the author did with an earlier report.
    #[must_use]
    pub fn with_resolution(mut self, resolution: Resolution) -> Self {
        self.resolutions.push(resolution);
        self
    }

    /// Starts from recorded decisions.
    #[must_use]
    pub fn with_decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// Asks a judge the questions that matter most.
    #[must_use]
    pub fn with_judge(mut self, judge: Arc<dyn Judge>) -> Self {
        self.judge = Some(judge);
        self.agent_judge = None;
        self
    }

    /// Asks a model the questions that matter most. In a repository it works in the run's private checkout.
    #[must_use]
    pub fn with_agent_judge(mut self, judge: AgentJudge) -> Self {
        self.judge = Some(Arc::new(judge.clone()));
        self.agent_judge = Some(judge);
        self
    }

    /// Lets an editor write the summary and the retro. What it writes is checked against the facts.
    #[must_use]
    pub fn with_editor(mut self, editor: Arc<dyn Editor>) -> Self {
        self.editor = Some(editor);
        self.agent_editor = None;
        self
    }

    /// Lets a model write the summary and the retro. In a repository it works in the run's private checkout.
    #[must_use]
    pub fn with_agent_editor(mut self, editor: AgentEditor) -> Self {
        self.editor = Some(Arc::new(editor.clone()));
        self.agent_editor = Some(editor);
        self
    }

    /// Asks the judge at most so many questions. Default: twelve.
    #[must_use]
    pub fn with_max_questions(mut self, questions: usize) -> Self {
        self.max_questions = questions;
        self
    }

    /// Takes the answers of earlier rounds where their questions come up again; the judge is asked the rest.
    #[must_use]
    pub fn with_earlier_answers(mut self, decisions: Decisions) -> Self {
        self.earlier_answers = decisions;
        self
    }

    /// Consolidates with an engine of other stages. The judge, the editor, the decisions and the limit on questions work
    /// with it as with the built-in one; [`replay_with`] makes its report again.
    #[must_use]
    pub fn with_engine(mut self, engine: impl Into<Arc<Engine>>) -> Self {
        self.engine = engine.into();
        self
    }

    /// Uses a consolidator of one's own from the ground up. The engine, the judge, the editor and the decisions are then
    /// its own business; to replace single stages, see [`with_engine`](Self::with_engine).
    #[must_use]
    pub fn with_consolidator(mut self, consolidator: Arc<dyn Consolidator>) -> Self {
        self.consolidator = Some(consolidator);
        self
    }

    /// Sets the report's id. By default it is made from the time and the change.
    #[must_use]
    pub fn with_report_id(mut self, id: impl Into<String>) -> Self {
        self.report_id = Some(id.into());
        self
    }

    /// Sets when the run began, in milliseconds since 1970-01-01 UTC. By default the machine's clock is asked.
    #[must_use]
    pub fn with_started_ms(mut self, millis: i64) -> Self {
        self.started_ms = Some(millis);
        self
    }

    /// Keeps a record in this folder.
    #[must_use]
    pub fn with_record(mut self, folder: impl Into<PathBuf>) -> Self {
        self.record = Some(folder.into());
        self
    }

    /// Goes on with the run whose record is in this folder, without asking again for what it has.
    #[must_use]
    pub fn with_resumed(mut self, folder: impl Into<PathBuf>) -> Self {
        self.record = Some(folder.into());
        self.resume = true;
        self
    }

    /// How long one pass may take.
    #[must_use]
    pub fn with_reviewer_deadline(mut self, deadline: Duration) -> Self {
        self.reviewer_deadline = Some(deadline);
        self
    }

    /// How long all reviewers together may take.
    #[must_use]
    pub fn with_total_deadline(mut self, deadline: Duration) -> Self {
        self.total_deadline = Some(deadline);
        self
    }

    /// How many passes run at once.
    #[must_use]
    pub fn with_concurrency(mut self, passes: usize) -> Self {
        self.concurrency = Some(passes);
        self
    }

    /// Names the commit that was reviewed before, in a session over a git repository: reviewers are told what has changed since, and to
    /// look at that in depth. The whole change is under review all the same.
    #[cfg(feature = "git")]
    #[must_use]
    pub fn with_since(mut self, commit: impl Into<String>) -> Self {
        self.since = Some(commit.into());
        self
    }

    /// Lets reviewers read a further folder, beside the reviewed source.
    #[must_use]
    pub fn with_extra_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.extra_dirs.push(folder.into());
        self
    }

    /// Says that a review which was asked for can't be had. The report is then incomplete.
    #[must_use]
    pub fn with_missing(mut self, name: impl Into<String>, reason: impl Into<String>) -> Self {
        self.missing.push((name.into(), reason.into()));
        self
    }
}
