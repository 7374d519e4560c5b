//! The whole adapter with a program that plays a recorded run.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use review_agents::cli_agent::CliAgent;
use review_agents::process::{Driver, Limits};
use review_core::{Agent, Ask, Cx, ErrorKind};
use review_google::{GeminiCli, GeminiConfig};
use review_testkit::conformance;

const GOOD: &str = r#"{"type":"init","session_id":"s1","model":"gemini-2.5-pro"}
{"type":"message","role":"user","content":"Review this."}
{"type":"tool_use","tool_name":"read_file","tool_id":"r0","parameters":{"file_path":"a.rs"}}
{"type":"tool_result","tool_id":"r0","status":"success","output":""}
{"type":"message","role":"assistant","content":"{\"findings\"","delta":true}
{"type":"message","role":"assistant","content":":[]}","delta":true}
{"type":"result","status":"success","stats":{"total_tokens":17,"input_tokens":10,"output_tokens":5,"cached":4}}"#;

const REFUSED: &str = r#"{"type":"init","session_id":"s1","model":"gemini-2.5-pro"}
{"type":"result","status":"error","error":{"type":"unknown","message":"[API Error: {\"error\":{\"code\":401,\"message\":\"bad key sk-secret-1\"}}]"}}"#;

/// An agent whose program reads its prompt, prints the stream and ends with the code.
fn agent(folder: &Path, stream: &str, code: i32) -> impl Agent + use<> {
    let program = folder.join("gemini");
    let player = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fake-cli.sh");
    std::os::unix::fs::symlink(player, &program).unwrap();
    std::fs::write(folder.join("stream"), stream).unwrap();
    std::fs::write(folder.join("code"), code.to_string()).unwrap();
    let mut config = GeminiConfig::new("sk-secret-1");
    config.program = program;
    CliAgent::new(GeminiCli::new(config), Driver::new(Limits::default()))
}

fn ask(folder: &Path) -> Ask {
    Ask::new("Review this.").with_checkout(folder)
}

#[tokio::test]
async fn it_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let agent: Arc<dyn Agent> = Arc::new(agent(folder.path(), GOOD, 0));
    conformance::agent(|| agent.clone(), ask(folder.path())).await.assert_conforms();
}

#[tokio::test]
async fn a_run_arrives_whole() {
    let folder = tempfile::tempdir().unwrap();
    let answered = agent(folder.path(), GOOD, 0).ask(ask(folder.path()), Cx::detached()).await.unwrap();
    assert_eq!((answered.text.as_str(), answered.truncated), (r#"{"findings":[]}"#, None));
    assert_eq!(answered.reads, [("a.rs".to_owned(), None)]);
    assert_eq!(answered.usage.input_tokens, Some(6));
    // Between them stands what this machine keeps it from writing with.
    let isolation = answered.identity.isolation.unwrap();
    assert!(
        isolation.starts_with("read-only tools, ") && isolation.ends_with(", process-group"),
        "{isolation}"
    );
    let calls: u32 = answered.tool_calls.iter().map(|count| count.calls).sum();
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn a_failure_keeps_its_evidence_and_not_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let error = agent(folder.path(), REFUSED, 145).ask(ask(folder.path()), Cx::detached()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(!format!("{error} {error:?}").contains("sk-secret"), "{error:?}");
}
