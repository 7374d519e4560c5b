//! From a change to a report: the one place that sees all sides.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use review_agents::{AgentJudge, Journal, Runner};
use review_consolidate::{Blocking, Engine, StandardConsolidator, drive_with};
use review_core::{
    Action, Cancel, ChangeNotes, ChangeSet, Consolidator, Cx, Decisions, DeclinedItem, Error, ErrorKind,
    Fact, Input, Judge, Policy, Query, RecordedTree, RecordingTree, Report, Resolution, Result, Review,
    ReviewRequest, Reviewer, RunFacts, SourceTree, Utc,
};

#[cfg(feature = "git")]
use crate::checkouts::Checkouts;
use crate::guidance::guidance;
use crate::record::Record;

/// Longest diff that is put into a request, in bytes. What comes after is in no prompt; reviewers with tools can read it.
#[cfg(feature = "git")]
const MAX_DIFF_BYTES: usize = 16 << 20;

/// One review of one change, by several reviewers.
///
/// ```
/// use deep_review::{RawFinding, Review, ScriptedReviewer, Session, MemoryTree, ChangeSet};
///
/// let outcome = Session::new(ChangeSet::default(), MemoryTree::new())
///     .reviewer(ScriptedReviewer::new(Review::new("claude").with_finding(RawFinding::new("Lost error"))))
///     .reviewer(ScriptedReviewer::new(Review::new("codex")))
///     .run_blocking()?;
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
    max_questions: usize,
    consolidator: Option<Arc<dyn Consolidator>>,
    report_id: Option<String>,
    started_ms: Option<i64>,
    record: Option<PathBuf>,
    resume: bool,
    reviewer_deadline: Option<Duration>,
    total_deadline: Option<Duration>,
    concurrency: Option<usize>,
    also: Vec<PathBuf>,
    missing: Vec<(String, String)>,
}

/// What a session brought.
#[derive(Debug)]
#[non_exhaustive]
pub struct SessionOutcome {
    /// The report.
    pub report: Report,
    /// The reviews that it was made from.
    pub reviews: Vec<Review>,
    /// Everything that is needed to make it again.
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
            max_questions: 10,
            consolidator: None,
            report_id: None,
            started_ms: None,
            record: None,
            resume: false,
            reviewer_deadline: None,
            total_deadline: None,
            concurrency: None,
            also: Vec::new(),
            missing: Vec::new(),
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

    /// Adds a reviewer.
    #[must_use]
    pub fn reviewer(self, reviewer: impl Reviewer + 'static) -> Self {
        self.shared_reviewer(Arc::new(reviewer))
    }

    /// Adds a reviewer that is shared.
    #[must_use]
    pub fn shared_reviewer(mut self, reviewer: Arc<dyn Reviewer>) -> Self {
        self.reviewers.push(reviewer);
        self
    }

    /// Adds what git does not know of the change.
    #[must_use]
    pub fn notes(mut self, notes: ChangeNotes) -> Self {
        self.change.notes = notes;
        self
    }

    /// Uses another policy.
    #[must_use]
    pub fn policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Adds the report of an earlier round.
    #[must_use]
    pub fn previous(mut self, report: Report) -> Self {
        self.previous.push(report);
        self
    }

    /// Adds what the author did with an earlier report.
    #[must_use]
    pub fn resolution(mut self, resolution: Resolution) -> Self {
        self.resolutions.push(resolution);
        self
    }

    /// Starts from recorded decisions.
    #[must_use]
    pub fn decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// Asks a judge the questions that matter most.
    #[must_use]
    pub fn judge(mut self, judge: Arc<dyn Judge>) -> Self {
        self.judge = Some(judge);
        self.agent_judge = None;
        self
    }

    /// Asks a model the questions that matter most. In a repository it works in the run's private checkout.
    #[must_use]
    pub fn agent_judge(mut self, judge: AgentJudge) -> Self {
        self.judge = Some(Arc::new(judge.clone()));
        self.agent_judge = Some(judge);
        self
    }

