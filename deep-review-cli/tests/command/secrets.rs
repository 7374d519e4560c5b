//! Keys are planted in every place where one could leak, and looked for in everything that a run leaves.

use std::path::Path;

use review_testkit::model_server::{ModelServer, Reply};
use serde_json::json;

use crate::{PROGRAM, repository};

const KEY: &str = "sk-planted-0123456789";

/// Files below a folder that hold the key.
fn leaks(folder: &Path, found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            leaks(&path, found);
        } else if std::fs::read(&path).unwrap().windows(KEY.len()).any(|part| part == KEY.as_bytes()) {
            found.push(path.display().to_string());
        }
    }
}

/// Answers with the key in the text, cut in two, in a call, in an error, in a header.
fn talkative() -> ModelServer {
    let event = |event: serde_json::Value| event.to_string();
    let (first, rest) = KEY.split_at(7);
    let answer = [
        event(json!({"type": "message_start", "message": {"model": format!("m-{KEY}"), "usage": {}}})),
        event(
            json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}),
        ),
        event(json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta",
            "text": format!(r#"{{"findings":[{{"title":"It says {KEY} and {first}"#)}})),
        event(json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta",
            "text": format!(r#"{rest}","body":"b"}}],"sections":{{"summary":"s"}}}}"#)}})),
        event(json!({"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {}})),
        event(json!({"type": "message_stop"})),
    ];
    let call = json!({"model": "m", "stop_reason": "tool_use", "content": [{"type": "tool_use", "id": "t",
        "name": "search", "input": {"pattern": KEY}}]});
    let refusal = json!({"error": {"type": "overloaded_error", "message": format!("busy, {KEY}")}});
    ModelServer::start([
        Reply::status(529, refusal.to_string()).header("request-id", KEY).header("retry-after", "0"),
        Reply::json(call.to_string()),
        Reply::events(answer),
    ])
}

#[test]
fn a_key_is_in_nothing_that_a_run_leaves() {
    let env = repository();
    let server = talkative();
    let refusing = ModelServer::start([Reply::status(
        401,
        json!({"error": {"type": "authentication_error", "message": format!("no such key: {KEY}")}})
            .to_string(),
    )]);
    let says = "echo $PLANTED >&2; echo my key is $PLANTED; env; exit 3";
    let output = std::process::Command::new(PROGRAM)
        .args(["run", "--base", "HEAD~1", "--output", "../out", "--format", "json"])
        .args(["--reviewer", &format!("talks=anthropic:endpoint={}", server.url())])
        .args(["--reviewer", &format!("refused=anthropic:endpoint={}", refusing.url())])
        .args(["--reviewer", &format!("program=command:env=PLANTED,cmd={says}")])
        .current_dir(env.path())
        .env("ANTHROPIC_API_KEY", KEY)
        .env("PLANTED", KEY)
        .output()
        .unwrap();
    for (name, bytes) in [("standard output", &output.stdout), ("standard error", &output.stderr)] {
        assert!(!String::from_utf8_lossy(bytes).contains(KEY), "the key is on {name}");
    }
    let mut found = Vec::new();
    leaks(&env.path().join("../out"), &mut found);
    assert!(found.is_empty(), "the key is in {found:?}");
    // It was really there to be leaked.
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("It says [secret] and [secret]"), "{said}");
    assert!(server.requests().iter().all(|request| request.header("x-api-key") == Some(KEY)));
}
