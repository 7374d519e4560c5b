//! Reviewers, then consolidation, with a record of both.

use std::sync::Arc;
use std::time::SystemTime;

use async_trait::async_trait;
use review_agents::{CachedJudge, Journal, Runner};
use review_consolidate::{Blocking, Engine, StandardConsolidator, drive_with};
use review_core::{
    Cancel, ChangeSet, Cx, Error, ErrorKind, Fact, Input, Query, RecordedTree, RecordingTree, Report, Result,
    Review, ReviewRequest, RunFacts, SourceTree, Utc,
};

use super::{Session, SessionOutcome};
#[cfg(feature = "git")]
use crate::checkouts::Checkouts;
use crate::record::Record;

impl Session {
    /// Runs the reviewers and consolidates what they say.
    ///
    /// # Errors
    /// When there is no reviewer, two share a name, or the source can't be read. A failing reviewer is not an error: the
    /// report says so and is incomplete.
    ///
    /// # Cancellation
    /// Raising `cx.cancel` ends the reviewers within their grace, the judge and the editor at once; what was delivered
    /// until then is consolidated, so that there is a report in any case, also when the flag was raised before the call.
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
        let request = match self.request(&cx.cancel) {
            // Nobody will be asked any more, but the report is to say so.
            Err(error) if error.is_cancelled() => ReviewRequest::new(self.change.clone()),
            request => request?,
        };
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
                runner = runner.with_resumed(journal, state, started_ms);
            } else {
                runner = runner.with_journal(Journal::create(folder)?, &facts.report_id, started_ms);
            }
        }
        if let Some(judge) = self.agent_judge.take() {
            let judge = judge.with_change(&self.change);
            self.judge = Some(Arc::new(judge.clone()));
            self.agent_judge = Some(judge);
        }
        let ran = runner.run(request, cx.clone()).await?;
        facts.wall_clock_ms = Some(ran.wall_clock_ms);
        let reviews = ran.reviews;
        #[cfg(feature = "git")]
        if let Some(checkouts) = &checkouts
            && (self.agent_judge.is_some() || self.agent_editor.is_some())
            && let Ok(folder) = checkouts.shared(&cx.cancel).await
        {
            if let Some(judge) = self.agent_judge.take() {
                self.judge = Some(Arc::new(judge.with_checkout(&folder)));
            }
            if let Some(editor) = self.agent_editor.take() {
                self.editor = Some(Arc::new(editor.with_checkout(&folder)));
            }
        }
        let mut outcome = self.consolidated(reviews, facts, cx, true).await?;
        outcome.record_error = ran.journal_error.or(outcome.record_error);
        Ok(outcome)
    }

    /// As [`run`](Self::run), on a runtime of its own, for callers without one.
    ///
    /// # Errors
    /// As [`run`](Self::run), and `InvalidInput` inside of an async runtime, where blocking is not allowed.
    pub fn run_blocking(self, cx: Cx) -> Result<SessionOutcome> {
        block_on(self.run(cx))
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
        self.consolidated(reviews, facts, cx, false).await
    }

    /// As [`consolidate`](Self::consolidate), on a runtime of its own.
    ///
    /// # Errors
    /// As [`consolidate`](Self::consolidate), and `InvalidInput` inside of an async runtime.
    pub fn consolidate_blocking(self, reviews: Vec<Review>, cx: Cx) -> Result<SessionOutcome> {
        block_on(self.consolidate(reviews, cx))
    }

    /// `always`: a cancel ends the judge and the editor, and there is a report all the same.
    async fn consolidated(
        self,
        reviews: Vec<Review>,
        facts: RunFacts,
        cx: Cx,
        always: bool,
    ) -> Result<SessionOutcome> {
        let mut input = Input::new(self.change, reviews).with_policy(self.policy).with_run(facts);
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
                let mut standard = StandardConsolidator::new(self.engine)
                    .with_blocking(Arc::new(Pool))
                    .with_decisions(self.decisions)
                    .with_max_questions(self.max_questions);
                if let Some(judge) = self.judge {
                    standard = standard.with_judge(match self.earlier_answers.decisions.is_empty() {
                        true => judge,
                        false => Arc::new(CachedJudge::new(judge, self.earlier_answers)),
                    });
                }
                if let Some(editor) = self.editor {
                    standard = standard.with_editor(editor);
                }
                let done = match standard.run(&input, Arc::clone(&self.tree), &cx).await {
                    // Consolidation is fast and has nothing to wait for, so what the reviewers delivered is not thrown away.
                    Err(error) if always && error.is_cancelled() => {
                        let calm = Cx::new(Cancel::new(), Arc::clone(&cx.sink));
                        standard.without_help().run(&input, self.tree, &calm).await?
                    }
                    done => done?,
                };
                (done.report, Record::new(input, done.evidence, done.decisions))
            }
        };
        let record_error = self.record.and_then(|folder| record.save(&folder).err());
        Ok(SessionOutcome { report, record, record_error })
    }

    fn runner(&self) -> Result<Runner> {
        let mut runner = Runner::new();
        for reviewer in &self.reviewers {
            runner = runner.with_reviewer(Arc::clone(reviewer));
        }
        if let Some(deadline) = self.reviewer_deadline {
            runner = runner.with_reviewer_deadline(deadline);
        }
        if let Some(deadline) = self.total_deadline {
            runner = runner.with_total_deadline(deadline);
        }
        if let Some(passes) = self.concurrency {
            runner = runner.with_concurrency(passes);
        }
        if self.reviewers.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "there is no reviewer to run"));
        }
        Ok(runner)
    }
}

/// Makes the report of a record again with the built-in stages, without tree, model or clock.
///
/// # Errors
/// As consolidation.
pub fn replay(record: &Record) -> Result<Report> {
    replay_with(&Engine::new(), record)
}

/// As [`replay`], with the engine that the recorded run was consolidated with.
///
/// # Errors
/// As consolidation.
pub fn replay_with(engine: &Engine, record: &Record) -> Result<Report> {
    let tree = RecordedTree::default();
    let evidence = record.evidence.clone();
    Ok(drive_with(engine, &record.input, evidence, &record.decisions, &tree, &Cancel::new())?.report)
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
    if tokio::runtime::Handle::try_current().is_ok() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "a blocking call inside of an async runtime; await the method without `_blocking`",
        ));
    }
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
