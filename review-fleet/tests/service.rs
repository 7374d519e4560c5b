//! The service at a fake forge: webhooks in, one review for each newest head.

#![cfg(feature = "serve")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test")]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use deep_review::forge::login::{StaticToken, Token};
use deep_review::forge::{ChangeAddress, Forge, ForgeKind, Gitea, Github, Gitlab, PublishOptions};
use deep_review::{
    Cancel, Cx, NullSink, Policy, PullRequest, Report, Result, Review, Reviewer, ReviewerInfo, Session, Usage,
};
use review_fleet::serve::{AllowList, Secret, Service, Source};
use review_fleet::{Budgets, ChangeKey, Dispatcher, Limits, Local, Metrics, Records, ReviewWorker, Setup};
use review_testkit::fake_forge::{Delivery, Dialect, FakeForge, Happening, PullRequest as Pull, Repo};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

const SECRET: &str = "a shared secret";
const PROJECT: &str = "acme/pool";

/// Finds nothing, for two dollars, after a while.
struct Scripted(ReviewerInfo, Duration, Arc<AtomicUsize>);

#[async_trait]
impl Reviewer for Scripted {
    fn info(&self) -> &ReviewerInfo {
        &self.0
    }

    async fn review(&self, _: Arc<deep_review::ReviewRequest>, cx: Cx) -> Result<Review> {
        tokio::select! {
            () = tokio::time::sleep(self.1) => {}
            () = cx.cancel.cancelled() => cx.cancel.check()?,
        }
        self.2.fetch_add(1, Ordering::SeqCst);
        let mut review = Review::new("scripted");
        review.usage = Usage::default().with_cost_micro_usd(2_000_000_u64);
        Ok(review)
    }
}

struct Scene {
    kind: ForgeKind,
    forge: Arc<FakeForge>,
    history: tempfile::TempDir,
    data: tempfile::TempDir,
    reviews: Arc<AtomicUsize>,
    log: Arc<Mutex<Vec<String>>>,
}

struct Operator {
    kind: ForgeKind,
    forge: Arc<FakeForge>,
    took: Duration,
    reviews: Arc<AtomicUsize>,
}

#[async_trait]
impl Setup for Operator {
    fn forge(&self, address: &ChangeAddress) -> Result<Arc<dyn Forge>> {
        let login = Arc::new(StaticToken::new(Token::new(self.forge.token()))?);
        let (url, project) = (self.forge.url(), &address.project);
        Ok(match self.kind {
            ForgeKind::Github => Arc::new(Github::new(&url, project, login)?),
            ForgeKind::Gitlab => Arc::new(Gitlab::new(&url, project, login)?),
            _ => Arc::new(Gitea::new(&url, project, login)?),
        })
    }

    async fn session(&self, _: &PullRequest, session: Session, _: Option<u64>, _: &Cx) -> Result<Session> {
        Ok(session.with_reviewer(Scripted(
            ReviewerInfo::new("scripted"),
            self.took,
            Arc::clone(&self.reviews),
        )))
    }

    fn publishing(&self, _: &Report, _: &Policy) -> PublishOptions {
        PublishOptions::default().with_pace(Duration::ZERO)
    }
}

/// A process of the service: dropped like one that is killed, or drained.
struct Process {
    kind: ForgeKind,
    port: u16,
    cancel: Cancel,
    task: JoinHandle<Result<()>>,
}

impl Process {
    async fn killed(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    async fn drained(self) {
        self.cancel.cancel();
        self.task.await.unwrap().unwrap();
    }

    async fn request(&self, head: &str, body: &[u8]) -> (u16, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(head.as_bytes()).await.unwrap();
        // The answer may come before all was sent.
        let _ = stream.write_all(body).await;
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer).into_owned();
        let status = answer.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        (status, answer.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).unwrap_or_default())
    }

    async fn get(&self, path: &str) -> (u16, String) {
        self.request(&format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"), b"").await
    }

    async fn post(&self, delivery: &Delivery) -> (u16, String) {
        let mut head = format!("POST /webhooks/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", self.kind);
        for (name, value) in &delivery.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("Content-Length: {}\r\n\r\n", delivery.body.len()));
        self.request(&head, delivery.body.as_bytes()).await
    }
}

impl Scene {
    fn new(changes: u64) -> Self {
        Self::at(Dialect::GitHub, changes)
    }

