//! What is sent.

use review_agents::http::schema::Profile;
use review_agents::http::{Api, parameters, raw_items};
use review_core::{Message, Result, ToolSpec, TurnRequest};
use serde_json::{Map, Value, json};

use super::backend::Thinking;

/// The body of one request.
///
/// The system text and the end of the conversation are marked for the cache: the next turn begins with the same.
pub(super) fn body(turn: &TurnRequest, api: &Api, thinking: Thinking, max_tokens: u64) -> Result<Value> {
    let mut body = json!({"model": api.model, "max_tokens": max_tokens, "stream": api.stream});
    let mut set = |key: &str, value: Value| {
        if let Some(map) = body.as_object_mut() {
            map.insert(key.to_owned(), value);
        }
    };
    if !turn.system.is_empty() {
        set("system", json!([{"type": "text", "text": turn.system, "cache_control": {"type": "ephemeral"}}]));
    }
    set("messages", Value::Array(messages(&turn.messages)?));
    if !turn.tools.is_empty() {
        set("tools", Value::Array(turn.tools.iter().map(tool).collect::<Result<_>>()?));
        if turn.answer_now {
            set("tool_choice", json!({"type": "none"}));
        }
    }
    let mut output = Map::new();
    if let Some(effort) = &turn.effort {
        output.insert("effort".to_owned(), json!(effort));
    }
    if let Some(schema) = turn.schema.as_deref().and_then(|schema| Profile::ANTHROPIC.lower(schema)) {
        output.insert("format".to_owned(), json!({"type": "json_schema", "schema": schema}));
    }
    if !output.is_empty() {
        set("output_config", Value::Object(output));
    }
    match (thinking, &turn.effort) {
        (Thinking::Adaptive, _) | (Thinking::Default, Some(_)) => {
            set("thinking", json!({"type": "adaptive"}))
        }
        (Thinking::Budget(tokens), _) => {
            set(
                "thinking",
                json!({"type": "enabled", "budget_tokens": tokens.min(max_tokens.saturating_sub(1))}),
            );
        }
        (Thinking::Default | Thinking::Off, _) => {}
    }
    Ok(body)
}

fn tool(spec: &ToolSpec) -> Result<Value> {
    let schema = parameters(spec)?;
    Ok(json!({"name": spec.name, "description": spec.description, "input_schema": schema}))
}

/// The conversation. Neighbours of one role become one message, and an empty turn of the model is left out: the API
/// takes neither.
fn messages(messages: &[Message]) -> Result<Vec<Value>> {
    let mut out: Vec<(&'static str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, content) = match message {
            Message::User(text) => ("user", vec![json!({"type": "text", "text": text})]),
            Message::Assistant { raw: Some(raw), .. } => ("assistant", raw_items(raw)?),
            Message::Assistant { text, calls, raw: None } => {
                let said = (!text.is_empty()).then(|| json!({"type": "text", "text": text}));
                let calls = calls.iter().map(|call| {
                    let input: Value = serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
                    json!({"type": "tool_use", "id": call.id, "name": call.name, "input": input})
                });
                ("assistant", said.into_iter().chain(calls).collect())
            }
            Message::Tools(results) => {
                let result = |result: &review_core::ToolResult| {
                    json!({"type": "tool_result", "tool_use_id": result.id, "content": result.text,
                        "is_error": result.is_error})
                };
                ("user", results.iter().map(result).collect())
            }
            _ => continue,
        };
        match out.last_mut() {
            _ if content.is_empty() => {}
            Some((last, all)) if *last == role => all.extend(content),
            _ => out.push((role, content)),
        }
    }
    if let Some(Value::Object(last)) = out.last_mut().and_then(|(_, content)| content.last_mut()) {
        last.insert("cache_control".to_owned(), json!({"type": "ephemeral"}));
    }
    Ok(out.into_iter().map(|(role, content)| json!({"role": role, "content": content})).collect())
}
