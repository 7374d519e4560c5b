//! Every backend has a conformance suite that runs in CI. A new one without a suite fails here.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::Path;

use deep_review::Registry;

/// Backend, the test file that runs a public suite over it, and the suite.
const SUITES: &[(&str, &str, &str)] = &[
    ("anthropic", "review-agents/anthropic/tests/messages.rs", "conformance::chat_model"),
    ("bandit", "tests/analysers.rs", "conformance::reviewer"),
    ("claude-code", "review-agents/anthropic/tests/claude_code.rs", "conformance::cli_agent"),
    ("clippy", "tests/analysers.rs", "conformance::reviewer"),
    ("codex", "review-agents/openai/tests/conformance.rs", "conformance::cli_agent"),
    ("command", "review-agents/tests/command.rs", "conformance::cli_agent"),
    ("eslint", "tests/analysers.rs", "conformance::reviewer"),
    ("gemini-cli", "review-agents/google/tests/conformance.rs", "conformance::cli_agent"),
    ("gitleaks", "tests/analysers.rs", "conformance::reviewer"),
    ("golangci-lint", "tests/analysers.rs", "conformance::reviewer"),
    ("google", "review-agents/google/tests/generate_content.rs", "conformance::chat_model"),
    ("openai", "review-agents/openai/tests/responses.rs", "conformance::chat_model"),
    ("openai-chat", "review-agents/openai/tests/chat.rs", "conformance::chat_model"),
    ("rdjson", "deep-review-cli/tests/suites.rs", "conformance::reviewer"),
    ("replay", "deep-review-cli/tests/suites.rs", "conformance::reviewer"),
    ("ruff", "tests/analysers.rs", "conformance::reviewer"),
    ("rules", "review-agents/analyzers/tests/reviewer.rs", "conformance::reviewer"),
    ("sarif", "deep-review-cli/tests/suites.rs", "conformance::reviewer"),
    ("semgrep", "tests/analysers.rs", "conformance::reviewer"),
    ("shellcheck", "tests/analysers.rs", "conformance::reviewer"),
];

/// Layers and loops, each over the public suite too.
const LAYERS: &[(&str, &str)] = &[
    ("review-agents/tests/layers.rs", "conformance::reviewer"),
    ("review-agents/tests/chat.rs", "conformance::agent"),
    ("review-agents/tests/agent_reviewer.rs", "conformance::reviewer"),
];

fn runs(file: &str, suite: &str) -> bool {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(file);
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.contains(suite) && text.contains("assert_conforms()")
}

#[test]
fn every_backend_has_a_suite() {
    let known: Vec<String> = Registry::builtin().backends().map(|backend| backend.name.clone()).collect();
    let listed: Vec<&str> = SUITES.iter().map(|(name, _, _)| *name).collect();
    let without: Vec<&String> = known.iter().filter(|name| !listed.contains(&name.as_str())).collect();
    assert!(without.is_empty(), "these backends have no conformance suite: {without:?}");
    for (name, file, suite) in SUITES {
        assert!(runs(file, suite), "{file} does not run {suite} over {name}");
    }
    for (file, suite) in LAYERS {
        assert!(runs(file, suite), "{file} does not run {suite}");
    }
}

#[tokio::test]
async fn recorded_reviews_conform() {
    use deep_review::ReviewRequest;
    use review_testkit::conformance;

    let folder = tempfile::tempdir().unwrap();
    let files = [
        (
            "replay",
            "a.md",
            "### Important Issues\n\nI1. **Lost error** — `a.go:3` (important, gap)\n\nText.\n",
        ),
        ("sarif", "a.sarif", r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[]}]}"#),
        (
            "rdjson",
            "a.json",
            r#"{"source":{"name":"x"},"diagnostics":[{"message":"m","location":{"path":"a.go"}}]}"#,
        ),
    ];
    for (backend, name, text) in files {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let spec = format!("{backend}:file={}", path.display()).parse().unwrap();
        let make = || Registry::builtin().make(&spec).unwrap();
        conformance::reviewer(make, ReviewRequest::new(deep_review::ChangeSet::default()))
            .await
            .assert_conforms();
    }
}
