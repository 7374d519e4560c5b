//! The server as a client sees it, over a pipe in this process.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    clippy::panic,
    reason = "a test"
)]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deep_review::{
    Cancel, Cx, Location, RawFinding, Result, Review, ReviewRequest, Reviewer, ReviewerInfo,
    ScriptedReviewer, Severity,
};
use review_git::testing::TestRepo;
use review_mcp::{RepositorySessions, Server};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, CancelTaskParams, ClientCapabilities,
    ClientConfig, GetTaskParams, Implementation, TaskPayload,
};
use rmcp::service::{RoleClient, RunningService, ServiceExt as _};
use serde_json::{Value, json};
use tokio::task::JoinHandle;

/// A branch with one changed file.
fn repository() -> TestRepo {
    let repo = TestRepo::new();
    repo.file("src/pay.rs", "fn pay() {\n    charge();\n}\n").commit("first");
    repo.git(&["switch", "--quiet", "-c", "feature"]);
    repo.file("src/pay.rs", "fn pay() {\n    charge();\n    charge();\n}\n").commit("second");
    repo
}

fn finding() -> RawFinding {
    RawFinding::new("The card is charged twice")
        .with_id("I1")
        .with_severity(Severity::Important)
        .with_body("`charge()` is called a second time, so every customer pays double.")
        .at(Location::line("src/pay.rs", 3))
}

fn canned(name: &str) -> ScriptedReviewer {
    ScriptedReviewer::new(Review::new(name).with_finding(finding()))
}

/// Says what it found and then works until it is cancelled.
struct Endless(ReviewerInfo);

#[async_trait]
impl Reviewer for Endless {
    fn info(&self) -> &ReviewerInfo {
        &self.0
    }
    async fn review(&self, _: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        cx.cancel.cancelled().await;
        cx.cancel.check().map(|()| Review::new("slow"))
    }
}

struct Client {
    service: RunningService<RoleClient, ClientConfig>,
    server: JoinHandle<Result<()>>,
}

impl Client {
    async fn connect(
        sessions: RepositorySessions,
        folder: &std::path::Path,
        capabilities: ClientCapabilities,
    ) -> Self {
        let (ours, theirs) = tokio::io::duplex(1 << 16);
        let server = Server::new(sessions, folder).unwrap();
        let server = tokio::spawn(server.serve(tokio::io::split(theirs), Cancel::new()));
        let info = ClientConfig::new(capabilities, Implementation::new("test", "0"));
        Self { service: info.serve(ours).await.unwrap(), server }
    }

    async fn raw(&self, tool: &'static str, arguments: Value) -> CallToolResponse {
        let Value::Object(arguments) = arguments else { panic!("arguments are an object") };
        let call = CallToolRequestParams::new(tool).with_arguments(arguments);
        self.service.call_tool_once(call).await.unwrap()
    }

    async fn result(&self, tool: &'static str, arguments: Value) -> CallToolResult {
        match self.raw(tool, arguments).await {
            CallToolResponse::Complete(result) => result,
            other => panic!("no result: {other:?}"),
        }
    }

    async fn call(&self, tool: &'static str, arguments: Value) -> Value {
        let result = self.result(tool, arguments).await;
        assert_ne!(result.is_error, Some(true), "{result:?}");
        result.structured_content.unwrap()
    }

    async fn refused(&self, tool: &'static str, arguments: Value) -> String {
        let result = self.result(tool, arguments).await;
        assert_eq!(result.is_error, Some(true), "{result:?}");
        result.content[0].as_text().unwrap().text.clone()
    }