    fn at(dialect: Dialect, changes: u64) -> Self {
        let kind = match dialect {
            Dialect::GitHub => ForgeKind::Github,
            Dialect::GitLab => ForgeKind::Gitlab,
            Dialect::Gitea => ForgeKind::Gitea,
        };
        let history = tempfile::tempdir().unwrap();
        git(history.path(), &["init", "-q", "-b", "main"]);
        commit(history.path(), "base");
        let forge = Arc::new(FakeForge::start(dialect));
        forge.repository(Repo::new(PROJECT, history.path()));
        let scene = Self {
            kind,
            forge,
            history,
            data: tempfile::tempdir().unwrap(),
            reviews: Arc::default(),
            log: Arc::default(),
        };
        for number in 1..=changes {
            let branch = format!("change-{number}");
            git(scene.history.path(), &["checkout", "-q", "-b", &branch, "main"]);
            commit(scene.history.path(), &format!("change {number}"));
            scene.forge.pull(PROJECT, Pull::new(number, "A <b>change</b>").by("alice").head(&branch));
        }
        scene
    }

    fn push(&self, number: u64, text: &str) {
        let branch = format!("change-{number}");
        git(self.history.path(), &["checkout", "-q", &branch]);
        commit(self.history.path(), text);
        self.forge.push(PROJECT, number, &branch);
    }

    fn told(&self, number: u64, happening: &Happening) -> Delivery {
        self.forge.webhook(PROJECT, number, happening, SECRET)
    }

    fn folder(&self) -> PathBuf {
        self.data.path().to_owned()
    }

    async fn start(&self, took: Duration, budgets: Budgets) -> Process {
        let dispatcher = Arc::new(Local::open(self.folder().join("queue"), limits()).unwrap());
        self.serve(dispatcher, true, took, budgets).await
    }

    fn setup(&self, took: Duration) -> Arc<Operator> {
        Arc::new(Operator {
            kind: self.kind,
            forge: Arc::clone(&self.forge),
            took,
            reviews: Arc::clone(&self.reviews),
        })
    }

