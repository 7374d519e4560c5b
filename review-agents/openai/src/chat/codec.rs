//! Its answers, as servers of many makes give them.

use review_agents::http::{ChatCodec, Frame, broken};
use review_core::{Error, ErrorKind, Result, StopReason, ToolCall, TurnEvent, Usage};
use serde_json::Value;

use crate::failure;

/// Calls of one answer; more are not believed.
const MAX_CALLS: usize = 256;

/// Reads one answer.
#[derive(Debug, Default)]
pub struct ChatCompletionsCodec {
    model: Option<String>,
    said: bool,
    calls: Vec<(u64, ToolCall)>,
    usage: Usage,
    refusal: String,
    finish: Option<String>,
    done: bool,
    failure: Option<Error>,
}

impl ChatCompletionsCodec {
    /// A piece of the message, or all of it: streams call it `delta`.
    fn message(&mut self, message: &Value, out: &mut Vec<TurnEvent>) {
        if let Some(text) = message.get("content").and_then(Value::as_str).filter(|text| !text.is_empty()) {
            self.said = true;
            out.push(TurnEvent::Text(text.to_owned()));
        }
        if let Some(text) = message.get("refusal").and_then(Value::as_str) {
            self.refusal.push_str(text);
        }
        for (position, call) in
            message.get("tool_calls").and_then(Value::as_array).into_iter().flatten().enumerate()
        {
            self.call(call, position as u64);
        }
    }

    /// A piece of a call. Most servers number them; some only name them, and some send each whole under the same number.
    fn call(&mut self, piece: &Value, position: u64) {
        let index = piece.get("index").and_then(Value::as_u64).unwrap_or(position);
        let text = |value: Option<&Value>| value.and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = text(piece.get("id"));
        let function = piece.get("function");
        let name = text(function.and_then(|function| function.get("name")));
        let arguments = match function.and_then(|function| function.get("arguments")) {
            Some(Value::String(text)) => text.clone(),
            // Some servers give an object where a text belongs.
            Some(value @ Value::Object(_)) => value.to_string(),
            _ => String::new(),
        };
        let count = self.calls.len();
        let same = |(at, known): &&mut (u64, ToolCall)| *at == index && (id.is_empty() || known.id == id);
        if let Some((_, known)) = self.calls.iter_mut().rev().find(same) {
            // The name comes once; a server that repeats it means the same.
            if known.name.is_empty() {
                known.name = name;
            }
            known.arguments.push_str(&arguments);
        } else if count < MAX_CALLS {
            let id = if id.is_empty() { format!("call-{}", count + 1) } else { id };
            self.calls.push((index, ToolCall::new(id, name, arguments)));
        }
    }

    /// A chunk of a stream, or the whole answer.
    fn read(&mut self, answer: &Value, part: &str, out: &mut Vec<TurnEvent>) -> Frame {
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            self.failure = Some(failure::said(error, ErrorKind::Unavailable));
            return Frame::Known;
        }
        let Some(choices) = answer.get("choices").and_then(Value::as_array) else { return Frame::Unknown };
        if let Some(model) = answer.get("model").and_then(Value::as_str).filter(|model| !model.is_empty()) {
            self.model = Some(model.to_owned());
        }
        if let Some(usage) = answer.get("usage").filter(|usage| usage.is_object()) {
            self.usage = usage_of(usage);
        }
        // One choice was asked for.
        if let Some(choice) = choices.first() {
            if let Some(message) = choice.get(part) {
                self.message(message, out);
            }
            if let Some(finish) = choice.get("finish_reason").and_then(Value::as_str) {
                self.finish = Some(finish.to_owned());
            }
        }
        Frame::Known
    }
}

impl ChatCodec for ChatCompletionsCodec {
    fn event(&mut self, _: &str, data: &str, out: &mut Vec<TurnEvent>) -> Frame {
        if data.trim() == "[DONE]" {
            self.done = true;
            return Frame::Known;
        }
        match serde_json::from_str::<Value>(data) {
            Ok(chunk) => self.read(&chunk, "delta", out),
            Err(_) => Frame::Corrupt,
        }
    }

    fn whole(&mut self, body: &str, out: &mut Vec<TurnEvent>) -> Frame {
        match serde_json::from_str::<Value>(body) {
            Ok(answer) => self.read(&answer, "message", out),
            Err(_) => Frame::Corrupt,
        }
    }

    fn is_over(&self) -> bool {
        self.done || self.failure.is_some()
    }

    fn finish(self: Box<Self>, corrupt: u32, out: &mut Vec<TurnEvent>) -> Result<()> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        // The reason is the end of the message; the usage that may follow is not worth asking again.
        let Some(finish) = self.finish.filter(|_| corrupt == 0) else { return Err(broken(corrupt)) };
        let stop = match finish.as_str() {
            "length" => StopReason::Length,
            "content_filter" => StopReason::Refused("content filter".to_owned()),
            // Some servers say `stop` although they call.
            "tool_calls" | "function_call" | "stop" if !self.calls.is_empty() => StopReason::ToolCalls,
            "stop" | "tool_calls" | "function_call" if !self.refusal.is_empty() && !self.said => {
                StopReason::Refused(self.refusal)
            }
            "stop" | "tool_calls" | "function_call" => StopReason::Done,
            other => StopReason::Other(other.to_owned()),
        };
        out.extend(self.calls.into_iter().map(|(_, call)| TurnEvent::Call(call)));
        out.push(TurnEvent::End { stop, usage: self.usage, model: self.model });
        Ok(())
    }
}

/// Its input includes the cache, ours does not; its output includes the thoughts, as ours does.
fn usage_of(reported: &Value) -> Usage {
    let number = |value: &Value, key: &str| value.get(key).and_then(Value::as_u64);
    let detail = |details: &str, key: &str| reported.get(details).and_then(|details| number(details, key));
    let cached = detail("prompt_tokens_details", "cached_tokens");
    let mut usage = Usage::default();
    usage.cache_read_tokens = cached;
    usage.input_tokens =
        number(reported, "prompt_tokens").map(|input| input.saturating_sub(cached.unwrap_or(0)));
    usage.output_tokens = number(reported, "completion_tokens");
    usage.reasoning_tokens = detail("completion_tokens_details", "reasoning_tokens")
        .map(|tokens| tokens.min(usage.output_tokens.unwrap_or(tokens)));
    usage
}
