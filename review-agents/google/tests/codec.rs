//! What Gemini CLI's events mean, and what an end is worth.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_agents::cli_agent::{CliCodec, Frame, Step};
use review_agents::process::Ended;
use review_core::{AgentResponse, ErrorKind, Result};
use review_google::GeminiCodec;
use serde_json::json;

const INIT: &str =
    r#"{"type":"init","timestamp":"2026-01-01T00:00:00Z","session_id":"s1","model":"gemini-3-pro-preview"}"#;
const USER: &str = r#"{"type":"message","role":"user","content":"{\"findings\":[\"no\"]}"}"#;
const SAYS: &str = r#"{"type":"message","role":"assistant","content":"I will look.","delta":true}"#;
const READS: &str = r#"{"type":"tool_use","tool_name":"read_file","tool_id":"r0","parameters":{"file_path":"/c/src/a.rs","start_line":3,"end_line":9}}"#;
const MISSES: &str =
    r#"{"type":"tool_use","tool_name":"read_file","tool_id":"r1","parameters":{"file_path":"/c/nowhere"}}"#;
const READ: &str = r#"{"type":"tool_result","tool_id":"r0","status":"success","output":""}"#;
const MISSED: &str = r#"{"type":"tool_result","tool_id":"r1","status":"error","output":"File not found.","error":{"type":"file_not_found","message":"x"}}"#;
const HALF: &str = r#"{"type":"message","role":"assistant","content":"{\"findings\"","delta":true}"#;
const REST: &str = r#"{"type":"message","role":"assistant","content":":[]}","delta":true}"#;
const ENDS: &str = r#"{"type":"result","status":"success","stats":{"total_tokens":3180,"input_tokens":3000,"output_tokens":150,"cached":600,"input":2400,"duration_ms":5,"tool_calls":2,"models":{"gemini-flash":{"total_tokens":80},"gemini-3.1-pro-preview":{"total_tokens":3100}}}}"#;

fn run(lines: &[&str], code: i32, stderr: &str) -> (Result<AgentResponse>, Vec<Step>, Vec<Frame>) {
    let mut codec = Box::new(GeminiCodec::new(Some("0.61.0".to_owned())));
    let mut steps = Vec::new();
    let frames = lines.iter().map(|line| codec.line(line.as_bytes(), &mut steps)).collect();
    let mut ended = Ended::default();
    ended.code = code;
    stderr.clone_into(&mut ended.stderr_tail);
    (codec.finish(&ended), steps, frames)
}

fn read(lines: &[&str], code: i32) -> (Result<AgentResponse>, Vec<Step>, Vec<Frame>) {
    run(lines, code, "")
}

fn failed(name: &str, message: &str, code: i32) -> String {
    let result = json!({"type": "result", "status": "error", "error": {"type": name, "message": message}});
    let error = read(&[INIT, USER, &result.to_string()], code).0.unwrap_err();
    format!("{:?}: {error}", error.kind())
}

fn says(text: &str) -> String {
    json!({"type": "message", "role": "assistant", "content": text, "delta": true}).to_string()
}

