//! What each pass with a brief brought is told in the retro.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use deep_review::{
    Backend, Capabilities, Cx, Registry, ReviewerSpec, ScriptedAgent, Session, SessionOutcome,
};
use review_testkit::{finding, review, scenario};

fn registry(agent: &Arc<ScriptedAgent>) -> Registry {
    let mut registry = Registry::new();
    let agent = Arc::clone(agent);
    registry.register(Backend::agent("canned", "", Capabilities::default(), move |_| Ok(agent.clone())));
    registry
}

/// Two reviewers, one of two passes, with the briefs of `run --briefs`.
fn run(briefs: &str) -> (SessionOutcome, Vec<String>) {
    let none = r#"{"findings": [], "sections": {"summary": "Fine."}}"#;
    let agent = Arc::new(ScriptedAgent::new().answering(none).answering(none).answering(none));
    let registry = registry(&agent);
    let mut specs: Vec<ReviewerSpec> =
        vec!["a=canned:passes=2".parse().unwrap(), "b=canned".parse().unwrap()];
    registry.deal_briefs(&mut specs, briefs).unwrap();
    let change = scenario().file("a.rs", "fn a() {}\n", "fn b() {}\n");
    let mut session = Session::new(change.change(), change.tree());
    for spec in &specs {
        session = session.with_reviewer(registry.make(spec).unwrap());
    }
    let outcome = session.run_blocking(Cx::detached()).unwrap();
    let asked = agent.asked().into_iter().map(|request| request.prompt).collect();
    (outcome, asked)
}

#[test]
fn every_pass_has_another_part_and_the_record_says_which() {
    let (outcome, asked) = run("auto");
    let had: Vec<String> = outcome
        .record
        .input
        .reviews
        .iter()
        .map(|review| format!("{}/{} {}", review.reviewer, review.pass, review.briefs.join(" ")))
        .collect();
    insta::assert_snapshot!(had.join("\n"), @r"
    a/1 line-walk failure-paths tests-and-docs
    a/2 removed-behaviour concurrency
    b/1 callers-and-siblings security
    ");
    for title in
        ["Walk the diff line by line", "Let every step fail", "Attack it", "Run it twice at the same time"]
    {
        assert_eq!(asked.iter().filter(|prompt| prompt.contains(title)).count(), 1, "{title}");
    }
    let (outcome, asked) = run("none");
    assert!(outcome.record.input.reviews.iter().all(|review| review.briefs.is_empty()));
    assert!(asked.iter().all(|prompt| prompt.contains("## How to look")));
}

#[test]
fn each_pass_is_counted_for_its_brief() {
    let code =
        "fn take(n: u32) -> u32 {\n    let b = read(n);\n    b\n}\n\nfn put(n: u32) {\n    write(n);\n}\n";
    let change = scenario().file("a.rs", "", code);
    let walk = review("claude")
        .with_briefs(vec!["line-walk".into()])
        .with_finding(finding("I1 The limit is not checked @ a.rs:2 `let b = read(n);`"))
        .with_finding(finding("I2 The result of write is lost @ a.rs:7 `write(n);`"));
    let failures = review("claude")
        .with_pass(2)
        .with_briefs(vec!["failure-paths".into(), "security".into()])
        .with_finding(finding("I1 The result of write is lost @ a.rs:7 `write(n);`"));
    let nothing = review("codex").with_briefs(vec!["tests-and-docs".into()]);
    let reviews = vec![walk, failures, nothing, review("gemini")];
    let session = Session::new(change.change(), change.tree()).with_report_id("r").with_started_ms(0);
    let retro = session.consolidate_blocking(reviews, Cx::detached()).unwrap().report.retro;
    let told: Vec<String> =
        retro.reviewers.iter().map(|one| format!("{}: {}", one.reviewer, one.prose)).collect();
    insta::assert_snapshot!(told.join("\n"), @r"
    claude: Raised 3 findings, 3 published, 2 of them by nobody else (I1, I2). Without it the verdict would be merge. With the brief `line-walk` (pass 1): 2 raised, 2 published, 1 by nobody else. With the briefs `failure-paths`, `security` (pass 2): 1 raised, 1 published, 0 by nobody else.
    codex: Raised nothing. With the brief `tests-and-docs`: 0 raised, 0 published, 0 by nobody else.
    gemini: Raised nothing.
    ");
}
