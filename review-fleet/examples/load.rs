//! Measures the service without reviewers: jobs per second, memory for each job that waits, and how soon webhooks are answered.
//!
//! `cargo run --release -p review-fleet --features serve --example load`

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::print_stdout, reason = "a measurement")]

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;
use deep_review::forge::{ChangeAddress, Forge, ForgeKind, PublishOptions};
use deep_review::{Cancel, Cx, Error, ErrorKind, NullSink, Policy, PullRequest, Report, Result, Session};
use review_fleet::serve::{AllowList, Secret, Service, Source};
use review_fleet::{Dispatcher, Done, Job, Lease, Limits, Local, Priority, ReviewWorker, Setup, Worker};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

struct Nothing;

#[async_trait]
impl Worker for Nothing {
    async fn work(&self, _: &Job, _: Lease, _: Cx) -> Result<Done> {
        Ok(Done::Nothing(String::new()))
    }
}

/// A forge that can't be reached: jobs stay in the queue.
struct Away;

#[async_trait]
impl Setup for Away {
    fn forge(&self, _: &ChangeAddress) -> Result<Arc<dyn Forge>> {
        Err(Error::new(ErrorKind::Unavailable, "away"))
    }

    async fn session(&self, _: &PullRequest, session: Session, _: Option<u64>, _: &Cx) -> Result<Session> {
        Ok(session)
    }

    fn publishing(&self, _: &Report, _: &Policy) -> PublishOptions {
        PublishOptions::default()
    }
}

fn job(number: usize) -> Job {
    let url = format!("https://gitlab.com/acme/r{}/-/merge_requests/{number}", number % 50);
    Job::new(&ChangeAddress::from_url(&url).unwrap(), Priority::Event, number as i64)
        .with_head(Some("0123456789012345678901234567890123456789".to_owned()))
}

/// Bytes of memory in use.
fn memory() -> usize {
    let text = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    text.split(' ').nth(1).and_then(|pages| pages.parse::<usize>().ok()).unwrap_or(0) * 4_096
}

fn cx() -> Cx {
    Cx::new(Cancel::new(), Arc::new(NullSink))
}

async fn jobs(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut limits = Limits::default();
    (limits.slots, limits.per_repository) = (4, 4);
    let queue = Local::open(folder.path(), limits).unwrap();
    let (before, begun) = (memory(), Instant::now());
    for number in 1..=count {
        queue.submit(job(number)).await.unwrap();
    }
    let (submitted, each) = (begun.elapsed(), memory().saturating_sub(before) / count);
    let (begun, cx) = (Instant::now(), cx());
    let (own, cancel) = (queue.clone(), cx.cancel.clone());
    let run = tokio::spawn(async move { own.run(Arc::new(Nothing), cx).await });
    while queue.load().await.unwrap().waiting > 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let done = begun.elapsed();
    cancel.cancel();
    run.await.unwrap().unwrap();
    let rate = |took: Duration| count as f64 / took.as_secs_f64();
    println!(
        "{count} jobs: {:.0} submitted and {:.0} done in a second, {each} bytes for each that waits",
        rate(submitted),
        rate(done)
    );
}

async fn webhooks(count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let mut limits = Limits::default();
    limits.pause = Duration::from_secs(600);
    let queue = Arc::new(Local::open(folder.path().join("queue"), limits).unwrap());
    let source = Source::new(ForgeKind::Gitlab, "https://gitlab.com", Secret::new("s").unwrap()).unwrap();
    let allowed = AllowList::new(["https://gitlab.com/acme/*".to_owned()]);
    let service = Service::new(queue, Arc::new(Away), vec![source], allowed);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, cx, path) = (listener.local_addr().unwrap(), cx(), folder.path().to_owned());
    let cancel = cx.cancel.clone();
    let worker = Arc::new(ReviewWorker::new(Arc::new(Away), &path));
    let run = tokio::spawn(async move { service.run(listener, worker, &path, cx).await });
    let mut took = Vec::new();
    for number in 1..=count {
        let body = serde_json::json!({
            "object_attributes": { "action": "open", "iid": number, "last_commit": { "id": "abc" }, "description": "x".repeat(20_000) },
            "project": { "path_with_namespace": "acme/pool", "web_url": "" }, "user": { "username": "ann" },
        })
        .to_string();
        let begun = Instant::now();
        let mut stream = TcpStream::connect(address).await.unwrap();
        let head = format!(
            "POST /webhooks/gitlab HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Gitlab-Token: s\r\n\
             X-Gitlab-Event: Merge Request Hook\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all((head + &body).as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 202"), "{answer}");
        took.push(begun.elapsed());
    }
    took.sort();
    println!("{count} webhooks: median {:?}, p99 {:?}", took[count / 2], took[count * 99 / 100]);
    cancel.cancel();
    run.await.unwrap().unwrap();
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    jobs(1_000).await;
    jobs(10_000).await;
    webhooks(1_000).await;
}
