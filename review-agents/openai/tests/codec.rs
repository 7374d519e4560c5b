//! What Codex's events mean, and what an end is worth.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::time::Duration;

use review_agents::cli_agent::{CliCodec, Frame, Step};
use review_agents::process::Ended;
use review_core::{AgentResponse, ErrorKind, Result};
use review_openai::CodexCodec;

const THREAD: &str = r#"{"type":"thread.started","thread_id":"t1"}"#;
const TURN: &str = r#"{"type":"turn.started"}"#;
const THINKS: &str = r#"{"type":"item.completed","item":{"id":"item_0","type":"reasoning","text":"Hm."}}"#;
const SAYS: &str =
    r#"{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"I will look."}}"#;
const STARTS: &str = r#"{"type":"item.started","item":{"id":"item_2","type":"command_execution","command":"/bin/bash -lc \"sed -n '3,9p' src/a.rs\"","aggregated_output":"","exit_code":null,"status":"in_progress"}}"#;
const READS: &str = r#"{"type":"item.completed","item":{"id":"item_2","type":"command_execution","command":"/bin/bash -lc \"sed -n '3,9p' src/a.rs\"","aggregated_output":"…","exit_code":0,"status":"completed"}}"#;
const MISSES: &str = r#"{"type":"item.completed","item":{"id":"item_3","type":"command_execution","command":"/bin/bash -lc 'cat nowhere'","aggregated_output":"","exit_code":1,"status":"failed"}}"#;
const ANSWERS: &str =
    r#"{"type":"item.completed","item":{"id":"item_4","type":"agent_message","text":"{\"findings\":[]}"}}"#;
const ENDS: &str = r#"{"type":"turn.completed","usage":{"input_tokens":3000,"cached_input_tokens":600,"cache_write_input_tokens":40,"output_tokens":150,"reasoning_output_tokens":30}}"#;

fn read(lines: &[&str], code: i32) -> (Result<AgentResponse>, Vec<Step>, Vec<Frame>) {
    let mut codec = Box::new(CodexCodec::new(Some("0.169.0".to_owned())));
    let mut steps = Vec::new();
    let frames = lines.iter().map(|line| codec.line(line.as_bytes(), &mut steps)).collect();
    let mut ended = Ended::default();
    ended.code = code;
    (codec.finish(&ended), steps, frames)
}

fn failed(message: &str) -> String {
    let line = format!(r#"{{"type":"turn.failed","error":{{"message":{}}}}}"#, serde_json::json!(message));
    let error = read(&[THREAD, TURN, SAYS, &line], 1).0.unwrap_err();
    format!("{:?}: {error}", error.kind())
}

#[test]
fn a_good_run() {
    let (response, steps, frames) =
        read(&[THREAD, TURN, THINKS, SAYS, STARTS, MISSES, READS, ANSWERS, ENDS], 0);
    let response = response.unwrap();
    assert_eq!((response.text.as_str(), response.truncated.as_deref()), (r#"{"findings":[]}"#, None));
    assert_eq!(response.identity.version.as_deref(), Some("0.169.0"));
    assert_eq!(response.session.as_deref(), Some("t1"));
    assert!(frames.iter().all(|frame| *frame == Frame::Known));
    let tools = steps.iter().filter(|step| matches!(step, Step::Tool { .. })).count();
    assert_eq!(tools, 2, "a call is counted once, whether its start was told or not: {steps:?}");
    let reads: Vec<String> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Read(read) => Some(format!("{}:{}", read.path, read.range.unwrap())),
            _ => None,
        })
        .collect();
    assert_eq!(reads, ["src/a.rs:3-9"], "a command that failed has read nothing");
}

#[test]
fn tokens_from_the_cache_are_not_counted_twice() {
    let usage = read(&[THREAD, TURN, ANSWERS, ENDS], 0).0.unwrap().usage;
    assert_eq!(
        (usage.input_tokens, usage.cache_read_tokens, usage.cache_write_tokens),
        (Some(2360), Some(600), Some(40))
    );
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(150), Some(30)));
}

