//! The runner.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use review_core::journal::{JournalState, Record};
use review_core::{
    Capabilities, Cx, Error, ErrorKind, Event, PassId, Result, Review, ReviewRequest, Reviewer,
    SchemaVersion, Sink,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::dispatch::Dispatcher;
use super::guard;
use super::plan::{Pass, Plan};
use crate::bounded::{GRACE, run_until};
use crate::journal::Journal;
use crate::watch::Watch;

/// Runs reviewers at once on one request.
///
/// Every pass ends in exactly one review, in the order in which reviewers and passes were configured: what it
/// returned, or, when it panicked, hung or was cancelled, what it had delivered (truncated), or a failure that
/// says why.
///
/// ```
/// use review_agents::Runner;
/// use review_core::{ChangeSet, Cx, Review, ReviewRequest, ScriptedReviewer};
///
/// # tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap().block_on(async {
/// let outcome = Runner::new()
///     .with_reviewer(ScriptedReviewer::new(Review::new("claude")))
///     .with_reviewer(ScriptedReviewer::new(Review::new("codex")).panicking("bug"))
///     .run(ReviewRequest::new(ChangeSet::default()), Cx::detached())
///     .await
///     .unwrap();
/// assert!(outcome.reviews[0].is_complete());
/// assert_eq!(outcome.reviews[1].incomplete_reason.as_deref(), Some("it panicked: bug"));
/// # });
/// ```
#[derive(Default)]
pub struct Runner {
    reviewers: Vec<Arc<dyn Reviewer>>,
    reviewer_deadline: Option<Duration>,
    total_deadline: Option<Duration>,
    concurrency: Option<usize>,
    grace: Option<Duration>,
    journal: Option<Journal>,
    resumed: Option<JournalState>,
    report_id: String,
    started_ms: i64,
}

/// What a run brought.
#[derive(Debug)]
#[non_exhaustive]
pub struct RunOutcome {
    /// One review per pass, ordered by reviewer as configured and by pass.
    pub reviews: Vec<Review>,
    /// Wall-clock time of this run in milliseconds.
    pub wall_clock_ms: u64,
    /// What went wrong with the run's record, for example a full disk. The reviews are whole all the same.
    pub journal_error: Option<Error>,
}

impl Runner {
    /// A runner without reviewers, deadlines or record.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a reviewer; an `Arc<dyn Reviewer>` is one too.
    #[must_use]
    pub fn with_reviewer(mut self, reviewer: impl Reviewer + 'static) -> Self {
        self.reviewers.push(Arc::new(reviewer));
        self
    }

    /// How long one pass may take. Then it is cancelled, and what it delivered is kept.
    #[must_use]
    pub fn with_reviewer_deadline(mut self, deadline: Duration) -> Self {
        self.reviewer_deadline = Some(deadline);
        self
    }

    /// How long the whole run may take. Then what still runs is cancelled, and what still waits fails.
    #[must_use]
    pub fn with_total_deadline(mut self, deadline: Duration) -> Self {
        self.total_deadline = Some(deadline);
        self
    }

    /// How many passes run at once. Default: all.
    #[must_use]
    pub fn with_concurrency(mut self, passes: usize) -> Self {
        self.concurrency = Some(passes.max(1));
        self
    }

    /// How long a cancelled pass has to deliver and return. Default: five seconds.
    #[must_use]
    pub fn with_grace(mut self, grace: Duration) -> Self {
        self.grace = Some(grace);
        self
    }

    /// Keeps a record of a new run.
    #[must_use]
    pub fn with_journal(mut self, journal: Journal, report_id: impl Into<String>, started_ms: i64) -> Self {
        self.journal = Some(journal);
        self.report_id = report_id.into();
        self.started_ms = started_ms;
        self
    }

    /// Goes on with a run that died: what its record has is kept and not asked for again.
    #[must_use]
    pub fn with_resumed(mut self, journal: Journal, state: JournalState, now_ms: i64) -> Self {
        self.journal = Some(journal);
        self.resumed = Some(state);
        self.started_ms = now_ms;
        self
    }

    /// The configured reviewers.
    pub fn reviewers(&self) -> &[Arc<dyn Reviewer>] {
        &self.reviewers
    }

    /// What the reviewers need and do, joined.
    pub fn needs(&self) -> Capabilities {
        self.reviewers.iter().fold(Capabilities::default(), |mut sum, reviewer| {
            let capabilities = reviewer.info().capabilities;
            sum.needs_checkout |= capabilities.needs_checkout;
            sum.needs_tree |= capabilities.needs_tree;
            sum.costs_money |= capabilities.costs_money;
            sum.uses_network |= capabilities.uses_network;
            sum
        })
    }

    /// Runs every pass and waits for all of them.
    ///
    /// # Errors
    /// `InvalidInput` when there is no reviewer or two have the same name. A reviewer's failure is not an error: it is
    /// a review that says so. A record that can't be written is in the outcome.
    ///
    /// # Cancellation
    /// When `cx.cancel` is raised, running passes get their grace; then the outcome is returned as usual, with what
    /// was delivered. Dropping the future stops every pass at its next await.
    pub async fn run(mut self, request: ReviewRequest, cx: Cx) -> Result<RunOutcome> {
        self.check()?;
        let started = Instant::now();
        let plan = match &self.resumed {
            Some(state) => Plan::resumed(&self.reviewers, state),
            None => Plan::fresh(&self.reviewers),
        };
        let mut journal = self.journal.take();
        let mut opening_error = None;
        if let Some(open) = &mut journal
            && let Err(error) = open.write(&self.opening(&request))
        {
            opening_error = Some(error);
            journal = None;
        }
        let dispatcher = Arc::new(Dispatcher::start(journal, Arc::clone(&cx.sink), started.into_std()));
        dispatcher.event(Event::RunStarted { passes: plan.passes.len() as u32 });

        let mut reviews = plan.kept;
        reviews.extend(self.run_passes(plan.passes, request, &cx, &dispatcher, started).await);
        self.sort(&mut reviews);

        let complete = reviews.iter().filter(|review| review.is_complete()).count() as u32;
        let incomplete = reviews.len() as u32 - complete;
        dispatcher.event(Event::RunFinished { complete, incomplete });
        let wall_clock_ms = millis(started.elapsed());
        let journal_error = match Arc::try_unwrap(dispatcher) {
            Ok(dispatcher) => dispatcher.close(wall_clock_ms),
            Err(_) => None,
        };
        Ok(RunOutcome { reviews, wall_clock_ms, journal_error: opening_error.or(journal_error) })
    }

    async fn run_passes(
        &self,
        passes: Vec<Pass>,
        request: ReviewRequest,
        cx: &Cx,
        dispatcher: &Arc<Dispatcher>,
        started: Instant,
    ) -> Vec<Review> {
        let seats = Arc::new(Semaphore::new(self.concurrency.unwrap_or(Semaphore::MAX_PERMITS)));
        let bounds = Bounds {
            pass: self.reviewer_deadline,
            end: self.total_deadline.map(|deadline| started + deadline),
            grace: self.grace.unwrap_or(GRACE),
        };
        let request = Arc::new(request);
        let mut tasks = JoinSet::new();
        for pass in passes {
            let (seats, dispatcher, cx, request) =
                (Arc::clone(&seats), Arc::clone(dispatcher), cx.clone(), Arc::clone(&request));
            tasks.spawn(async move {
                let seat = tokio::select! {
                    seat = seats.acquire_owned() => seat.ok(),
                    () = cx.cancel.cancelled() => None,
                    () = bounds.ended() => None,
                };
                match seat {
                    Some(_seat) => run_pass(pass, request, &cx, &dispatcher, bounds).await,
                    None => {
                        let id = PassId::new(&pass.name, pass.number);
                        let review = guard::lost(None, &id, "the run ended before it could begin");
                        dispatcher.finished(&review).await;
                        announce_end(&dispatcher, &review, 0);
                        review
                    }
                }
            });
        }
        let mut reviews = Vec::new();
        while let Some(joined) = tasks.join_next().await {
            // A pass task catches its reviewer's panic; the task itself has nothing that panics.
            if let Ok(review) = joined {
                reviews.push(review);
            }
        }
        reviews
    }

    fn opening(&self, request: &ReviewRequest) -> Record {
        if self.resumed.is_some() {
            return Record::Resumed { at_ms: self.started_ms };
        }
        Record::Opened {
            schema_version: SchemaVersion::default(),
            report_id: self.report_id.clone(),
            started_ms: self.started_ms,
            change: Box::new(request.change.clone()),
            reviewers: self
                .reviewers
                .iter()
                .map(|r| (r.info().name.clone(), r.info().passes.max(1)))
                .collect(),
        }
    }

    fn check(&self) -> Result<()> {
        if self.reviewers.is_empty() {
            return Err(Error::new(ErrorKind::InvalidInput, "there is no reviewer to run"));
        }
        let mut names = BTreeSet::new();
        for reviewer in &self.reviewers {
            let name = &reviewer.info().name;
            if name.is_empty() || !names.insert(name) {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "each reviewer needs a name of its own; give one as NAME=BACKEND",
                )
                .with_context("name", name));
            }
        }
        Ok(())
    }

    /// By reviewer as configured, then by pass; reviewers that only the record knows come last, by name.
    fn sort(&self, reviews: &mut [Review]) {
        let position =
            |name: &str| self.reviewers.iter().position(|r| r.info().name == name).unwrap_or(usize::MAX);
        reviews.sort_by(|a, b| {
            (position(&a.reviewer), &a.reviewer, a.pass).cmp(&(position(&b.reviewer), &b.reviewer, b.pass))
        });
    }
}

