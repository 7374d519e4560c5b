//! `run --pr` and `publish`: a pull request on a fake forge, round after round.

use deep_review::{Document, FindingState, Report};
use review_git::testing::TestRepo;
use review_testkit::TestEnvironment;
use review_testkit::fake_forge::{Access, Dialect, FakeForge, Fault, PullRequest, Repo};

use crate::environment;

pub(crate) const PROJECT: &str = "acme/pool";
pub(crate) const TOKEN: &str = "ghs_0123456789abcdef";

/// A pull request at a forge, and a folder that is no clone.
pub(crate) struct Scene {
    dialect: Dialect,
    pub(crate) forge: FakeForge,
    remote: TestRepo,
    pub(crate) env: TestEnvironment,
}

const OPEN: &str = "package net\n\nfunc Open() error {\n\tif err := dial(); err != nil {\n\t\treturn nil\n\t}\n\treturn nil\n}\n";
const CLOSE: &str = "package net\n\nfunc Close() {\n\tpool.mu.Lock()\n\tpool.drain()\n}\n";

const LOST: &str = "I1. **Open hides the error of dial** — `net/pool.go:4-6` (important, regression)\n\n\
```go\nif err := dial(); err != nil {\n\treturn nil\n}\n```\n\nThe caller goes on without a connection.\n\n";
const LOCK: &str = "I2. **Close never unlocks the pool** — `net/close.go:4-5` (important, regression)\n\n\
```go\npool.mu.Lock()\npool.drain()\n```\n\nThe next caller waits for ever.\n\n";

fn review(findings: &[&str]) -> String {
    format!("## Findings\n\n### Important Issues\n\n{}", findings.concat())
}

impl Scene {
    pub(crate) fn new() -> Self {
        Self::at(Dialect::GitHub)
    }

    pub(crate) fn at(dialect: Dialect) -> Self {
        let remote = TestRepo::new();
        remote
            .file("net/pool.go", "package net\n\nfunc Open() error {\n\treturn dial()\n}\n")
            .commit("Open connections");
        remote.git(&["switch", "--quiet", "-c", "change"]);
        remote.file("net/pool.go", OPEN).file("net/close.go", CLOSE).commit("Open connections quietly");
        let forge = FakeForge::start(dialect);
        forge.grant(TOKEN, Access::app("deep-review"));
        forge.repository(Repo::new(PROJECT, remote.path()));
        forge.pull(PROJECT, PullRequest::new(7, "Open connections quietly").by("alice").body("Less noise."));
        let env = environment();
        env.write("claude.md", review(&[LOST, LOCK]));
        Self { dialect, forge, remote, env }
    }

    /// Runs the command where only the forge's address and token are known.
    fn run(&self, arguments: &[&str]) -> review_testkit::Ran {
        let (api, token) = match self.dialect {
            Dialect::GitHub => ("GITHUB_API_URL", "GITHUB_TOKEN"),
            Dialect::GitLab => ("CI_API_V4_URL", "GITLAB_TOKEN"),
            Dialect::Gitea => ("GITEA_API_URL", "GITEA_TOKEN"),
        };
        self.env.run_with(arguments, &[(api, &self.forge.url()), (token, TOKEN)])
    }

    fn url(&self) -> String {
        let form = match self.dialect {
            Dialect::GitHub => "pull",
            Dialect::GitLab => "-/merge_requests",
            Dialect::Gitea => "pulls",
        };
        format!("{}/{PROJECT}/{form}/7", self.forge.server_url())
    }

    fn review(&self, output: &str, more: &[&str]) -> review_testkit::Ran {
        let url = self.url();
        let arguments = [
            "run",
            "--pr",
            &url,
            "--reviewer",
            "claude=replay:file=claude.md",
            "--output",
            output,
            "--format",
            "json",
        ];
        self.run(&[&arguments, more].concat())
    }

    fn push(&self, path: &str, text: &str, subject: &str) {
        self.remote.file(path, text).commit(subject);
        self.forge.push(PROJECT, 7, "change");
    }
}