    async fn serve(
        &self,
        dispatcher: Arc<dyn Dispatcher>,
        work: bool,
        took: Duration,
        budgets: Budgets,
    ) -> Process {
        let setup = self.setup(took);
        let metrics = Arc::new(Metrics::new());
        let worker = ReviewWorker::new(Arc::clone(&setup) as Arc<dyn Setup>, self.folder())
            .with_budgets(budgets)
            .with_metrics(Arc::clone(&metrics));
        let source = Source::new(self.kind, &self.forge.server_url(), Secret::new(SECRET).unwrap()).unwrap();
        let allowed = AllowList::new([format!("{}/{PROJECT}", self.forge.server_url())]);
        let log = Arc::clone(&self.log);
        let service = Service::new(dispatcher, setup, vec![source], allowed)
            .with_metrics(metrics)
            .with_work(work)
            .with_log(move |line| log.lock().unwrap().push(line.to_owned()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let cancel = Cancel::new();
        let cx = Cx::new(cancel.clone(), Arc::new(NullSink));
        let folder = self.folder();
        let task = tokio::spawn(async move { service.run(listener, Arc::new(worker), &folder, cx).await });
        Process { kind: self.kind, port, cancel, task }
    }

    /// Waits until nothing waits or runs.
    async fn idle(&self, process: &Process) {
        for _ in 0..6_000 {
            // The inbox first: what leaves it is in the queue by then.
            let inbox = std::fs::read_dir(self.folder().join("inbox")).unwrap();
            let pending =
                inbox.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|e| e == "json"));
            let pending = pending.count();
            let (_, text) = process.get("/metrics").await;
            let is = |line: &str| text.lines().any(|known| known == line);
            if is("deep_review_queue_jobs{state=\"waiting\"} 0")
                && is("deep_review_queue_jobs{state=\"running\"} 0")
                && pending == 0
            {
                return;
            }
            assert!(!process.task.is_finished(), "the service ended");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("never idle: {:?}", self.log.lock().unwrap());
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    (limits.slots, limits.per_repository, limits.pause) = (4, 4, Duration::from_millis(50));
    limits
}

fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .args(["-c", "user.name=Alice", "-c", "user.email=alice@example.org"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn commit(folder: &Path, text: &str) {
    std::fs::write(folder.join("a.txt"), format!("{text}\n")).unwrap();
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", text]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_in_is_checked() {
    let scene = Scene::new(2);
    let process = scene.start(Duration::ZERO, Budgets::default()).await;
    let opened = scene.told(1, &Happening::Opened);
    let with = |change: &dyn Fn(&mut Delivery)| {
        let mut other = opened.clone();
        change(&mut other);
        other
    };
    let set = |delivery: &mut Delivery, name: &str, value: &str| {
        delivery.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        delivery.headers.push((name.to_owned(), value.to_owned()));
    };
    let forged = with(&|d| set(d, "X-Hub-Signature-256", &format!("sha256={}", "0".repeat(64))));
    assert_eq!(process.post(&forged).await.0, 401);
    let other = with(&|d| d.body = d.body.replace("acme/pool", "acme/loop"));
    assert_eq!(process.post(&other).await.0, 401);
    let unsigned = with(&|d| d.headers.retain(|(name, _)| name != "X-Hub-Signature-256"));
    assert_eq!(process.post(&unsigned).await.0, 401);
    let large = with(&|d| d.body = " ".repeat((25 << 20) + 1));
    assert_eq!(process.post(&large).await.0, 413);
    // Another repository of the same forge.
    scene.forge.repository(Repo::new("acme/other", scene.history.path()));
    scene.forge.pull("acme/other", Pull::new(7, "x").by("alice").head("change-1"));
    let foreign = scene.forge.webhook("acme/other", 7, &Happening::Opened, SECRET);
    assert_eq!(process.post(&foreign).await.0, 403);
    // An event that is about nothing here is named.
    let stars = with(&|d| set(d, "X-GitHub-Event", "star"));
    assert_eq!(process.post(&stars).await, (202, "ignored: the event `star` starts nothing\n".to_owned()));

    assert_eq!(process.post(&opened).await, (202, "a review is queued\n".to_owned()));
    let repeated = (202, "this delivery came in before\n".to_owned());
    assert_eq!(process.post(&opened).await, repeated);
    // A replay under another id: no signature covers the id.
    let replayed = with(&|d| set(d, "X-GitHub-Delivery", "another"));
    assert_eq!(process.post(&replayed).await, repeated);
    scene.idle(&process).await;
    assert_eq!(scene.reviews.load(Ordering::SeqCst), 1);

    for path in [
        "/reports/../../etc/passwd",
        "/reports/%2e%2e/%2e%2e/queue",
        "/reports/00/00/report.json",
        "/reports/a/b/run%2fjournal.jsonl",
    ] {
        assert_eq!(process.get(path).await.0, 404, "{path}");
    }
    let (_, page) = process.get("/").await;
    assert!(page.contains("A &lt;b&gt;change") && !page.contains("<b>change"), "{page}");
    let link = page
        .split("href=\"")
        .find(|part| part.starts_with("/reports/") && part.contains("report.json"))
        .unwrap();
    assert_eq!(process.get(link.split('"').next().unwrap()).await.0, 200);
    assert_eq!((process.get("/healthz").await.0, process.get("/readyz").await.0), (200, 200));
    let (_, metrics) = process.get("/metrics").await;
    assert!(metrics.contains("deep_review_cost_usd_total 2.000000"), "{metrics}");
    assert!(metrics.contains("deep_review_webhooks_total{result=\"unsigned\"} 3"), "{metrics}");
    process.drained().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_need_rights_and_are_heeded_once() {
    use review_testkit::fake_forge::Permission;
    let scene = Scene::new(1);
    scene.forge.permission(PROJECT, "bob", Permission::Write);
    scene.forge.permission(PROJECT, "eve", Permission::Read);
    let process = scene.start(Duration::ZERO, Budgets::default()).await;
    process.post(&scene.told(1, &Happening::Opened)).await;
    scene.idle(&process).await;
    let say = |who: &str, text: &str| {
        scene.told(1, &Happening::Commented(scene.forge.comment(PROJECT, 1, who, text)))
    };
    assert_eq!(process.post(&say("eve", "/deep-review again")).await.0, 202);
    scene.idle(&process).await;
    assert_eq!(scene.reviews.load(Ordering::SeqCst), 1, "eve may only read");
    for times in [2, 3] {
        let again = say("bob", "/deep-review again");
        assert_eq!(process.post(&again).await.0, 202);
        scene.idle(&process).await;
        assert_eq!(scene.reviews.load(Ordering::SeqCst), times, "{:?}", scene.log.lock().unwrap());
        // Not again after the memory of deliveries is gone.
        process.post(&again).await;
    }
    let again = say("bob", "/deep-review explain C9");
    process.post(&again).await;
    scene.idle(&process).await;
    assert!(scene.forge.full_state().contains("There is no finding C9"), "{}", scene.forge.full_state());
    process.drained().await;
    let process = scene.start(Duration::ZERO, Budgets::default()).await;
    let writes = scene.forge.writes();
    assert_eq!(process.post(&again).await, (202, "this was asked before\n".to_owned()));
    scene.idle(&process).await;
    assert_eq!((scene.forge.writes(), scene.reviews.load(Ordering::SeqCst)), (writes, 3));
    process.drained().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_budget_stops_the_next_review_and_the_forge_says_so() {
    let scene = Scene::new(1);
    let process = scene.start(Duration::ZERO, Budgets::new(Some(2_000_000), None)).await;
    process.post(&scene.told(1, &Happening::Opened)).await;
    scene.idle(&process).await;
    scene.push(1, "more");
    process.post(&scene.told(1, &Happening::Pushed)).await;
    scene.idle(&process).await;
    assert_eq!(scene.reviews.load(Ordering::SeqCst), 1);
    let state = scene.forge.full_state();
    assert!(state.contains("the budget for this pull request is used up: $2.00 of $2.00"), "{state}");
    // Told again, it is not said again.
    let writes = scene.forge.writes();
    process.post(&scene.told(1, &Happening::Ready)).await;
    scene.idle(&process).await;
    assert_eq!(scene.forge.writes(), writes);
    process.drained().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_forge_is_listened_to() {
    for dialect in [Dialect::GitLab, Dialect::Gitea] {
        let scene = Scene::at(dialect, 1);
        let process = scene.start(Duration::ZERO, Budgets::default()).await;
        let mut forged = scene.told(1, &Happening::Opened);
        for (name, value) in &mut forged.headers {
            if name == "X-Gitlab-Token" || name == "X-Gitea-Signature" {
                value.push('0');
            }
        }
        assert_eq!(process.post(&forged).await.0, 401, "{dialect:?}");
        let (status, said) = process.post(&scene.told(1, &Happening::Opened)).await;
        assert_eq!((status, said.as_str()), (202, "a review is queued\n"), "{dialect:?}");
        scene.idle(&process).await;
        let log = scene.log.lock().unwrap().join("\n");
        assert_eq!(scene.reviews.load(Ordering::SeqCst), 1, "{dialect:?}: {log}");
        assert!(scene.forge.full_state().contains("deep-review:report"), "{dialect:?}: {log}");
        scene.forge.merge(PROJECT, 1);
        let closed = process.post(&scene.told(1, &Happening::Closed)).await;
        assert_eq!(closed, (202, "what waited or ran for it was ended\n".to_owned()), "{dialect:?}");
        process.drained().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pull_request_that_is_gone_is_a_failure_that_people_see() {
    let (scene, elsewhere) = (Scene::new(0), Scene::new(9));
    let process = scene.start(Duration::ZERO, Budgets::default()).await;
    // Signed with the right secret, for a pull request that this forge does not have.
    assert_eq!(process.post(&elsewhere.told(9, &Happening::Opened)).await.0, 202);
    scene.idle(&process).await;
    let (_, metrics) = process.get("/metrics").await;
    for line in
        ["deep_review_queue_jobs{state=\"failed\"} 1", "deep_review_failures_total{kind=\"not_found\"} 1"]
    {
        assert!(metrics.contains(line), "{metrics}");
    }
    assert!(process.get("/").await.1.contains("<span class=s>failed</span>"));
    process.drained().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_cannot_be_kept_is_refused() {
    let scene = Scene::new(1);
    let process = scene.start(Duration::ZERO, Budgets::default()).await;
    let opened = scene.told(1, &Happening::Opened);
    let queue = scene.folder().join("queue");
    std::fs::remove_dir_all(&queue).unwrap();
    std::fs::write(&queue, "in the way").unwrap();
    assert_eq!(process.post(&opened).await.0, 503);
    process.killed().await;
    std::fs::remove_file(&queue).unwrap();
    // The forge sends it again.
    let process = scene.start(Duration::ZERO, Budgets::default()).await;
    assert_eq!(process.post(&opened).await.0, 202);
    scene.idle(&process).await;
    assert_eq!(scene.reviews.load(Ordering::SeqCst), 1);
    process.drained().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_newest_head_is_reviewed_once_whatever_dies() {
    const CHANGES: u64 = 40;
    let scene = Scene::new(CHANGES);
    let took = Duration::from_millis(30);
    let mut process = scene.start(took, Budgets::default()).await;
    let mut sent = 0;
    for round in 0..5 {
        for number in 1..=CHANGES {
            if round > 0 {
                scene.push(number, &format!("change {number}, round {round}"));
            }
            let what = if round == 0 { Happening::Opened } else { Happening::Pushed };
            let (status, said) = process.post(&scene.told(number, &what)).await;
            assert_eq!(status, 202, "{said}");
            sent += 1;
            if sent % 37 == 0 {
                process.killed().await;
                process = scene.start(took, Budgets::default()).await;
            }
        }
    }
    scene.idle(&process).await;
    process.drained().await;
    assert_eq!(sent, 200);
    every_newest_head_was_reviewed_once(&scene, CHANGES);
}

fn every_newest_head_was_reviewed_once(scene: &Scene, count: u64) {
    let state = scene.forge.state();
    let changes: Vec<&str> = state.split("\n  change ").skip(1).collect();
    assert_eq!(changes.len() as u64, count);
    let records = Records::new(scene.folder().join("records"));
    for (number, shown) in (1..=count).zip(changes) {
        let head = git(scene.history.path(), &["rev-parse", &format!("change-{number}")]);
        let url = format!("{}/{PROJECT}/pull/{number}", scene.forge.server_url());
        let key = ChangeKey::new(&ChangeAddress::from_url(&url).unwrap());
        let report = records.newest_report(&key).unwrap();
        assert_eq!(report.change.head.as_deref(), Some(head.as_str()), "#{number}");
        assert_eq!(shown.matches("by deep-review\n").count(), 1, "one summary: {shown}");
        assert!(shown.contains(&format!("deep-review:report {} ", report.id)), "{shown}");
    }
    // A status for each newest head, none twice, whatever the head.
    let mut heads: Vec<&str> = state
        .lines()
        .filter(|line| line.contains("status \"Deep Review\""))
        .filter_map(|line| line.split(" at head ").nth(1)?.split(':').next())
        .collect();
    let all = heads.len();
    heads.sort_unstable();
    heads.dedup();
    assert_eq!(heads.len(), all, "{state}");
    for number in 1..=count {
        assert!(heads.contains(&format!("{number}.5").as_str()), "#{number}: {state}");
    }
}

/// The same with three workers on other machines, one of which dies now and then and lives on as one does that was stopped past its lease, and
/// with a database that crashes once.
#[cfg(feature = "postgres")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_newest_head_is_reviewed_once_by_whichever_machine() {
    use review_fleet::Postgres;
    const CHANGES: u64 = 40;
    let Some(server) = review_testkit::PostgresServer::start() else { return };
    let scene = Scene::new(CHANGES);
    let took = Duration::from_millis(30);
    let open = async || {
        let opened = Postgres::open(&server.url(), limits()).await.unwrap();
        opened.with_lease(Duration::from_secs(2))
    };
    let work = async || {
        let (dispatcher, cancel) = (open().await, Cancel::new());
        let worker = Arc::new(ReviewWorker::new(scene.setup(took) as Arc<dyn Setup>, scene.folder()));
        let (cx, log) = (Cx::new(cancel.clone(), Arc::new(NullSink)), Arc::clone(&scene.log));
        let log = move |line: &str| log.lock().unwrap().push(line.to_owned());
        let task = tokio::spawn(async move { review_fleet::serve::work(&dispatcher, worker, log, cx).await });
        (cancel, task)
    };
    let service = scene.serve(Arc::new(open().await), false, took, Budgets::default()).await;
    let mut workers = vec![work().await, work().await, work().await];
    let mut sent = 0;
    for round in 0..5 {
        for number in 1..=CHANGES {
            if round > 0 {
                scene.push(number, &format!("change {number}, round {round}"));
            }
            let what = if round == 0 { Happening::Opened } else { Happening::Pushed };
            let told = scene.told(number, &what);
            // What can't be kept while the database is away is sent again, as forges do.
            let mut taken = service.post(&told).await.0;
            for _ in 0..600 {
                if taken == 202 {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
                taken = service.post(&told).await.0;
            }
            assert_eq!(taken, 202);
            sent += 1;
            if sent % 37 == 0 {
                workers.remove(0).1.abort();
                workers.push(work().await);
            }
            if sent == 120 {
                server.down();
                server.up();
            }
        }
    }
    scene.idle(&service).await;
    service.drained().await;
    for (cancel, task) in workers {
        cancel.cancel();
        task.await.unwrap().unwrap();
    }
    assert_eq!(sent, 200);
    every_newest_head_was_reviewed_once(&scene, CHANGES);
}
