//! `generateContent`: what is sent, and what comes of everything that a server does.

#![cfg(feature = "generate-content")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_agents::http::{Api, ChatBackend as _, ChatCodec as _, HttpError};
use review_core::{ChatModel, Message, ToolCall, ToolResult, ToolSpec, TurnEvent, TurnRequest};
use review_google::{GenerateContent, GenerateContentCodec};
use review_testkit::conformance::{self, ChatFixture};
use review_testkit::model_server::Reply;
use serde_json::{Value, json};

struct Fixture;

fn chunk(parts: &Value, finish: Option<&str>) -> Value {
    let mut candidate = json!({"content": {"role": "model", "parts": parts}, "index": 0});
    if let Some(finish) = finish {
        candidate["finishReason"] = json!(finish);
    }
    let usage = json!({"promptTokenCount": 100, "cachedContentTokenCount": 40, "candidatesTokenCount": 7,
        "thoughtsTokenCount": 3});
    json!({"candidates": [candidate], "modelVersion": "gemini-x-1", "usageMetadata": usage})
}

fn stream(mut chunks: Vec<Value>) -> Reply {
    chunks.push(chunk(&json!([]), Some("STOP")));
    Reply::events(chunks.iter().map(Value::to_string))
}

impl ChatFixture for Fixture {
    fn model(&self, url: &str, key: &str) -> Arc<dyn ChatModel> {
        Arc::new(GenerateContent::new(Api::new("gemini-x", key).with_endpoint(url)).model().unwrap())
    }

    fn answer(&self, pieces: &[&str]) -> Reply {
        stream(pieces.iter().map(|text| chunk(&json!([{"text": text}]), None)).collect())
    }

    fn calls(&self, calls: &[(&str, &str)]) -> Reply {
        let part = |(name, arguments): &(&str, &str)| {
            let arguments: Value = serde_json::from_str(arguments).unwrap();
            json!({"functionCall": {"name": name, "args": arguments}, "thoughtSignature": "c2ln"})
        };
        stream(calls.iter().map(|call| chunk(&json!([part(call)]), None)).collect())
    }

    fn whole(&self, text: &str) -> Option<Reply> {
        Some(Reply::json(chunk(&json!([{"text": text}]), Some("STOP")).to_string()))
    }

    fn refusal(&self, status: u16, message: &str) -> Reply {
        let name = match status {
            400 => "INVALID_ARGUMENT",
            401 => "UNAUTHENTICATED",
            429 => "RESOURCE_EXHAUSTED",
            503 => "UNAVAILABLE",
            _ => "INTERNAL",
        };
        Reply::status(
            status,
            json!({"error": {"code": status, "message": message, "status": name}}).to_string(),
        )
    }

    fn unknown(&self) -> Vec<u8> {
        b"data: {\"tomorrow\":true}\n\n".to_vec()
    }

    fn stream_error(&self, message: &str) -> Option<Vec<u8>> {
        let error = json!({"error": {"code": 503, "message": message, "status": "UNAVAILABLE"}});
        Some(format!("data: {error}\n\n").into_bytes())
    }
}

#[tokio::test]
async fn it_conforms() {
    conformance::chat_model(&Fixture).await.assert_conforms();
}

fn backend() -> GenerateContent {
    GenerateContent::new(Api::new("gemini-x", "key-1"))
}

fn body(turn: &TurnRequest) -> Value {
    serde_json::from_str(&backend().request(turn).unwrap().body).unwrap()
}

/// What the codec makes of a stream's chunks.
fn read(chunks: &[Value]) -> Vec<TurnEvent> {
    let mut codec = Box::<GenerateContentCodec>::default();
    let mut out = Vec::new();
    for chunk in chunks {
        codec.event("", &chunk.to_string(), &mut out);
    }
    codec.finish(0, &mut out).unwrap();
    out
}