#[derive(Clone, Copy)]
struct Bounds {
    pass: Option<Duration>,
    end: Option<Instant>,
    grace: Duration,
}

impl Bounds {
    async fn ended(self) {
        match self.end {
            Some(end) => tokio::time::sleep_until(end).await,
            None => std::future::pending().await,
        }
    }

    async fn pass_over(self) {
        match self.pass {
            Some(pass) => sleep(pass).await,
            None => std::future::pending().await,
        }
    }
}

async fn run_pass(
    pass: Pass,
    request: Arc<ReviewRequest>,
    cx: &Cx,
    dispatcher: &Dispatcher,
    bounds: Bounds,
) -> Review {
    let began = Instant::now();
    let id = PassId::new(&pass.name, pass.number);
    dispatcher.event(Event::ReviewerStarted { reviewer: id.reviewer.clone(), pass: id.pass });

    let sink = dispatcher.sink(&id);
    let watch = Watch::new(Arc::clone(&sink) as Arc<dyn Sink>);
    let own = Cx::new(cx.cancel.child(), Arc::clone(&watch) as Arc<dyn Sink>);
    let cancel = own.cancel.clone();
    let mut request = (*request).clone();
    request.pass = id.pass;
    request.earlier.clone_from(&pass.earlier);
    // A task of its own: a panic ends it alone, and a reviewer that blocks its thread does not keep others waiting
    // on a runtime with several threads.
    let identity = pass.reviewer.info().identity.clone();
    let mut task = JoinSet::new();
    task.spawn(async move { pass.reviewer.review(Arc::new(request), own).await });
    let work = async {
        match task.join_next().await {
            Some(Ok(returned)) => returned,
            Some(Err(error)) => {
                Err(Error::new(ErrorKind::Internal, format!("it panicked: {}", panic_text(error))))
            }
            None => Err(Error::new(ErrorKind::Internal, "it ended without a word")),
        }
    };
    let stop = async {
        tokio::select! {
            () = cx.cancel.cancelled() => "it was cancelled".to_owned(),
            () = bounds.ended() => "the time for the whole run was over".to_owned(),
            () = bounds.pass_over() => format!("it took longer than {}", spoken(bounds.pass.unwrap_or_default())),
        }
    };
    let ended = watch.during(&id.reviewer, id.pass, run_until(work, stop, &cancel, bounds.grace)).await;
    task.abort_all();
    let mut review = guard::settled(ended, || dispatcher.last_delivery(&id), &id);
    if review.identity.is_empty() {
        review.identity = identity;
    }
    if let Some(transcript) = sink.end_transcript() {
        review.transcript = Some(transcript);
    }
    let took = millis(began.elapsed());
    review.duration_ms.get_or_insert(took);
    dispatcher.finished(&review).await;
    announce_end(dispatcher, &review, took);
    review
}

