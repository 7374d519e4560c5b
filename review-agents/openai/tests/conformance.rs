//! Codex, played by a fake program, against the public suite.

#![cfg(all(unix, feature = "codex"))]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use review_agents::cli_agent::CliAgent;
use review_agents::process::{Driver, Limits};
use review_core::Agent;
use review_openai::{Codex, CodexConfig};
use review_testkit::conformance::{self, CliFixture};
use serde_json::json;

struct Fixture;

const THREAD: &str = r#"{"type":"thread.started","thread_id":"t-1"}"#;

impl CliFixture for Fixture {
    fn program(&self) -> &str {
        "codex"
    }

    fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
        let mut config = CodexConfig::new(key);
        config.program = program.to_owned();
        Arc::new(CliAgent::new(Codex::new(config), Driver::new(Limits::default())))
    }

    fn good(&self, _: &Path, answer: &str) -> Vec<String> {
        let command = |code: Option<i32>| json!({"id": "item_0", "type": "command_execution", "command": "/bin/bash -lc 'cat a.rs'", "exit_code": code});
        vec![
            THREAD.to_owned(),
            r#"{"type":"turn.started"}"#.to_owned(),
            json!({"type": "item.started", "item": command(None)}).to_string(),
            json!({"type": "item.completed", "item": command(Some(0))}).to_string(),
            json!({"type": "item.completed", "item": {"id": "item_1", "type": "agent_message", "text": answer}})
                .to_string(),
            json!({"type": "turn.completed", "usage": {"input_tokens": 100, "cached_input_tokens": 40,
                "output_tokens": 10, "reasoning_output_tokens": 2}})
            .to_string(),
        ]
    }

    fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)> {
        let message = format!("unexpected status {status} Refused: {message}");
        let failed = json!({"type": "turn.failed", "error": {"message": message}});
        Some((vec![THREAD.to_owned(), failed.to_string()], 1))
    }

    fn unknown(&self) -> Option<String> {
        Some(r#"{"type":"tomorrow"}"#.to_owned())
    }

    fn goes_on_with(&self) -> Option<&str> {
        Some("resume")
    }
}

#[tokio::test]
async fn it_conforms() {
    conformance::cli_agent(&Fixture).await.assert_conforms();
}
