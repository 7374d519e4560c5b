//! The Messages API: what is sent, and what comes of everything that a server does.

#![cfg(feature = "messages")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::http::{Api, ChatBackend as _, HttpError};
use review_anthropic::{Messages, Thinking};
use review_core::{ChatModel, Message, ToolCall, ToolResult, ToolSpec, TurnRequest};
use review_testkit::conformance::{self, ChatFixture};
use review_testkit::model_server::Reply;
use serde_json::{Value, json};

struct Fixture;

/// Events as the API sends them: each has its type as its name.
fn stream(events: &[Value]) -> Reply {
    Reply::named_events(events.iter().map(|event| (event["type"].as_str().unwrap(), event.to_string())))
}

fn start() -> Value {
    json!({"type": "message_start", "message": {"id": "m", "model": "claude-x-1", "content": [],
        "usage": {"input_tokens": 60, "cache_read_input_tokens": 40, "cache_creation_input_tokens": 0, "output_tokens": 1}}})
}

fn end(stop: &str) -> [Value; 2] {
    [
        json!({"type": "message_delta", "delta": {"stop_reason": stop}, "usage": {"output_tokens": 10}}),
        json!({"type": "message_stop"}),
    ]
}

impl ChatFixture for Fixture {
    fn model(&self, url: &str, key: &str) -> Arc<dyn ChatModel> {
        Arc::new(Messages::new(Api::new("claude-x", key).with_endpoint(url)).model().unwrap())
    }

