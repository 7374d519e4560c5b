//! Part of the suite of agent programs: how a program is called, and what it can reach.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use review_core::{AgentRequest, Cancel, Cx, Event, PartialReview, RawLine, Sink};

use super::cli_agent::{KEY, Stage};
use super::{CliFixture, SuiteReport, ensure};
use crate::fake_cli::FakeCli;

/// A word that stands nowhere but in the prompt.
const NONCE: &str = "nonce-5d1f0c";

/// What stands in a file that no reviewer may read.
const CANARY: &str = "canary-8e2b77";

/// Keeps the raw lines of a run: what a record would hold.
#[derive(Default)]
struct RawSink(Mutex<Vec<String>>);

impl Sink for RawSink {
    fn event(&self, _: Event) {}
    fn deliver(&self, _: PartialReview) {}
    fn raw(&self, line: RawLine) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.text);
    }
}

/// What the program told of the way it was called.
struct Told(Vec<String>);

impl Told {
    fn all<'a>(&'a self, word: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter_map(move |line| line.strip_prefix("told ")?.strip_prefix(word)?.strip_prefix(' '))
    }
}

/// Runs the cases.
pub(super) async fn setting(fixture: &dyn CliFixture, report: &mut SuiteReport) {
    let stage = Stage::new();
    let mut request = stage.request();
    request.prompt = format!("{} {NONCE}", request.prompt);
    let told = run(fixture, &stage, request, FakeCli::deaf().tell().lines(stage.good(fixture))).await;
    if told.0.iter().all(|line| !line.starts_with("told ")) {
        for case in CASES {
            report.skip(case, "the raw output of the program is not handed on");
        }
    } else {
        called_well(fixture, &stage, &told, report);
    }
    reach(fixture, report).await;
}

const CASES: [&str; 6] = [
    "the prompt arrives on standard input",
    "the prompt is no argument",
    "the key is no argument",
    "it works in the checkout",
    "its home is neither the user's nor in the checkout",
    "its environment is its own",
];

fn called_well(fixture: &dyn CliFixture, stage: &Stage, told: &Told, report: &mut SuiteReport) {
    let [on_input, no_argument, key, folder, home, environment] = CASES;
    let arguments: Vec<&str> = told.all("argument").collect();
    report.check(on_input, ensure(told.all("input").any(|line| line.contains(NONCE)), "it does not"));
    report.check(
        no_argument,
        ensure(!arguments.iter().any(|argument| argument.contains(NONCE)), format!("{arguments:?}")),
    );
    // The record shows keys as `[secret]`.
    let is_key = |argument: &&str| argument.contains(KEY) || argument.contains("[secret]");
    report.check(key, ensure(!arguments.iter().any(is_key), "it is, and every user of the machine sees it"));
    if fixture.works_in_checkout() {
        let works_in = told.all("folder").next().unwrap_or_default();
        report.check(folder, ensure(same(works_in, &stage.checkout()), format!("it works in {works_in}")));
    } else {
        report.skip(folder, "it reads the checkout from elsewhere");
    }
    let variable =
        |name: &str| told.all("variable").find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
    let its_home = variable("HOME").unwrap_or_default();
    let ours = std::env::var("HOME").unwrap_or_default();
    let checkout = stage.checkout().canonicalize().unwrap_or(stage.checkout());
    report.check(
        home,
        ensure(!its_home.is_empty(), "it has none")
            .and_then(|()| ensure(its_home != ours, "it is the user's"))
            .and_then(|()| ensure(!Path::new(its_home).starts_with(&checkout), "it is in the checkout")),
    );
    // What cargo and its test runner set for this very process.
    let ours = |line: &&str| line.starts_with("CARGO_") || line.starts_with("NEXTEST");
    let leaked: Vec<&str> = told.all("variable").filter(ours).collect();
    report.check(environment, ensure(leaked.is_empty(), format!("it sees {leaked:?}")));
}

fn same(one: &str, other: &Path) -> bool {
    Path::new(one).canonicalize().ok() == other.canonicalize().ok()
}

/// Whether a file outside of the checkout gets into the transcript, by some thirty ways of reading it.
async fn reach(fixture: &dyn CliFixture, report: &mut SuiteReport) {
    let case = "a file outside of the checkout is out of reach";
    let secret = tempfile::tempdir().expect("a folder");
    let file = secret.path().join("secret.txt");
    std::fs::write(&file, format!("{CANARY}\n")).expect("a file");
    let stage = Stage::new();
    // As a branch could have it: a link that leads out. A checkout has no links, but a folder given to the agent may.
    let cli = FakeCli::new().reach(&file.to_string_lossy()).lines(stage.good(fixture));
    let agent = stage.agent(fixture, &cli);
    let sink = Arc::new(RawSink::default());
    let result = agent.run(stage.request(), Cx::new(Cancel::new(), sink.clone())).await;
    let lines = sink.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let reached: Vec<&String> = lines.iter().filter(|line| line.contains(CANARY)).collect();
    let isolation =
        result.as_ref().ok().and_then(|response| response.identity.isolation.clone()).unwrap_or_default();
    if isolation.contains("unprotected") || isolation.contains("reads whatever") {
        report.skip(case, "nothing confines it on this machine, and the answer says so");
        return;
    }
    report.check(case, ensure(reached.is_empty(), format!("{} ways: {:?}", reached.len(), reached.first())));
}

async fn run(fixture: &dyn CliFixture, stage: &Stage, request: AgentRequest, cli: FakeCli) -> Told {
    let agent = stage.agent(fixture, &cli);
    let sink = Arc::new(RawSink::default());
    // How it ends is for the other cases.
    let _ = agent.run(request, Cx::new(Cancel::new(), sink.clone())).await;
    Told(sink.0.lock().unwrap_or_else(PoisonError::into_inner).clone())
}
