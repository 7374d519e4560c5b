//! The dispatcher of one process: bounded slots, and a queue in a folder that outlives it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use deep_review::{Cancel, Cx, Error, ErrorKind, Result};
use tokio::sync::Notify;
use tokio::task::{Id, JoinSet};
use tokio::time::Instant;

use crate::dispatcher::{Dispatcher, Done, JobState, JobView, Load, Submitted, Worker};
use crate::lease::{Lease, Newest};
use crate::store::{Entry, Store};
use crate::{ChangeKey, Job};

/// How much is done at once, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Most jobs that run at once. Default: 2.
    pub slots: usize,
    /// Most jobs that run at once for one repository. Default: 1.
    pub per_repository: usize,
    /// How often a job that fails for the time being is tried. Default: 5.
    pub attempts: u32,
    /// Pause before the second attempt, doubled with each further one. Default: 30 seconds.
    pub pause: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { slots: 2, per_repository: 1, attempts: 5, pause: Duration::from_secs(30) }
    }
}

/// A dispatcher within one process. Its queue is in a folder, which is looked through at the start: what a process that died was working on
/// goes on.
#[derive(Clone)]
pub struct Local {
    shared: Arc<Shared>,
}

struct Shared {
    limits: Limits,
    store: Store,
    changes: Mutex<BTreeMap<ChangeKey, Change>>,
    wake: Notify,
}

#[derive(Default)]
struct Change {
    entry: Entry,
    newest: Arc<Newest>,
    /// Ends what runs.
    cancel: Option<Cancel>,
    /// Not before this time.
    not_before: Option<Instant>,
}

impl Local {
    /// Opens the queue in a folder. Only one process may use it.
    ///
    /// # Errors
    /// When the folder can't be made, or a file in it is no entry of a queue.
    pub fn open(folder: impl AsRef<Path>, limits: Limits) -> Result<Self> {
        let store = Store::open(folder.as_ref())?;
        let mut changes = BTreeMap::new();
        for (key, mut entry) in store.load()? {
            // What ran when the process died goes on, unless something newer waits.
            if let Some(job) = entry.running.take() {
                entry.again(job);
            }
            let newest = Arc::new(Newest::from(entry.generation));
            changes.insert(key, Change { entry, newest, ..Change::default() });
        }
        let changes = Mutex::new(changes);
        Ok(Self { shared: Arc::new(Shared { limits, store, changes, wake: Notify::new() }) })
    }
}

impl Shared {
    fn changes(&self) -> MutexGuard<'_, BTreeMap<ChangeKey, Change>> {
        self.changes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps what is known of a change, and forgets it where there is nothing to keep.
    fn save(&self, changes: &mut BTreeMap<ChangeKey, Change>, key: &ChangeKey) -> Result<()> {
        match changes.get(key) {
            Some(change) if change.entry.is_idle() => {
                changes.remove(key);
                self.store.remove(key)
            }
            Some(change) => self.store.save(key, &change.entry),
            None => Ok(()),
        }
    }

    /// The jobs that may start now, as many as there are slots, the most urgent and oldest first; and when the next one may.
    fn startable(&self, running: usize) -> (Vec<ChangeKey>, Option<Instant>) {
        let changes = self.changes();
        let mut per_repository: BTreeMap<&str, usize> = BTreeMap::new();
        for job in changes.values().filter_map(|change| change.entry.running.as_ref()) {
            *per_repository.entry(job.repository()).or_default() += 1;
        }
        let now = Instant::now();
        let mut next: Option<Instant> = None;
        let mut ready: Vec<(&ChangeKey, &Job)> = Vec::new();
        for (key, change) in changes.iter() {
            let Some(job) = change.entry.waiting.as_ref().filter(|_| change.entry.running.is_none()) else {
                continue;
            };
            match change.not_before.filter(|time| *time > now) {
                Some(time) => next = Some(next.map_or(time, |known| known.min(time))),
                None => ready.push((key, job)),
            }
        }
        ready.sort_by(|(a_key, a), (b_key, b)| {
            b.priority.cmp(&a.priority).then_with(|| (a.made_ms, a_key).cmp(&(b.made_ms, b_key)))
        });
        let mut chosen = Vec::new();
        for (key, job) in ready {
            let of_repository = per_repository.entry(job.repository()).or_default();
            if running + chosen.len() < self.limits.slots && *of_repository < self.limits.per_repository {
                *of_repository += 1;
                chosen.push(key.clone());
            }
        }
        (chosen, next)
    }