    fn answer(&self, pieces: &[&str]) -> Reply {
        let mut events = vec![start()];
        if !pieces.is_empty() {
            events.push(json!({"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}}));
        }
        events.extend(pieces.iter().map(|text| {
            json!({"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text}})
        }));
        if !pieces.is_empty() {
            events.push(json!({"type": "content_block_stop", "index": 0}));
        }
        events.extend(end("end_turn"));
        stream(&events)
    }

    fn calls(&self, calls: &[(&str, &str)]) -> Reply {
        let mut events = vec![start()];
        for (index, (name, arguments)) in calls.iter().enumerate() {
            let block =
                json!({"type": "tool_use", "id": format!("toolu_{index}"), "name": name, "input": {}});
            events.push(json!({"type": "content_block_start", "index": index, "content_block": block}));
            let (first, rest) = arguments.split_at(5);
            events.extend([first, rest].map(|piece| {
                let delta = json!({"type": "input_json_delta", "partial_json": piece});
                json!({"type": "content_block_delta", "index": index, "delta": delta})
            }));
            events.push(json!({"type": "content_block_stop", "index": index}));
        }
        events.extend(end("tool_use"));
        stream(&events)
    }

    fn whole(&self, text: &str) -> Option<Reply> {
        let usage = json!({"input_tokens": 60, "cache_read_input_tokens": 40, "output_tokens": 10});
        let body = json!({"type": "message", "model": "claude-x-1", "content": [{"type": "text", "text": text}],
            "stop_reason": "end_turn", "usage": usage});
        Some(Reply::json(body.to_string()))
    }

    fn refusal(&self, status: u16, message: &str) -> Reply {
        let kind = match status {
            401 => "authentication_error",
            429 => "rate_limit_error",
            400 => "invalid_request_error",
            503 => "overloaded_error",
            _ => "api_error",
        };
        let body =
            json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"});
        Reply::status(status, body.to_string())
    }

    fn unknown(&self) -> Vec<u8> {
        b"event: tomorrow\ndata: {\"type\":\"tomorrow\"}\n\n".to_vec()
    }

    fn stream_error(&self, message: &str) -> Option<Vec<u8>> {
        let error = json!({"type": "error", "error": {"type": "overloaded_error", "message": message}});
        Some(format!("event: error\ndata: {error}\n\n").into_bytes())
    }
}

#[tokio::test]
async fn it_conforms() {
    let report = conformance::chat_model(&Fixture).await.assert_conforms();
    insta::assert_snapshot!(report.table(), @"
    ok    an answer arrives whole
    ok    usage is normalised
    ok    the request holds what was asked, and the key only in a header
    ok    an answer that is not streamed is read too
    ok    a huge line arrives whole
    ok    an empty answer is an end without text
    ok    calls of tools arrive whole
    ok    results go back with their calls
    ok    an unknown event is noted and costs nothing
    ok    a malformed event makes no answer, and may be tried again
    ok    a stream that ends too soon is truncated
    ok    a body that is empty is truncated
    ok    a connection that breaks may be tried again
    ok    a page with status 200 is no answer
    ok    an error within the stream is the exchange's error
    ok    401 is final
    ok    a key that the server repeats is not shown
    ok    429 may be tried again after the pause that was asked for
    ok    a server's failure may be tried again, by somebody else
    ok    a server's failure may be tried again, by somebody else
    ok    400 is final
    ok    a redirect is not followed
    ok    a server that is away may be tried again
    ok    a cancelled exchange ends at once
    ok    dropping one does not hurt the next, and the erased form answers too
    ");
}

fn body(messages: Messages, turn: &TurnRequest) -> Value {
    serde_json::from_str(&messages.request(turn).unwrap().body).unwrap()
}

fn api() -> Api {
    Api::new("claude-x", "sk-key")
}

#[test]
fn a_whole_conversation_is_sent() {
    let call = ToolCall::new("toolu_1", "read_file", "{\"path\":\"a\"}");
    let raw = json!([{"type": "thinking", "thinking": "hm", "signature": "sig"},
        {"type": "tool_use", "id": "toolu_1", "name": "read_file", "input": {"path": "a"}}]);
    let turn = TurnRequest::new("Review.")
        .with_system("Be careful.")
        .with_tool(ToolSpec::new("read_file", "Reads", r#"{"type":"object"}"#))
        .with_message(Message::Assistant {
            text: String::new(),
            calls: vec![call.clone()],
            raw: Some(raw.to_string()),
        })
        .with_message(Message::Tools(vec![ToolResult::new(&call, "none", true)]))
        .with_message(Message::User("Answer now.".into()))
        .with_answer_now(true)
        .with_effort("high")
        .with_schema(r#"{"type":"object","properties":{"a":{"type":"string","maxLength":3}}}"#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&body(Messages::new(api()), &turn)).unwrap(), @r#"
    {
      "max_tokens": 32000,
      "messages": [
        {
          "content": [
            {
              "text": "Review.",
              "type": "text"
            }
          ],
          "role": "user"
        },
        {
          "content": [
            {
              "signature": "sig",
              "thinking": "hm",
              "type": "thinking"
            },
            {
              "id": "toolu_1",
              "input": {
                "path": "a"
              },
              "name": "read_file",
              "type": "tool_use"
            }
          ],
          "role": "assistant"
        },
        {
          "content": [
            {
              "content": "none",
              "is_error": true,
              "tool_use_id": "toolu_1",
              "type": "tool_result"
            },
            {
              "cache_control": {
                "type": "ephemeral"
              },
              "text": "Answer now.",
              "type": "text"
            }
          ],
          "role": "user"
        }
      ],
      "model": "claude-x",
      "output_config": {
        "effort": "high",
        "format": {
          "schema": {
            "additionalProperties": false,
            "properties": {
              "a": {
                "description": "(maxLength 3)",
                "type": "string"
              }
            },
            "type": "object"
          },
          "type": "json_schema"
        }
      },
      "stream": true,
      "system": [
        {
          "cache_control": {
            "type": "ephemeral"
          },
          "text": "Be careful.",
          "type": "text"
        }
      ],
      "thinking": {
        "type": "adaptive"
      },
      "tool_choice": {
        "type": "none"
      },
      "tools": [
        {
          "description": "Reads",
          "input_schema": {
            "type": "object"
          },
          "name": "read_file"
        }
      ]
    }
    "#);
}

#[test]
fn thinking_is_as_it_was_set() {
    let thinking = |thinking, turn: &TurnRequest| {
        body(Messages::new(api()).with_thinking(thinking), turn)["thinking"].to_string()
    };
    let (plain, hard) = (TurnRequest::new("x"), TurnRequest::new("x").with_effort("high"));
    assert_eq!(thinking(Thinking::Default, &plain), "null");
    assert_eq!(thinking(Thinking::Default, &hard), r#"{"type":"adaptive"}"#);
    assert_eq!(thinking(Thinking::Off, &hard), "null");
    assert_eq!(thinking(Thinking::Budget(4_000), &plain), r#"{"budget_tokens":4000,"type":"enabled"}"#);
}

#[test]
fn an_empty_turn_of_the_model_is_not_sent_back() {
    let empty = Message::Assistant { text: String::new(), calls: Vec::new(), raw: Some("[]".into()) };
    let turn = TurnRequest::new("a").with_message(empty).with_message(Message::User("b".into()));
    let sent = body(Messages::new(api()), &turn);
    assert_eq!(sent["messages"].as_array().unwrap().len(), 1);
    assert_eq!(sent["messages"][0]["content"].as_array().unwrap().len(), 2);
}

#[test]
fn failures_are_told_apart() {
    let said = |status: u16, kind: &str, message: &str| {
        let body = json!({"error": {"type": kind, "message": message}}).to_string();
        let error = Messages::new(api()).map_error(&HttpError::new(status, body));
        format!("{:?} {:?}", error.kind(), error.status())
    };
    insta::assert_snapshot!(said(400, "invalid_request_error", "prompt is too long: 3 > 2"), @"BudgetExceeded Permanent");
    insta::assert_snapshot!(said(400, "invalid_request_error", "Your credit balance is too low"), @"BudgetExceeded Permanent");
    insta::assert_snapshot!(said(529, "overloaded_error", "Overloaded"), @"Unavailable Temporary");
    insta::assert_snapshot!(said(404, "not_found_error", "model: x"), @"NotFound Permanent");
    insta::assert_snapshot!(said(418, "tea", "pot"), @"InvalidInput Permanent");
    let page = Messages::new(api()).map_error(&HttpError::new(502, "<html>\nBad   gateway"));
    insta::assert_snapshot!(page, @"the API refused (it said: <html> Bad gateway)");
}

#[test]
fn keys_are_not_shown() {
    let backend = Messages::new(api());
    let request = backend.request(&TurnRequest::new("x")).unwrap();
    assert!(!format!("{backend:?} {request:?}").contains("sk-key"));
    assert!(Messages::new(Api::new("m", " ")).request(&TurnRequest::new("x")).is_err());
}
