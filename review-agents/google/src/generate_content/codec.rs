//! Its answers.

use review_agents::http::{ChatCodec, Frame, broken};
use review_core::{Error, ErrorKind, ErrorStatus, Result, StopReason, ToolCall, TurnEvent, Usage};
use serde_json::Value;

use super::failure;

/// Begins the id of a call to which the model gave none. It does not go back.
const MADE_UP: &str = "deep-review-call-";

/// Whether the model gave no id to the call.
pub(super) fn is_made_up(id: &str) -> bool {
    id.starts_with(MADE_UP)
}

/// Reads one answer. A stream's chunks and a whole answer have the same form.
#[derive(Debug, Default)]
pub struct GenerateContentCodec {
    model: Option<String>,
    parts: Vec<Value>,
    calls: Vec<ToolCall>,
    usage: Option<Usage>,
    finish: Option<String>,
    blocked: Option<String>,
    failure: Option<Error>,
}

impl GenerateContentCodec {
    fn chunk(&mut self, chunk: &Value, out: &mut Vec<TurnEvent>) -> Frame {
        if let Some(error) = chunk.get("error").or_else(|| chunk.get(0)?.get("error")) {
            self.failure = Some(failure::said(error, ErrorKind::Unavailable));
            return Frame::Known;
        }
        let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
        let blocked = text(chunk.get("promptFeedback").and_then(|feedback| feedback.get("blockReason")));
        let candidate = chunk.get("candidates").and_then(|candidates| candidates.get(0));
        let reported = chunk.get("usageMetadata");
        if candidate.is_none() && blocked.is_none() && reported.is_none() {
            return Frame::Unknown;
        }
        self.blocked = blocked.or(self.blocked.take());
        self.model = text(chunk.get("modelVersion")).or(self.model.take());
        self.usage = reported.map(usage).or(self.usage);
        let Some(candidate) = candidate else { return Frame::Known };
        let parts =
            candidate.get("content").and_then(|content| content.get("parts")).and_then(Value::as_array);
        for part in parts.into_iter().flatten() {
            self.part(part, out);
        }
        self.finish = text(candidate.get("finishReason")).or(self.finish.take());
        Frame::Known
    }

    fn part(&mut self, part: &Value, out: &mut Vec<TurnEvent>) {
        let is_thought = part.get("thought").and_then(Value::as_bool).unwrap_or(false);
        match part.get("text").and_then(Value::as_str) {
            Some(text) if !is_thought && !text.is_empty() => out.push(TurnEvent::Text(text.to_owned())),
            _ => {}
        }
        if let Some(call) = part.get("functionCall") {
            let text = |key: &str| call.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
            let id = text("id").map_or_else(|| format!("{MADE_UP}{}", self.calls.len() + 1), str::to_owned);
            let arguments = call.get("args").map(Value::to_string).unwrap_or_default();
            self.calls.push(ToolCall::new(id, text("name").unwrap_or_default(), arguments));
        }
        self.keep(part, is_thought);
    }

    /// Keeps a part as it has to come back. Pieces of one text become one; what the model thought does not come back, but
    /// for its signature.
    fn keep(&mut self, part: &Value, is_thought: bool) {
        if is_thought && part.get("thoughtSignature").is_none() {
            return;
        }
        let plain =
            |part: &Value| part.as_object().is_some_and(|map| map.len() == 1 && map.contains_key("text"));
        if let (true, Some(last)) = (plain(part), self.parts.last_mut().filter(|last| plain(last))) {
            let piece = part.get("text").and_then(Value::as_str).unwrap_or_default();
            if let Some(Value::String(text)) = last.get_mut("text") {
                text.push_str(piece);
            }
        } else if part.get("text").and_then(Value::as_str) != Some("") || !plain(part) {
            self.parts.push(part.clone());
        }
    }
}

impl ChatCodec for GenerateContentCodec {
    fn event(&mut self, _: &str, data: &str, out: &mut Vec<TurnEvent>) -> Frame {
        match serde_json::from_str::<Value>(data) {
            Ok(chunk) => self.chunk(&chunk, out),
            Err(_) => Frame::Corrupt,
        }
    }

    fn whole(&mut self, body: &str, out: &mut Vec<TurnEvent>) -> Frame {
        match serde_json::from_str::<Value>(body) {
            // A stream that was not asked for as events is a list of chunks.
            Ok(Value::Array(chunks)) => {
                let mut worst = Frame::Known;
                for chunk in &chunks {
                    if self.chunk(chunk, out) != Frame::Known {
                        worst = Frame::Corrupt;
                    }
                }
                worst
            }
            Ok(answer) => self.chunk(&answer, out),
            Err(_) => Frame::Corrupt,
        }
    }

    fn is_over(&self) -> bool {
        self.failure.is_some()
    }

    fn finish(self: Box<Self>, corrupt: u32, out: &mut Vec<TurnEvent>) -> Result<()> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        let (usage, model) = (self.usage.unwrap_or_default(), self.model);
        if let (Some(reason), None) = (self.blocked, &self.finish) {
            out.push(TurnEvent::End { stop: StopReason::Refused(reason), usage, model });
            return Ok(());
        }
        let Some(finish) = self.finish.filter(|_| corrupt == 0) else { return Err(broken(corrupt)) };
        let stop = match finish.as_str() {
            // It says the same whether it calls or answers.
            "STOP" if !self.calls.is_empty() => StopReason::ToolCalls,
            "STOP" => StopReason::Done,
            "MAX_TOKENS" => StopReason::Length,
            "SAFETY" | "RECITATION" | "LANGUAGE" | "BLOCKLIST" | "PROHIBITED_CONTENT" | "SPII" => {
                StopReason::Refused(finish)
            }
            // A slip of the model, which rarely happens twice.
            "MALFORMED_FUNCTION_CALL" | "UNEXPECTED_TOOL_CALL" => {
                return Err(Error::new(
                    ErrorKind::InvalidAnswer,
                    "the model called a tool in a form that can't be read",
                )
                .with_status(ErrorStatus::Temporary)
                .with_context("reason", finish));
            }
            _ => StopReason::Other(finish),
        };
        out.extend(self.calls.into_iter().map(TurnEvent::Call));
        out.push(TurnEvent::Raw(Value::Array(self.parts).to_string()));
        out.push(TurnEvent::End { stop, usage, model });
        Ok(())
    }
}

/// Its input includes the cache and its output leaves out the thoughts; ours are the other way round.
fn usage(reported: &Value) -> Usage {
    let number = |key: &str| reported.get(key).and_then(Value::as_u64);
    let cached = number("cachedContentTokenCount");
    let thoughts = number("thoughtsTokenCount");
    let mut usage = Usage::default();
    usage.cache_read_tokens = cached;
    usage.input_tokens = number("promptTokenCount").map(|input| input.saturating_sub(cached.unwrap_or(0)));
    usage.output_tokens = number("candidatesTokenCount")
        .or(thoughts.map(|_| 0))
        .map(|output| output.saturating_add(thoughts.unwrap_or(0)));
    usage.reasoning_tokens = thoughts;
    usage
}