#[test]
fn a_pull_request_is_reviewed_and_published_without_a_clone() {
    let scene = Scene::new();
    let ran = scene.review("out", &["--publish", "--fail-on", "important"]).expect_status(1);
    let report = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(report.change.notes.title.as_deref(), Some("Open connections quietly"));
    assert_eq!(report.change.notes.description.as_deref(), Some("Less noise."));
    let state = scene.forge.state();
    assert!(state.contains("failure \"2 important\""), "the check and the status agree:\n{state}");
    assert_eq!(state.matches("thread ").count(), 2, "{state}");
    // The same again: nothing is written.
    let writes = scene.forge.writes();
    let ran = scene.run(&["publish", "out", "--fail-on", "important"]).expect_status(0);
    assert!(ran.stderr.contains("nothing to write"), "{}", ran.stderr);
    assert_eq!((scene.forge.writes(), scene.forge.state()), (writes, state));
    for file in ["out/report.json", "out/report.md", "out/run/journal.jsonl"] {
        assert!(!scene.env.read(file).contains(TOKEN), "{file}");
    }
}

#[test]
fn what_a_person_dismissed_stays_away_until_its_code_changes() {
    for dialect in [Dialect::GitHub, Dialect::GitLab, Dialect::Gitea] {
        dismissed_until_changed(&Scene::at(dialect));
    }
}

fn dismissed_until_changed(scene: &Scene) {
    let _ = scene.review("one", &["--publish"]).expect_status(0);
    let thread = scene.forge.threads(PROJECT, 7)[0];
    scene.forge.resolve(thread, "alice");

    scene.push("net/other.go", "package net\n", "Unrelated");
    let ran = scene.review("two", &["--publish"]).expect_status(0);
    let second = Report::from_json(&ran.stdout).unwrap();
    assert_eq!(second.round, 2);
    let titles: Vec<&str> = second.findings.iter().map(|finding| finding.title.as_str()).collect();
    assert_eq!(titles, ["Close never unlocks the pool"]);
    assert_eq!(second.findings[0].state, FindingState::StillPresent);
    let state = scene.forge.full_state();
    assert!(state.contains("Not raised again, dismissed by `@alice`"), "{state}");
    assert_eq!(scene.forge.threads(PROJECT, 7).len(), 2, "nothing is said twice:\n{state}");

    // Two rounds later it is still remembered; the report of the round between did not have it.
    scene.push("net/more.go", "package net\n", "Also unrelated");
    let ran = scene.review("three", &["--publish"]).expect_status(0);
    let third = Report::from_json(&ran.stdout).unwrap();
    assert_eq!((third.round, third.findings.len()), (3, 1));

    // Its code changes: it comes back, in a new thread.
    let changed = OPEN.replace("err := dial()", "err := dial(timeout)");
    scene.push("net/pool.go", &changed, "Wait less");
    scene.env.write("claude.md", review(&[&LOST.replace("dial();", "dial(timeout);"), LOCK]));
    let ran = scene.review("four", &["--publish"]).expect_status(0);
    let fourth = Report::from_json(&ran.stdout).unwrap();
    let again = fourth.findings.iter().find(|finding| finding.title.contains("hides")).unwrap();
    assert_eq!(again.state, FindingState::DeclinedRaisedAgain);
    assert_eq!(scene.forge.threads(PROJECT, 7).len(), 3, "{}", scene.forge.state());
}

#[test]
fn what_was_mended_is_answered_and_closed() {
    let scene = Scene::new();
    let _ = scene.review("one", &["--publish"]).expect_status(0);
    scene.push("net/close.go", "package net\n\nfunc Close() {\n\tpool.close()\n}\n", "Unlock");
    scene.env.write("claude.md", review(&[LOST]));
    let _ = scene.review("two", &["--publish"]).expect_status(0);
    let state = scene.forge.full_state();
    assert!(state.contains("The code that this is about is gone"), "{state}");
    assert!(state.contains("resolved by deep-review[bot]"), "{state}");
}

#[test]
fn when_posting_fails_the_report_is_on_disk_and_publish_goes_on() {
    let scene = Scene::new();
    scene.forge.fault(Fault::not_allowed().on("POST", "/7/comments"));
    let ran = scene.review("out", &["--publish"]).expect_status(3);
    assert!(ran.stderr.contains("`deep-review publish out` goes on"), "{}", ran.stderr);
    assert!(!scene.env.read("out/report.md").is_empty());
    scene.forge.clear_faults();
    let _ = scene.run(&["publish", "out"]).expect_status(0);
    let state = scene.forge.state();
    assert_eq!(state.matches("\n    review ").count(), 1, "{state}");
    assert!(state.contains("check \"Deep Review\""), "{state}");
}

