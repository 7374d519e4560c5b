//! The Responses API: what is sent, and what comes of everything that a server does.

#![cfg(feature = "responses")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::http::{Api, ChatBackend as _, ChatCodec as _, HttpError};
use review_core::{ChatModel, Message, StopReason, ToolCall, ToolResult, ToolSpec, TurnEvent, TurnRequest};
use review_openai::{Responses, ResponsesCodec};
use review_testkit::conformance::{self, ChatFixture};
use review_testkit::model_server::Reply;
use serde_json::{Value, json};

struct Fixture;

fn stream(events: &[Value]) -> Reply {
    Reply::named_events(events.iter().map(|event| (event["type"].as_str().unwrap(), event.to_string())))
}

fn response(output: &Value) -> Value {
    json!({"id": "resp_1", "model": "gpt-x-1", "status": "completed", "output": output,
        "usage": {"input_tokens": 100, "input_tokens_details": {"cached_tokens": 40},
            "output_tokens": 10, "output_tokens_details": {"reasoning_tokens": 4}}})
}

fn message(text: &str) -> Value {
    json!({"type": "message", "id": "msg_1", "role": "assistant", "content": [{"type": "output_text", "text": text}]})
}

impl ChatFixture for Fixture {
    fn model(&self, url: &str, key: &str) -> Arc<dyn ChatModel> {
        Arc::new(Responses::new(Api::new("gpt-x", key).with_endpoint(url)).model().unwrap())
    }

    fn answer(&self, pieces: &[&str]) -> Reply {
        let mut events = vec![json!({"type": "response.created", "response": {"id": "resp_1"}})];
        events.extend(pieces.iter().map(|text| json!({"type": "response.output_text.delta", "delta": text})));
        let output = if pieces.is_empty() { json!([]) } else { json!([message(&pieces.concat())]) };
        events.push(json!({"type": "response.completed", "response": response(&output)}));
        stream(&events)
    }

    fn calls(&self, calls: &[(&str, &str)]) -> Reply {
        let item = |(index, (name, arguments)): (usize, &(&str, &str))| {
            json!({"type": "function_call", "id": format!("fc_{index}"), "call_id": format!("call_{index}"),
                "name": name, "arguments": arguments})
        };
        let output: Vec<Value> = calls.iter().enumerate().map(item).collect();
        let mut events: Vec<Value> =
            output.iter().map(|item| json!({"type": "response.output_item.done", "item": item})).collect();
        // The final event of some servers leaves the items out.
        events.push(json!({"type": "response.completed", "response": response(&json!([]))}));
        stream(&events)
    }

    fn whole(&self, text: &str) -> Option<Reply> {
        Some(Reply::json(response(&json!([message(text)])).to_string()))
    }

    fn refusal(&self, status: u16, message: &str) -> Reply {
        let code = match status {
            401 => json!("invalid_api_key"),
            429 => json!("rate_limit_exceeded"),
            _ => Value::Null,
        };
        let body = json!({"error": {"message": message, "type": "invalid_request_error", "param": null, "code": code}});
        Reply::status(status, body.to_string())
    }

    fn unknown(&self) -> Vec<u8> {
        b"event: tomorrow\ndata: {\"type\":\"tomorrow\"}\n\n".to_vec()
    }

    fn stream_error(&self, message: &str) -> Option<Vec<u8>> {
        let error = json!({"code": "server_error", "message": message});
        let event = json!({"type": "response.failed", "response": {"status": "failed", "error": error}});
        Some(format!("event: response.failed\ndata: {event}\n\n").into_bytes())
    }
}

#[tokio::test]
async fn it_conforms() {
    conformance::chat_model(&Fixture).await.assert_conforms();
}

fn body(turn: &TurnRequest) -> Value {
    serde_json::from_str(&Responses::new(Api::new("gpt-x", "sk-key")).request(turn).unwrap().body).unwrap()
}

/// What the codec makes of a whole response.
fn read(response: &Value) -> Vec<TurnEvent> {
    let mut codec = Box::<ResponsesCodec>::default();
    let mut out = Vec::new();
    codec.whole(&response.to_string(), &mut out);
    codec.finish(0, &mut out).unwrap();
    out
}

fn raw(events: &[TurnEvent]) -> String {
    let raw = events.iter().find_map(|event| if let TurnEvent::Raw(raw) = event { Some(raw) } else { None });
    raw.unwrap().clone()
}

