//! Whoever thinks for a quarter of an hour without a word is waited for: reviewers, the judge and the editor.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use deep_review::{
    Agent, AgentRequest, AgentResponse, Backend, Cancel, Capabilities, Cx, Event, MemorySink, Registry,
    Result, Session, SessionOutcome,
};
use review_testkit::scenario;

/// Says nothing for a quarter of an hour; then it answers whatever it is asked.
struct Silent;

#[async_trait]
impl Agent for Silent {
    async fn run(&self, request: AgentRequest, _: Cx) -> Result<AgentResponse> {
        tokio::time::sleep(Duration::from_secs(900)).await;
        let text = match request.reviewer.as_str() {
            "judge" => r#"{"answers": []}"#.to_owned(),
            "editor" => r#"{"summary": "C1 is to be fixed first: the limit is not checked."}"#.to_owned(),
            name => format!(
                r#"{{"findings": [{{"title": "Limit is not checked by {name}", "severity": "critical", "body": "It may be.",
                "locations": [{{"path": "take.go", "start_line": 4, "end_line": 4}}],
                "quotes": [{{"path": "take.go", "text": "b, _ := read(n)"}}]}}], "sections": {{"summary": "Hm."}}}}"#
            ),
        };
        Ok(AgentResponse::new(text))
    }
}

async fn run(options: &str) -> (SessionOutcome, Vec<Event>) {
    let mut registry = Registry::new();
    registry.register(Backend::agent("silent", "thinks", Capabilities::default(), |_| Ok(Arc::new(Silent))));
    let source = "package a\n\nfunc Take(n int) []byte {\n\tb, _ := read(n)\n\treturn b\n}\n";
    let change = scenario().file("take.go", "", source);
    let mut session = Session::new(change.change(), change.tree())
        .with_agent_judge(registry.judge(&format!("silent{options}").parse().unwrap()).unwrap())
        .with_agent_editor(registry.editor(&format!("silent{options}").parse().unwrap()).unwrap());
    for name in ["ada", "bob", "cyd"] {
        let reviewer = registry.reviewer(&format!("{name}=silent{options}")).unwrap();
        session = session.with_reviewer(reviewer);
    }
    let sink = Arc::new(MemorySink::new());
    let outcome = session.run(Cx::new(Cancel::new(), sink.clone())).await.unwrap();
    (outcome, sink.events())
}

#[tokio::test(start_paused = true)]
async fn a_quarter_of_an_hour_of_silence_ends_well_for_everybody() {
    let (outcome, events) = run("").await;
    assert!(
        outcome.record.input.reviews.iter().all(deep_review::Review::is_complete),
        "{:?}",
        outcome.record.input.reviews
    );
    let waited = |who: &str| {
        events
            .iter()
            .filter(|event| matches!(event, Event::Waiting { reviewer, .. } if reviewer == who))
            .count()
    };
    assert_eq!([waited("ada"), waited("bob"), waited("cyd")], [14; 3]);
    assert!(waited("judge") >= 14, "it was asked, and waited for");
    assert_eq!(outcome.report.sections.summary_by.as_deref(), Some("model:silent"));
}

#[tokio::test(start_paused = true)]
async fn a_named_time_is_the_limit_for_everybody() {
    let (outcome, _) = run(":timeout=600").await;
    for review in &outcome.record.input.reviews {
        assert!(review.incomplete_reason.is_some(), "{review:?}");
    }
    assert_eq!(outcome.report.sections.summary_by, None);
}
