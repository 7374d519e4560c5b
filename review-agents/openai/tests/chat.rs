//! Chat Completions: what is sent, and what comes of everything that servers of many makes do.

#![cfg(feature = "chat")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::http::{Api, ChatBackend as _, ChatCodec as _};
use review_core::{ChatModel, Message, StopReason, ToolCall, ToolResult, ToolSpec, TurnEvent, TurnRequest};
use review_openai::{ChatCompletions, ChatCompletionsCodec};
use review_testkit::conformance::{self, ChatFixture};
use review_testkit::model_server::Reply;
use serde_json::{Value, json};

struct Fixture;

fn usage() -> Value {
    json!({"prompt_tokens": 100, "prompt_tokens_details": {"cached_tokens": 40}, "completion_tokens": 10})
}

fn chunk(delta: &Value, finish: Option<&str>) -> String {
    json!({"model": "local-1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]})
        .to_string()
}

/// The chunks of a stream with its end: the reason, the usage, the mark.
fn stream(mut chunks: Vec<String>, finish: &str) -> Reply {
    chunks.push(chunk(&json!({}), Some(finish)));
    chunks.push(json!({"model": "local-1", "choices": [], "usage": usage()}).to_string());
    chunks.push("[DONE]".to_owned());
    Reply::events(chunks)
}

impl ChatFixture for Fixture {
    fn model(&self, url: &str, key: &str) -> Arc<dyn ChatModel> {
        Arc::new(ChatCompletions::new(Api::new("local", key).with_endpoint(url)).model().unwrap())
    }

    fn answer(&self, pieces: &[&str]) -> Reply {
        let first = chunk(&json!({"role": "assistant", "content": ""}), None);
        let pieces = pieces.iter().map(|text| chunk(&json!({"content": text}), None));
        stream(std::iter::once(first).chain(pieces).collect(), "stop")
    }

    fn calls(&self, calls: &[(&str, &str)]) -> Reply {
        let mut chunks = Vec::new();
        for (index, (name, arguments)) in calls.iter().enumerate() {
            let (first, rest) = arguments.split_at(5);
            let begin = json!({"index": index, "id": format!("call_{index}"), "type": "function",
                "function": {"name": name, "arguments": first}});
            chunks.push(chunk(&json!({"tool_calls": [begin]}), None));
            let more = json!({"index": index, "function": {"arguments": rest}});
            chunks.push(chunk(&json!({"tool_calls": [more]}), None));
        }
        stream(chunks, "tool_calls")
    }

    fn whole(&self, text: &str) -> Option<Reply> {
        let choice =
            json!({"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"});
        Some(Reply::json(json!({"model": "local-1", "choices": [choice], "usage": usage()}).to_string()))
    }

    fn refusal(&self, status: u16, message: &str) -> Reply {
        Reply::status(status, json!({"error": {"message": message, "type": null, "code": null}}).to_string())
    }

    fn unknown(&self) -> Vec<u8> {
        b"data: {\"object\":\"tomorrow\"}\n\n".to_vec()
    }

    fn stream_error(&self, message: &str) -> Option<Vec<u8>> {
        Some(format!("data: {}\n\n", json!({"error": {"message": message, "code": 502}})).into_bytes())
    }
}

#[tokio::test]
async fn it_conforms() {
    conformance::chat_model(&Fixture).await.assert_conforms();
}

fn turn() -> TurnRequest {
    let call = ToolCall::new("call_1", "read_file", "{\"path\":\"a\"}");
    TurnRequest::new("Review.")
        .with_system("Be careful.")
        .with_tool(ToolSpec::new("read_file", "Reads", r#"{"type":"object"}"#))
        .with_message(Message::Assistant { text: String::new(), calls: vec![call.clone()], raw: None })
        .with_message(Message::Tools(vec![ToolResult::new(&call, "none", true)]))
        .with_effort("high")
        .with_conversation("abc")
        .with_max_output_tokens(500)
        .with_schema(r#"{"type":"object","properties":{"a":{"type":"string"}}}"#)
}

fn body(api: Api) -> Value {
    serde_json::from_str(&ChatCompletions::new(api).request(&turn()).unwrap().body).unwrap()
}

#[test]
fn a_whole_conversation_is_sent() {
    let sent = body(Api::new("local", "").with_endpoint("http://127.0.0.1:1"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&sent).unwrap(), @r#"
    {
      "max_tokens": 500,
      "messages": [
        {
          "content": "Be careful.",
          "role": "system"
        },
        {
          "content": "Review.",
          "role": "user"
        },
        {
          "content": null,
          "role": "assistant",
          "tool_calls": [
            {
              "function": {
                "arguments": "{\"path\":\"a\"}",
                "name": "read_file"
              },
              "id": "call_1",
              "type": "function"
            }
          ]
        },
        {
          "content": "error: none",
          "role": "tool",
          "tool_call_id": "call_1"
        }
      ],
      "model": "local",
      "reasoning_effort": "high",
      "response_format": {
        "json_schema": {
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
          "strict": true
        },
        "type": "json_schema"
      },
      "stream": true,
      "stream_options": {
        "include_usage": true
      },
      "tool_choice": "auto",
      "tools": [
        {
          "function": {
            "description": "Reads",
            "name": "read_file",
            "parameters": {
              "type": "object"
            }
          },
          "type": "function"
        }
      ]
    }
    "#);
}

#[test]
fn only_its_own_server_gets_what_only_it_knows() {
    let sent = body(Api::new("gpt-x", "sk-key"));
    assert_eq!((&sent["max_completion_tokens"], &sent["prompt_cache_key"]), (&json!(500), &json!("abc")));
    assert!(sent["max_tokens"].is_null());
    let keyless = ChatCompletions::new(Api::new("gpt-x", ""));
    assert!(keyless.request(&turn()).is_err(), "OpenAI wants a key");
    let local = ChatCompletions::new(Api::new("x", "").with_endpoint("http://127.0.0.1:1"));
    assert!(local.request(&turn()).unwrap().headers.is_empty(), "a server of one's own need not");
}

/// What the codec makes of a stream's chunks.
fn read(chunks: &[String]) -> Vec<TurnEvent> {
    let mut codec = Box::<ChatCompletionsCodec>::default();
    let mut out = Vec::new();
    for chunk in chunks {
        codec.event("", chunk, &mut out);
    }
    codec.finish(0, &mut out).unwrap();
    out
}

fn calls(events: &[TurnEvent]) -> Vec<String> {
    let show = |event: &TurnEvent| match event {
        TurnEvent::Call(call) => Some(format!("{} {} {}", call.id, call.name, call.arguments)),
        _ => None,
    };
    events.iter().filter_map(show).collect()
}

#[test]
fn calls_are_read_however_a_server_cuts_them() {
    let call = |call: Value| chunk(&json!({"tool_calls": [call]}), None);
    let end = chunk(&json!({}), Some("stop"));
    // Whole calls under one number.
    let same = |id: &str| call(json!({"index": 0, "id": id, "function": {"name": "f", "arguments": "{}"}}));
    let events = read(&[same("a"), same("b"), end.clone()]);
    assert_eq!(calls(&events), ["a f {}", "b f {}"]);
    assert!(
        matches!(events.last(), Some(TurnEvent::End { stop: StopReason::ToolCalls, .. })),
        "it said `stop`"
    );
    // No number, no id, and an object for the arguments.
    let bare = call(json!({"function": {"name": "f", "arguments": {"a": 1}}}));
    assert_eq!(calls(&read(&[bare, end.clone()])), ["call-1 f {\"a\":1}"]);
    // The name comes with every piece.
    let piece =
        |text: &str| call(json!({"index": 0, "id": "a", "function": {"name": "f", "arguments": text}}));
    assert_eq!(calls(&read(&[piece("{\"a\""), piece(":1}"), end])), ["a f {\"a\":1}"]);
}

#[test]
fn a_message_that_is_only_a_refusal_is_one() {
    let refused = chunk(&json!({"refusal": "no"}), Some("stop"));
    assert!(
        matches!(read(&[refused]).pop(), Some(TurnEvent::End { stop: StopReason::Refused(why), .. }) if why == "no")
    );
}
