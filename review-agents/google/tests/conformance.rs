//! Gemini CLI, played by a fake program, against the public suite.

#![cfg(all(unix, feature = "gemini-cli"))]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;
use std::sync::Arc;

use review_agents::cli_agent::CliAgent;
use review_agents::process::{Driver, Limits};
use review_core::Agent;
use review_google::{GeminiCli, GeminiConfig};
use review_testkit::conformance::{self, CliFixture};
use serde_json::json;

struct Fixture;

const INIT: &str = r#"{"type":"init","session_id":"s-1","model":"gemini-2.5-pro"}"#;

impl CliFixture for Fixture {
    fn program(&self) -> &str {
        "gemini"
    }

    fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
        let mut config = GeminiConfig::new(key);
        config.program = program.to_owned();
        Arc::new(CliAgent::new(GeminiCli::new(config), Driver::new(Limits::default())))
    }

    fn good(&self, checkout: &Path, answer: &str) -> Vec<String> {
        let read = json!({"type": "tool_use", "tool_name": "read_file", "tool_id": "r0",
            "parameters": {"file_path": checkout.join("a.rs")}});
        let mut lines = vec![
            INIT.to_owned(),
            r#"{"type":"message","role":"user","content":"Review this."}"#.to_owned(),
            read.to_string(),
            r#"{"type":"tool_result","tool_id":"r0","status":"success","output":""}"#.to_owned(),
        ];
        if !answer.is_empty() {
            lines.push(
                json!({"type": "message", "role": "assistant", "content": answer, "delta": true}).to_string(),
            );
        }
        lines.push(
            json!({"type": "result", "status": "success", "stats": {"total_tokens": 113, "input_tokens": 100,
                "output_tokens": 10, "cached": 40}})
            .to_string(),
        );
        lines
    }

    fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)> {
        let body = json!({"error": {"code": status, "message": message}}).to_string();
        let error = json!({"type": "unknown", "message": format!("[API Error: {body}]")});
        let result = json!({"type": "result", "status": "error", "error": error});
        Some((vec![INIT.to_owned(), result.to_string()], u8::try_from(status & 255).unwrap()))
    }

    fn unknown(&self) -> Option<String> {
        Some(r#"{"type":"tomorrow"}"#.to_owned())
    }

    fn goes_on_with(&self) -> Option<&str> {
        Some("--resume")
    }

    /// It works in an empty folder, so that nothing of the branch is its configuration.
    fn works_in_checkout(&self) -> bool {
        false
    }
}

#[tokio::test]
async fn it_conforms() {
    conformance::cli_agent(&Fixture).await.assert_conforms();
}