#[test]
fn a_whole_conversation_is_sent() {
    let call = ToolCall::new("call_1", "read_file", "{\"path\":\"a\"}");
    let raw = json!([{"type": "reasoning", "id": "rs_1", "encrypted_content": "xyz", "summary": []},
        {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "read_file", "arguments": "{}"}]);
    let turn = TurnRequest::new("Review.")
        .with_system("Be careful.")
        .with_tool(ToolSpec::new("read_file", "Reads", r#"{"type":"object"}"#))
        .with_message(Message::Assistant {
            text: String::new(),
            calls: vec![call.clone()],
            raw: Some(raw.to_string()),
        })
        .with_message(Message::Tools(vec![ToolResult::new(&call, "none", true)]))
        .with_answer_now(true)
        .with_effort("high")
        .with_conversation("abc")
        .with_schema(r#"{"type":"object","properties":{"a":{"type":"string"}}}"#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&body(&turn)).unwrap(), @r#"
    {
      "include": [
        "reasoning.encrypted_content"
      ],
      "input": [
        {
          "content": [
            {
              "text": "Review.",
              "type": "input_text"
            }
          ],
          "role": "user"
        },
        {
          "encrypted_content": "xyz",
          "id": "rs_1",
          "summary": [],
          "type": "reasoning"
        },
        {
          "arguments": "{}",
          "call_id": "call_1",
          "id": "fc_1",
          "name": "read_file",
          "type": "function_call"
        },
        {
          "call_id": "call_1",
          "output": "error: none",
          "type": "function_call_output"
        }
      ],
      "instructions": "Be careful.",
      "model": "gpt-x",
      "prompt_cache_key": "abc",
      "reasoning": {
        "effort": "high"
      },
      "store": false,
      "stream": true,
      "text": {
        "format": {
          "name": "answer",
          "schema": {
            "additionalProperties": false,
            "properties": {
              "a": {
                "type": [
                  "string",
                  "null"
                ]
              }
            },
            "required": [
              "a"
            ],
            "type": "object"
          },
          "strict": true,
          "type": "json_schema"
        }
      },
      "tool_choice": "none",
      "tools": [
        {
          "description": "Reads",
          "name": "read_file",
          "parameters": {
            "type": "object"
          },
          "strict": false,
          "type": "function"
        }
      ]
    }
    "#);
}

#[test]
fn thoughts_come_back_only_where_they_can() {
    let call = json!({"type": "function_call", "id": "fc_1", "call_id": "c", "name": "f", "arguments": "{}"});
    let with = json!([{"type": "reasoning", "id": "rs_1", "encrypted_content": "x"}, call]);
    insta::assert_snapshot!(raw(&read(&response(&with))), @r#"[{"encrypted_content":"x","id":"rs_1","type":"reasoning"},{"arguments":"{}","call_id":"c","id":"fc_1","name":"f","type":"function_call"}]"#);
    let without = json!([{"type": "reasoning", "id": "rs_1", "encrypted_content": null}, call]);
    insta::assert_snapshot!(raw(&read(&response(&without))), @r#"[{"arguments":"{}","call_id":"c","name":"f","type":"function_call"}]"#);
}

#[test]
fn ends_are_told_apart() {
    let stop = |response: &Value| match read(response).pop() {
        Some(TurnEvent::End { stop, .. }) => format!("{stop:?}"),
        other => format!("{other:?}"),
    };
    let incomplete = |reason: &str| {
        let mut response = response(&json!([message("a")]));
        response["status"] = json!("incomplete");
        response["incomplete_details"] = json!({"reason": reason});
        response
    };
    assert_eq!(stop(&incomplete("max_output_tokens")), format!("{:?}", StopReason::Length));
    assert_eq!(stop(&incomplete("content_filter")), "Refused(\"content filter\")");
    assert_eq!(stop(&incomplete("moon")), "Other(\"moon\")");
    let refused = json!([{"type": "message", "content": [{"type": "refusal", "refusal": "no"}]}]);
    assert_eq!(stop(&response(&refused)), "Refused(\"no\")");
}

#[test]
fn failures_are_told_apart() {
    let said = |status: u16, code: &str| {
        let body = json!({"error": {"message": "m", "type": "t", "code": code}}).to_string();
        let error = Responses::new(Api::new("m", "k")).map_error(&HttpError::new(status, body));
        format!("{:?} {:?}", error.kind(), error.status())
    };
    insta::assert_snapshot!(said(429, "insufficient_quota"), @"BudgetExceeded Permanent");
    insta::assert_snapshot!(said(429, "rate_limit_exceeded"), @"RateLimited Temporary");
    insta::assert_snapshot!(said(400, "context_length_exceeded"), @"BudgetExceeded Permanent");
    insta::assert_snapshot!(said(404, "model_not_found"), @"NotFound Permanent");
    insta::assert_snapshot!(said(403, "moon"), @"Unauthorized Permanent");
    let text = Responses::new(Api::new("m", "k")).map_error(&HttpError::new(500, r#"{"error":"it broke"}"#));
    insta::assert_snapshot!(text, @"the API refused (it said: it broke)");
}