    /// Marks a job as running; the lease and the context to work on it with.
    fn begin(&self, key: &ChangeKey, cx: &Cx) -> Result<Option<(Job, Lease, Cx)>> {
        let mut changes = self.changes();
        let Some(change) = changes.get_mut(key) else { return Ok(None) };
        let Some(job) = change.entry.waiting.take() else { return Ok(None) };
        let own = cx.child();
        change.cancel = Some(own.cancel.clone());
        change.not_before = None;
        change.entry.generation = change.newest.next();
        change.entry.running = Some(job.clone());
        change.entry.failed = None;
        let lease = Lease::new(change.entry.generation, Arc::clone(&change.newest) as Arc<_>);
        self.save(&mut changes, key)?;
        Ok(Some((job, lease, own)))
    }

    /// Takes in how a job ended.
    fn end(&self, key: &ChangeKey, job: Job, ended: Result<Done>, draining: bool) -> Result<()> {
        let mut changes = self.changes();
        let Some(change) = changes.get_mut(key) else { return Ok(()) };
        change.cancel = None;
        let pause = change.entry.end(job, ended, draining, &self.limits);
        change.not_before = pause.map(|pause| Instant::now() + pause);
        self.save(&mut changes, key)
    }
}

#[async_trait]
impl Dispatcher for Local {
    async fn submit(&self, job: Job) -> Result<Submitted> {
        let mut changes = self.shared.changes();
        let key = job.key();
        let change = changes.entry(key.clone()).or_default();
        let submitted = change.entry.submit(job);
        if submitted == Submitted::Running {
            return Ok(submitted);
        }
        change.not_before = None;
        let cancel = change.cancel.clone();
        self.shared.save(&mut changes, &key)?;
        drop(changes);
        if let Some(cancel) = cancel {
            cancel.cancel();
        }
        self.shared.wake.notify_one();
        Ok(submitted)
    }

    async fn stop(&self, key: &ChangeKey) -> Result<()> {
        let mut changes = self.shared.changes();
        let Some(change) = changes.get_mut(key) else { return Ok(()) };
        change.entry.waiting = None;
        change.entry.failed = None;
        if let Some(cancel) = &change.cancel {
            cancel.cancel();
        }
        self.shared.save(&mut changes, key)
    }

    async fn run(&self, worker: Arc<dyn Worker>, cx: Cx) -> Result<()> {
        let mut tasks: JoinSet<Result<Done>> = JoinSet::new();
        let mut known: BTreeMap<Id, (ChangeKey, Job)> = BTreeMap::new();
        loop {
            let mut next = None;
            if !cx.cancel.is_cancelled() {
                let (chosen, later) = self.shared.startable(tasks.len());
                next = later;
                for key in chosen {
                    let Some((job, lease, own)) = self.shared.begin(&key, &cx)? else { continue };
                    let (worker, own_job) = (Arc::clone(&worker), job.clone());
                    let task = tasks.spawn(async move { worker.work(&own_job, lease, own).await });
                    known.insert(task.id(), (key, job));
                }
            } else if tasks.is_empty() {
                return Ok(());
            }
            let timer = async {
                match next {
                    Some(time) => tokio::time::sleep_until(time).await,
                    None => std::future::pending().await,
                }
            };
            let draining = cx.cancel.is_cancelled();
            tokio::select! {
                Some(joined) = tasks.join_next_with_id() => {
                    let (id, ended) = match joined {
                        Ok(ended) => ended,
                        Err(error) => {
                            let id = error.id();
                            (id, Err(Error::new(ErrorKind::Internal, "the worker panicked").with_source(error)))
                        }
                    };
                    if let Some((key, job)) = known.remove(&id) {
                        self.shared.end(&key, job, ended, draining)?;
                    }
                }
                () = self.shared.wake.notified() => {}
                () = timer => {}
                () = cx.cancel.cancelled(), if !draining => {}
            }
        }
    }

    async fn jobs(&self) -> Result<Vec<JobView>> {
        const MOST: usize = 1_000;
        let changes = self.shared.changes();
        let mut views: Vec<JobView> = Vec::new();
        for change in changes.values() {
            let generation = change.entry.generation;
            let mut add = |job: &Job, state| views.push(JobView { job: job.clone(), state, generation });
            change.entry.running.iter().for_each(|job| add(job, JobState::Running));
            change.entry.waiting.iter().for_each(|job| add(job, JobState::Waiting));
            change.entry.failed.iter().for_each(|(job, why)| add(job, JobState::Failed(why.clone())));
        }
        views.sort_by_key(|view| std::cmp::Reverse(view.job.made_ms));
        views.truncate(MOST);
        Ok(views)
    }

    async fn load(&self) -> Result<Load> {
        let changes = self.shared.changes();
        let entries = || changes.values().map(|change| &change.entry);
        Ok(Load {
            waiting: entries().filter(|entry| entry.waiting.is_some()).count(),
            running: entries().filter(|entry| entry.running.is_some()).count(),
            failed: entries().filter(|entry| entry.failed.is_some()).count(),
            oldest_ms: entries().filter_map(|entry| Some(entry.waiting.as_ref()?.made_ms)).min(),
        })
    }
}