#[test]
fn a_good_run() {
    let (response, steps, frames) =
        read(&[INIT, USER, SAYS, READS, MISSES, READ, MISSED, HALF, REST, ENDS], 0);
    let response = response.unwrap();
    assert_eq!((response.text.as_str(), response.truncated.as_deref()), (r#"{"findings":[]}"#, None));
    let identity = &response.identity;
    assert_eq!(identity.model.as_deref(), Some("gemini-3.1-pro-preview"), "as it was really asked");
    assert_eq!(identity.version.as_deref(), Some("0.61.0"));
    assert_eq!(response.session.as_deref(), Some("s1"));
    assert!(frames.iter().all(|frame| *frame == Frame::Known));
    assert_eq!(steps.iter().filter(|step| matches!(step, Step::Tool { .. })).count(), 2);
    let reads: Vec<String> = steps
        .iter()
        .filter_map(|step| match step {
            Step::Read(read) => Some(format!("{}:{}", read.path, read.range.unwrap())),
            _ => None,
        })
        .collect();
    assert_eq!(reads, ["/c/src/a.rs:3-9"], "a call that failed has read nothing");
}

#[test]
fn tokens_from_the_cache_are_not_counted_twice_and_thoughts_are_output() {
    let usage = read(&[INIT, HALF, REST, ENDS], 0).0.unwrap().usage;
    assert_eq!((usage.input_tokens, usage.cache_read_tokens), (Some(2400), Some(600)));
    assert_eq!((usage.output_tokens, usage.reasoning_tokens), (Some(180), Some(30)));
}

#[test]
fn unknown_and_broken_lines_do_not_stop_it() {
    let (response, _, frames) = read(&[INIT, r#"{"type":"news"}"#, "{broken", HALF, REST, ENDS], 0);
    assert_eq!(response.unwrap().text, r#"{"findings":[]}"#);
    assert_eq!(frames[1..3], [Frame::Unknown, Frame::Corrupt]);
}

#[test]
fn an_attempt_that_broke_is_not_part_of_the_answer() {
    let broken = says(r#"{"findings":[{"title":"Half a th"#);
    assert_eq!(read(&[INIT, &broken, HALF, REST, ENDS], 0).0.unwrap().text, r#"{"findings":[]}"#);
    assert_eq!(read(&[INIT, SAYS, HALF, REST, ENDS], 0).0.unwrap().text, r#"{"findings":[]}"#);
    // A document that is cut is not replaced by a piece from within it.
    let cut = read(&[INIT, &says(r#"{"findings":["#), &says(r#"{"title":"x"}"#), ENDS], 0).0.unwrap();
    assert_eq!(cut.text, r#"{"findings":[{"title":"x"}"#);
    // Prose stays as it is.
    let prose = read(&[INIT, &says("All is "), &says("well."), ENDS], 0).0.unwrap();
    assert_eq!(prose.text, "All is well.");
}

#[test]
fn without_its_result_it_is_truncated_or_failed_whatever_the_code() {
    insta::assert_snapshot!(read(&[INIT, SAYS], 0).0.unwrap().truncated.unwrap(), @"it ended with code 0 and without its result");
    let error =
        run(&[INIT, USER], 0, "Warning: no colours\nsomething broke\n    at f (x.js:1)\n").0.unwrap_err();
    insta::assert_snapshot!(error, @"it ended without its result (exit code: 0, last words: something broke)");
    assert_eq!(error.kind(), ErrorKind::Truncated);
    for (code, kind) in [
        (41, ErrorKind::Unauthorized),
        (145, ErrorKind::Unauthorized),
        (55, ErrorKind::InvalidInput),
        (173, ErrorKind::RateLimited),
        (127, ErrorKind::NotFound),
    ] {
        assert_eq!(read(&[INIT], code).0.unwrap_err().kind(), kind, "{code}");
    }
}

#[test]
fn an_empty_answer_is_empty_and_a_stopped_loop_is_a_failure() {
    assert_eq!(read(&[INIT, SAYS, READS, READ, ENDS], 0).0.unwrap().text, "");
    let stopped = r#"{"type":"error","severity":"warning","message":"Loop detected, stopping execution"}"#;
    let error = read(&[INIT, READS, READ, stopped, ENDS], 0).0.unwrap_err();
    insta::assert_snapshot!(error, @"it failed (exit code: 0, it said: Loop detected, stopping execution)");
}

#[test]
fn success_and_a_bad_code_is_not_believed() {
    insta::assert_snapshot!(read(&[INIT, HALF, REST, ENDS], 1).0.unwrap().truncated.unwrap(), @"it said success and ended with code 1");
}

#[test]
fn its_failures_are_mapped_by_name_body_and_code() {
    insta::assert_snapshot!(failed("unknown", r#"[API Error: {"error":{"code":401,"message":"no"}}]"#, 145), @r#"Unauthorized: it failed (exit code: 145, status: 401, it said: [API Error: {"error":{"code":401,"message":"no"}}])"#);
    insta::assert_snapshot!(failed("unknown", r#"[API Error: {"error":{"code":400,"message":"API key not valid."}}]"#, 144), @r#"Unauthorized: it failed (exit code: 144, status: 400, it said: [API Error: {"error":{"code":400,"message":"API key not valid."}}])"#);
    insta::assert_snapshot!(failed("unknown", "[API Error: slow down]", 173), @"RateLimited: it failed (exit code: 173, status: 429, it said: [API Error: slow down])");
    insta::assert_snapshot!(failed("unknown", "[API Error: You have exhausted your daily quota on this model.]", 173), @"BudgetExceeded: it failed (exit code: 173, status: 429, it said: [API Error: You have exhausted your daily quota on this model.])");
    insta::assert_snapshot!(failed("unknown", r#"[API Error: {"error":{"code":400}}]"#, 144), @r#"InvalidInput: it failed (exit code: 144, status: 400, it said: [API Error: {"error":{"code":400}}])"#);
    insta::assert_snapshot!(failed("unknown", r#"[API Error: {"error":{"code":500}}]"#, 244), @r#"Unavailable: it failed (exit code: 244, status: 500, it said: [API Error: {"error":{"code":500}}])"#);
    insta::assert_snapshot!(failed("FatalAuthenticationError", "no", 41), @"Unauthorized: it failed (exit code: 41, reason: FatalAuthenticationError, it said: no)");
    insta::assert_snapshot!(failed("unknown", "[API Error: terminated]", 1), @"Unavailable: it failed (exit code: 1, it said: [API Error: terminated])");
}

#[test]
fn an_error_without_words_is_explained_by_the_event_before_it() {
    let result = r#"{"type":"result","status":"error"}"#;
    let error = |message: &str| {
        let event = json!({"type": "error", "severity": "error", "message": message}).to_string();
        let error = read(&[INIT, SAYS, &event, result], 0).0.unwrap_err();
        format!("{:?}: {error}", error.kind())
    };
    insta::assert_snapshot!(error("Model stream ended without a finish reason."), @"Unavailable: it failed (exit code: 0, it said: Model stream ended without a finish reason.)");
    insta::assert_snapshot!(error("The model returned an empty response with no text or thoughts."), @"InvalidAnswer: it failed (exit code: 0, it said: The model returned an empty response with no text or thoughts.)");
    insta::assert_snapshot!(error("The model response was blocked due to safety settings."), @"InvalidAnswer: it failed (exit code: 0, it said: The model response was blocked due to safety settings.)");
}

#[test]
fn a_limit_keeps_what_was_said() {
    let limit = r#"{"type":"result","status":"error","error":{"type":"FatalTurnLimitedError","message":"Reached max session turns."}}"#;
    let response = read(&[INIT, SAYS, READS, READ, limit], 53).0.unwrap();
    assert_eq!(
        (response.text.as_str(), response.truncated.as_deref()),
        ("I will look.", Some("it hit its limit: Reached max session turns."))
    );
    assert_eq!(read(&[INIT, limit], 53).0.unwrap_err().kind(), ErrorKind::BudgetExceeded);
}
