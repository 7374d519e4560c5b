//! Its answers.

use review_agents::http::{ChatCodec, Frame, broken};
use review_core::{Error, ErrorKind, Result, StopReason, ToolCall, TurnEvent, Usage};
use serde_json::Value;

use crate::failure;

/// Reads one answer. The final event holds all of it; pieces on the way only show that it comes.
#[derive(Debug, Default)]
pub struct ResponsesCodec {
    /// What came of the text so far.
    streamed: String,
    /// Items that came whole, in case that the final event leaves them out.
    items: Vec<Value>,
    response: Option<Value>,
    failure: Option<Error>,
}

/// Text, refusal and calls of the final items.
#[derive(Default)]
struct Said {
    text: String,
    refusal: Option<String>,
    calls: Vec<ToolCall>,
}

impl ResponsesCodec {
    fn end(&mut self, response: Value) {
        if response.get("status").and_then(Value::as_str) == Some("failed") {
            let error = response.get("error").filter(|error| !error.is_null());
            self.failure = Some(match error {
                Some(error) => failure::said(error, ErrorKind::Unavailable),
                None => Error::new(ErrorKind::Unavailable, "the API failed and does not say why"),
            });
        } else {
            self.response = Some(response);
        }
    }
}

impl ChatCodec for ResponsesCodec {
    fn event(&mut self, _: &str, data: &str, out: &mut Vec<TurnEvent>) -> Frame {
        if data == "[DONE]" {
            return Frame::Known;
        }
        let Ok(mut event) = serde_json::from_str::<Value>(data) else { return Frame::Corrupt };
        let kind = event.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut take = |key: &str| event.get_mut(key).map(Value::take);
        match kind.as_str() {
            "response.output_text.delta" => {
                let Some(Value::String(text)) = take("delta") else { return Frame::Corrupt };
                self.streamed.push_str(&text);
                out.push(TurnEvent::Text(text));
            }
            "response.output_item.done" => {
                let Some(item) = take("item") else { return Frame::Corrupt };
                self.items.push(item);
            }
            "response.completed" | "response.incomplete" | "response.failed" => {
                let Some(response) = take("response") else { return Frame::Corrupt };
                self.end(response);
            }
            "error" => {
                let error = take("error").filter(Value::is_object);
                self.failure = Some(failure::said(error.as_ref().unwrap_or(&event), ErrorKind::Unavailable));
            }
            kind if kind.starts_with("response.") => {}
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    fn whole(&mut self, body: &str, _: &mut Vec<TurnEvent>) -> Frame {
        let Ok(response) = serde_json::from_str::<Value>(body) else { return Frame::Corrupt };
        let error = response.get("error").filter(|error| !error.is_null());
        if let (Some(error), None) = (error, response.get("output")) {
            self.failure = Some(failure::said(error, ErrorKind::Unavailable));
            return Frame::Known;
        }
        if !response.get("output").is_some_and(Value::is_array) {
            return Frame::Corrupt;
        }
        self.end(response);
        Frame::Known
    }

    fn is_over(&self) -> bool {
        self.response.is_some() || self.failure.is_some()
    }

    fn finish(self: Box<Self>, corrupt: u32, out: &mut Vec<TurnEvent>) -> Result<()> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let Some(response) = self.response.filter(|_| corrupt == 0) else { return Err(broken(corrupt)) };
        let output = response.get("output").and_then(Value::as_array).filter(|items| !items.is_empty());
        let items = output.unwrap_or(&self.items);
        let said = said(items);
        // A server need not stream pieces; what was not streamed is said now.
        if let Some(rest) = said.text.strip_prefix(&self.streamed)
            && !rest.is_empty()
        {
            out.push(TurnEvent::Text(rest.to_owned()));
        }
        let stop = stop(&response, &said);
        out.extend(said.calls.into_iter().map(TurnEvent::Call));
        out.push(TurnEvent::Raw(raw(items).to_string()));
        let model = response.get("model").and_then(Value::as_str).map(str::to_owned);
        out.push(TurnEvent::End { stop, usage: usage(response.get("usage")), model });
        Ok(())
    }
}

fn said(items: &[Value]) -> Said {
    let mut said = Said::default();
    for item in items {
        let text = |key: &str| item.get(key).and_then(Value::as_str).unwrap_or_default();
        match text("type") {
            "message" => {
                for part in item.get("content").and_then(Value::as_array).into_iter().flatten() {
                    let piece = |key: &str| part.get(key).and_then(Value::as_str);
                    match (piece("type"), piece("text"), piece("refusal")) {
                        (Some("output_text"), Some(text), _) => said.text.push_str(text),
                        (Some("refusal"), _, Some(why)) => said.refusal = Some(why.to_owned()),
                        _ => {}
                    }
                }
            }
            "function_call" => {
                said.calls.push(ToolCall::new(text("call_id"), text("name"), text("arguments")));
            }
            _ => {}
        }
    }
    said
}

fn stop(response: &Value, said: &Said) -> StopReason {
    let reason = response.get("incomplete_details").and_then(|details| details.get("reason"));
    match (response.get("status").and_then(Value::as_str), reason.and_then(Value::as_str)) {
        (Some("incomplete"), Some("max_output_tokens")) => StopReason::Length,
        (Some("incomplete"), Some("content_filter")) => StopReason::Refused("content filter".to_owned()),
        (Some("incomplete"), reason) => StopReason::Other(reason.unwrap_or("incomplete").to_owned()),
        _ if !said.calls.is_empty() => StopReason::ToolCalls,
        _ => match &said.refusal {
            Some(why) => StopReason::Refused(why.clone()),
            None => StopReason::Done,
        },
    }
}

/// The items as they have to come back. A thought without its encrypted content can't come back, and then no item may name
/// itself: the provider would look for the thought that belongs to it.
fn raw(items: &[Value]) -> Value {
    let is_thought = |item: &Value| item.get("type").and_then(Value::as_str) == Some("reasoning");
    let comes_back =
        |item: &Value| !is_thought(item) || item.get("encrypted_content").is_some_and(Value::is_string);
    let whole = items.iter().all(comes_back);
    let mut kept: Vec<Value> = items.iter().filter(|item| comes_back(item)).cloned().collect();
    if !whole {
        for item in kept.iter_mut().filter(|item| !is_thought(item)) {
            if let Some(map) = item.as_object_mut() {
                map.remove("id");
            }
        }
    }
    Value::Array(kept)
}

/// Its input includes the cache, ours does not; its output includes the thoughts, as ours does.
fn usage(usage: Option<&Value>) -> Usage {
    let Some(reported) = usage else { return Usage::default() };
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_u64);
    let detail = |details: &str, key: &str| reported.get(details).and_then(|details| number(details, key));
    let cached = detail("input_tokens_details", "cached_tokens");
    let mut usage = Usage::default();
    usage.cache_read_tokens = cached;
    usage.input_tokens =
        number(reported, "input_tokens").map(|input| input.saturating_sub(cached.unwrap_or(0)));
    usage.output_tokens = number(reported, "output_tokens");
    usage.reasoning_tokens = detail("output_tokens_details", "reasoning_tokens")
        .map(|tokens| tokens.min(usage.output_tokens.unwrap_or(tokens)));
    usage
}