    async fn until_ended(&self, run: &str) -> Value {
        for _ in 0..6_000 {
            let status = self.call("review_status", json!({ "run_id": run })).await;
            if status["state"] != "running" {
                return status;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("the run does not end");
    }

    async fn review(&self, arguments: Value) -> (String, Value) {
        let started = self.call("review_start", arguments).await;
        let run = started["run_id"].as_str().unwrap().to_owned();
        let status = self.until_ended(&run).await;
        (run, status)
    }

    async fn close(self) {
        self.service.cancel().await.unwrap();
        self.server.await.unwrap().unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_branch_is_reviewed_read_and_explained() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions =
        RepositorySessions::new(repo.path()).with_reviewer(canned("claude")).with_reviewer(canned("codex"));
    let client = Client::connect(sessions, folder.path(), ClientCapabilities::default()).await;
    let (run, status) = client.review(json!({ "base": "main" })).await;
    insta::assert_json_snapshot!(status["report"]["findings"], @r#"
    [
      {
        "id": "I1",
        "place": "src/pay.rs:3",
        "severity": "important",
        "title": "The card is charged twice"
      }
    ]
    "#);
    insta::assert_json_snapshot!(status["reviewers"], @r#"
    [
      {
        "findings": 1,
        "pass": 1,
        "reviewer": "claude",
        "state": "complete"
      },
      {
        "findings": 1,
        "pass": 1,
        "reviewer": "codex",
        "state": "complete"
      }
    ]
    "#);

    let report = client.call("report_get", json!({})).await;
    assert_eq!(report["run_id"], run.as_str());
    assert!(report["text"].as_str().unwrap().contains("The card is charged twice"));
    let explained = client.call("finding_explain", json!({ "id": "I1" })).await;
    insta::assert_json_snapshot!(explained["raised"], @r#"
    [
      {
        "disposition": "kept",
        "reason": "its wording is published as I1",
        "source": "claude/1/I1"
      },
      {
        "disposition": "merged",
        "reason": "same issue (1.00: wording 100 %, prose 100 %, headlines 100 %, key terms 100 %, overlapping lines, each the other's best match)",
        "source": "codex/1/I1"
      }
    ]
    "#);
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_declined_stays_away_also_after_a_restart() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions = || RepositorySessions::new(repo.path()).with_reviewer(canned("claude"));
    let client = Client::connect(sessions(), folder.path(), ClientCapabilities::default()).await;
    let (run, _) = client.review(json!({ "base": "main" })).await;
    client.call("finding_dismiss", json!({ "id": "I1", "reason": "the second charge is a tip" })).await;
    client.close().await;

    let client = Client::connect(sessions(), folder.path(), ClientCapabilities::default()).await;
    assert_eq!(client.call("review_status", json!({})).await["run_id"], run.as_str());
    let (_, status) = client.review(json!({ "base": "main" })).await;
    assert_eq!(status["report"]["findings"], json!([]));
    let report = client.call("report_get", json!({})).await;
    assert!(report["text"].as_str().unwrap().contains("the second charge is a tip"), "{}", report["text"]);
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_review_of_somebody_else_joins_those_of_a_run() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions = RepositorySessions::new(repo.path()).with_reviewer(canned("claude"));
    let client = Client::connect(sessions, folder.path(), ClientCapabilities::default()).await;
    let (run, _) = client.review(json!({ "base": "main" })).await;
    let text = "## Findings\n\n### Important\n\n- **The card is charged twice** (`src/pay.rs:3`): `charge()` is called a second time, so every customer pays double.\n";
    let read = client.call("ingest_review", json!({ "reviewer": "me", "text": text, "run_id": run })).await;
    assert_eq!((read["completeness"].as_str(), read["findings"].as_u64()), (Some("complete"), Some(1)));
    let explained = client.call("finding_explain", json!({ "run_id": read["run_id"], "id": "I1" })).await;
    let raised: Vec<&str> =
        explained["raised"].as_array().unwrap().iter().map(|one| one["source"].as_str().unwrap()).collect();
    assert_eq!(raised, ["claude/1/I1", "me/1/I1"]);
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancelled_run_leaves_a_report_that_says_so() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions = RepositorySessions::new(repo.path())
        .with_reviewer(canned("claude"))
        .with_reviewer(Endless(ReviewerInfo::new("slow")));
    let client = Client::connect(sessions, folder.path(), ClientCapabilities::default()).await;
    let started = client.call("review_start", json!({ "base": "main" })).await;
    let run = started["run_id"].as_str().unwrap();
    assert_eq!(started["state"], "running");
    assert!(client.refused("report_get", json!({ "run_id": run })).await.contains("no report yet"));
    client.call("review_cancel", json!({ "run_id": run })).await;
    let status = client.until_ended(run).await;
    assert_eq!(status["report"]["verdict"], "incomplete");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tools_that_are_called_side_by_side_lose_nothing_and_pass_no_limit() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let others = ["The tip is lost", "No receipt is printed", "The clock is read twice", "A lock is leaked"];
    let mut review = Review::new("claude").with_finding(finding());
    for (number, title) in (2..).zip(others) {
        let place = Location::line("src/pay.rs", number);
        let other = RawFinding::new(title).with_id(format!("I{number}")).with_severity(Severity::Important);
        review = review.with_finding(other.at(place));
    }
    let sessions = RepositorySessions::new(repo.path())
        .with_reviewer(ScriptedReviewer::new(review))
        .with_reviewer(Endless(ReviewerInfo::new("slow")));
    let client = Client::connect(sessions, folder.path(), ClientCapabilities::default()).await;
    let (run, status) = client.review(json!({ "base": "main", "reviewers": ["claude"] })).await;
    let ids: Vec<&str> = status["report"]["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids.len(), 5);
    let dismiss =
        |id: &str| client.call("finding_dismiss", json!({ "run_id": run, "id": id, "reason": "so be it" }));
    tokio::join!(dismiss(ids[0]), dismiss(ids[1]), dismiss(ids[2]), dismiss(ids[3]), dismiss(ids[4]));
    let kept = std::fs::read_to_string(folder.path().join(&run).join("resolution.json")).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    assert_eq!(kept["items"].as_array().unwrap().len(), 5, "{kept}");

    let start = || client.result("review_start", json!({ "base": "main", "reviewers": ["slow"] }));
    let (a, b, c, d, e, f) = tokio::join!(start(), start(), start(), start(), start(), start());
    let refused = [a, b, c, d, e, f].iter().filter(|one| one.is_error == Some(true)).count();
    assert_eq!(refused, 2, "four run at the same time");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn runs_end_in_order_when_the_client_goes_away() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions = RepositorySessions::new(repo.path()).with_reviewer(Endless(ReviewerInfo::new("slow")));
    let client = Client::connect(sessions, folder.path(), ClientCapabilities::default()).await;
    let started = client.call("review_start", json!({ "base": "main" })).await;
    client.close().await;
    let report = folder.path().join(started["run_id"].as_str().unwrap()).join("report.json");
    assert!(report.is_file());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_knows_tasks_waits_for_one() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions = RepositorySessions::new(repo.path())
        .with_reviewer(canned("claude"))
        .with_reviewer(Endless(ReviewerInfo::new("slow")));
    let client =
        Client::connect(sessions, folder.path(), ClientCapabilities::builder().enable_tasks().build()).await;
    let task = |response| match response {
        CallToolResponse::Task(created) => created.task.task_id,
        other => panic!("no task: {other:?}"),
    };
    let ended = async |id: String| loop {
        let info = client.service.peer().get_task(GetTaskParams::new(id.clone())).await.unwrap();
        if info.task.status().is_terminal() {
            break info.task.payload;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    };
    let quick = task(client.raw("review_start", json!({ "base": "main", "reviewers": ["claude"] })).await);
    let TaskPayload::Completed { result } = ended(quick).await else { panic!("not completed") };
    assert_eq!(result["structuredContent"]["report"]["counts"]["important"], 1);

    let slow = task(client.raw("review_start", json!({ "base": "main", "reviewers": ["slow"] })).await);
    client.service.peer().cancel_task(CancelTaskParams::new(slow.clone())).await.unwrap();
    assert!(matches!(ended(slow).await, TaskPayload::Cancelled));
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_input_is_told_to_whoever_called() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let sessions = RepositorySessions::new(repo.path()).with_reviewer(canned("claude"));
    let client = Client::connect(sessions, folder.path(), ClientCapabilities::default()).await;
    let refusals = [
        client.refused("review_status", json!({})).await,
        client.refused("review_start", json!({ "base": "main", "reviewers": ["gpt"] })).await,
        client.refused("review_start", json!({ "base": "no-such-branch" })).await,
        client.refused("review_start", json!({ "base": "HEAD" })).await,
        client.refused("report_get", json!({ "run_id": "../../etc" })).await,
        client.refused("finding_explain", json!({ "run_id": "nothing", "id": "I1" })).await,
        client.refused("ingest_review", json!({ "reviewer": "me", "text": "x".repeat(5 << 20) })).await,
    ];
    insta::assert_snapshot!(refusals.join("\n"), @"
    nothing was reviewed yet
    this reviewer is not offered (given: gpt, offered: claude)
    git rev-parse: this revision is unknown or no commit; `git log --oneline --all` lists what there is (revision: no-such-branch)
    there is nothing to review: the change is empty; name another base or head
    there is no such run (run_id: ../../etc)
    there is no such run (run_id: nothing)
    the review is too large (bytes: 5242880, most: 4194304)
    ");
    let (_, _) = client.review(json!({ "base": "main" })).await;
    let refusals = [
        client.refused("finding_explain", json!({ "id": "C7" })).await,
        client.refused("finding_dismiss", json!({ "id": "I1", "reason": "  " })).await,
        client.refused("report_get", json!({ "format": "docx" })).await,
        client.refused("report_get", json!({ "format": "json", "max_chars": 1 })).await,
    ];
    let shown: Vec<String> =
        refusals.iter().map(|text| text.replace(&*folder.path().to_string_lossy(), "DIR")).collect();
    assert!(shown[3].contains("longer than `max_chars`"), "{}", shown[3]);
    // Which formats there are depends on the features of the build.
    let shown: Vec<&str> = shown.iter().map(|text| text.split(", known").next().unwrap_or(text)).collect();
    insta::assert_snapshot!(shown[..3].join("\n"), @"
    the report has no such finding (given: C7
    a finding is declined with a reason
    there is no such format (given: docx
    ");
    client.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_tool_has_schemas_and_says_what_it_does_to_the_world() {
    let (repo, folder) = (repository(), tempfile::tempdir().unwrap());
    let client =
        Client::connect(RepositorySessions::new(repo.path()), folder.path(), ClientCapabilities::default())
            .await;
    let tools = client.service.list_all_tools().await.unwrap();
    let shown: Vec<String> = tools
        .iter()
        .map(|tool| {
            let hints = tool.annotations.as_ref().unwrap();
            assert_eq!(hints.destructive_hint, Some(false));
            assert!(tool.output_schema.is_some() && tool.description.is_some());
            let inputs =
                tool.input_schema["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
            let reads = if hints.read_only_hint == Some(true) { "reads" } else { "acts" };
            format!("{} ({}): {reads}", tool.name, inputs.join(", "))
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    review_start (base, head, reviewers, working_tree): acts
    review_status (run_id): reads
    review_cancel (run_id): acts
    report_get (format, max_chars, run_id): reads
    finding_explain (id, run_id): reads
    finding_dismiss (id, reason, run_id): acts
    ingest_review (reviewer, run_id, text): acts
    ");
    client.close().await;
}
