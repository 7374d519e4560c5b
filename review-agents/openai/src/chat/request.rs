//! What is sent.

use review_agents::http::schema::Profile;
use review_agents::http::{Api, parameters};
use review_core::{Message, Result, ToolSpec, TurnRequest};
use serde_json::{Value, json};

/// The body of one request. Fields that only OpenAI's own server knows go to that one alone: others refuse them.
pub(super) fn body(turn: &TurnRequest, api: &Api, own: bool) -> Result<Value> {
    let mut body = json!({"model": api.model, "messages": messages(turn), "stream": api.stream});
    let mut set = |key: &str, value: Value| {
        if let Some(map) = body.as_object_mut() {
            map.insert(key.to_owned(), value);
        }
    };
    if api.stream {
        set("stream_options", json!({"include_usage": true}));
    }
    if !turn.tools.is_empty() {
        set("tools", Value::Array(turn.tools.iter().map(tool).collect::<Result<_>>()?));
        set("tool_choice", json!(if turn.answer_now { "none" } else { "auto" }));
    }
    if let Some(effort) = &turn.effort {
        set("reasoning_effort", json!(effort));
    }
    if let Some(schema) = turn.schema.as_deref().and_then(|schema| Profile::OPENAI.lower(schema)) {
        let schema = json!({"name": "answer", "strict": true, "schema": schema});
        set("response_format", json!({"type": "json_schema", "json_schema": schema}));
    }
    if let Some(tokens) = turn.max_output_tokens {
        set(if own { "max_completion_tokens" } else { "max_tokens" }, json!(tokens));
    }
    if let (Some(conversation), true) = (&turn.conversation, own) {
        set("prompt_cache_key", json!(conversation));
    }
    Ok(body)
}

fn tool(spec: &ToolSpec) -> Result<Value> {
    let parameters = parameters(spec)?;
    let function = json!({"name": spec.name, "description": spec.description, "parameters": parameters});
    Ok(json!({"type": "function", "function": function}))
}

fn messages(turn: &TurnRequest) -> Vec<Value> {
    let mut out = Vec::new();
    if !turn.system.is_empty() {
        out.push(json!({"role": "system", "content": turn.system}));
    }
    for message in &turn.messages {
        match message {
            Message::User(text) => out.push(json!({"role": "user", "content": text})),
            // An empty turn is taken by no server.
            Message::Assistant { text, calls, .. } if text.is_empty() && calls.is_empty() => {}
            Message::Assistant { text, calls, .. } => {
                let mut said = json!({"role": "assistant", "content": text});
                if let (Some(map), false) = (said.as_object_mut(), calls.is_empty()) {
                    let calls: Vec<Value> = calls
                        .iter()
                        .map(|call| {
                            let function = json!({"name": call.name, "arguments": call.arguments});
                            json!({"id": call.id, "type": "function", "function": function})
                        })
                        .collect();
                    map.insert("tool_calls".to_owned(), Value::Array(calls));
                    if text.is_empty() {
                        map.insert("content".to_owned(), Value::Null);
                    }
                }
                out.push(said);
            }
            Message::Tools(results) => out.extend(results.iter().map(|result| {
                // There is no field for a failure; the text has to say it.
                let text =
                    if result.is_error { format!("error: {}", result.text) } else { result.text.clone() };
                json!({"role": "tool", "tool_call_id": result.id, "content": text})
            })),
            _ => {}
        }
    }
    out
}
