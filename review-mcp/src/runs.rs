//! The runs of this server: started at once, watched and cancelled by id.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime};

use deep_review::files::write_report;
use deep_review::session::report_id;
use deep_review::{Cancel, Cx, Error, ErrorKind, Result, Session};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::store::Store;
use crate::watch::Watch;

/// Runs at the same time. Each has its own reviewers, who may cost money.
const MAX_RUNNING: usize = 4;

/// How a run ended: `Err` says why there is no report.
type End = std::result::Result<(), String>;

/// A run of this server.
#[derive(Clone)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) since: Instant,
    pub(crate) reviewers: Arc<Watch>,
    cancel: Cancel,
    end: watch::Receiver<Option<End>>,
}

impl Run {
    /// How it ended; `None` while it runs.
    pub(crate) fn end(&self) -> Option<End> {
        self.end.borrow().clone()
    }

    /// Ends the reviewers within their grace. What was delivered until then is in the report.
    pub(crate) fn cancel(&self) {
        self.cancel.cancel();
    }

    /// Waits until it ended.
    pub(crate) async fn ended(&self) -> End {
        let mut end = self.end.clone();
        match end.wait_for(Option::is_some).await {
            Ok(end) => end.clone().unwrap_or(Ok(())),
            Err(_) => Err("the run was dropped".to_owned()),
        }
    }
}

/// All runs of this server.
pub(crate) struct Runs {
    store: Arc<Store>,
    all: Mutex<BTreeMap<String, Run>>,
    room: Arc<Semaphore>,
}

/// The right to one run; it ends with the run.
pub(crate) type Room = OwnedSemaphorePermit;

impl Runs {
    pub(crate) fn new(store: Arc<Store>) -> Self {
        Self { store, all: Mutex::default(), room: Arc::new(Semaphore::new(MAX_RUNNING)) }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Run>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, id: &str) -> Option<Run> {
        self.all().get(id).cloned()
    }

    /// The newest run of this server.
    pub(crate) fn newest(&self) -> Option<Run> {
        self.all().values().next_back().cloned()
    }

    /// Room for a further run; refused while many are at work.
    pub(crate) fn room(&self) -> Result<Room> {
        Arc::clone(&self.room).try_acquire_owned().map_err(|_| {
            Error::new(ErrorKind::InvalidInput, "too many reviews are running; wait for one or cancel it")
                .with_context("running", MAX_RUNNING)
        })
    }

    /// Starts a session with the earlier rounds of its change. It blocks for a moment, and must be called inside of a runtime.
    pub(crate) fn start(&self, session: Session, room: Room) -> Result<Run> {
        let started = now_ms();
        let (folder, id) = self.store.new_run(&report_id(started, session.change()))?;
        let session = self
            .with_rounds(session)?
            .with_report_id(&id)
            .with_started_ms(started)
            .with_record(folder.join("run"));
        let (send, end) = watch::channel(None);
        let run = Run {
            id: id.clone(),
            since: Instant::now(),
            reviewers: Arc::new(Watch::default()),
            cancel: Cancel::new(),
            end,
        };
        self.all().insert(id, run.clone());
        let cx = Cx::new(run.cancel.clone(), Arc::clone(&run.reviewers) as _);
        tokio::spawn(async move {
            let ended = run_to_report(session, cx, &folder).await;
            drop(room);
            // Nobody listens any more where the server ended.
            let _ = send.send(Some(ended.map_err(|error| error.to_string())));
        });
        Ok(run)
    }

    /// The session with what earlier rounds said of its change.
    pub(crate) fn with_rounds(&self, mut session: Session) -> Result<Session> {
        for (report, resolution) in self.store.rounds_of(session.change())? {
            session = session.with_previous(report);
            if let Some(resolution) = resolution {
                session = session.with_resolution(resolution);
            }
        }
        Ok(session)
    }

    /// Cancels every run and waits for the reports.
    pub(crate) async fn finish(&self) {
        let running: Vec<Run> = self.all().values().cloned().collect();
        for run in &running {
            run.cancel();
        }
        for run in running {
            let _ = run.ended().await;
        }
    }
}

async fn run_to_report(session: Session, cx: Cx, folder: &Path) -> Result<()> {
    let outcome = session.run(cx).await?;
    let folder = folder.to_owned();
    let written = tokio::task::spawn_blocking(move || write_report(&outcome.report, &folder)).await;
    written
        .map_err(|error| Error::new(ErrorKind::Internal, format!("writing the report stopped: {error}")))?
}

pub(crate) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