    /// Asks the judge at most so many questions. Default: ten.
    #[must_use]
    pub fn max_questions(mut self, questions: usize) -> Self {
        self.max_questions = questions;
        self
    }

    /// Uses another consolidator. The judge and the decisions are then its own business.
    #[must_use]
    pub fn consolidator(mut self, consolidator: Arc<dyn Consolidator>) -> Self {
        self.consolidator = Some(consolidator);
        self
    }

    /// Sets the report's id. By default it is made from the time and the change.
    #[must_use]
    pub fn report_id(mut self, id: impl Into<String>) -> Self {
        self.report_id = Some(id.into());
        self
    }

    /// Sets when the run began, in milliseconds since 1970-01-01 UTC. By default the machine's clock is asked.
    #[must_use]
    pub fn started_ms(mut self, millis: i64) -> Self {
        self.started_ms = Some(millis);
        self
    }

    /// Keeps a record in this folder.
    #[must_use]
    pub fn record_in(mut self, folder: impl Into<PathBuf>) -> Self {
        self.record = Some(folder.into());
        self
    }

    /// Goes on with the run whose record is in this folder, without asking again for what it has.
    #[must_use]
    pub fn resume_from(mut self, folder: impl Into<PathBuf>) -> Self {
        self.record = Some(folder.into());
        self.resume = true;
        self
    }

    /// How long one pass may take.
    #[must_use]
    pub fn reviewer_deadline(mut self, deadline: Duration) -> Self {
        self.reviewer_deadline = Some(deadline);
        self
    }

    /// How long all reviewers together may take.
    #[must_use]
    pub fn total_deadline(mut self, deadline: Duration) -> Self {
        self.total_deadline = Some(deadline);
        self
    }

    /// How many passes run at once.
    #[must_use]
    pub fn concurrency(mut self, passes: usize) -> Self {
        self.concurrency = Some(passes);
        self
    }

    /// Lets reviewers read a further folder, beside the reviewed source.
    #[must_use]
    pub fn also(mut self, folder: impl Into<PathBuf>) -> Self {
        self.also.push(folder.into());
        self
    }

    /// Says that a review which was asked for can't be had. The report is then incomplete.
    #[must_use]
    pub fn missing(mut self, name: impl Into<String>, reason: impl Into<String>) -> Self {
        self.missing.push((name.into(), reason.into()));
        self
    }

    /// What each reviewer will be asked.
    ///
    /// # Errors
    /// When the source can't be read.
    pub fn request(&self, cancel: &Cancel) -> Result<ReviewRequest> {
        let mut request = ReviewRequest::new(self.change.clone()).with_tree(Arc::clone(&self.tree));
        request.guidance = guidance(&*self.tree, &self.change, cancel)?;
        request.also.clone_from(&self.also);
        request.declined = declined(&self.previous, &self.resolutions);
        #[cfg(feature = "git")]
        if let Some(comparison) = &self.comparison {
            request.patches = comparison.patches(MAX_DIFF_BYTES, cancel)?.into();
        }
        Ok(request)
    }

