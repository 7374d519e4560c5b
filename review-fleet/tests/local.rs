//! The dispatcher of one process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use deep_review::forge::ChangeAddress;
use deep_review::{Cancel, Cx, Error, ErrorKind, NullSink, Result};
use review_fleet::{Dispatcher, Done, Job, JobState, Lease, Limits, Local, Priority, Submitted, Worker};

/// Takes ten seconds for a job; tells what it did.
#[derive(Default)]
struct Slow {
    log: Mutex<Vec<String>>,
    fails: Mutex<Vec<ErrorKind>>,
    panics: bool,
}

impl Slow {
    fn say(&self, text: String) {
        self.log.lock().unwrap().push(text);
    }

    fn said(&self) -> String {
        self.log.lock().unwrap().join("\n")
    }
}

#[async_trait]
impl Worker for Slow {
    async fn work(&self, job: &Job, lease: Lease, cx: Cx) -> Result<Done> {
        let name = format!(
            "{} at {}",
            job.key().as_str().rsplit('/').next().unwrap(),
            job.head.as_deref().unwrap_or("-")
        );
        self.say(format!("begin {name}, generation {}", lease.generation()));
        assert!(!self.panics, "on purpose");
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs(10)) => {}
            () = cx.cancel.cancelled() => {
                self.say(format!("cancelled {name}"));
                return Err(Error::new(ErrorKind::Cancelled, "cancelled"));
            }
        }
        if let Some(kind) = self.fails.lock().unwrap().pop() {
            self.say(format!("fails {name}"));
            return Err(Error::new(kind, "no"));
        }
        lease.check().await?;
        self.say(format!("end {name}"));
        Ok(Done::Nothing(String::new()))
    }
}

fn job(number: u64, head: &str, made_ms: i64) -> Job {
    let address =
        ChangeAddress::from_url(&format!("https://github.com/o/r{}/pull/{number}", number / 10)).unwrap();
    Job::new(&address, Priority::Event, made_ms).with_head(Some(head.to_owned()))
}

struct Running {
    dispatcher: Local,
    worker: Arc<Slow>,
    cancel: Cancel,
    task: tokio::task::JoinHandle<Result<()>>,
    folder: tempfile::TempDir,
}

fn start_in(folder: tempfile::TempDir, worker: Slow, limits: Limits) -> Running {
    let dispatcher = Local::open(folder.path(), limits).unwrap();
    let (worker, cancel) = (Arc::new(worker), Cancel::new());
    let (own, own_worker) = (dispatcher.clone(), Arc::clone(&worker) as Arc<dyn Worker>);
    let cx = Cx::new(cancel.clone(), Arc::new(NullSink));
    let task = tokio::spawn(async move { own.run(own_worker, cx).await });
    Running { dispatcher, worker, cancel, task, folder }
}

fn start(worker: Slow) -> Running {
    start_in(tempfile::tempdir().unwrap(), worker, Limits::default())
}

impl Running {
    async fn seconds(&self, seconds: u64) {
        tokio::time::sleep(Duration::from_secs(seconds)).await;
    }

    async fn drained(self) -> (String, tempfile::TempDir) {
        self.cancel.cancel();
        self.task.await.unwrap().unwrap();
        (self.worker.said(), self.folder)
    }
}

