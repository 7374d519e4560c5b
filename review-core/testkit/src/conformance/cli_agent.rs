//! The suite of agents that are programs: what an adapter makes of everything that a program does.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use review_core::{Agent, AgentRequest, AgentResponse, Cx, Error, ErrorKind, Limits, Result};
use tokio::time::timeout;

use super::cli_setting::setting;
use super::{SuiteReport, ensure};
use crate::fake_cli::{FakeCli, sleepers};

/// The key that the suite gives to every program. It must be seen by the program and by nobody else.
pub(super) const KEY: &str = "sk-conformance-1234567890";

/// What the good run answers: a review.
const ANSWER: &str = r#"{"findings":[],"sections":{"summary":"It is fine."}}"#;

/// How one program speaks: what the suite needs to play it.
pub trait CliFixture {
    /// Name of the program's file.
    fn program(&self) -> &str;

    /// The adapter's agent over a program at this path, with this key.
    fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent>;

    /// The lines of a run that reads the file `a.rs` of the checkout, answers with this text, and ends well.
    fn good(&self, checkout: &Path, answer: &str) -> Vec<String>;

    /// The lines, and the exit code, of a run that the API refused with this status and message; none where the program
    /// does not tell.
    fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)>;

    /// A line that is well-formed and of a kind that nobody knows; none where every line is answer.
    fn unknown(&self) -> Option<String>;

    /// The argument by which the program goes on with a session; none where it can't.
    fn goes_on_with(&self) -> Option<&str>;

    /// Whether it works in the checkout, rather than reading it from elsewhere.
    fn works_in_checkout(&self) -> bool {
        true
    }
}

/// The program's folder and its checkout.
pub(super) struct Stage {
    root: tempfile::TempDir,
}

impl Stage {
    pub(super) fn new() -> Self {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(root.path().join("checkout")).expect("a folder");
        std::fs::write(root.path().join("checkout/a.rs"), "fn a() {}\n").expect("a file");
        Self { root }
    }

    pub(super) fn checkout(&self) -> std::path::PathBuf {
        self.root.path().join("checkout")
    }

    pub(super) fn request(&self) -> AgentRequest {
        let check = |text: &str| if text.starts_with('{') { Ok(()) } else { Err("it is no JSON".to_owned()) };
        AgentRequest::new("Review this.").with_checkout(self.checkout()).with_check(Arc::new(check))
    }

    pub(super) fn agent(&self, fixture: &dyn CliFixture, cli: &FakeCli) -> Arc<dyn Agent> {
        fixture.agent(&cli.install(self.root.path(), fixture.program()), KEY)
    }

    pub(super) fn good(&self, fixture: &dyn CliFixture) -> Vec<String> {
        fixture.good(&self.checkout(), ANSWER)
    }
}

async fn run(fixture: &dyn CliFixture, cli: impl FnOnce(&Stage) -> FakeCli) -> Result<AgentResponse> {
    let stage = Stage::new();
    let agent = stage.agent(fixture, &cli(&stage));
    agent.run(stage.request(), Cx::detached()).await
}

fn whole(result: &Result<AgentResponse>) -> std::result::Result<&AgentResponse, String> {
    match result {
        Ok(response) if response.truncated.is_none() => Ok(response),
        Ok(response) => {
            Err(format!("it is truncated: {}", response.truncated.as_deref().unwrap_or_default()))
        }
        Err(error) => Err(format!("it failed: {error}")),
    }
}

/// Neither a good answer nor nothing at all: an error, or an answer that says it is not whole.
fn not_good(result: &Result<AgentResponse>) -> std::result::Result<(), String> {
    match result {
        Ok(response) if response.truncated.is_none() => Err(format!("it looks good: {:?}", response.text)),
        _ => Ok(()),
    }
}

fn failed(result: &Result<AgentResponse>, kind: ErrorKind) -> std::result::Result<&Error, String> {
    match result {
        Err(error) if error.kind() == kind => Ok(error),
        Err(error) => Err(format!("it is {:?}: {error}", error.kind())),
        Ok(response) => Err(format!("it did not fail: {:?}", response.text)),
    }
}

