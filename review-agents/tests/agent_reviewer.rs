//! An agent as a reviewer: what is asked, what becomes of the answer, large changes in parts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::AgentReviewer;
use review_core::{
    Agent, AgentRequest, AgentResponse, Cancel, Cx, Error, ErrorKind, Identity, Limits, LineRange,
    MemorySink, Result, Review, ReviewRequest, Reviewer, ReviewerInfo, ScriptedAgent, Usage,
};
use review_testkit::{OrFailed as _, Scenario, conformance, scenario};

const ONE: &str = r#"{"findings":[{"title":"Lost error","severity":"important","body":"gone"}],"sections":{"summary":"Hm."}}"#;
const NONE: &str = r#"{"findings":[],"sections":{"summary":"All is well."}}"#;

fn small() -> Scenario {
    scenario().file("a.rs", "fn a() {}\n", "fn a() {}\nfn b() {}\n")
}

fn request(scenario: &Scenario) -> ReviewRequest {
    ReviewRequest::new(scenario.change()).with_tree(Arc::new(scenario.tree()))
}

fn info() -> ReviewerInfo {
    ReviewerInfo::new("claude")
        .with_identity(Identity::default().with_provider("anthropic").with_model("opus"))
}

async fn run(agent: &Arc<ScriptedAgent>, request: ReviewRequest) -> Review {
    AgentReviewer::new(info(), agent.clone())
        .review(Arc::new(request), Cx::detached())
        .await
        .or_failed("claude")
}

fn answering(answers: &[&str]) -> Arc<ScriptedAgent> {
    Arc::new(answers.iter().fold(ScriptedAgent::new(), |agent, answer| agent.answering(*answer)))
}

fn shown(review: &Review) -> String {
    let findings: Vec<String> =
        review.findings.iter().map(|finding| format!("{}:{}", finding.id, finding.title)).collect();
    let reason = review.incomplete_reason.as_deref().unwrap_or("-");
    format!("{} [{}] {reason}", review.completeness, findings.join(", "))
}

#[tokio::test]
async fn the_diff_is_in_the_prompt_and_counts_as_seen() {
    let agent = answering(&[NONE]);
    let review = run(&agent, request(&small())).await;
    insta::assert_snapshot!(shown(&review), @"complete [] -");
    assert!(agent.asked()[0].prompt.contains("+fn b() {}"), "{}", agent.asked()[0].prompt);
    let coverage = &review.sections.coverage[0];
    assert_eq!((coverage.path.as_str(), coverage.ranges.as_slice()), ("a.rs", &[LineRange::new(1, 2)][..]));
    assert_eq!(review.identity.model.as_deref(), Some("opus"));
    assert_eq!(review.identity.prompt.as_deref(), Some("review/3"));
}

