//! What is sent.

use review_agents::http::schema::Profile;
use review_agents::http::{Api, parameters, raw_items};
use review_core::{Message, Result, ToolSpec, TurnRequest};
use serde_json::{Value, json};

/// The body of one request.
pub(super) fn body(turn: &TurnRequest, api: &Api) -> Result<Value> {
    let mut body = json!({
        "model": api.model, "stream": api.stream, "store": false, "input": input(&turn.messages)?,
    });
    let mut set = |key: &str, value: Value| {
        if let Some(map) = body.as_object_mut() {
            map.insert(key.to_owned(), value);
        }
    };
    if !turn.system.is_empty() {
        set("instructions", json!(turn.system));
    }
    if !turn.tools.is_empty() {
        set("tools", Value::Array(turn.tools.iter().map(tool).collect::<Result<_>>()?));
        set("tool_choice", json!(if turn.answer_now { "none" } else { "auto" }));
    }
    if let Some(effort) = &turn.effort {
        set("reasoning", json!({"effort": effort}));
        // What the model thought comes back encrypted, to be sent again: nothing is stored at the provider.
        set("include", json!(["reasoning.encrypted_content"]));
    }
    if let Some(schema) = turn.schema.as_deref().and_then(|schema| Profile::OPENAI.lower(schema)) {
        let format = json!({"type": "json_schema", "name": "answer", "strict": true, "schema": schema});
        set("text", json!({"format": format}));
    }
    if let Some(tokens) = turn.max_output_tokens {
        set("max_output_tokens", json!(tokens));
    }
    if let Some(conversation) = &turn.conversation {
        set("prompt_cache_key", json!(conversation));
    }
    Ok(body)
}

fn tool(spec: &ToolSpec) -> Result<Value> {
    let parameters = parameters(spec)?;
    // Not strict: strict mode wants every argument each time, and bad arguments are answered anyway.
    Ok(json!({"type": "function", "name": spec.name, "description": spec.description,
        "parameters": parameters, "strict": false}))
}

fn input(messages: &[Message]) -> Result<Vec<Value>> {
    let mut out = Vec::new();
    for message in messages {
        match message {
            Message::User(text) => {
                out.push(json!({"role": "user", "content": [{"type": "input_text", "text": text}]}));
            }
            Message::Assistant { raw: Some(raw), .. } => {
                out.extend(raw_items(raw)?);
            }
            Message::Assistant { text, calls, raw: None } => {
                if !text.is_empty() {
                    let content = json!([{"type": "output_text", "text": text}]);
                    out.push(json!({"role": "assistant", "content": content}));
                }
                out.extend(calls.iter().map(|call| {
                    json!({"type": "function_call", "call_id": call.id, "name": call.name,
                        "arguments": call.arguments})
                }));
            }
            Message::Tools(results) => out.extend(results.iter().map(|result| {
                // There is no field for a failure; the text has to say it.
                let text =
                    if result.is_error { format!("error: {}", result.text) } else { result.text.clone() };
                json!({"type": "function_call_output", "call_id": result.id, "output": text})
            })),
            _ => {}
        }
    }
    Ok(out)
}