#[test]
fn a_whole_conversation_is_sent() {
    let raw =
        json!([{"functionCall": {"name": "read_file", "args": {"path": "a"}}, "thoughtSignature": "c2ln"}]);
    let call = ToolCall::new("deep-review-call-1", "read_file", "{\"path\":\"a\"}");
    let named = ToolCall::new("own-id", "read_file", "{}");
    let results = vec![ToolResult::new(&call, "none", true), ToolResult::new(&named, "text", false)];
    let turn = TurnRequest::new("Review.")
        .with_system("Be careful.")
        .with_tool(ToolSpec::new("read_file", "Reads", r#"{"type":"object"}"#))
        .with_message(Message::Assistant {
            text: String::new(),
            calls: vec![call],
            raw: Some(raw.to_string()),
        })
        .with_message(Message::Tools(results))
        .with_answer_now(true)
        .with_effort("low")
        .with_schema(r#"{"type":"object","properties":{"a":{"const":"x"}}}"#);
    insta::assert_snapshot!(serde_json::to_string_pretty(&body(&turn)).unwrap(), @r#"
    {
      "contents": [
        {
          "parts": [
            {
              "text": "Review."
            }
          ],
          "role": "user"
        },
        {
          "parts": [
            {
              "functionCall": {
                "args": {
                  "path": "a"
                },
                "name": "read_file"
              },
              "thoughtSignature": "c2ln"
            }
          ],
          "role": "model"
        },
        {
          "parts": [
            {
              "functionResponse": {
                "name": "read_file",
                "response": {
                  "error": "none"
                }
              }
            },
            {
              "functionResponse": {
                "id": "own-id",
                "name": "read_file",
                "response": {
                  "output": "text"
                }
              }
            }
          ],
          "role": "user"
        }
      ],
      "generationConfig": {
        "responseJsonSchema": {
          "properties": {
            "a": {
              "enum": [
                "x"
              ]
            }
          },
          "type": "object"
        },
        "responseMimeType": "application/json",
        "thinkingConfig": {
          "thinkingLevel": "LOW"
        }
      },
      "systemInstruction": {
        "parts": [
          {
            "text": "Be careful."
          }
        ]
      },
      "toolConfig": {
        "functionCallingConfig": {
          "mode": "NONE"
        }
      },
      "tools": [
        {
          "functionDeclarations": [
            {
              "description": "Reads",
              "name": "read_file",
              "parametersJsonSchema": {
                "type": "object"
              }
            }
          ]
        }
      ]
    }
    "#);
}

#[test]
fn a_model_s_name_can_not_change_the_address() {
    let address = |model: &str| {
        GenerateContent::new(Api::new(model, "k")).request(&TurnRequest::new("x")).map(|request| request.url)
    };
    insta::assert_snapshot!(address("models/gemini-2.5-pro").unwrap(), @"https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse");
    for odd in ["", "a/../b", "a?b", "a:b", "a b"] {
        assert!(address(odd).is_err(), "{odd}");
    }
}

#[test]
fn what_it_thought_is_no_answer_and_its_signatures_come_back() {
    let events = read(&[
        chunk(&json!([{"text": "hm", "thought": true}]), None),
        chunk(&json!([{"text": "It is "}]), None),
        chunk(&json!([{"text": "fine."}]), None),
        chunk(&json!([{"text": "", "thoughtSignature": "c2ln"}]), Some("STOP")),
    ]);
    let text: String = events
        .iter()
        .filter_map(|event| if let TurnEvent::Text(text) = event { Some(text.as_str()) } else { None })
        .collect();
    assert_eq!(text, "It is fine.");
    let raw = events.iter().find_map(|event| if let TurnEvent::Raw(raw) = event { Some(raw) } else { None });
    insta::assert_snapshot!(raw.unwrap(), @r#"[{"text":"It is fine."},{"text":"","thoughtSignature":"c2ln"}]"#);
}

#[test]
fn ends_are_told_apart() {
    let stop = |chunk: Value| match read(&[chunk]).pop() {
        Some(TurnEvent::End { stop, .. }) => format!("{stop:?}"),
        other => format!("{other:?}"),
    };
    let text = json!([{"text": "a"}]);
    assert_eq!(stop(chunk(&text, Some("MAX_TOKENS"))), "Length");
    assert_eq!(stop(chunk(&text, Some("SAFETY"))), "Refused(\"SAFETY\")");
    assert_eq!(stop(chunk(&text, Some("MOON"))), "Other(\"MOON\")");
    assert_eq!(stop(json!({"promptFeedback": {"blockReason": "OTHER"}})), "Refused(\"OTHER\")");
    let mut codec = Box::<GenerateContentCodec>::default();
    codec.event("", &chunk(&json!([]), Some("MALFORMED_FUNCTION_CALL")).to_string(), &mut Vec::new());
    assert!(codec.finish(0, &mut Vec::new()).unwrap_err().is_temporary());
}

#[test]
fn failures_are_told_apart() {
    let said = |status: &str, message: &str, details: Value| {
        let error = json!({"code": 400, "message": message, "status": status, "details": details});
        let body = json!([{"error": error}]).to_string();
        let error = backend().map_error(&HttpError::new(400, body));
        format!("{:?} {:?} {:?}", error.kind(), error.status(), error.retry_after())
    };
    let info = json!([{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "API_KEY_INVALID"}]);
    insta::assert_snapshot!(said("INVALID_ARGUMENT", "m", info), @"Unauthorized Permanent None");
    let pause = json!([{"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "2.5s"}]);
    insta::assert_snapshot!(said("RESOURCE_EXHAUSTED", "m", pause), @"RateLimited Temporary Some(2.5s)");
    let daily = json!([{"@type": "type.googleapis.com/google.rpc.QuotaFailure",
        "violations": [{"quotaId": "GenerateRequestsPerDayPerProject"}]}]);
    insta::assert_snapshot!(said("RESOURCE_EXHAUSTED", "m", daily), @"BudgetExceeded Permanent None");
    insta::assert_snapshot!(said("NOT_FOUND", "m", json!([])), @"NotFound Permanent None");
}