#[test]
fn a_dry_run_writes_nothing() {
    let scene = Scene::new();
    let ran = scene.review("out", &["--dry-run"]).expect_status(0);
    assert!(ran.stderr.contains("would write: review"), "{}", ran.stderr);
    assert_eq!(scene.forge.writes(), 0);
    let plan = scene.run(&["publish", "out", "--dry-run", "--format", "plan"]).expect_status(0);
    let plan: serde_json::Value = serde_json::from_str(&plan.stdout).unwrap();
    assert_eq!(plan["writes"][0]["write"], "review");
    assert_eq!(plan["placements"][1]["at"], "lines");
}

#[test]
fn bad_calls_and_changes_are_clear_errors() {
    let scene = Scene::new();
    let url = |path: &str| format!("{}/{path}", scene.forge.server_url());
    let said = |arguments: &[&str], status: i32| {
        let ran = scene.run(
            &[&["run", "--output", "out", "--reviewer", "claude=replay:file=claude.md"], arguments].concat(),
        );
        ran.expect_status(status)
            .stderr
            .lines()
            .next()
            .unwrap_or_default()
            .replace(&scene.forge.server_url(), "[forge]")
    };
    insta::assert_snapshot!([
        said(&["--pr", &url("acme/pool/pull/8")], 2),
        said(&["--pr", &url("acme/none/pull/7")], 2),
        said(&["--pr", &url("acme/pool/issues/7")], 2),
        said(&["--pr", "7"], 2),
        said(&["--pr", "https://elsewhere.example/a/b/pull/7"], 3),
        said(&["--pr", &url("acme/pool/pull/7"), "--base", "main"], 2),
    ].join("\n"), @"
    deep-review: GET /repos/acme/pool/pulls/8: not found, or the token has no right to see it (it says: Not Found)
    deep-review: GET /repos/acme/none/pulls/7: not found, or the token has no right to see it (it says: Not Found)
    deep-review: this is not the form of a pull request's address at GitHub, GitLab or Gitea (address: [forge]/acme/pool/issues/7)
    deep-review: a number alone needs a clone whose remote is at the forge; give the whole address of the pull request
    deep-review: there is a token, but nothing says that it is for this host; set DEEP_REVIEW_FORGE_TOKEN and name the pull request by its address, or use --token-command (host: https://elsewhere.example)
    error: the argument '--pr <URL|NUMBER>' cannot be used with '--base <REV>'
    ");
    scene.forge.close(PROJECT, 7);
    let ran = scene.review("closed", &["--publish"]).expect_status(2);
    assert!(ran.stderr.contains("the pull request is closed"), "{}", ran.stderr);
    let _ = scene.review("read", &[]).expect_status(0);
    assert_eq!(scene.forge.writes(), 0);
}

#[test]
fn a_push_in_the_middle_stops_publishing() {
    let scene = Scene::new();
    let _ = scene.review("out", &[]).expect_status(0);
    scene.push("net/other.go", "package net\n", "Unrelated");
    let ran = scene.run(&["publish", "out"]).expect_status(2);
    assert!(ran.stderr.contains("newer head"), "{}", ran.stderr);
    assert_eq!(scene.forge.writes(), 0);
}

#[test]
fn a_rebased_fork_keeps_its_threads_also_when_the_fork_is_gone() {
    for dialect in [Dialect::GitHub, Dialect::GitLab, Dialect::Gitea] {
        let scene = Scene::at(dialect);
        // The change comes from a fork, which has the branch alone.
        let fork = scene.remote.clone_with(&["--branch=change"]);
        fork.git(&["branch", "--quiet", "contribution"]);
        scene.remote.git(&["switch", "--quiet", "main"]);
        scene.remote.git(&["branch", "--quiet", "-D", "change"]);
        scene.forge.repository(Repo::new("alice/pool", fork.path()).fork_of(PROJECT));
        scene.forge.pull(
            PROJECT,
            PullRequest::new(8, "From a fork").by("alice").head("contribution").from("alice/pool"),
        );
        let url = scene.url().replace("/7", "/8");
        let review = |output: &str| {
            scene.run(&[
                "run",
                "--pr",
                &url,
                "--reviewer",
                "claude=replay:file=claude.md",
                "--output",
                output,
                "--publish",
                "--format",
                "json",
            ])
        };
        let _ = review("one").expect_status(0);
        let threads = scene.forge.threads(PROJECT, 8);
        assert_eq!(threads.len(), 2, "{dialect:?}\n{}", scene.forge.state());

        // The base moves on, and the fork's commits are written anew on top of it, with lines above what was found.
        scene.remote.file("net/base.go", "package net\n").commit("Meanwhile");
        fork.git(&["fetch", "--quiet", "origin", "main"]);
        fork.git(&["switch", "--quiet", "-C", "contribution", "origin/main"]);
        fork.file("net/pool.go", OPEN.replace("func Open", "// Open connects.\nfunc Open"));
        fork.file("net/close.go", CLOSE).commit("Open connections quietly");
        scene.forge.push(PROJECT, 8, "contribution");
        scene.forge.delete_head_repository(PROJECT, 8);
        scene.env.write("claude.md", review_of_moved());
        let ran = review("two").expect_status(0);
        let report = Report::from_json(&ran.stdout).unwrap();
        assert_eq!(report.round, 2);
        assert!(
            report.findings.iter().all(|finding| finding.state == FindingState::StillPresent),
            "{dialect:?} {:?}",
            report.findings.iter().map(|finding| (&finding.title, finding.state)).collect::<Vec<_>>()
        );
        assert_eq!(scene.forge.threads(PROJECT, 8), threads, "{dialect:?}: nothing is said twice");
    }
}

fn review_of_moved() -> String {
    review(&[&LOST.replace("pool.go:4-6", "pool.go:5-7"), LOCK])
}

#[test]
fn a_run_asks_the_forge_few_questions() {
    let scene = Scene::new();
    for number in 0..50 {
        scene.remote.file(format!("net/more{number}.go"), "package net\n");
    }
    scene.remote.commit("Fifty files");
    scene.forge.push(PROJECT, 7, "change");
    let _ = scene.review("out", &[]).expect_status(0);
    let reading = scene.forge.requests().len();
    scene.forge.clear_requests();
    let _ = scene.run(&["publish", "out"]).expect_status(0);
    let publishing = scene.forge.requests().len();
    assert!(reading + publishing <= 15, "{reading} to read, {publishing} to publish");
}

#[test]
fn what_another_program_said_counts_as_a_review() {
    let scene = Scene::new();
    let login = "coderabbit[bot]";
    let body = "_🟠 Major_\n\n**The error of dial is lost.** `Open` returns nil although `dial` failed.";
    scene.forge.thread(PROJECT, 7, login, "net/pool.go:R4-R6", body);
    let closed = scene.forge.thread(PROJECT, 7, login, "net/close.go:R3", "_🟠 Major_\n\nRename this.");
    scene.forge.resolve(closed, "alice");
    let ran = scene.review("out", &["--reviews-of", "bots"]).expect_status(0);
    let report = Report::from_json(&ran.stdout).unwrap();
    let names: Vec<&str> = report.reviewers.iter().map(|reviewer| reviewer.name.as_str()).collect();
    assert_eq!(names, ["claude", "coderabbit"]);
    let lost = report.findings.iter().find(|finding| finding.title.contains("dial")).unwrap();
    assert_eq!(lost.reviewers, ["claude", "coderabbit"], "{:#?}", report.findings);
    assert!(!report.findings.iter().any(|finding| finding.title.contains("Rename")));
    let without = scene.review("without", &[]).expect_status(0);
    assert_eq!(Report::from_json(&without.stdout).unwrap().reviewers.len(), 1);
}

#[cfg(unix)]
#[test]
fn the_second_round_is_told_what_is_new() {
    let scene = Scene::new();
    // A reviewer that keeps what it is asked.
    let script = scene.env.path().join("spy.sh");
    std::fs::write(&script, "#!/bin/sh\ncat > \"$1\"\necho 'No issues found.'\n").unwrap();
    let asked = scene.env.path().join("asked");
    let spy = format!("spy=command:cmd=sh {} {}", script.display(), asked.display());
    let url = scene.url();
    let review = |output: &str| {
        scene.run(&[
            "run",
            "--pr",
            &url,
            "--reviewer",
            &spy,
            "--since",
            "auto",
            "--output",
            output,
            "--publish",
        ])
    };
    let first = review("one");
    assert!(first.stderr.contains("no earlier head is known"), "{}", first.stderr);
    scene.push("net/other.go", "package net\n", "Another file");
    // Even if the branch is written anew.
    scene.remote.git(&["commit", "--quiet", "--amend", "-m", "Another name"]);
    scene.forge.push(PROJECT, 7, "change");
    let second = review("two");
    assert!(!second.stderr.contains("no earlier head"), "{}", second.stderr);
    let asked = std::fs::read_to_string(asked).unwrap_or_default();
    assert!(asked.contains("was reviewed before at"), "{asked}\n{}", second.stderr);
    assert!(asked.contains("net/other.go: lines 1"), "{asked}");
}
