//! The tool loop: what it does with whatever a model says.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use review_agents::chat::{ChatAgent, Prices};
use review_agents::tools::SourceTools;
use review_core::{
    Agent, AgentRequest, AgentResponse, Cancel, Cx, ErrorKind, Event, Limits, MemorySink, MemoryTree,
    Message, ModelInfo, Result, ScriptedModel, StopReason, ToolCall, ToolOutput, ToolSpec, Toolbox,
};
use review_testkit::conformance;

fn tools() -> Arc<dyn Toolbox> {
    let tree = MemoryTree::new().with_head("a.rs", "fn main() {\n    run();\n}\n");
    Arc::new(SourceTools::new(Arc::new(tree), Arc::default()))
}

fn ask() -> AgentRequest {
    AgentRequest::new("Review this.").with_reviewer("claude").with_toolbox(tools())
}

fn json_only() -> review_core::AnswerCheck {
    Arc::new(|text| if text.starts_with('{') { Ok(()) } else { Err("it is no JSON".to_owned()) })
}

async fn run(model: &ScriptedModel, ask: AgentRequest) -> Result<AgentResponse> {
    ChatAgent::new(Arc::new(model.clone())).run(ask, Cx::detached()).await
}

/// The conversation as the model saw it last, one line for each message.
fn heard(model: &ScriptedModel) -> String {
    let line = |message: &Message| match message {
        Message::User(text) => format!("user: {}", text.lines().next().unwrap_or_default()),
        Message::Assistant { text, calls, .. } => {
            let calls: Vec<_> = calls.iter().map(|call| call.name.as_str()).collect();
            format!("model: {text} {}", calls.join("+"))
        }
        Message::Tools(results) => results
            .iter()
            .map(|result| {
                format!("{} {}{:?}", result.name, if result.is_error { "failed " } else { "" }, result.text)
            })
            .collect::<Vec<_>>()
            .join("\n"),
        other => format!("{other:?}"),
    };
    model.asked().last().unwrap().messages.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[tokio::test]
async fn tools_are_run_and_their_results_go_back_in_order() {
    let model = ScriptedModel::new()
        .calling_all([
            ("read_file".to_owned(), r#"{"path":"a.rs","start_line":2,"end_line":2}"#.to_owned()),
            ("read_file".to_owned(), r#"{"path":"b.rs"}"#.to_owned()),
            ("rm".to_owned(), "{}".to_owned()),
        ])
        .answering("{}");
    let response = run(&model, ask()).await.unwrap();
    insta::assert_snapshot!(heard(&model), @r#"
    user: Review this.
    model:  read_file+read_file+rm
    read_file "2\t    run();\n(lines 2-2 of 3; go on with start_line 3)\n"
    read_file failed "there is no file `b.rs` in this version"
    rm failed "there is no tool `rm`; there is git_diff, read_file, search, list_files, git_log, git_show, git_blame"
    "#);
    assert_eq!((response.text.as_str(), response.truncated), ("{}", None));
    assert_eq!(response.usage.turns, Some(2));
    assert_eq!(response.usage.input_tokens, Some(200));
    assert_eq!(response.identity.model.as_deref(), Some("scripted-model-1"));
    let counts: Vec<_> = response.tool_calls.iter().map(|count| (count.tool.as_str(), count.calls)).collect();
    assert_eq!(counts, [("read_file", 2), ("rm", 1)]);
    assert_eq!(response.reads.len(), 1);
}

#[tokio::test]
async fn before_the_last_turn_the_model_is_told_to_answer() {
    let model = ScriptedModel::new().calling("list_files", "{}").calling("list_files", "{}").answering("{}");
    let response = run(&model, ask().with_limits(Limits::default().with_turns(3))).await.unwrap();
    assert_eq!((response.text.as_str(), response.truncated), ("{}", None));
    let asked = model.asked();
    assert_eq!(asked.iter().map(|request| request.answer_now).collect::<Vec<_>>(), [false, false, true]);
    assert!(heard(&model).contains("user: This is your last turn"));
    assert_eq!(asked[2].tools.len(), 7, "the conversation holds calls of them");
}

#[tokio::test]
async fn a_model_that_only_calls_tools_ends_at_its_limit() {
    let model = ScriptedModel::new().calling("list_files", "{}");
    let error = run(&model, ask().with_limits(Limits::default().with_turns(4))).await.unwrap_err();
    insta::assert_snapshot!(error, @"scripted: a limit of the review is reached (limit: turns, turns: 4)");
    let model = ScriptedModel::new().calling("list_files", "{}");
    let agent = ChatAgent::new(Arc::new(model)).with_max_context_bytes(10);
    let error = agent.run(ask(), Cx::detached()).await.unwrap_err();
    insta::assert_snapshot!(error, @"scripted: the model called tools where it had to answer");
}

#[tokio::test]
async fn an_answer_that_can_not_be_used_is_asked_for_once_more() {
    let model = ScriptedModel::new().answering("I think so.").answering("{}");
    let response = run(&model, ask().with_check(json_only())).await.unwrap();
    assert_eq!((response.text.as_str(), response.truncated), ("{}", None));
    insta::assert_snapshot!(heard(&model), @"
    user: Review this.
    model: I think so. 
    user: Your answer can't be used: it is no JSON
    user: This is your last turn: no further tool can be called. Give your whole answer now, in the form that was asked for, with what you have found so far, and say what you did not get to.
    ");
    assert!(model.asked()[1].answer_now);

    let model = ScriptedModel::new().answering("I think so.");
    let response = run(&model, ask().with_check(json_only())).await.unwrap();
    assert_eq!(response.text, "I think so.");
    insta::assert_snapshot!(response.truncated.unwrap(), @"its answer can't be used: it is no JSON");
    assert_eq!(model.asked().len(), 2);
}

#[tokio::test]
async fn an_empty_answer_is_asked_for_once_more_and_then_fails() {
    let model = ScriptedModel::new().answering("").answering("{}");
    assert_eq!(run(&model, ask()).await.unwrap().text, "{}");
    let model = ScriptedModel::new().answering(" \n");
    let error = run(&model, ask()).await.unwrap_err();
    insta::assert_snapshot!(error, @"scripted: the model ended without an answer");
}

#[tokio::test]
async fn cut_and_refused_answers_say_so() {
    let model = ScriptedModel::new().stopping("{\"findings\":[", StopReason::Length);
    let response = run(&model, ask().with_check(json_only())).await.unwrap();
    insta::assert_snapshot!(response.truncated.unwrap(), @"its answer was cut at the limit of output tokens");
    let model = ScriptedModel::new().stopping("", StopReason::Refused("policy".into()));
    insta::assert_snapshot!(run(&model, ask()).await.unwrap_err(), @"scripted: the model refused to answer: policy");
    let model = ScriptedModel::new().stopping("", StopReason::Length);
    insta::assert_snapshot!(run(&model, ask()).await.unwrap_err(), @"scripted: its answer was cut at the limit of output tokens");
}

#[tokio::test]
async fn what_was_said_before_a_failure_is_kept_where_it_can_be_used() {
    let model = ScriptedModel::new().breaking_off("{\"findings\":[{\"title\":\"a\"}", ErrorKind::Unavailable);
    let response = run(&model, ask().with_check(json_only())).await.unwrap();
    assert_eq!(response.text, "{\"findings\":[{\"title\":\"a\"}");
    insta::assert_snapshot!(response.truncated.unwrap(), @"it was told to fail");

    let model = ScriptedModel::new().calling("list_files", "{}").failing(ErrorKind::Unavailable);
    let error = run(&model, ask().with_check(json_only())).await.unwrap_err();
    insta::assert_snapshot!(error, @"scripted: it was told to fail");
}

#[tokio::test(start_paused = true)]
async fn a_silent_model_ends_with_its_time() {
    let model = ScriptedModel::new().hanging("{");
    let ask = ask().with_check(json_only()).with_limits(Limits::default().with_time(Duration::from_secs(60)));
    let response = run(&model, ask).await.unwrap();
    insta::assert_snapshot!(response.truncated.unwrap(), @"it ran too long (limit: 60s)");
}

#[tokio::test]
async fn cancelling_ends_a_turn_and_keeps_what_it_said() {
    let cx = Cx::detached();
    let agent = ChatAgent::new(Arc::new(ScriptedModel::new().hanging("{")));
    let running = tokio::spawn({
        let cx = cx.clone();
        async move { agent.run(ask().with_check(json_only()), cx).await }
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    cx.cancel.cancel();
    assert_eq!(running.await.unwrap().unwrap().truncated.as_deref(), Some("cancelled"));
}

#[tokio::test]
async fn money_is_counted_and_bounded_where_prices_are_known() {
    let model = ScriptedModel::new().calling("list_files", "{}");
    let agent = ChatAgent::new(Arc::new(model.clone())).with_prices(Prices::new(10_000_000, 0));
    let limits = Limits::default().with_cost_micro_usd(3_000);
    let error = agent.run(ask().with_limits(limits), Cx::detached()).await.unwrap_err();
    insta::assert_snapshot!(error, @"scripted: the model called tools where it had to answer");
    let error =
        ChatAgent::new(Arc::new(model)).run(ask().with_limits(limits), Cx::detached()).await.unwrap_err();
    insta::assert_snapshot!(error, @"scripted: money can only be bounded where the model's prices are given");
}

#[tokio::test]
async fn a_schema_waits_where_it_does_not_go_with_tools() {
    let info = ModelInfo::new("google", "gemini").with_schema_with_tools(false);
    let model =
        ScriptedModel::new().with_info(info).calling("list_files", "{}").answering("x").answering("{}");
    run(&model, ask().with_schema("{}").with_check(json_only())).await.unwrap();
    let schemas: Vec<bool> = model.asked().iter().map(|request| request.schema.is_some()).collect();
    assert_eq!(schemas, [false, false, true]);
}

/// Panics, as a tool of somebody else may.
struct Panics;

impl Toolbox for Panics {
    fn specs(&self) -> Vec<ToolSpec> {
        vec![ToolSpec::new("boom", "", "{}")]
    }
    #[expect(clippy::panic, reason = "it is what is tested")]
    fn call(&self, _: &ToolCall, _: &Cancel) -> ToolOutput {
        panic!("boom")
    }
}

#[tokio::test]
async fn a_tool_that_panics_is_told_to_the_model() {
    let model = ScriptedModel::new().calling("boom", "{}").answering("{}");
    run(&model, AgentRequest::new("Review this.").with_toolbox(Arc::new(Panics))).await.unwrap();
    assert!(heard(&model).contains("boom failed \"the tool failed\""));
}

#[tokio::test]
async fn whoever_watches_sees_calls_and_usage() {
    let sink = Arc::new(MemorySink::new());
    let model = ScriptedModel::new().calling("read_file", r#"{"path":"a.rs"}"#).answering("{}");
    let cx = Cx::new(Cancel::new(), sink.clone());
    ChatAgent::new(Arc::new(model)).run(ask(), cx).await.unwrap();
    let shown: Vec<String> = sink
        .events()
        .iter()
        .map(|event| match event {
            Event::ToolCalled { tool, summary, .. } => format!("{tool} {summary}"),
            Event::UsageUpdated { usage, .. } => format!("{} tokens", usage.input_tokens.unwrap_or_default()),
            Event::Progress { text, .. } => text.clone(),
            other => format!("{other:?}"),
        })
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @"
    100 tokens
    read_file a.rs:1-3
    {}
    200 tokens
    ");
}

#[tokio::test]
async fn it_conforms() {
    let make =
        || -> Arc<dyn Agent> { Arc::new(ChatAgent::new(Arc::new(ScriptedModel::new().answering("{}")))) };
    conformance::agent(make, ask()).await.assert_conforms();
}
