//! Reviews a pull request and publishes the report.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use async_trait::async_trait;
use deep_review::files::write_report;
use deep_review::forge::{ChangeAddress, Conclusion, Forge, PublishOptions, RequestState, Write, publish};
use deep_review::record::{Record, run_folder};
use deep_review::session::report_id;
use deep_review::{Cx, ErrorKind, Policy, PullRequest, Report, Result, Review, Session, Usage};

use crate::metrics::kind_name;
use crate::records::{Records, RunSummary, digest, now_ms, run_name};
use crate::spending::Spending;
use crate::{Budgets, Done, Fenced, Job, Lease, Metrics, Worker};

/// What an operator decides: who reviews, and how the report is published.
#[async_trait]
pub trait Setup: Send + Sync {
    /// Connects to the forge of a change.
    ///
    /// # Errors
    /// `Unauthorized` for a repository that is not allowed, or without a token.
    fn forge(&self, address: &ChangeAddress) -> Result<Arc<dyn Forge>>;

    /// Adds reviewers, policy and limits to the session of a pull request. `left` is what is left of the budgets, in millionths of a US
    /// dollar.
    ///
    /// # Errors
    /// When the configuration can't be used.
    async fn session(
        &self,
        pull: &PullRequest,
        session: Session,
        left: Option<u64>,
        cx: &Cx,
    ) -> Result<Session>;

    /// How the report is published.
    fn publishing(&self, report: &Report, policy: &Policy) -> PublishOptions;
}

/// Reviews a pull request and publishes the report. Each head has a folder of its own; a run that broke off there is resumed, so that nobody
/// is asked again for what was delivered, and a report that is there is only published.
pub struct ReviewWorker {
    setup: Arc<dyn Setup>,
    records: Records,
    spending: Spending,
    budgets: Budgets,
    metrics: Arc<Metrics>,
}

impl ReviewWorker {
    /// A worker that keeps `records` and `spending` below a folder. Workers that share jobs share the folder.
    pub fn new(setup: Arc<dyn Setup>, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        Self {
            setup,
            records: Records::new(folder.join("records")),
            spending: Spending::new(&folder.join("spending")),
            budgets: Budgets::default(),
            metrics: Arc::default(),
        }
    }

    /// Stops reviews whose budget is used up. The check at the forge says so.
    #[must_use]
    pub fn with_budgets(mut self, budgets: Budgets) -> Self {
        self.budgets = budgets;
        self
    }

    /// Counts what is done.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Arc<Metrics>) -> Self {
        self.metrics = metrics;
        self
    }

    /// The runs.
    pub fn records(&self) -> &Records {
        &self.records
    }
}

#[async_trait]
impl Worker for ReviewWorker {
    async fn work(&self, job: &Job, lease: Lease, cx: Cx) -> Result<Done> {
        let begun = Instant::now();
        let ended = self.review_and_publish(job, lease, &cx).await;
        let word = match &ended {
            Ok(Done::Reviewed { .. }) => "reviewed",
            Ok(Done::Nothing(_)) => "nothing",
            Err(error) if error.is_cancelled() => "cancelled",
            Err(error) => {
                self.metrics.count("failures_total", "kind", &kind_name(error.kind()), 1);
                "failed"
            }
        };
        self.metrics.job(word, begun.elapsed());
        ended
    }
}

impl ReviewWorker {
    async fn review_and_publish(&self, job: &Job, lease: Lease, cx: &Cx) -> Result<Done> {
        let address = job.address()?;
        let forge = self.setup.forge(&address)?;
        let pull = PullRequest::read(&*forge, &address, None, cx.clone()).await?;
        let head = pull.request.head.commit.clone();
        if pull.request.state != RequestState::Open {
            return Ok(Done::Nothing(format!("the pull request is {}", pull.request.state.as_str())));
        }
        let folder = self.records.run(job, &head);
        let reported = Records::reported(&folder)?;
        let earlier = pull.earlier.report.as_ref().and_then(|report| report.change.head.as_deref());
        if reported.is_none() && earlier == Some(head.as_str()) && !job.again {
            return Ok(Done::Nothing("this head was reviewed before".to_owned()));
        }
        lease.check().await?;
        let fenced = Fenced::new(Arc::clone(&forge), lease);
        let (report, policy) = match reported {
            // Only its publishing broke off.
            Some(report) => (
                report,
                Record::load(&folder).map_or_else(|_| Policy::default(), |record| record.input.policy),
            ),
            None => match self.review(job, &pull, &folder, cx).await {
                Ok(reviewed) => reviewed,
                Err(error) if error.kind() == ErrorKind::BudgetExceeded => {
                    self.metrics.count("budget_stops_total", "repository", job.repository(), 1);
                    notice(&fenced, &pull, self.check_name(), &error.to_string(), cx).await?;
                    return Ok(Done::Nothing(error.to_string()));
                }
                Err(error) => {
                    if !error.is_temporary() && !error.is_cancelled() {
                        // The details are for the operator's log: they may name what only the operator should see.
                        let said = format!("the review failed ({})", kind_name(error.kind()));
                        notice(&fenced, &pull, self.check_name(), &said, cx).await?;
                    }
                    return Err(error);
                }
            },
        };
        // A report of a cancelled run is of use to nobody: a newer head is on its way, or the run goes on later.
        cx.cancel.check()?;
        let options = self.setup.publishing(&report, &policy);
        match publish(&fenced, address.number, &report, &options, cx.clone()).await {
            Ok(_) => Ok(Done::Reviewed { head, report: report.id.clone(), complete: report.is_complete() }),
            // The head moved on; the event for it is on its way, or here already.
            Err(error)
                if error.kind() == ErrorKind::InvalidInput && moved_on(&*forge, &address, &head).await =>
            {
                Ok(Done::Nothing("a newer head came in".to_owned()))
            }
            Err(error) => Err(error),
        }
    }

