//! Takes jobs and gives them to a worker.

use std::sync::Arc;

use async_trait::async_trait;
use deep_review::{Cx, Result};
use serde::Serialize;

use crate::{ChangeKey, Job, Lease};

/// Takes review jobs and gives them to a worker: one job at a time for a change, the newest head wins.
///
/// # Contract
/// * A job that was submitted is worked on until a worker says that it is done, also when a process dies in between.
/// * A job for a change that waits is merged into the one that is there: a burst of pushes is one review.
/// * A job with another head for a change that is being worked on cancels that work through its `Cx`, and follows it.
/// * Each start has a [`Lease`] with a larger generation than all before it for that change.
#[async_trait]
pub trait Dispatcher: Send + Sync {
    /// Takes a job.
    ///
    /// # Errors
    /// When it can't be kept; the caller then has to say so to whoever sent it.
    async fn submit(&self, job: Job) -> Result<Submitted>;

    /// Ends what waits or runs for a change, which was closed.
    ///
    /// # Errors
    /// When it can't be kept.
    async fn stop(&self, key: &ChangeKey) -> Result<()>;

    /// Gives jobs to the worker until `cx.cancel` is raised; then no new one is started, and those that run are awaited.
    ///
    /// # Errors
    /// When the queue can't be read any more.
    async fn run(&self, worker: Arc<dyn Worker>, cx: Cx) -> Result<()>;

    /// The jobs that wait, run, or failed for good, newest first; at most a thousand.
    ///
    /// # Errors
    /// When the queue can't be read.
    async fn jobs(&self) -> Result<Vec<JobView>>;

    /// How many jobs there are.
    ///
    /// # Errors
    /// When the queue can't be read.
    async fn load(&self) -> Result<Load>;
}

/// How much there is to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Load {
    /// Jobs that wait.
    pub waiting: usize,
    /// Jobs that run.
    pub running: usize,
    /// Jobs that failed for good.
    pub failed: usize,
    /// When the oldest one that waits was made, milliseconds since 1970-01-01 UTC.
    pub oldest_ms: Option<i64>,
}

/// What became of a job that was submitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Submitted {
    /// It waits for its turn.
    Queued,
    /// It was merged into one that waits already.
    Merged,
    /// The work on an older head was cancelled for it.
    Superseding,
    /// The same head is being worked on.
    Running,
}

/// Does the work of a job.
#[async_trait]
pub trait Worker: Send + Sync {
    /// Works on a job.
    ///
    /// # Errors
    /// A temporary error is tried again later, any other is kept with the job for people to see.
    ///
    /// # Cancellation
    /// Returns soon after `cx.cancel` is raised; what was paid for is on disk by then.
    async fn work(&self, job: &Job, lease: Lease, cx: Cx) -> Result<Done>;
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Done {
    /// The head was reviewed, and the report published.
    Reviewed {
        /// The commit.
        head: String,
        /// Id of the report.
        report: String,
        /// Whether the review is complete.
        complete: bool,
    },
    /// There was nothing to do, and why.
    Nothing(String),
}

/// A job as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct JobView {
    /// The job.
    pub job: Job,
    /// Where it stands.
    pub state: JobState,
    /// Generation of its newest lease; 0 before the first.
    pub generation: u64,
}

/// Where a job stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobState {
    /// It waits for its turn.
    Waiting,
    /// It is being worked on.
    Running,
    /// It failed for good, and why.
    Failed(String),
}

/// Pins object safety.
const _: fn(&dyn Dispatcher, &dyn Worker) = |_, _| {};
