//! A program as an agent, and the agent as a reviewer.

#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::AgentReviewer;
use review_agents::command::{Command, OPENCODE, ProgramConfig};
use review_agents::process::{Driver, Limits};
use review_core::{
    Agent, AgentRequest, ChangeSet, Completeness, Cx, FileRead, Review, ReviewRequest, Reviewer, ReviewerInfo,
};
use review_testkit::{OrFailed as _, conformance};

fn driver() -> Driver {
    Driver::new(Limits::default())
}

async fn review(line: &str) -> Review {
    let reviewer =
        AgentReviewer::new(ReviewerInfo::new("mine"), Arc::new(Command::shell(line).agent(driver())));
    let returned = reviewer.review(Arc::new(ReviewRequest::new(ChangeSet::default())), Cx::detached()).await;
    returned.or_failed("mine")
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
    let agent = Command::shell("env | sort; touch \"$HOME/trace\"").variable("KEY", "given").agent(driver());
    let response = agent.run(AgentRequest::new("x"), Cx::detached()).await.unwrap();
    let mut names: Vec<&str> = response.text.lines().filter_map(|line| line.split('=').next()).collect();
    names.retain(|name| !["_", "PWD", "OLDPWD", "SHLVL"].contains(name));
    assert_eq!(names, ["DEEP_REVIEW_RUN", "HOME", "KEY", "PATH", "TMPDIR"]);
    let home = response.text.lines().find_map(|line| line.strip_prefix("HOME=")).unwrap();
    assert!(!std::path::Path::new(home).exists(), "the private folder is gone");
}

#[tokio::test]
async fn the_variables_that_are_given_are_never_shown() {
    let agent = Command::shell("echo my key is $KEY; echo $KEY >&2; exit 3")
        .variable("KEY", "sk-secret-1")
        .agent(driver());
    let response = agent.run(AgentRequest::new("x"), Cx::detached()).await.unwrap();
    assert!(!format!("{response:?}").contains("sk-secret"), "{response:?}");
}

#[tokio::test]
async fn a_program_that_changed_the_checkout_is_found_out() {
    let checkout = tempfile::tempdir().unwrap();
    std::fs::write(checkout.path().join("a.rs"), "fn a() {}").unwrap();
    let request = AgentRequest::new("x").with_checkout(checkout.path());
    let agent = Command::shell("echo changed > a.rs; echo fine").agent(driver());
    let response = agent.run(request.clone(), Cx::detached()).await.unwrap();
    insta::assert_snapshot!(response.truncated.unwrap(), @"it changed the checkout, so what it read may not be the change: a.rs");
    let agent = Command::shell("cat a.rs; echo fine").agent(driver());
    let response = agent.run(request, Cx::detached()).await.unwrap();
    assert_eq!(
        (response.truncated, response.identity.isolation.as_deref()),
        (None, Some("unprotected, checkout compared, process-group"))
    );
}

#[tokio::test]
async fn where_the_machine_can_nothing_but_the_home_can_be_written() {
    let checkout = tempfile::tempdir().unwrap();
    let request = AgentRequest::new("x").with_checkout(checkout.path());
    let line = "echo x > planted 2>/dev/null && echo planted; echo x > $HOME/own && echo own";
    let agent = Command::shell(line)
        .only_reading()
        .agent(driver().supervised_by(env!("CARGO_BIN_EXE_review-supervisor")));
    let response = agent.run(request, Cx::detached()).await.unwrap();
    let isolation = response.identity.isolation.unwrap();
    if isolation.starts_with("unprotected") {
        eprintln!("skipped: this machine has neither bubblewrap nor landlock");
        return;
    }
    assert_eq!(response.text.trim(), "own", "{isolation}");
}