    fn check_name(&self) -> String {
        self.setup.publishing(&Report::default(), &Policy::default()).check_name
    }

    async fn review(
        &self,
        job: &Job,
        pull: &PullRequest,
        folder: &Path,
        cx: &Cx,
    ) -> Result<(Report, Policy)> {
        self.count_broken_off(job, folder)?;
        let left = self.spending.left(&self.budgets, job, now_ms())?;
        let mut session = self.setup.session(pull, pull.session()?, left, cx).await?;
        let record = folder.join("run");
        session = if run_folder(folder).is_ok() {
            session.with_resumed(&record)
        } else {
            // Two heads can come in within one second.
            let short: String = pull.request.head.commit.chars().take(7).collect();
            let id = format!("{}-{short}", report_id(job.made_ms, session.change()));
            session.with_report_id(id).with_started_ms(job.made_ms).with_record(&record)
        };
        let outcome = session.run(cx.clone()).await?;
        let usage = usage_of(&outcome.record.input.reviews);
        let name = run_name(job, &pull.request.head.commit);
        let started = outcome.report.started_ms.unwrap_or(job.made_ms);
        self.spending.record(job, &name, started, usage.cost_micro_usd.unwrap_or(0))?;
        cx.cancel.check()?;
        if let Some(error) = outcome.record_error {
            return Err(error);
        }
        let summary = RunSummary::new(&outcome.report, &job.key(), usage);
        write_report(&outcome.report, folder)?;
        self.records.keep_summary(folder, &summary)?;
        self.metrics.reviewed(&summary);
        Ok((outcome.report, outcome.record.input.policy))
    }

    /// Counts what runs of older heads cost that died before they could be counted.
    fn count_broken_off(&self, job: &Job, current: &Path) -> Result<()> {
        for run in self.records.runs_of(&digest(job.key().as_str()))? {
            let folder = self.records.change(&job.key()).join(&run.name);
            if run.summary.is_some() || folder == current {
                continue;
            }
            // A run that died before its first line has cost nothing.
            let Ok(record) = Record::load(&folder) else { continue };
            let started = record.input.run.started_ms.unwrap_or(job.made_ms);
            if !self.spending.is_recorded(job, &run.name, started) {
                let cost = usage_of(&record.input.reviews).cost_micro_usd.unwrap_or(0);
                self.spending.record(job, &run.name, started, cost)?;
            }
        }
        Ok(())
    }
}

fn usage_of(reviews: &[Review]) -> Usage {
    reviews.iter().fold(Usage::default(), |sum, review| sum.plus(review.usage))
}

/// A neutral check that says why there is no report. Written once for a head and a reason.
async fn notice(forge: &dyn Forge, pull: &PullRequest, name: String, reason: &str, cx: &Cx) -> Result<()> {
    let head = pull.request.head.commit.clone();
    let report = format!("none-{}", digest(&format!("{head} {reason}")));
    if pull.said.checks.iter().any(|check| check.name == name && check.report.as_deref() == Some(&report)) {
        return Ok(());
    }
    let capabilities = forge.capabilities(cx.clone()).await?;
    let line: String = reason.chars().map(|c| if c.is_control() { ' ' } else { c }).take(110).collect();
    let conclusion = Conclusion::Neutral;
    if capabilities.checks {
        let check = Write::Check {
            check: None,
            report: report.clone(),
            head: head.clone(),
            name: name.clone(),
            title: line.clone(),
            summary: format!("Not reviewed: {}", deep_review::render::comments::plain(reason)),
            conclusion: Some(conclusion),
            annotations: Vec::new(),
        };
        match forge.perform(&pull.request, &check, cx.clone()).await {
            // Tokens of people can't write checks, which only shows when one tries.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::Unauthorized | ErrorKind::NotFound | ErrorKind::Unsupported
                ) => {}
            written => return written,
        }
    }
    let status = Write::Status { head, name, conclusion, description: format!("{line} [{report}]") };
    forge.perform(&pull.request, &status, cx.clone()).await
}

async fn moved_on(forge: &dyn Forge, address: &ChangeAddress, head: &str) -> bool {
    match forge.change(address.number, Cx::detached()).await {
        Ok(request) => request.head.commit != head,
        Err(_) => false,
    }
}
