//! The dispatcher of several machines, against a Postgres of the test's own. Where no Postgres is installed, each test says so and passes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use deep_review::forge::ChangeAddress;
use deep_review::{Cancel, Cx, Error, ErrorKind, NullSink, Result};
use review_fleet::{Dispatcher, Done, Job, JobState, Lease, Limits, Postgres, Priority, Submitted, Worker};
use review_testkit::PostgresServer;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

async fn dispatcher(cluster: &PostgresServer, limits: Limits) -> Postgres {
    leasing(cluster, limits, Duration::from_secs(2)).await
}

async fn leasing(cluster: &PostgresServer, limits: Limits, lease: Duration) -> Postgres {
    Postgres::open(&cluster.url(), limits).await.unwrap().with_lease(lease)
}

/// Works on a job until it is let go; tells what it did.
#[derive(Default)]
struct Gated {
    log: Mutex<Vec<String>>,
    fails: Mutex<Vec<ErrorKind>>,
    open: std::sync::atomic::AtomicBool,
    gate: Notify,
    /// Ignores a cancel, as a process does that was stopped for a while.
    deaf: bool,
}

impl Gated {
    fn open() -> Self {
        Self { open: true.into(), ..Self::default() }
    }

    fn say(&self, text: String) {
        self.log.lock().unwrap().push(text);
    }

    fn said(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }

    fn let_go(&self) {
        self.open.store(true, std::sync::atomic::Ordering::SeqCst);
        self.gate.notify_waiters();
    }

    async fn opened(&self) {
        loop {
            let notified = self.gate.notified();
            if self.open.load(std::sync::atomic::Ordering::SeqCst) {
                return;
            }
            notified.await;
        }
    }
}

fn name(job: &Job) -> String {
    format!("{} at {}", job.key().as_str().rsplit('/').next().unwrap(), job.head.as_deref().unwrap_or("-"))
}

#[async_trait]
impl Worker for Gated {
    async fn work(&self, job: &Job, lease: Lease, cx: Cx) -> Result<Done> {
        self.say(format!("begin {}", name(job)));
        if self.deaf {
            self.opened().await;
        } else {
            tokio::select! {
                () = self.opened() => {}
                () = cx.cancel.cancelled() => {
                    self.say(format!("cancelled {}", name(job)));
                    return Err(Error::new(ErrorKind::Cancelled, "cancelled"));
                }
            }
        }
        if let Some(kind) = self.fails.lock().unwrap().pop() {
            self.say(format!("fails {}", name(job)));
            return Err(Error::new(kind, "no"));
        }
        if let Err(error) = lease.check().await {
            self.say(format!("refused {}", name(job)));
            return Err(error);
        }
        self.say(format!("end {}", name(job)));
        Ok(Done::Nothing(String::new()))
    }
}

fn job(number: u64, head: &str, made_ms: i64) -> Job {
    let url = format!("https://github.com/o/r{}/pull/{number}", number / 10);
    Job::new(&ChangeAddress::from_url(&url).unwrap(), Priority::Event, made_ms)
        .with_head(Some(head.to_owned()))
}

struct Process {
    dispatcher: Postgres,
    cancel: Cancel,
    task: JoinHandle<Result<()>>,
}

async fn process(cluster: &PostgresServer, worker: &Arc<Gated>, limits: Limits) -> Process {
    run(dispatcher(cluster, limits).await, worker)
}

fn run(dispatcher: Postgres, worker: &Arc<Gated>) -> Process {
    let (own, worker, cancel) = (dispatcher.clone(), Arc::clone(worker) as Arc<dyn Worker>, Cancel::new());
    let cx = Cx::new(cancel.clone(), Arc::new(NullSink));
    let task = tokio::spawn(async move { own.run(worker, cx).await });
    Process { dispatcher, cancel, task }
}

impl Process {
    async fn end(self) {
        self.cancel.cancel();
        self.task.await.unwrap().unwrap();
    }

