//! The public suite says whether the adapter is right.
#![cfg(unix)]

use std::path::Path;
use std::sync::Arc;

use example_parrot::Parrot;
use review_agents::cli_agent::CliAgent;
use review_agents::process::{Driver, Limits};
use review_core::Agent;
use review_testkit::conformance::{self, CliFixture};
use serde_json::json;

struct Fixture;

impl CliFixture for Fixture {
    fn program(&self) -> &str {
        "parrot"
    }
    fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
        let parrot = Parrot { program: program.to_owned(), key: key.to_owned() };
        Arc::new(CliAgent::new(parrot, Driver::new(Limits::default())))
    }
    fn good(&self, checkout: &Path, answer: &str) -> Vec<String> {
        let events = [
            json!({"type": "session", "id": "s1"}),
            json!({"type": "read", "path": checkout.join("a.rs")}),
            json!({"type": "answer", "text": answer}),
            json!({"type": "done", "tokens": 10}),
        ];
        events.iter().map(ToString::to_string).collect()
    }
    fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)> {
        Some((vec![json!({"type": "failed", "status": status, "message": message}).to_string()], 1))
    }
    fn unknown(&self) -> Option<String> {
        Some(json!({"type": "tomorrow"}).to_string())
    }
    fn goes_on_with(&self) -> Option<&str> {
        Some("--session")
    }
}

#[tokio::test]
async fn it_conforms() {
    conformance::cli_agent(&Fixture).await.assert_conforms();
}