    /// Runs the reviewers and consolidates what they say.
    ///
    /// # Errors
    /// When there is no reviewer, two share a name, the source can't be read, or consolidation is cancelled. Failing
    /// reviewers are no error: the report says so and is incomplete.
    ///
    /// # Cancellation
    /// Raising `cx.cancel` while reviewers run ends them within their grace; what they delivered is consolidated.
    pub async fn run(mut self, cx: Cx) -> Result<SessionOutcome> {
        #[cfg(feature = "git")]
        let checkouts = self.comparison.clone().map(Checkouts::new);
        #[cfg(feature = "git")]
        if let Some(checkouts) = &checkouts {
            for reviewer in &mut self.reviewers {
                *reviewer = checkouts.for_reviewer(Arc::clone(reviewer));
            }
        }
        let mut runner = self.runner()?;
        let request = self.request(&cx.cancel)?;
        let started_ms = self.started_ms.unwrap_or_else(now_ms);
        let mut facts = RunFacts::default().with_started_ms(started_ms);
        facts.report_id = self.report_id.take().unwrap_or_else(|| report_id(started_ms, &self.change));
        facts.missing = std::mem::take(&mut self.missing);
        if let Some(folder) = &self.record {
            if self.resume {
                let (journal, state) = Journal::resume(folder)?;
                same_change(&state.change, &self.change)?;
                facts.report_id.clone_from(&state.report_id);
                facts.started_ms = Some(state.started_ms);
                runner = runner.resume(journal, state, started_ms);
            } else {
                runner = runner.journal(Journal::create(folder)?, &facts.report_id, started_ms);
            }
        }
        let ran = runner.run(request, cx.clone()).await?;
        facts.wall_clock_ms = Some(ran.wall_clock_ms);
        let reviews = ran.reviews;
        // A cancelled run still gets its report: consolidation is fast and asks nobody.
        let cx = if cx.cancel.is_cancelled() {
            self.judge = None;
            Cx::new(Cancel::new(), Arc::clone(&cx.sink))
        } else {
            cx
        };
        #[cfg(feature = "git")]
        if let (Some(judge), Some(checkouts)) = (self.agent_judge.take(), &checkouts)
            && self.judge.is_some()
            && let Ok(folder) = checkouts.shared(&cx.cancel).await
        {
            self.judge = Some(Arc::new(judge.with_checkout(folder)));
        }
        let mut outcome = self.consolidated(reviews, facts, cx).await?;
        outcome.record_error = ran.journal_error.or(outcome.record_error);
        Ok(outcome)
    }

    /// As [`run`](Self::run), on a runtime of its own, for callers without one.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn run_blocking(self) -> Result<SessionOutcome> {
        block_on(self.run(Cx::detached()))
    }

    /// Consolidates reviews that are there already, without running anybody.
    ///
    /// # Errors
    /// When a reviewer and pass occurs twice, or on cancellation.
    pub async fn consolidate(mut self, reviews: Vec<Review>, cx: Cx) -> Result<SessionOutcome> {
        let mut facts = RunFacts::default();
        facts.started_ms = self.started_ms;
        facts.report_id = match self.report_id.take() {
            Some(id) => id,
            None => report_id(self.started_ms.unwrap_or_else(now_ms), &self.change),
        };
        facts.missing = std::mem::take(&mut self.missing);
        self.consolidated(reviews, facts, cx).await
    }

    /// As [`consolidate`](Self::consolidate), on a runtime of its own.
    ///
    /// # Errors
    /// As [`consolidate`](Self::consolidate).
    pub fn consolidate_blocking(self, reviews: Vec<Review>) -> Result<SessionOutcome> {
        block_on(self.consolidate(reviews, Cx::detached()))
    }

    async fn consolidated(self, reviews: Vec<Review>, facts: RunFacts, cx: Cx) -> Result<SessionOutcome> {
        let mut input = Input::new(self.change, reviews.clone()).with_policy(self.policy).with_run(facts);
        input.previous = self.previous;
        input.resolutions = self.resolutions;
        let (report, record) = match self.consolidator {
            Some(custom) => {
                let tree = Arc::new(RecordingTree::new(self.tree));
                let source = Arc::clone(&tree) as Arc<dyn SourceTree>;
                let (report, decisions) = custom.consolidate(input.clone(), source, cx).await?;
                (report, Record::new(input, tree.evidence(), decisions))
            }
            None => {
                let mut standard = StandardConsolidator::new(Engine::new())
                    .with_blocking(Arc::new(Pool))
                    .with_decisions(self.decisions)
                    .with_max_questions(self.max_questions);
                if let Some(judge) = self.judge {
                    standard = standard.with_judge(judge);
                }
                let done = standard.run(&input, self.tree, &cx).await?;
                (done.report, Record::new(input, done.evidence, done.decisions))
            }
        };
        let record_error = self.record.and_then(|folder| record.save(&folder).err());
        Ok(SessionOutcome { report, reviews, record, record_error })
    }

    fn runner(&self) -> Result<Runner> {
        let mut runner = Runner::new();
        for reviewer in &self.reviewers {
            runner = runner.shared(Arc::clone(reviewer));
        }
        if let Some(deadline) = self.reviewer_deadline {
            runner = runner.reviewer_deadline(deadline);
        }
        if let Some(deadline) = self.total_deadline {
            runner = runner.total_deadline(deadline);
        }
        if let Some(passes) = self.concurrency {
            runner = runner.concurrency(passes);
        }
        if self.reviewers.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "there is no reviewer to run"));
        }
        Ok(runner)
    }
}

