//! A program as an agent, and the agent as a reviewer.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::AgentReviewer;
use review_agents::command::CommandAgent;
use review_core::{Agent, Ask, ChangeSet, Completeness, Cx, Review, ReviewRequest, Reviewer, ReviewerInfo};
use review_testkit::conformance;

async fn review(line: &str) -> Review {
    let reviewer = AgentReviewer::new(ReviewerInfo::new("mine"), Arc::new(CommandAgent::shell(line)));
    reviewer.review(Arc::new(ReviewRequest::new(ChangeSet::default())), Cx::detached()).await
}

fn show(review: &Review) -> String {
    let titles: Vec<&str> = review.findings.iter().map(|finding| finding.title.as_str()).collect();
    format!("{} {titles:?} {}", review.completeness, review.incomplete_reason.as_deref().unwrap_or_default())
}

const ANSWER: &str = r#"echo '{"findings":[{"title":"Lost error","severity":"important"}]}'"#;

#[tokio::test]
async fn json_and_markdown_are_read() {
    insta::assert_snapshot!(show(&review(ANSWER).await), @r#"complete ["Lost error"] "#);
    let markdown =
        r"printf '### Important Issues\n\nI1. **Lost error** — `a.go:3` (important, gap)\n\nText.\n'";
    insta::assert_snapshot!(show(&review(markdown).await), @r#"complete ["Lost error"] "#);
}

#[tokio::test]
async fn no_exit_code_and_no_silence_looks_like_a_clean_review() {
    insta::assert_snapshot!(show(&review("exit 0").await), @"failed [] command: the program answered nothing");
    insta::assert_snapshot!(show(&review("echo broken >&2; exit 3").await), @"failed [] command: the program failed and said nothing (exit code: 3, last words: broken)");
    insta::assert_snapshot!(show(&review(&format!("{ANSWER}; exit 3")).await), @r#"truncated ["Lost error"] the program ended with code 3: "#);
}

#[tokio::test]
async fn the_prompt_is_on_standard_input() {
    let review =
        review(r#"grep -c 'senior engineer' >/dev/null && echo '{"findings":[{"title":"asked"}]}'"#).await;
    assert_eq!(review.findings[0].title, "asked");
    assert_eq!(review.completeness, Completeness::Complete);
}

#[tokio::test]
async fn nothing_of_our_environment_is_visible_and_its_home_is_its_own() {
    let agent = CommandAgent::shell("env | sort; touch \"$HOME/trace\"").variable("KEY", "given");
    let answered = agent.ask(Ask::new("x"), Cx::detached()).await.unwrap();
    let mut names: Vec<&str> = answered.text.lines().filter_map(|line| line.split('=').next()).collect();
    names.retain(|name| !["_", "PWD", "OLDPWD", "SHLVL"].contains(name));
    assert_eq!(names, ["DEEP_REVIEW_RUN", "HOME", "KEY", "PATH", "TMPDIR"]);
    let home = answered.text.lines().find_map(|line| line.strip_prefix("HOME=")).unwrap();
    assert!(!std::path::Path::new(home).exists(), "the private folder is gone");
}

#[tokio::test]
async fn it_conforms() {
    let make = || -> Arc<dyn Agent> { Arc::new(CommandAgent::shell(ANSWER)) };
    conformance::agent(make, Ask::new("review")).await.assert_conforms();
    let make = || -> Arc<dyn Reviewer> {
        Arc::new(AgentReviewer::new(ReviewerInfo::new("mine"), Arc::new(CommandAgent::shell(ANSWER))))
    };
    conformance::reviewer(make, ReviewRequest::new(ChangeSet::default())).await.assert_conforms();
}