#[test]
fn unknown_and_broken_lines_do_not_stop_it() {
    let item = r#"{"type":"item.completed","item":{"id":"i","type":"hologram"}}"#;
    let (response, _, frames) = read(&[THREAD, r#"{"type":"news"}"#, item, "{broken", ANSWERS, ENDS], 0);
    assert_eq!(response.unwrap().text, r#"{"findings":[]}"#);
    assert_eq!(frames[1..4], [Frame::Unknown, Frame::Unknown, Frame::Corrupt]);
}

#[test]
fn only_what_comes_after_the_last_tool_is_the_answer() {
    assert_eq!(read(&[THREAD, TURN, SAYS, STARTS, READS, ENDS], 0).0.unwrap().text, "");
    // The plan is closed, and a command that ran on is collected, after the answer.
    let plan = r#"{"type":"item.completed","item":{"id":"item_9","type":"todo_list","items":[]}}"#;
    let late = read(&[THREAD, STARTS, ANSWERS, READS, plan, ENDS], 0).0.unwrap();
    assert_eq!(late.text, r#"{"findings":[]}"#);
}

#[test]
fn without_the_end_of_its_turn_it_is_truncated_or_failed_whatever_the_code() {
    insta::assert_snapshot!(read(&[THREAD, TURN, SAYS], 0).0.unwrap().truncated.unwrap(), @"it ended with code 0 and without the end of its turn");
    let error = read(&[THREAD, TURN], 143).0.unwrap_err();
    insta::assert_snapshot!(error, @"it ended without the end of its turn (exit code: 143, last words: )");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    assert_eq!(read(&[], 2).0.unwrap_err().kind(), ErrorKind::Unsupported);
    assert_eq!(read(&[], 127).0.unwrap_err().kind(), ErrorKind::NotFound);
    insta::assert_snapshot!(read(&[THREAD, ANSWERS, ENDS], 1).0.unwrap().truncated.unwrap(), @"it completed its turn and ended with code 1");
}

#[test]
fn its_failures_are_mapped_by_its_words() {
    insta::assert_snapshot!(failed("unexpected status 401 Unauthorized: no, url: http://127.0.0.1:1/v1/responses"), @"Unauthorized: it failed (exit code: 1, status: 401, it said: unexpected status 401 Unauthorized: no, url: http://127.0.0.1:1/v1/responses)");
    insta::assert_snapshot!(failed("Missing environment variable: `K`."), @"Unauthorized: it failed (exit code: 1, it said: Missing environment variable: `K`.)");
    insta::assert_snapshot!(failed("exceeded retry limit, last status: 429 Too Many Requests"), @"RateLimited: it failed (exit code: 1, status: 429, it said: exceeded retry limit, last status: 429 Too Many Requests)");
    insta::assert_snapshot!(failed("You’ve hit your usage limit. Try again at noon."), @"RateLimited: it failed (exit code: 1, it said: You’ve hit your usage limit. Try again at noon.)");
    insta::assert_snapshot!(failed("unexpected status 404 Not Found: x"), @"InvalidInput: it failed (exit code: 1, status: 404, it said: unexpected status 404 Not Found: x)");
    insta::assert_snapshot!(failed(r#"{"error":{"type":"invalid_request_error"}}"#), @r#"InvalidInput: it failed (exit code: 1, it said: {"error":{"type":"invalid_request_error"}})"#);
    insta::assert_snapshot!(failed("We’re currently experiencing high demand"), @"Unavailable: it failed (exit code: 1, it said: We’re currently experiencing high demand)");
    insta::assert_snapshot!(failed("stream disconnected before completion: idle timeout waiting for SSE"), @"Unavailable: it failed (exit code: 1, it said: stream disconnected before completion: idle timeout waiting for SSE)");
}

#[test]
fn a_limit_keeps_what_was_said() {
    let cut = r#"{"type":"turn.failed","error":{"message":"Incomplete response returned, reason: max_output_tokens"}}"#;
    let response = read(&[THREAD, ANSWERS, cut], 1).0.unwrap();
    assert_eq!(response.text, r#"{"findings":[]}"#);
    insta::assert_snapshot!(response.truncated.unwrap(), @"it hit its limit: Incomplete response returned, reason: max_output_tokens");
    assert_eq!(read(&[THREAD, cut], 1).0.unwrap_err().kind(), ErrorKind::Truncated);
    let full = r#"{"type":"turn.failed","error":{"message":"Codex ran out of room in the model's context window."}}"#;
    assert_eq!(read(&[THREAD, full], 1).0.unwrap_err().kind(), ErrorKind::BudgetExceeded);
    let quota = r#"{"type":"turn.failed","error":{"message":"Quota exceeded. Check your plan."}}"#;
    assert_eq!(read(&[THREAD, quota], 1).0.unwrap_err().kind(), ErrorKind::BudgetExceeded);
}

#[test]
fn a_retry_is_told_and_is_no_failure() {
    let retry =
        r#"{"type":"error","message":"Reconnecting... 2/5 (stream disconnected before completion: x)"}"#;
    let (response, steps, _) = read(&[THREAD, retry, ANSWERS, ENDS], 0);
    assert_eq!(response.unwrap().truncated, None);
    let reason = "stream disconnected before completion: x".to_owned();
    assert_eq!(steps[0], Step::Retry { attempt: 3, delay: Duration::ZERO, reason });
}