/// Makes the report of a record again, without tree, model or clock.
///
/// # Errors
/// As consolidation.
pub fn replay(record: &Record) -> Result<Report> {
    let engine = Engine::new();
    let tree = RecordedTree::default();
    Ok(drive_with(&engine, &record.input, record.evidence.clone(), &record.decisions, &tree, &Cancel::new())?
        .report)
}

/// Queries block, so they run where blocking is allowed.
struct Pool;

#[async_trait]
impl Blocking for Pool {
    async fn answer(
        &self,
        tree: Arc<dyn SourceTree>,
        queries: Vec<Query>,
        cancel: Cancel,
    ) -> Result<Vec<Fact>> {
        tokio::task::spawn_blocking(move || tree.answer(&queries, &cancel))
            .await
            .map_err(|error| Error::new(ErrorKind::Internal, "the source tree panicked").with_source(error))?
    }
}

/// Runs a future on a small runtime of its own.
fn block_on<T>(future: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Error::from(error).with_operation("starting a runtime"))?;
    runtime.block_on(future)
}

/// `YYYYMMDD-HHMMSS-<pr-N | branch | range>`; what a file name can't hold becomes `-`.
pub fn report_id(started_ms: i64, change: &ChangeSet) -> String {
    let what = match (change.notes.number, &change.branch) {
        (Some(number), _) => format!("pr-{number}"),
        (None, Some(branch)) => branch
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' })
            .take(60)
            .collect(),
        (None, None) => "range".to_owned(),
    };
    format!("{}-{}", Utc::from_millis(started_ms).compact(), what.trim_matches('-'))
}

fn now_ms() -> i64 {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .map(|since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        .unwrap_or(0)
}

fn same_change(recorded: &ChangeSet, now: &ChangeSet) -> Result<()> {
    if (&recorded.base, &recorded.head) == (&now.base, &now.head) {
        return Ok(());
    }
    let show = |change: &ChangeSet| {
        let id =
            |id: &Option<String>| id.as_deref().map_or("none".to_owned(), |id| id.chars().take(12).collect());
        format!("{}..{}", id(&change.base), id(&change.head))
    };
    Err(Error::new(
        ErrorKind::InvalidInput,
        "the run reviewed another change; resume it with its own base and head",
    )
    .with_context("recorded", show(recorded))
    .with_context("now", show(now)))
}

fn declined(previous: &[Report], resolutions: &[Resolution]) -> Vec<DeclinedItem> {
    let mut items = Vec::new();
    for resolution in resolutions {
        let Some(report) = previous.iter().find(|report| report.id == resolution.report) else { continue };
        for resolved in resolution.items.iter().filter(|resolved| resolved.action == Action::Declined) {
            if let Some(finding) = report.finding(&resolved.item) {
                items.push(DeclinedItem {
                    title: finding.title.clone(),
                    reason: resolved.reason.clone().unwrap_or_else(|| "no reason was given".into()),
                    location: finding.locations.first().cloned(),
                });
            }
        }
    }
    items
}
