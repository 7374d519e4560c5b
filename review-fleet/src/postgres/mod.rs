//! The dispatcher of several machines: a queue in Postgres, with leases that are renewed.

mod database;
mod queue;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deep_review::{Cx, Error, ErrorKind, Result};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use self::database::Database;
use self::queue::{Claim, Renewed};
use crate::dispatcher::{Dispatcher, Done, JobView, Load, Submitted, Worker};
use crate::lease::{Lease, LeaseCheck};
use crate::{ChangeKey, Job, Limits};

/// How long a lease holds without being renewed. A worker that is gone for longer has lost its job.
const LEASE: Duration = Duration::from_secs(30);
/// How often the queue is looked at, where nothing wakes this process.
const POLL: Duration = Duration::from_secs(1);
/// How long the database may take for an answer.
const ANSWER: Duration = Duration::from_secs(15);
/// Longest pause before the database is tried again.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// A dispatcher over a queue in a Postgres database, in a schema of its own (`deep_review`), that any number of processes share.
///
/// A job is leased to the process that works on it, and the lease is renewed as long as it does. A process that dies, or loses the database
/// for longer than the lease, loses its job to another one, and can neither end it nor write to a forge any more. [`Limits::slots`] hold for
/// each process, [`Limits::per_repository`] for all of them.
///
/// While the database can't be reached nothing starts; what runs goes on until its lease runs out.
#[derive(Clone)]
pub struct Postgres {
    shared: Arc<Shared>,
}

struct Shared {
    database: Database,
    limits: Limits,
    lease: Duration,
    wake: Notify,
}

impl Postgres {
    /// Connects, and brings the schema up to date. The address (`postgres://user:password@host/name`) is in no message.
    ///
    /// # Errors
    /// `InvalidInput` for an address that can't be read, `Unavailable` when the database can't be reached, `Unauthorized` when it
    /// refuses the user, `UnsupportedDocument` when a newer version of this program has changed the schema.
    pub async fn open(url: &str, limits: Limits) -> Result<Self> {
        let database = Database::open(url).await?;
        Ok(Self { shared: Arc::new(Shared { database, limits, lease: LEASE, wake: Notify::new() }) })
    }

    /// Another duration of leases, for tests. Call it before anything else.
    #[must_use]
    pub fn with_lease(self, lease: Duration) -> Self {
        match Arc::try_unwrap(self.shared) {
            Ok(shared) => Self { shared: Arc::new(Shared { lease, ..shared }) },
            Err(shared) => Self { shared },
        }
    }
}

impl fmt::Debug for Postgres {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Postgres").field("limits", &self.shared.limits).finish_non_exhaustive()
    }
}

/// Asks the database whether a generation is still the newest, and leased.
struct Held {
    shared: Arc<Shared>,
    key: ChangeKey,
}

#[async_trait]
impl LeaseCheck for Held {
    async fn holds(&self, generation: u64) -> Result<bool> {
        answered(ANSWER, async {
            queue::holds(&*self.shared.database.client().await?, &self.key, generation).await
        })
        .await
    }
}

impl Shared {
    async fn claim(&self) -> Result<Option<Claim>> {
        answered(ANSWER, queue::claim(&self.database, &self.limits, self.lease)).await
    }

    async fn end(&self, claim: &Claim, ended: Result<Done>, draining: bool) -> Result<()> {
        answered(ANSWER, queue::end(&self.database, claim, ended, draining, &self.limits)).await
    }
}

