//! Three models over HTTP review one change, against a scripted server on this machine:
//! `cargo run --example three_models --features anthropic,openai,google`.
//!
//! With `endpoint=…` left out and real keys in the environment, the same specifications ask the real APIs.

use deep_review::{Cx, MemoryTree, Registry, RenderOptions, Result, Session, renderer};
use review_testkit::model_server::{ModelServer, Reply};
use review_testkit::scenario;
use serde_json::json;

const REVIEW: &str = r#"{"findings":[{"severity":"important","kind":"regression","title":"The last item is never summed",
  "body":"`len() - 1` leaves out the last item.","locations":[{"path":"sum.rs","start_line":2,"end_line":2}],
  "quotes":[{"text":"items[..items.len() - 1].iter().sum()","path":"sum.rs"}],
  "scenario":"`sum(&[1, 2])` is 1."}],"sections":{"summary":"One defect."}}"#;

fn main() -> Result<()> {
    // Anthropic: a tool is called first, then comes the answer.
    let anthropic = ModelServer::start([
        Reply::json(
            json!({"model": "claude-x", "stop_reason": "tool_use", "content": [{"type": "tool_use", "id": "t1",
                "name": "read_file", "input": {"path": "sum.rs"}}]})
            .to_string(),
        ),
        Reply::json(
            json!({"model": "claude-x", "stop_reason": "end_turn", "content": [{"type": "text", "text": REVIEW}]})
                .to_string(),
        ),
    ]);
    // OpenAI: it asks to slow down once.
    let openai = ModelServer::start([
        Reply::status(429, r#"{"error":{"message":"slow down","code":"rate_limit_exceeded"}}"#)
            .header("retry-after", "1"),
        Reply::json(
            json!({"model": "gpt-x", "status": "completed", "output": [{"type": "message", "role": "assistant",
                "content": [{"type": "output_text", "text": REVIEW}]}]})
            .to_string(),
        ),
    ]);
    // Google: its key is refused. The review of the others is not hurt, and the report says who is missing.
    let google = ModelServer::start([Reply::status(
        400,
        r#"{"error":{"status":"INVALID_ARGUMENT","message":"API key not valid"}}"#,
    )]);

    let scenario = scenario().file(
        "sum.rs",
        "fn sum(items: &[u32]) -> u32 {\n    items.iter().sum()\n}\n",
        "fn sum(items: &[u32]) -> u32 {\n    items[..items.len() - 1].iter().sum()\n}\n",
    );
    let tree: MemoryTree = scenario.tree();
    let registry = Registry::builtin();
    let mut session = Session::new(scenario.change(), tree);
    for (backend, server) in [("anthropic", &anthropic), ("openai", &openai), ("google", &google)] {
        let spec = format!("{backend}:endpoint={}", server.url()).parse()?;
        match registry.make(&spec) {
            Ok(reviewer) => session = session.with_reviewer(reviewer),
            Err(error) => {
                println!(
                    "{error}; for this example any value does, e.g. ANTHROPIC_API_KEY=x OPENAI_API_KEY=x GEMINI_API_KEY=x"
                );
                return Ok(());
            }
        }
    }
    let outcome = session.with_report_id("example").run_blocking(Cx::detached())?;
    let text = match renderer("terminal") {
        Some(renderer) => renderer.render(&outcome.report, &RenderOptions::default())?.text,
        None => String::new(),
    };
    println!("{text}");
    assert_eq!(outcome.report.findings.len(), 1, "two reviewers said the same");
    assert_eq!(anthropic.requests().len(), 2, "the result of the tool went back");
    Ok(())
}