fn announce_end(dispatcher: &Dispatcher, review: &Review, duration_ms: u64) {
    dispatcher.event(Event::ReviewerFinished {
        reviewer: review.reviewer.clone(),
        pass: review.pass,
        completeness: review.completeness,
        reason: review.incomplete_reason.clone(),
        findings: review.findings.len() as u32,
        duration_ms,
    });
}

fn panic_text(error: tokio::task::JoinError) -> String {
    match error.try_into_panic() {
        Ok(payload) => payload
            .downcast_ref::<&str>()
            .map(|text| (*text).to_owned())
            .or_else(|| payload.downcast_ref::<String>().cloned())
            .unwrap_or_else(|| "without a message".to_owned()),
        Err(_) => "its task was stopped".to_owned(),
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn spoken(duration: Duration) -> String {
    if duration.as_secs() >= 1 && duration.subsec_millis() == 0 {
        format!("{} s", duration.as_secs())
    } else {
        format!("{} ms", duration.as_millis())
    }
}

#[cfg(test)]
mod tests {
    use review_core::{ChangeSet, ScriptedReviewer};

    use super::*;

    #[tokio::test]
    async fn a_full_disk_costs_the_record_but_not_the_reviews() {
        // `/dev/full` refuses every write, as a full disk does.
        let full = std::fs::OpenOptions::new().append(true).open("/dev/full").unwrap();
        let outcome = Runner::new()
            .with_reviewer(ScriptedReviewer::new(Review::new("claude")))
            .with_journal(Journal::on(full), "r", 0)
            .run(ReviewRequest::new(ChangeSet::default()), Cx::detached())
            .await
            .unwrap();
        assert!(outcome.reviews[0].is_complete());
        assert!(outcome.journal_error.unwrap().to_string().starts_with("write the journal"));
    }
}