/// Works on a job and renews its lease; a lease that is lost cancels the work.
async fn work(shared: Arc<Shared>, worker: Arc<dyn Worker>, claim: Claim, cx: Cx, ending: Cx) -> Result<()> {
    let held = Held { shared: Arc::clone(&shared), key: claim.key.clone() };
    let lease = Lease::new(claim.generation, Arc::new(held));
    let job = claim.job.clone();
    let own = cx.clone();
    // A worker that panics costs its own job only.
    let mut working = tokio::spawn(async move { worker.work(&job, lease, own).await });
    let mut good_until = Instant::now() + shared.lease;
    let mut lost = false;
    let ended = loop {
        tokio::select! {
            ended = &mut working => break ended,
            () = sleep(shared.lease / 6) => {}
        }
        if lost {
            continue;
        }
        let asked = Instant::now();
        let renewed = answered(shared.lease / 3, async {
            let client = shared.database.client().await?;
            queue::renew(&client, &claim.key, claim.generation, shared.lease).await
        });
        match renewed.await {
            Ok(Renewed::Lost) => lost = true,
            Ok(held) => {
                good_until = asked + shared.lease;
                if held == Renewed::Cancelled {
                    cx.cancel.cancel();
                }
            }
            Err(_) => lost = Instant::now() >= good_until,
        }
        if lost {
            cx.cancel.cancel();
        }
    };
    let ended = ended.unwrap_or_else(|error| {
        Err(Error::new(ErrorKind::Internal, "the worker panicked").with_source(error))
    });
    let draining = ending.cancel.is_cancelled();
    // How it ended must get known, or the job runs again when its lease is over.
    let mut pause = POLL;
    loop {
        let this = ended.as_ref().map(Done::clone).map_err(copy);
        match shared.end(&claim, this, draining).await {
            Ok(()) => break,
            Err(error) if !error.is_temporary() => return Err(error),
            // Its lease is over: another worker has it, or will.
            Err(_) if Instant::now() >= good_until => break,
            Err(_) => sleep(pause).await,
        }
        pause = (pause * 2).min(MAX_PAUSE);
    }
    shared.wake.notify_one();
    Ok(())
}

/// What a database that does not answer is worth: an error that will pass. A transaction that is left so is undone.
async fn answered<T>(limit: Duration, asked: impl Future<Output = Result<T>>) -> Result<T> {
    match tokio::time::timeout(limit, asked).await {
        Ok(answer) => answer,
        Err(_) => Err(Error::new(ErrorKind::Unavailable, "the database does not answer")
            .with_context("seconds", limit.as_secs())),
    }
}

/// An error to be told once more.
fn copy(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.to_string());
    match error.retry_after() {
        Some(delay) => copy.with_retry_after(delay),
        None => copy,
    }
}

#[async_trait]
impl Dispatcher for Postgres {
    async fn submit(&self, job: Job) -> Result<Submitted> {
        let submitted = answered(ANSWER, queue::submit(&self.shared.database, job)).await?;
        self.shared.wake.notify_one();
        Ok(submitted)
    }

    async fn stop(&self, key: &ChangeKey) -> Result<()> {
        answered(ANSWER, queue::stop(&self.shared.database, key)).await
    }

    async fn run(&self, worker: Arc<dyn Worker>, cx: Cx) -> Result<()> {
        let mut tasks: JoinSet<Result<()>> = JoinSet::new();
        let mut pause = POLL;
        loop {
            while tasks.len() < self.shared.limits.slots && !cx.cancel.is_cancelled() {
                match self.shared.claim().await {
                    Ok(Some(claim)) => {
                        let (shared, worker) = (Arc::clone(&self.shared), Arc::clone(&worker));
                        tasks.spawn(work(shared, worker, claim, cx.child(), cx.clone()));
                        pause = POLL;
                    }
                    Ok(None) => {
                        pause = POLL;
                        break;
                    }
                    Err(error) if error.is_temporary() => {
                        pause = (pause * 2).min(MAX_PAUSE);
                        break;
                    }
                    Err(error) => return Err(error),
                }
            }
            let draining = cx.cancel.is_cancelled();
            if draining && tasks.is_empty() {
                return Ok(());
            }
            tokio::select! {
                Some(joined) = tasks.join_next() => match joined {
                    Ok(ended) => ended?,
                    Err(error) => {
                        return Err(Error::new(ErrorKind::Internal, "the dispatcher panicked").with_source(error));
                    }
                },
                () = self.shared.wake.notified() => {}
                () = sleep(pause), if !draining => {}
                () = cx.cancel.cancelled(), if !draining => {}
            }
        }
    }

    async fn jobs(&self) -> Result<Vec<JobView>> {
        answered(ANSWER, async { queue::jobs(&*self.shared.database.client().await?).await }).await
    }

    async fn load(&self) -> Result<Load> {
        answered(ANSWER, async { queue::load(&*self.shared.database.client().await?).await }).await
    }
}