#[tokio::test]
async fn what_is_no_review_is_never_a_clean_one() {
    insta::assert_snapshot!(shown(&run(&answering(&["I will look at the diff."]), request(&small())).await), @r#"failed [] no finding was recognised, and it does not say "none""#);
    insta::assert_snapshot!(shown(&run(&answering(&[""]), request(&small())).await), @"failed [] its answer is not a review: the review is empty");
    let refused = Err(Error::new(ErrorKind::Unauthorized, "no such key"));
    let agent = Arc::new(ScriptedAgent::new().with(refused));
    insta::assert_snapshot!(shown(&run(&agent, request(&small())).await), @"failed [] no such key");
    let cut = Ok(AgentResponse::new(ONE).with_truncated("its answer was cut"));
    let agent = Arc::new(ScriptedAgent::new().with(cut));
    insta::assert_snapshot!(shown(&run(&agent, request(&small())).await), @"truncated [h79087b1a:Lost error] its answer was cut");
}

#[tokio::test]
async fn an_agent_can_ask_whether_its_answer_is_a_review() {
    let agent = answering(&[NONE]);
    run(&agent, request(&small())).await;
    let check = agent.asked()[0].check.clone().unwrap();
    assert_eq!(check(ONE), Ok(()));
    assert_eq!(check("## Findings\n\nNone.\n"), Ok(()));
    insta::assert_snapshot!(check("I will look at the diff.").unwrap_err(), @r#"no finding was recognised, and it does not say "none""#);
    insta::assert_snapshot!(check("").unwrap_err(), @"the review is empty");
}

/// A change whose diff needs three parts of 5,000 bytes.
fn large() -> Scenario {
    ["a/one.rs", "b/two.rs", "c/three.rs"].into_iter().fold(scenario(), |scenario, path| {
        let new: String = (0..100).map(|index| format!("line {index} of {path}, which is new\n")).collect();
        scenario.file(path, "old\n", &new)
    })
}

async fn run_parts(agent: &Arc<ScriptedAgent>, request: ReviewRequest) -> (Review, Vec<String>) {
    let sink = Arc::new(MemorySink::new());
    let reviewer = AgentReviewer::new(info(), agent.clone()).with_parts(5_000, 8);
    let review =
        reviewer.review(Arc::new(request), Cx::new(Cancel::new(), sink.clone())).await.or_failed("claude");
    (review, sink.deliveries().iter().map(|partial| shown(&partial.review)).collect())
}

#[tokio::test]
async fn a_large_change_is_asked_for_in_parts() {
    let answer = |label: &str| {
        format!(
            r###"{{"findings":[{{"id":"{label}","title":"Lost","severity":"important","body":"see I1"}}],"sections":{{"summary":"Part."}}}}"###
        )
    };
    let agent = answering(&[&answer("I1"), &answer("I1"), NONE]);
    let (review, deliveries) = run_parts(&agent, request(&large())).await;
    insta::assert_snapshot!(shown(&review), @"complete [I1:Lost, I1-2:Lost] -");
    insta::assert_snapshot!(deliveries.join("\n"), @"
    complete [I1:Lost] -
    complete [I1:Lost, I1-2:Lost] -
    ");
    assert_eq!(review.findings[1].body, "see I1-2", "a part speaks of its own labels");
    assert_eq!(review.sections.summary, "Part.\n\nAll is well.");
    let paths: Vec<&str> = review.sections.coverage.iter().map(|note| note.path.as_str()).collect();
    assert_eq!(paths, ["a/one.rs", "b/two.rs", "c/three.rs"]);
    assert!(agent.asked()[1].prompt.contains("reviewed in 3 parts. This is part 2"));
}

#[tokio::test]
async fn a_part_that_fails_costs_the_others_nothing() {
    let failure = Err(Error::new(ErrorKind::Unavailable, "it is down"));
    let agent = Arc::new(ScriptedAgent::new().answering(ONE).with(failure).answering(NONE));
    insta::assert_snapshot!(shown(&run_parts(&agent, request(&large())).await.0), @"truncated [h79087b1a:Lost error] part 2: it is down");
    let failures = || Err(Error::new(ErrorKind::Unavailable, "it is down"));
    let agent = Arc::new(ScriptedAgent::new().with(failures()).with(failures()).with(failures()));
    let review = run_parts(&agent, request(&large())).await.0;
    insta::assert_snapshot!(shown(&review), @"failed [] part 1: it is down; part 2: it is down; part 3: it is down");
}

#[tokio::test]
async fn limits_hold_for_all_parts_together() {
    let costly = |text: &str| -> Result<AgentResponse> {
        Ok(AgentResponse::new(text)
            .with_usage(Usage::default().with_cost_micro_usd(600).with_output_tokens(10)))
    };
    let agent = Arc::new(ScriptedAgent::new().with(costly(ONE)).with(costly(NONE)).with(costly(NONE)));
    let mut request = request(&large());
    request.limits = Limits::default().with_cost_micro_usd(1_000);
    let review = run_parts(&agent, request).await.0;
    insta::assert_snapshot!(shown(&review), @"truncated [h79087b1a:Lost error] part 3: the budget of the review is used up");
    let limits: Vec<Option<u64>> = agent.asked().iter().map(|ask| ask.limits.cost_micro_usd).collect();
    assert_eq!(limits, [Some(1_000), Some(400)]);
}

#[tokio::test]
async fn what_no_prompt_could_hold_is_said() {
    let agent = answering(&[NONE, NONE]);
    let reviewer = AgentReviewer::new(info(), agent.clone()).with_parts(5_000, 2);
    let review = reviewer.review(Arc::new(request(&large())), Cx::detached()).await.unwrap();
    insta::assert_snapshot!(shown(&review), @"truncated [] 1 hunks were in no prompt");
    insta::assert_snapshot!(review.diagnostics.last().unwrap().message, @"c/three.rs:1-100 was in no prompt: the change has too many parts");
    assert!(agent.asked()[0].prompt.contains("c/three.rs\n```"), "the agent is told what it is not shown");
}

#[tokio::test]
async fn it_conforms() {
    let make = || -> Arc<dyn Reviewer> {
        let agent: Arc<dyn Agent> = Arc::new(Echo);
        Arc::new(AgentReviewer::new(info(), agent))
    };
    conformance::reviewer(make, request(&small())).await.assert_conforms();
}

/// Answers every ask.
struct Echo;

#[async_trait::async_trait]
impl Agent for Echo {
    async fn run(&self, _: AgentRequest, cx: Cx) -> Result<AgentResponse> {
        cx.cancel.check()?;
        Ok(AgentResponse::new(ONE))
    }
}
