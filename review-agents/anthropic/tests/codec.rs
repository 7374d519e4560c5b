//! What Claude Code's events mean, and what an end is worth.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::time::Duration;

use review_agents::cli_agent::{CliCodec, Frame, Step};
use review_agents::process::Ended;
use review_anthropic::ClaudeCodec;
use review_core::{AgentResponse, ErrorKind, FileRead, Result};

const INIT: &str = r#"{"type":"system","subtype":"init","session_id":"s1","model":"claude-opus-4-6","claude_code_version":"2.1.329"}"#;
const SAYS: &str =
    r#"{"type":"assistant","message":{"content":[{"type":"text","text":"Looking at the diff."}]}}"#;
const READS: &str = r#"{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t","name":"Read","input":{"file_path":"/c/a.go","offset":10,"limit":5}}]}}"#;
const GOOD: &str = r#"{"type":"result","subtype":"success","is_error":false,"result":"{\"findings\":[]}","num_turns":3,"total_cost_usd":0.01605,"usage":{"input_tokens":2400,"cache_creation_input_tokens":7,"cache_read_input_tokens":600,"output_tokens":150,"output_tokens_details":{"thinking_tokens":20}}}"#;

fn read(lines: &[&str], code: i32) -> (Result<AgentResponse>, Vec<Step>, Vec<Frame>) {
    let mut codec = Box::new(ClaudeCodec::new(false));
    let mut steps = Vec::new();
    let frames = lines.iter().map(|line| codec.line(line.as_bytes(), &mut steps)).collect();
    let mut ended = Ended::default();
    ended.code = code;
    (codec.finish(&ended), steps, frames)
}

fn failed(result: &str, code: i32) -> String {
    let error = read(&[INIT, result], code).0.unwrap_err();
    format!("{:?}: {error}", error.kind())
}

#[test]
fn a_good_run() {
    let (response, steps, frames) = read(&[INIT, SAYS, READS, GOOD], 0);
    let response = response.unwrap();
    assert_eq!((response.text.as_str(), response.truncated.as_deref()), (r#"{"findings":[]}"#, None));
    assert_eq!(response.identity.model.as_deref(), Some("claude-opus-4-6"));
    assert_eq!(response.session.as_deref(), Some("s1"));
    let usage = response.usage;
    assert_eq!(
        (usage.input_tokens, usage.cache_write_tokens, usage.cache_read_tokens),
        (Some(2400), Some(7), Some(600))
    );
    assert_eq!(
        (usage.output_tokens, usage.reasoning_tokens, usage.cost_micro_usd, usage.turns),
        (Some(150), Some(20), Some(16_050), Some(3))
    );
    assert_eq!(steps.len(), 2);
    let Step::Tool { read: Some(FileRead { path, range: Some(range), .. }), .. } = &steps[1] else {
        panic!("{steps:?}")
    };
    assert_eq!((path.as_str(), range.to_string().as_str()), ("/c/a.go", "10-14"));
    assert!(frames.iter().all(|frame| *frame == Frame::Known));
}

#[test]
fn unknown_and_broken_lines_do_not_stop_it() {
    let (response, _, frames) = read(&[INIT, r#"{"type":"news"}"#, "{broken", GOOD], 0);
    assert!(response.is_ok());
    assert_eq!(frames[1..3], [Frame::Unknown, Frame::Corrupt]);
}

#[test]
fn without_its_result_it_is_truncated_or_failed_whatever_the_code() {
    let (response, ..) = read(&[INIT, SAYS], 0);
    insta::assert_snapshot!(response.unwrap().truncated.unwrap(), @"it ended with code 0 and without its result");
    let (response, ..) = read(&[INIT], 143);
    insta::assert_snapshot!(response.unwrap_err(), @"it ended without its result (exit code: 143, last words: )");
}

#[test]
fn success_with_an_error_is_a_failure() {
    let refused = r#"{"type":"result","subtype":"success","is_error":true,"api_error_status":401,"terminal_reason":"api_error","result":"Failed to authenticate."}"#;
    insta::assert_snapshot!(failed(refused, 1), @"Unauthorized: it failed (reason: api_error, exit code: 1, status: 401, it said: Failed to authenticate.)");
    let slow = r#"{"type":"result","subtype":"success","is_error":true,"api_error_status":429,"result":"slow down"}"#;
    insta::assert_snapshot!(failed(slow, 1), @"RateLimited: it failed (reason: success, exit code: 1, status: 429, it said: slow down)");
    let login = r#"{"type":"result","subtype":"success","is_error":true,"api_error_status":null,"terminal_reason":"api_error","result":"Not logged in · Please run /login"}"#;
    insta::assert_snapshot!(failed(login, 1), @"Unauthorized: it failed (reason: api_error, exit code: 1, it said: Not logged in · Please run /login)");
}

#[test]
fn a_limit_keeps_what_was_said() {
    let limit =
        r#"{"type":"result","subtype":"error_max_turns","is_error":true,"terminal_reason":"max_turns"}"#;
    let (response, ..) = read(&[INIT, SAYS, limit], 1);
    let response = response.unwrap();
    assert_eq!(
        (response.text.as_str(), response.truncated.as_deref()),
        ("Looking at the diff.", Some("it hit its limit: max_turns"))
    );
    assert_eq!(read(&[INIT, limit], 1).0.unwrap_err().kind(), ErrorKind::BudgetExceeded);
}

#[test]
fn a_retry_is_told() {
    let retry =
        r#"{"type":"system","subtype":"api_retry","attempt":1,"retry_delay_ms":1060.5,"error_status":529}"#;
    let (_, steps, _) = read(&[INIT, retry, GOOD], 0);
    assert_eq!(
        steps,
        [Step::Retry { attempt: 2, delay: Duration::from_millis(1060), reason: "status 529".into() }]
    );
}

#[test]
fn an_answer_by_schema_is_taken_from_the_structured_output() {
    let mut codec = Box::new(ClaudeCodec::new(true));
    let result = r#"{"type":"result","subtype":"success","result":"x","structured_output":{"findings":[]}}"#;
    codec.line(result.as_bytes(), &mut Vec::new());
    assert_eq!(codec.finish(&Ended::default()).unwrap().text, r#"{"findings":[]}"#);
    let mut codec = Box::new(ClaudeCodec::new(true));
    codec.line(br#"{"type":"result","subtype":"success","result":"plain text again"}"#, &mut Vec::new());
    insta::assert_snapshot!(codec.finish(&Ended::default()).unwrap().truncated.unwrap(), @"it did not answer in the form that was asked for");
}