#[tokio::test]
async fn what_a_stopped_program_had_said_is_kept_where_it_is_a_review() {
    let mut limits = Limits::default();
    limits.total = std::time::Duration::from_millis(700);
    let slow = format!("{ANSWER}; sleep 30");
    let agent = Command::shell(&slow).agent(Driver::new(limits));
    let reviewer = AgentReviewer::new(ReviewerInfo::new("mine"), Arc::new(agent));
    let review =
        reviewer.review(Arc::new(ReviewRequest::new(ChangeSet::default())), Cx::detached()).await.unwrap();
    insta::assert_snapshot!(show(&review), @r#"truncated ["Lost error"] command: it ran too long (limit: 700ms, program: /bin/sh)"#);
}

/// opencode's own events, shortened; the answer is what stands behind the last tool.
const OPENCODE_RUN: &str = r#"cat >/dev/null
echo '{"type":"step_start","sessionID":"s1","part":{}}'
echo '{"type":"text","sessionID":"s1","part":{"text":"I will look."}}'
echo '{"type":"tool_use","sessionID":"s1","part":{"tool":"read","state":{"input":{"filePath":"a.rs"}}}}'
echo '{"type":"step_finish","sessionID":"s1","part":{"reason":"tool-calls","tokens":{"input":800,"output":40,"reasoning":10,"cache":{"read":200,"write":0}},"cost":0.0009}}'
echo '{"type":"tomorrow"}'
"#;

async fn opencode(rest: &str) -> review_core::Result<review_core::AgentResponse> {
    let mut config = ProgramConfig::from_json(OPENCODE).unwrap();
    config.program = "/bin/sh".to_owned();
    config.arguments = vec!["-c".to_owned(), format!("{OPENCODE_RUN}{rest}")];
    Command::from_config(config, |_| None)
        .unwrap()
        .agent(driver())
        .run(AgentRequest::new("x"), Cx::detached())
        .await
}

#[tokio::test]
async fn a_program_s_events_are_read_by_its_map() {
    let good = r#"echo '{"type":"text","part":{"text":"Done."}}'; echo '{"type":"step_finish","part":{"reason":"stop"}}'"#;
    let response = opencode(good).await.unwrap();
    assert_eq!((response.text.as_str(), response.truncated.as_deref()), ("Done.", None));
    assert_eq!(response.reads, [FileRead::file("a.rs")]);
    assert_eq!((response.usage.output_tokens, response.usage.cost_micro_usd), (Some(50), Some(900)));
    let cut = r#"echo '{"type":"text","part":{"text":"Do"}}'; echo '{"type":"step_finish","part":{"reason":"length"}}'"#;
    insta::assert_snapshot!(opencode(cut).await.unwrap().truncated.unwrap(), @"it ended by `length`");
    insta::assert_snapshot!(opencode("exit 1").await.unwrap().truncated.unwrap(), @"it ended by `tool-calls`");
    let refused =
        r#"echo '{"type":"error","error":{"data":{"message":"no such key","statusCode":401}}}'; exit 1"#;
    insta::assert_snapshot!(opencode(refused).await.unwrap().truncated.unwrap(), @"no such key");
}

#[tokio::test]
async fn it_conforms() {
    let make = || -> Arc<dyn Agent> { Arc::new(Command::shell(ANSWER).agent(driver())) };
    conformance::agent(make, AgentRequest::new("review")).await.assert_conforms();
    let make = || -> Arc<dyn Reviewer> {
        Arc::new(AgentReviewer::new(
            ReviewerInfo::new("mine"),
            Arc::new(Command::shell(ANSWER).agent(driver())),
        ))
    };
    conformance::reviewer(make, ReviewRequest::new(ChangeSet::default())).await.assert_conforms();
}

/// A program whose whole output is its answer, and one that is described as data.
mod suite {
    use std::path::Path;

    use review_testkit::conformance::CliFixture;
    use serde_json::json;

    use super::*;

    struct Plain;

    impl CliFixture for Plain {
        fn program(&self) -> &str {
            "plain"
        }
        fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
            Arc::new(Command::new(program, Vec::new()).variable("KEY", key).agent(driver()))
        }
        fn good(&self, _: &Path, answer: &str) -> Vec<String> {
            vec![answer.to_owned()]
        }
        fn refused(&self, _: u16, _: &str) -> Option<(Vec<String>, u8)> {
            None
        }
        fn unknown(&self) -> Option<String> {
            None
        }
        fn goes_on_with(&self) -> Option<&str> {
            None
        }
    }

    struct Described;

    impl CliFixture for Described {
        fn program(&self) -> &str {
            "opencode"
        }
        fn agent(&self, program: &Path, key: &str) -> Arc<dyn Agent> {
            let mut config = ProgramConfig::from_json(OPENCODE).unwrap();
            config.program = program.to_string_lossy().into_owned();
            Arc::new(
                Command::from_config(config, |_| Some(key.to_owned())).unwrap().model("m").agent(driver()),
            )
        }
        fn good(&self, _: &Path, answer: &str) -> Vec<String> {
            let read = json!({"tool": "read", "state": {"input": {"filePath": "a.rs"}}});
            vec![
                json!({"type": "step_start", "sessionID": "ses_1", "part": {}}).to_string(),
                json!({"type": "tool_use", "sessionID": "ses_1", "part": read}).to_string(),
                json!({"type": "text", "sessionID": "ses_1", "part": {"text": answer}}).to_string(),
                json!({"type": "step_finish", "sessionID": "ses_1", "part": {"reason": "stop"}}).to_string(),
            ]
        }
        fn refused(&self, status: u16, message: &str) -> Option<(Vec<String>, u8)> {
            let data = json!({"message": message, "statusCode": status});
            Some((vec![json!({"type": "error", "error": {"data": data}}).to_string()], 1))
        }
        fn unknown(&self) -> Option<String> {
            Some(r#"{"type":"tomorrow"}"#.to_owned())
        }
        fn goes_on_with(&self) -> Option<&str> {
            Some("--session")
        }
    }

    #[tokio::test]
    async fn a_plain_program_conforms() {
        let report = conformance::cli_agent(&Plain).await.assert_conforms();
        let table = report.table();
        let depends_on_the_machine = |line: &&str| line.contains("out of reach");
        let table: Vec<&str> = table.lines().filter(|line| !depends_on_the_machine(line)).collect();
        insta::assert_snapshot!(table.join("\n"), @"
        ok    an answer arrives whole
        ok    it says how the program was kept off the checkout
        skip  what it read is known, by paths of the checkout: it does not tell
        skip  its tool calls are counted: it does not tell
        ok    unknown and malformed lines cost nothing
        ok    a huge line arrives whole
        ok    the prompt arrives on standard input
        ok    the prompt is no argument
        ok    the key is no argument
        ok    it works in the checkout
        ok    its home is neither the user's nor in the checkout
        ok    its environment is its own
        ok    code 0 without an answer is no success
        ok    an empty answer is no success
        ok    an answer that the request refuses is no success
        skip  it is asked once more in its session: it has none
        skip  and only once: it has none
        ok    a failure carries the program's last words
        skip  what was said before the last tool is no part of the answer: every line is answer
        ok    a good answer with a bad exit code is truncated
        skip  without its end mark it is no success: it has none
        ok    a program that is not there says so
        skip  401 is told: the program does not tell
        skip  429 is told: the program does not tell
        skip  500 is told: the program does not tell
        ok    a key that the program repeats is not shown
        ok    what a good run leaves behind is ended
        ok    a cancelled run ends, with everything that it started
        ok    dropping it ends everything too
        ok    what it said before its time was over is kept
        ");
    }

    #[tokio::test]
    async fn a_described_program_conforms() {
        conformance::cli_agent(&Described).await.assert_conforms();
    }
}