/// A number of seconds that no other test sleeps.
fn unique_seconds() -> String {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    format!("600.{}{:03}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// How long the suite waits for something that has to happen. Generous, because machines are busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Waits until nobody sleeps so long any more.
async fn gone(seconds: &str) -> std::result::Result<(), String> {
    let begun = Instant::now();
    while sleepers(seconds) > 0 {
        ensure(begun.elapsed() < PATIENCE, "a process is still alive")?;
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

/// Runs the suite.
#[must_use = "call assert_conforms"]
pub async fn cli_agent(fixture: &dyn CliFixture) -> SuiteReport {
    let mut report = SuiteReport::default();
    answers(fixture, &mut report).await;
    setting(fixture, &mut report).await;
    odd_runs(fixture, &mut report).await;
    refusals(fixture, &mut report).await;
    endings(fixture, &mut report).await;
    report
}

async fn answers(fixture: &dyn CliFixture, report: &mut SuiteReport) {
    let good = run(fixture, |stage| FakeCli::new().lines(stage.good(fixture))).await;
    report.check(
        "an answer arrives whole",
        whole(&good).and_then(|response| ensure(response.text.trim() == ANSWER, response.text.clone())),
    );
    let isolation = good.as_ref().ok().and_then(|response| response.identity.isolation.clone());
    report.check(
        "it says how the program was kept off the checkout",
        ensure(isolation.is_some(), "it does not"),
    );
    let reads = good.as_ref().map(|response| response.reads.clone()).unwrap_or_default();
    if fixture.unknown().is_some() {
        report.check(
            "what it read is known, by paths of the checkout",
            ensure(reads.iter().any(|read| read.path == "a.rs"), format!("{reads:?}")),
        );
        let calls = good.as_ref().map(|response| response.tool_calls.clone()).unwrap_or_default();
        report.check("its tool calls are counted", ensure(!calls.is_empty(), "there are none"));
    } else {
        report.skip("what it read is known, by paths of the checkout", "it does not tell");
        report.skip("its tool calls are counted", "it does not tell");
    }
    let noisy = run(fixture, |stage| {
        let mut lines = stage.good(fixture);
        if let Some(unknown) = fixture.unknown() {
            lines.insert(1, unknown);
        }
        let cli = FakeCli::new().err("a warning of no importance").lines(lines.iter().take(1));
        let cli = if fixture.unknown().is_some() {
            cli.bytes(b"\xff\xfe no line of its own kind\n".to_vec())
        } else {
            cli
        };
        cli.lines(lines.iter().skip(1))
    })
    .await;
    report.check("unknown and malformed lines cost nothing", whole(&noisy).map(drop));
    let long = format!("{{\"findings\":[],\"sections\":{{\"summary\":\"{}\"}}}}", "x".repeat(2 << 20));
    let huge = {
        let stage = Stage::new();
        let lines = fixture.good(&stage.checkout(), &long).join("\n");
        let agent = stage.agent(fixture, &FakeCli::new().bytes(format!("{lines}\n")));
        agent.run(stage.request(), Cx::detached()).await
    };
    report.check(
        "a huge line arrives whole",
        whole(&huge).and_then(|response| {
            ensure(response.text.trim() == long, format!("{} bytes", response.text.len()))
        }),
    );
}

async fn odd_runs(fixture: &dyn CliFixture, report: &mut SuiteReport) {
    let silent = run(fixture, |_| FakeCli::new()).await;
    report.check("code 0 without an answer is no success", not_good(&silent));
    let empty = run(fixture, |stage| FakeCli::new().lines(fixture.good(&stage.checkout(), ""))).await;
    report.check("an empty answer is no success", not_good(&empty));
    let prose = |stage: &Stage| FakeCli::new().lines(fixture.good(&stage.checkout(), "I looked at it."));
    let refused = run(fixture, prose).await;
    report.check("an answer that the request refuses is no success", not_good(&refused));
    match fixture.goes_on_with() {
        Some(word) => {
            let repaired = run(fixture, |stage| {
                prose(stage).when_called_with(word, FakeCli::new().lines(stage.good(fixture)))
            })
            .await;
            report.check(
                "it is asked once more in its session",
                whole(&repaired)
                    .and_then(|response| ensure(response.text.trim() == ANSWER, response.text.clone())),
            );
            let stubborn = run(fixture, |stage| prose(stage).when_called_with(word, prose(stage))).await;
            report.check(
                "and only once",
                not_good(&stubborn).and_then(|()| ensure(stubborn.is_ok(), "the first answer is lost")),
            );
        }
        None => {
            report.skip("it is asked once more in its session", "it has none");
            report.skip("and only once", "it has none");
        }
    }
    let burns = run(fixture, |_| FakeCli::new().err("the disk is on fire").exit(3)).await;
    report.check("a failure carries the program's last words", {
        let said = match &burns {
            Ok(response) => response.truncated.clone().unwrap_or_default(),
            Err(error) => format!("{error:?}"),
        };
        ensure(said.contains("the disk is on fire"), said)
    });
    if fixture.unknown().is_some() {
        let twice = run(fixture, |stage| {
            let mut lines = fixture.good(&stage.checkout(), "I will look at it first.");
            lines.pop();
            lines.extend(stage.good(fixture).into_iter().skip(1));
            FakeCli::new().lines(lines)
        })
        .await;
        report.check(
            "what was said before the last tool is no part of the answer",
            whole(&twice).and_then(|response| ensure(response.text.trim() == ANSWER, response.text.clone())),
        );
    } else {
        report.skip("what was said before the last tool is no part of the answer", "every line is answer");
    }
    let failed = run(fixture, |stage| FakeCli::new().lines(stage.good(fixture)).exit(3)).await;
    report.check("a good answer with a bad exit code is truncated", not_good(&failed));
    if fixture.unknown().is_some() {
        let cut = run(fixture, |stage| {
            let lines = stage.good(fixture);
            FakeCli::new().lines(lines.iter().take(lines.len() - 1))
        })
        .await;
        report.check("without its end mark it is no success", not_good(&cut));
    } else {
        report.skip("without its end mark it is no success", "it has none");
    }
    let stage = Stage::new();
    let agent = fixture.agent(&stage.root.path().join("nothing-here"), KEY);
    let missing = agent.run(stage.request(), Cx::detached()).await;
    report.check("a program that is not there says so", failed_any(&missing));
}

fn failed_any(result: &Result<AgentResponse>) -> std::result::Result<(), String> {
    ensure(result.is_err(), "it did not fail")
}

async fn refusals(fixture: &dyn CliFixture, report: &mut SuiteReport) {
    for (name, status, kind) in [
        ("401 is told", 401, ErrorKind::Unauthorized),
        ("429 is told", 429, ErrorKind::RateLimited),
        ("500 is told", 500, ErrorKind::Unavailable),
    ] {
        match fixture.refused(status, &format!("no: {KEY}")) {
            Some((lines, code)) => {
                let refused = run(fixture, |_| FakeCli::new().lines(&lines).exit(code)).await;
                report.check(name, failed(&refused, kind).map(drop));
            }
            None => report.skip(name, "the program does not tell"),
        }
    }
    let leaks = run(fixture, |_| FakeCli::new().err(format!("my key is {KEY}")).out(KEY).exit(3)).await;
    report.check("a key that the program repeats is not shown", {
        let shown = match &leaks {
            Ok(response) => format!("{response:?}"),
            Err(error) => format!("{error} {error:?}"),
        };
        ensure(!shown.contains(KEY), shown)
    });
}

async fn endings(fixture: &dyn CliFixture, report: &mut SuiteReport) {
    let seconds = unique_seconds();
    let good = run(fixture, |stage| FakeCli::new().orphan(&seconds).lines(stage.good(fixture))).await;
    report.check("what a good run leaves behind is ended", whole(&good).map(drop).and(gone(&seconds).await));

    let seconds = unique_seconds();
    let stage = Stage::new();
    let hanging =
        FakeCli::new().stubborn().orphan(&seconds).lines(stage.good(fixture).iter().take(1)).sleep(&seconds);
    let agent = stage.agent(fixture, &hanging);
    let cx = Cx::detached();
    let cancel = cx.cancel.clone();
    let later = tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancel.cancel();
    });
    let ended = timeout(PATIENCE, agent.run(stage.request(), cx)).await;
    let _ = later.await;
    report.check(
        "a cancelled run ends, with everything that it started",
        match ended {
            Ok(result) => not_good(&result).and(gone(&seconds).await),
            Err(_) => Err("it ran on".to_owned()),
        },
    );

    let dropped = timeout(Duration::from_millis(300), agent.run(stage.request(), Cx::detached())).await;
    report.check(
        "dropping it ends everything too",
        ensure(dropped.is_err(), "a hanging run ended").and(gone(&seconds).await),
    );

    report.check("what it said before its time was over is kept", said_in_time(fixture).await);
}

/// Stops a run that has said all but its end mark. Its time is doubled where it proves too short for a busy machine.
async fn said_in_time(fixture: &dyn CliFixture) -> std::result::Result<(), String> {
    let mut limit = Duration::from_millis(1_500);
    loop {
        let stage = Stage::new();
        let lines = stage.good(fixture);
        let keep = if fixture.unknown().is_some() { lines.len() - 1 } else { lines.len() };
        let slow = FakeCli::new().lines(lines.iter().take(keep)).sleep("600");
        let request = stage.request().with_limits(Limits::default().with_time(limit));
        let late = timeout(PATIENCE, stage.agent(fixture, &slow).run(request, Cx::detached())).await;
        match late {
            Ok(Ok(response)) => {
                let kept = response.truncated.is_some() && response.text.trim() == ANSWER;
                return ensure(kept, response.text);
            }
            Ok(Err(error)) if limit > Duration::from_secs(15) => return Err(format!("it is lost: {error}")),
            Ok(Err(_)) => limit *= 2,
            Err(_) => return Err("it ran on".to_owned()),
        }
    }
}
