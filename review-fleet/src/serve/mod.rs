//! The HTTP side of the service: webhooks, health, metrics and the page of runs. It has no login, so it belongs on the loopback
//! interface or behind a proxy that lets only `/webhooks/` through.

mod inbox;
mod logged;
mod pages;
mod seen;
mod signature;
mod source;
mod webhook;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::{get, post};
use deep_review::forge::trigger::Triggers;
use deep_review::{Cancel, Cx, Error, Result};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

pub use signature::Secret;
pub use source::{AllowList, Source};

use crate::records::now_ms;
use crate::{Dispatcher, Metrics, Records, ReviewWorker, Setup};

/// Most bodies that are read at once: 25 MiB each.
const BODIES: usize = 8;
/// How often old records are looked for.
const SWEEP: Duration = Duration::from_secs(3_600);
/// How long open requests may take when the service ends.
const GRACE: Duration = Duration::from_secs(10);
const DAY: Duration = Duration::from_secs(24 * 3_600);

/// The service, built step by step, then [`Service::run`].
pub struct Service {
    dispatcher: Arc<dyn Dispatcher>,
    setup: Arc<dyn Setup>,
    sources: Vec<Source>,
    allowed: AllowList,
    triggers: Triggers,
    metrics: Arc<Metrics>,
    keep: Option<Duration>,
    work: bool,
    log: Arc<dyn Fn(&str) + Send + Sync>,
}

struct Shared {
    sources: Vec<Source>,
    allowed: AllowList,
    seen: seen::Seen,
    inbox: inbox::Inbox,
    hands: inbox::Hands,
    bodies: Semaphore,
    ending: Cancel,
}

impl Service {
    /// A service that gives jobs to a dispatcher, for these forges and repositories.
    pub fn new(
        dispatcher: Arc<dyn Dispatcher>,
        setup: Arc<dyn Setup>,
        sources: Vec<Source>,
        allowed: AllowList,
    ) -> Self {
        Self {
            dispatcher,
            setup,
            sources,
            allowed,
            triggers: Triggers::default(),
            metrics: Arc::default(),
            keep: None,
            work: true,
            log: Arc::new(|_| {}),
        }
    }

    /// What starts a review.
    #[must_use]
    pub fn with_triggers(mut self, triggers: Triggers) -> Self {
        self.triggers = triggers;
        self
    }

    /// The counts, which the worker adds to as well.
    #[must_use]
    pub fn with_metrics(mut self, metrics: Arc<Metrics>) -> Self {
        self.metrics = metrics;
        self
    }

    /// Deletes records some days after their reviews ended. Default: they stay.
    #[must_use]
    pub fn with_keep_days(mut self, days: u32) -> Self {
        self.keep = Some(DAY * days);
        self
    }

    /// Whether this process works on jobs too. Default: it does. Without it, other processes have to share its dispatcher.
    #[must_use]
    pub fn with_work(mut self, work: bool) -> Self {
        self.work = work;
        self
    }

    /// Where lines for the operator go. Nothing secret is in them.
    #[must_use]
    pub fn with_log(mut self, log: impl Fn(&str) + Send + Sync + 'static) -> Self {
        self.log = Arc::new(log);
        self
    }

    /// Serves until `cx.cancel` is raised; then takes no more webhooks, and returns when the jobs that run have ended. `folder` is the one
    /// of the worker.
    ///
    /// # Errors
    /// When the queue or a folder can't be used.
    pub async fn run(
        self,
        listener: TcpListener,
        worker: Arc<ReviewWorker>,
        folder: &Path,
        cx: Cx,
    ) -> Result<()> {
        let (keep, work) = (self.keep, self.work);
        let dispatcher = Arc::clone(&self.dispatcher);
        let shared = Arc::new(self.shared(worker.records().clone(), folder, &cx)?);
        let ending = cx.cancel.clone();
        let http = axum::serve(listener, router(Arc::clone(&shared)))
            .with_graceful_shutdown(async move { ending.cancelled().await });
        let late = async {
            cx.cancel.cancelled().await;
            tokio::time::sleep(GRACE).await;
        };
        let http = async {
            tokio::select! {
                served = http => served.map_err(|error| Error::from(error).with_operation("serving")),
                // A client that says nothing must not keep the service from ending.
                () = late => Ok(()),
            }
        };
        let inbox = shared.inbox.run(&shared.hands, cx.clone());
        let sweep = sweep(&shared, keep, &cx);
        let logged = Arc::new(logged::Logged { worker, log: Arc::clone(&shared.hands.log) });
        let jobs = async {
            match work {
                true => dispatcher.run(logged, cx.clone()).await,
                false => Ok(()),
            }
        };
        tokio::try_join!(ended(http, &cx), ended(inbox, &cx), ended(jobs, &cx), sweep)?;
        Ok(())
    }

    fn shared(self, records: Records, folder: &Path, cx: &Cx) -> Result<Shared> {
        Ok(Shared {
            sources: self.sources,
            allowed: self.allowed,
            seen: seen::Seen::default(),
            inbox: inbox::Inbox::open(folder.join("inbox"))?,
            hands: inbox::Hands {
                setup: self.setup,
                dispatcher: self.dispatcher,
                records,
                triggers: self.triggers,
                metrics: self.metrics,
                log: self.log,
            },
            bodies: Semaphore::new(BODIES),
            ending: cx.cancel.clone(),
        })
    }
}

/// Works on the jobs of a dispatcher that a service elsewhere fills, until `cx.cancel` is raised; then the jobs that run are awaited. `log` takes
/// lines for the operator.
///
/// # Errors
/// When the queue can't be used.
pub async fn work(
    dispatcher: &dyn Dispatcher,
    worker: Arc<ReviewWorker>,
    log: impl Fn(&str) + Send + Sync + 'static,
    cx: Cx,
) -> Result<()> {
    dispatcher.run(Arc::new(logged::Logged { worker, log: Arc::new(log) }), cx).await
}

/// A part that fails ends the others in order: they keep what they have.
async fn ended(part: impl Future<Output = Result<()>>, cx: &Cx) -> Result<()> {
    let ended = part.await;
    if ended.is_err() {
        cx.cancel.cancel();
    }
    ended
}

fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/webhooks/{forge}", post(webhook::receive))
        .route("/healthz", get(pages::healthy))
        .route("/readyz", get(pages::ready))
        .route("/metrics", get(pages::metrics))
        .route("/", get(pages::runs))
        .route("/reports/{change}/{run}/{file}", get(pages::report))
        .with_state(shared)
}

/// Deletes what is older than the operator wants.
async fn sweep(shared: &Shared, keep: Option<Duration>, cx: &Cx) -> Result<()> {
    let Some(keep) = keep else { return Ok(()) };
    while !cx.cancel.is_cancelled() {
        let before = now_ms() - i64::try_from(keep.as_millis()).unwrap_or(i64::MAX);
        let swept = shared.hands.records.delete_before(before);
        let forgotten =
            SystemTime::now().checked_sub(keep).map_or(Ok(()), |time| shared.inbox.forget_before(time));
        match swept.and_then(|deleted| forgotten.map(|()| deleted)) {
            Ok(0) => {}
            Ok(deleted) => (shared.hands.log)(&format!("{deleted} old runs were deleted")),
            Err(error) => (shared.hands.log)(&format!("old runs could not be deleted: {error}")),
        }
        tokio::select! {
            () = tokio::time::sleep(SWEEP) => {}
            () = cx.cancel.cancelled() => {}
        }
    }
    Ok(())
}