#[tokio::test(start_paused = true)]
async fn a_newer_head_cancels_the_older_and_a_burst_is_one_review() {
    let running = start(Slow::default());
    assert_eq!(running.dispatcher.submit(job(7, "a", 1)).await.unwrap(), Submitted::Queued);
    running.seconds(3).await;
    assert_eq!(running.dispatcher.submit(job(7, "a", 2)).await.unwrap(), Submitted::Running, "told twice");
    for head in ["b", "c", "d"] {
        assert_eq!(running.dispatcher.submit(job(7, head, 3)).await.unwrap(), Submitted::Superseding);
    }
    running.seconds(30).await;
    assert_eq!(running.dispatcher.jobs().await.unwrap(), []);
    insta::assert_snapshot!(running.drained().await.0, @"
    begin 7 at a, generation 1
    cancelled 7 at a
    begin 7 at d, generation 2
    end 7 at d
    ");
}

#[tokio::test(start_paused = true)]
async fn urgent_ones_go_first_and_a_repository_has_its_limit() {
    let running = start(Slow::default());
    for (number, made) in [(11, 1), (12, 2), (21, 3), (31, 4)] {
        running.dispatcher.submit(job(number, "a", made)).await.unwrap();
    }
    let address = ChangeAddress::from_url("https://github.com/o/r4/pull/41").unwrap();
    running.dispatcher.submit(Job::new(&address, Priority::Person, 5)).await.unwrap();
    running.seconds(60).await;
    insta::assert_snapshot!(running.drained().await.0, @"
    begin 41 at -, generation 1
    begin 11 at a, generation 1
    end 41 at -
    end 11 at a
    begin 21 at a, generation 1
    begin 12 at a, generation 1
    end 21 at a
    end 12 at a
    begin 31 at a, generation 1
    end 31 at a
    ");
}

#[tokio::test(start_paused = true)]
async fn what_fails_for_the_time_being_is_tried_again_and_what_fails_for_good_is_kept() {
    let fails = Mutex::new(vec![ErrorKind::Unauthorized, ErrorKind::Unavailable, ErrorKind::Unavailable]);
    let running = start(Slow { fails, ..Slow::default() });
    running.dispatcher.submit(job(7, "a", 1)).await.unwrap();
    running.seconds(300).await;
    let jobs = running.dispatcher.jobs().await.unwrap();
    assert!(matches!(&jobs[0].state, JobState::Failed(why) if why == "no"), "{jobs:?}");
    // A push begins anew.
    running.dispatcher.submit(job(7, "b", 2)).await.unwrap();
    running.seconds(60).await;
    assert_eq!(running.dispatcher.jobs().await.unwrap(), []);
    insta::assert_snapshot!(running.drained().await.0, @"
    begin 7 at a, generation 1
    fails 7 at a
    begin 7 at a, generation 2
    fails 7 at a
    begin 7 at a, generation 3
    fails 7 at a
    begin 7 at b, generation 4
    end 7 at b
    ");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_hands_on_what_it_had() {
    let running = start(Slow::default());
    running.dispatcher.submit(job(7, "a", 1)).await.unwrap();
    running.dispatcher.submit(job(8, "a", 2)).await.unwrap();
    running.seconds(3).await;
    let (said, folder) = running.drained().await;
    insta::assert_snapshot!(said, @"
    begin 7 at a, generation 1
    cancelled 7 at a
    ");
    let next = start_in(folder, Slow::default(), Limits::default());
    next.seconds(60).await;
    insta::assert_snapshot!(next.drained().await.0, @"
    begin 7 at a, generation 2
    end 7 at a
    begin 8 at a, generation 1
    end 8 at a
    ");
}

#[tokio::test(start_paused = true)]
async fn a_worker_that_panics_costs_its_own_job_only() {
    let running = start(Slow { panics: true, ..Slow::default() });
    running.dispatcher.submit(job(7, "a", 1)).await.unwrap();
    running.dispatcher.submit(job(17, "a", 1)).await.unwrap();
    running.seconds(1).await;
    let jobs = running.dispatcher.jobs().await.unwrap();
    assert!(
        jobs.iter().all(|view| matches!(&view.state, JobState::Failed(why) if why.contains("panicked"))),
        "{jobs:?}"
    );
    assert!(!running.task.is_finished());
}

#[tokio::test(start_paused = true)]
async fn a_closed_change_is_left_alone() {
    let running = start(Slow::default());
    running.dispatcher.submit(job(7, "a", 1)).await.unwrap();
    running.seconds(1).await;
    running.dispatcher.submit(job(7, "b", 2)).await.unwrap();
    running.dispatcher.stop(&job(7, "b", 2).key()).await.unwrap();
    running.seconds(30).await;
    assert_eq!(running.dispatcher.jobs().await.unwrap(), []);
    insta::assert_snapshot!(running.drained().await.0, @"
    begin 7 at a, generation 1
    cancelled 7 at a
    ");
}

#[test]
fn a_queue_that_cannot_be_read_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("x.json"), "{").unwrap();
    let error = Local::open(folder.path(), Limits::default()).err().unwrap();
    assert_eq!(error.kind(), ErrorKind::UnsupportedDocument);
}
