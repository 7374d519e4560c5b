//! The whole adapter with a program that plays a recorded run.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use review_agents::cli_agent::CliAgent;
use review_agents::process::{Driver, Limits};
use review_core::{Agent, Ask, Cx, ErrorKind};
use review_openai::{Codex, CodexConfig};
use review_testkit::conformance;

const GOOD: &str = r#"{"type":"thread.started","thread_id":"t1"}
{"type":"turn.started"}
{"type":"item.started","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'cat a.rs'","exit_code":null}}
{"type":"item.completed","item":{"id":"item_0","type":"command_execution","command":"/bin/bash -lc 'cat a.rs'","exit_code":0}}
{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"{\"findings\":[]}"}}
{"type":"turn.completed","usage":{"input_tokens":10,"cached_input_tokens":4,"output_tokens":5,"reasoning_output_tokens":2}}"#;

const REFUSED: &str = r#"{"type":"thread.started","thread_id":"t1"}
{"type":"turn.failed","error":{"message":"unexpected status 401 Unauthorized: bad key sk-secret-1"}}"#;

/// An agent whose program reads its prompt, prints the stream and ends with the code.
fn agent(folder: &Path, stream: &str, code: i32) -> impl Agent + use<> {
    let program = folder.join("codex");
    let player = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fake-cli.sh");
    std::os::unix::fs::symlink(player, &program).unwrap();
    std::fs::write(folder.join("stream"), stream).unwrap();
    std::fs::write(folder.join("code"), code.to_string()).unwrap();
    let mut config = CodexConfig::new("sk-secret-1");
    config.program = program;
    CliAgent::new(Codex::new(config), Driver::new(Limits::default()))
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
    assert_eq!(answered.identity.isolation.as_deref(), Some("sandbox, process-group"));
    let calls: u32 = answered.tool_calls.iter().map(|count| count.calls).sum();
    assert_eq!(calls, 1);
}

#[tokio::test]
async fn a_failure_keeps_its_evidence_and_not_the_key() {
    let folder = tempfile::tempdir().unwrap();
    let error = agent(folder.path(), REFUSED, 1).ask(ask(folder.path()), Cx::detached()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unauthorized);
    assert!(!format!("{error} {error:?}").contains("sk-secret"), "{error:?}");
}
