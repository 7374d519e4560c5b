//! What is sent.

use review_agents::http::schema::Profile;
use review_agents::http::{parameters, raw_items};
use review_core::{Message, Result, ToolSpec, TurnRequest};
use serde_json::{Map, Value, json};

use super::codec::is_made_up;
use crate::effort::thinking;

/// The body of one request.
pub(super) fn body(turn: &TurnRequest, model: &str) -> Result<Value> {
    let mut body = json!({"contents": contents(&turn.messages)?});
    let mut set = |key: &str, value: Value| {
        if let Some(map) = body.as_object_mut() {
            map.insert(key.to_owned(), value);
        }
    };
    if !turn.system.is_empty() {
        set("systemInstruction", json!({"parts": [{"text": turn.system}]}));
    }
    if !turn.tools.is_empty() {
        let tools = turn.tools.iter().map(tool).collect::<Result<Vec<_>>>()?;
        set("tools", json!([{"functionDeclarations": tools}]));
        if turn.answer_now {
            set("toolConfig", json!({"functionCallingConfig": {"mode": "NONE"}}));
        }
    }
    let mut config = Map::new();
    if let Some(tokens) = turn.max_output_tokens {
        config.insert("maxOutputTokens".to_owned(), json!(tokens));
    }
    if let Some(effort) = &turn.effort {
        config.insert("thinkingConfig".to_owned(), thinking(model, effort));
    }
    if let Some(schema) = turn.schema.as_deref().and_then(|schema| Profile::GEMINI.lower(schema)) {
        config.insert("responseMimeType".to_owned(), json!("application/json"));
        config.insert("responseJsonSchema".to_owned(), schema);
    }
    if !config.is_empty() {
        set("generationConfig", Value::Object(config));
    }
    Ok(body)
}

fn tool(spec: &ToolSpec) -> Result<Value> {
    let parameters = parameters(spec)?;
    Ok(json!({"name": spec.name, "description": spec.description, "parametersJsonSchema": parameters}))
}

/// The conversation. Neighbours of one role become one content, and an empty turn of the model is left out.
fn contents(messages: &[Message]) -> Result<Vec<Value>> {
    let mut out: Vec<(&'static str, Vec<Value>)> = Vec::new();
    for message in messages {
        let (role, parts) = match message {
            Message::User(text) => ("user", vec![json!({"text": text})]),
            Message::Assistant { raw: Some(raw), .. } => ("model", raw_items(raw)?),
            Message::Assistant { text, calls, raw: None } => {
                let said = (!text.is_empty()).then(|| json!({"text": text}));
                let calls = calls.iter().map(|call| {
                    let arguments: Value =
                        serde_json::from_str(&call.arguments).unwrap_or_else(|_| json!({}));
                    json!({"functionCall": {"name": call.name, "args": arguments}})
                });
                ("model", said.into_iter().chain(calls).collect())
            }
            Message::Tools(results) => ("user", results.iter().map(result).collect()),
            _ => continue,
        };
        match out.last_mut() {
            _ if parts.is_empty() => {}
            Some((last, all)) if *last == role => all.extend(parts),
            _ => out.push((role, parts)),
        }
    }
    Ok(out.into_iter().map(|(role, parts)| json!({"role": role, "parts": parts})).collect())
}

fn result(result: &review_core::ToolResult) -> Value {
    let said = if result.is_error { json!({"error": result.text}) } else { json!({"output": result.text}) };
    let mut response = json!({"name": result.name, "response": said});
    if let (Some(map), false) = (response.as_object_mut(), is_made_up(&result.id)) {
        map.insert("id".to_owned(), json!(result.id));
    }
    json!({"functionResponse": response})
}
