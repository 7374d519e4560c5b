//! Claude Code, played by a fake program, against the public suite.

#![cfg(all(unix, feature = "claude-code"))]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use review_agents::cli_agent::CliAgent;
use review_agents::process::{Driver, Limits};
use review_anthropic::{ClaudeCode, ClaudeConfig};
use review_core::Agent;
use review_testkit::conformance::{self, CliFixture};
use serde_json::json;

struct Fixture;

const INIT: &str = r#"{"type":"system","subtype":"init","session_id":"s-1","model":"claude-x","claude_code_version":"2.1.329"}"#;

impl CliFixture for Fixture {
    fn program(&self) -> &str {
        "claude"
    }

    fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
        let mut config = ClaudeConfig::new(key);
        config.program = program.to_owned();
        Arc::new(CliAgent::new(ClaudeCode::new(config), Driver::new(Limits::default())))
    }

    fn good(&self, checkout: &Path, answer: &str) -> Vec<String> {
        let read = json!({"type": "tool_use", "id": "t", "name": "Read", "input": {"file_path": checkout.join("a.rs")}});
        let said = json!({"type": "text", "text": answer});
        vec![
            INIT.to_owned(),
            json!({"type": "assistant", "message": {"content": [read]}}).to_string(),
            json!({"type": "assistant", "message": {"content": [said]}}).to_string(),
            json!({"type": "result", "subtype": "success", "is_error": false, "result": answer, "num_turns": 2,
                "usage": {"input_tokens": 60, "cache_read_input_tokens": 40, "output_tokens": 10}})
            .to_string(),
        ]
    }

    fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)> {
        let result = json!({"type": "result", "subtype": "success", "is_error": true, "result": message,
            "api_error_status": status, "terminal_reason": "api_error"});
        Some((vec![INIT.to_owned(), result.to_string()], 1))
    }

    fn unknown(&self) -> Option<String> {
        Some(r#"{"type":"tomorrow"}"#.to_owned())
    }

    fn goes_on_with(&self) -> Option<&str> {
        Some("--resume")
    }
}

#[tokio::test]
async fn it_conforms() {
    let report = conformance::cli_agent(&Fixture).await.assert_conforms();
    // Where the kernel confines it, it can't write what it sees; where nothing does, it can reach everything.
    let depends_on_the_machine =
        |line: &&str| line.contains("its environment") || line.contains("out of reach");
    let table = report.table();
    let table: Vec<&str> = table.lines().filter(|line| !depends_on_the_machine(line)).collect();
    insta::assert_snapshot!(table.join("\n"), @"
    ok    an answer arrives whole
    ok    it says how the program was kept off the checkout
    ok    what it read is known, by paths of the checkout
    ok    its tool calls are counted
    ok    unknown and malformed lines cost nothing
    ok    a huge line arrives whole
    ok    the prompt arrives on standard input
    ok    the prompt is no argument
    ok    the key is no argument
    ok    it works in the checkout
    ok    its home is neither the user's nor in the checkout
    ok    code 0 without an answer is no success
    ok    an empty answer is no success
    ok    an answer that the request refuses is no success
    ok    it is asked once more in its session
    ok    and only once
    ok    a failure carries the program's last words
    ok    what was said before the last tool is no part of the answer
    ok    a good answer with a bad exit code is truncated
    ok    without its end mark it is no success
    ok    a program that is not there says so
    ok    401 is told
    ok    429 is told
    ok    500 is told
    ok    a key that the program repeats is not shown
    ok    what a good run leaves behind is ended
    ok    a cancelled run ends, with everything that it started
    ok    dropping it ends everything too
    ok    what it said before its time was over is kept
    ");
}