    async fn idle(&self) {
        until(async || self.dispatcher.jobs().await.is_ok_and(|jobs| jobs.is_empty())).await;
    }
}

/// Waits for an event, however busy the machine is.
async fn until(mut happened: impl AsyncFnMut() -> bool) {
    for _ in 0..6_000 {
        if happened().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("it did not happen within two minutes");
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.pause = Duration::from_millis(10);
    limits
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_newer_head_cancels_the_older_and_a_burst_is_one_review() {
    let Some(cluster) = PostgresServer::start() else { return };
    let worker = Arc::new(Gated::default());
    let one = process(&cluster, &worker, limits()).await;
    // Another process takes the webhooks.
    let webhooks = dispatcher(&cluster, limits()).await;
    assert_eq!(webhooks.submit(job(7, "a", 1)).await.unwrap(), Submitted::Queued);
    until(async || worker.said().len() == 1).await;
    assert_eq!(webhooks.submit(job(7, "a", 2)).await.unwrap(), Submitted::Running, "told twice");
    for head in ["b", "c", "d"] {
        assert_eq!(webhooks.submit(job(7, head, 3)).await.unwrap(), Submitted::Superseding);
    }
    until(async || worker.said().len() == 3).await;
    worker.let_go();
    one.idle().await;
    assert_eq!(worker.said(), ["begin 7 at a", "cancelled 7 at a", "begin 7 at d", "end 7 at d"]);

    // A closed change is left alone.
    worker.open.store(false, std::sync::atomic::Ordering::SeqCst);
    webhooks.submit(job(8, "a", 4)).await.unwrap();
    until(async || worker.said().len() == 5).await;
    webhooks.submit(job(8, "b", 5)).await.unwrap();
    webhooks.stop(&job(8, "b", 5).key()).await.unwrap();
    one.idle().await;
    assert_eq!(worker.said()[4..], ["begin 8 at a", "cancelled 8 at a"]);
    one.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn urgent_ones_go_first_and_failures_are_tried_again_or_kept() {
    let Some(cluster) = PostgresServer::start() else { return };
    let worker = Arc::new(Gated::open());
    *worker.fails.lock().unwrap() = vec![ErrorKind::Unauthorized, ErrorKind::Unavailable];
    let webhooks = dispatcher(&cluster, limits()).await;
    webhooks.submit(job(11, "a", 1)).await.unwrap();
    let address = ChangeAddress::from_url("https://github.com/o/r4/pull/41").unwrap();
    webhooks.submit(Job::new(&address, Priority::Person, 5)).await.unwrap();
    assert_eq!(webhooks.load().await.unwrap().waiting, 2);
    let mut one_slot = limits();
    one_slot.slots = 1;
    let one = process(&cluster, &worker, one_slot).await;
    // What a worker says comes before it is known in the queue.
    until(async || {
        let load = one.dispatcher.load().await.unwrap();
        (load.waiting, load.running, load.failed) == (0, 0, 1)
    })
    .await;
    assert_eq!(worker.said().len(), 6);
    let jobs = one.dispatcher.jobs().await.unwrap();
    assert!(matches!(&jobs[0].state, JobState::Failed(why) if why == "no"), "{jobs:?}");
    assert_eq!(worker.said()[..2], ["begin 41 at -", "fails 41 at -"], "a person waits");
    // A push begins anew.
    let failed = jobs[0].job.clone();
    webhooks.submit(failed.with_head(Some("new".to_owned()))).await.unwrap();
    one.idle().await;
    one.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_repository_has_its_limit_over_all_processes() {
    let Some(cluster) = PostgresServer::start() else { return };
    let worker = Arc::new(Gated::default());
    let (one, two) = (process(&cluster, &worker, limits()).await, process(&cluster, &worker, limits()).await);
    for number in [11, 12, 13, 21] {
        one.dispatcher.submit(job(number, "a", 1)).await.unwrap();
    }
    until(async || worker.said().len() == 2).await;
    // Both processes have looked at the queue several times by then.
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(worker.said().len(), 2, "{:?}", worker.said());
    assert_eq!(two.dispatcher.load().await.unwrap().running, 2);
    worker.let_go();
    one.idle().await;
    one.end().await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_worker_that_was_away_past_its_lease_can_neither_end_nor_write() {
    let Some(cluster) = PostgresServer::start() else { return };
    let away = Arc::new(Gated { deaf: true, ..Gated::default() });
    let one = process(&cluster, &away, limits()).await;
    one.dispatcher.submit(job(7, "a", 1)).await.unwrap();
    until(async || away.said().len() == 1).await;
    // The process stops renewing; its worker still runs, as after SIGSTOP and SIGCONT.
    one.task.abort();
    let worker = Arc::new(Gated::open());
    let two = process(&cluster, &worker, limits()).await;
    two.idle().await;
    assert_eq!(worker.said(), ["begin 7 at a", "end 7 at a"]);
    away.let_go();
    until(async || away.said().len() == 2).await;
    assert_eq!(away.said()[1], "refused 7 at a");
    two.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_and_nothing_done_twice_while_workers_die_and_the_database_restarts() {
    let Some(cluster) = PostgresServer::start() else { return };
    let worker = Arc::new(Gated::open());
    // A busy machine may stand still for some seconds; only death may cost a lease here.
    let lease = Duration::from_secs(10);
    let mut processes = Vec::new();
    for _ in 0..3 {
        processes.push(run(leasing(&cluster, limits(), lease).await, &worker));
    }
    let webhooks = dispatcher(&cluster, limits()).await;
    let submit = async |job: Job| {
        // As a forge does: a delivery that was not taken is sent again.
        until(async || webhooks.submit(job.clone()).await.is_ok()).await;
    };
    for round in 0..3 {
        for change in 10..30 {
            submit(job(change, &format!("h{round}"), i64::from(round))).await;
        }
        match round {
            0 => processes.remove(0).task.abort(),
            1 => {
                cluster.down();
                cluster.up();
            }
            _ => {}
        }
    }
    processes[0].idle().await;
    // Of every change the newest head was done once. An older one may have been done before it was superseded.
    let mut ended: BTreeMap<String, usize> = BTreeMap::new();
    for line in worker.said().iter().filter_map(|line| line.strip_prefix("end ")) {
        *ended.entry(line.to_owned()).or_default() += 1;
    }
    for change in 10..30 {
        assert!(ended.contains_key(&format!("{change} at h2")), "{change} is lost");
    }
    // A worker may die, or lose the database, between its write and the end of its job; then the head is worked on again, and what it
    // finds published already is not published twice. Without that, each head ends once.
    let twice: Vec<_> = ended.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.len() <= 4, "{twice:?}");
    for process in processes {
        process.end().await;
    }
}

#[tokio::test]
async fn a_user_without_rights_is_told_so() {
    let Some(cluster) = PostgresServer::start() else { return };
    let (client, connection) = tokio_postgres::connect(&cluster.url(), tokio_postgres::NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute("CREATE ROLE poor LOGIN").await.unwrap();
    for user in ["poor", "nobody"] {
        let url = cluster.url().replace("user=deep", &format!("user={user}"));
        let error = Postgres::open(&url, Limits::default()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unauthorized, "{user}: {error}");
    }
    drop(client);
    connection.await.unwrap().unwrap();
}

#[tokio::test]
async fn an_address_is_in_no_message() {
    for url in ["postgres://deep:geheim@127.0.0.1:1/x", "postgres://deep:geheim@127.0.0.1:1/x?nonsense=1"] {
        let error = Postgres::open(url, Limits::default()).await.unwrap_err();
        assert!(!format!("{error:?} {error}").contains("geheim"), "{error:?}");
    }
}
