//! Its answers.

use review_agents::http::{ChatCodec, Frame, broken};
use review_core::{Error, ErrorKind, Result, StopReason, ToolCall, TurnEvent, Usage};
use serde_json::{Value, json};

use super::failure;

/// Blocks of one answer; an index beyond is not believed.
const MAX_BLOCKS: usize = 4_096;

/// Reads one answer.
#[derive(Debug, Default)]
pub struct MessagesCodec {
    model: Option<String>,
    blocks: Vec<Block>,
    usage: WireUsage,
    stop: Option<String>,
    ended: bool,
    failure: Option<Error>,
}

/// A content block as far as it has come: what it began with, and the pieces that followed.
#[derive(Debug, Default)]
struct Block {
    start: Value,
    text: String,
    json: String,
    thinking: String,
    signature: String,
}

#[derive(Clone, Copy, Debug, Default)]
struct WireUsage {
    input: Option<u64>,
    cache_read: Option<u64>,
    cache_write: Option<u64>,
    output: Option<u64>,
    thinking: Option<u64>,
}

impl WireUsage {
    /// A later report replaces what it names: the numbers are sums.
    fn take(&mut self, usage: Option<&Value>) {
        let Some(usage) = usage else { return };
        let number = |key: &str| usage.get(key).and_then(Value::as_u64);
        self.input = number("input_tokens").or(self.input);
        self.cache_read = number("cache_read_input_tokens").or(self.cache_read);
        self.cache_write = number("cache_creation_input_tokens").or(self.cache_write);
        self.output = number("output_tokens").or(self.output);
        let details = usage.get("output_tokens_details").and_then(|details| details.get("thinking_tokens"));
        self.thinking = details.and_then(Value::as_u64).or(self.thinking);
    }

    /// Its input excludes the cache, as ours does.
    fn usage(self) -> Usage {
        let mut usage = Usage::default();
        usage.input_tokens = self.input;
        usage.cache_read_tokens = self.cache_read;
        usage.cache_write_tokens = self.cache_write;
        usage.output_tokens = self.output;
        usage.reasoning_tokens = self.thinking.map(|tokens| tokens.min(self.output.unwrap_or(tokens)));
        usage
    }
}

impl Block {
    fn kind(&self) -> &str {
        self.start.get("type").and_then(Value::as_str).unwrap_or_default()
    }

    /// The block as it has to come back; none for a text that is empty, which the API does not take.
    fn raw(&self) -> Option<Value> {
        let mut block = self.start.clone();
        match self.kind() {
            "text" => {
                if self.text.is_empty() {
                    return None;
                }
                block = json!({"type": "text", "text": self.text});
            }
            "thinking" => {
                block = json!({"type": "thinking", "thinking": self.thinking, "signature": self.signature});
            }
            "tool_use" if !self.json.is_empty() => {
                let input = serde_json::from_str(&self.json).ok().filter(Value::is_object);
                if let Some(map) = block.as_object_mut() {
                    map.insert("input".to_owned(), input.unwrap_or_else(|| json!({})));
                }
            }
            _ => {}
        }
        Some(block)
    }

    fn call(&self) -> Option<ToolCall> {
        if self.kind() != "tool_use" {
            return None;
        }
        let text = |key: &str| self.start.get(key).and_then(Value::as_str).unwrap_or_default();
        let arguments = if self.json.is_empty() {
            self.start.get("input").map(Value::to_string).unwrap_or_default()
        } else {
            self.json.clone()
        };
        Some(ToolCall::new(text("id"), text("name"), arguments))
    }
}

impl MessagesCodec {
    fn block(&mut self, event: &Value) -> Option<&mut Block> {
        let index =
            usize::try_from(event.get("index")?.as_u64()?).ok().filter(|index| *index < MAX_BLOCKS)?;
        if self.blocks.len() <= index {
            self.blocks.resize_with(index + 1, Block::default);
        }
        self.blocks.get_mut(index)
    }

    fn start(&mut self, event: &Value, out: &mut Vec<TurnEvent>) -> Option<()> {
        let start = event.get("content_block")?.clone();
        let text = start.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        let block = self.block(event)?;
        *block = Block { text: text.clone(), start, ..Block::default() };
        if !text.is_empty() {
            out.push(TurnEvent::Text(text));
        }
        Some(())
    }

    fn delta(&mut self, event: &Value, out: &mut Vec<TurnEvent>) -> Option<Frame> {
        let delta = event.get("delta")?;
        let piece = |key: &str| delta.get(key).and_then(Value::as_str);
        let kind = piece("type")?.to_owned();
        let block = self.block(event)?;
        match kind.as_str() {
            "text_delta" => {
                let text = piece("text")?;
                block.text.push_str(text);
                out.push(TurnEvent::Text(text.to_owned()));
            }
            "input_json_delta" => block.json.push_str(piece("partial_json")?),
            "thinking_delta" => block.thinking.push_str(piece("thinking")?),
            "signature_delta" => block.signature.push_str(piece("signature")?),
            _ => return Some(Frame::Unknown),
        }
        Some(Frame::Known)
    }
}

impl ChatCodec for MessagesCodec {
    fn event(&mut self, _: &str, data: &str, out: &mut Vec<TurnEvent>) -> Frame {
        let Ok(event) = serde_json::from_str::<Value>(data) else { return Frame::Corrupt };
        match event.get("type").and_then(Value::as_str).unwrap_or_default() {
            "message_start" => {
                let message = event.get("message");
                self.model = message
                    .and_then(|message| message.get("model"))
                    .and_then(Value::as_str)
                    .map(str::to_owned);
                self.usage.take(message.and_then(|message| message.get("usage")));
            }
            "content_block_start" => {
                if self.start(&event, out).is_none() {
                    return Frame::Corrupt;
                }
            }
            "content_block_delta" => return self.delta(&event, out).unwrap_or(Frame::Corrupt),
            "message_delta" => {
                let stop = event.get("delta").and_then(|delta| delta.get("stop_reason"));
                if let Some(stop) = stop.and_then(Value::as_str) {
                    self.stop = Some(stop.to_owned());
                }
                self.usage.take(event.get("usage"));
            }
            "message_stop" => self.ended = true,
            "error" => {
                let error = event.get("error").unwrap_or(&event);
                self.failure = Some(failure::said(error, ErrorKind::Unavailable));
            }
            "content_block_stop" => {}
            "ping" => return Frame::KeepAlive,
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    fn whole(&mut self, body: &str, out: &mut Vec<TurnEvent>) -> Frame {
        let Ok(message) = serde_json::from_str::<Value>(body) else { return Frame::Corrupt };
        if let Some(error) = message.get("error").filter(|_| message.get("content").is_none()) {
            self.failure = Some(failure::said(error, ErrorKind::Unavailable));
            return Frame::Known;
        }
        let Some(content) = message.get("content").and_then(Value::as_array) else { return Frame::Corrupt };
        for start in content.iter().take(MAX_BLOCKS) {
            let piece = |key: &str| start.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let block = Block {
                text: piece("text"),
                thinking: piece("thinking"),
                signature: piece("signature"),
                start: start.clone(),
                json: String::new(),
            };
            if block.kind() == "text" && !block.text.is_empty() {
                out.push(TurnEvent::Text(block.text.clone()));
            }
            self.blocks.push(block);
        }
        let text = |key: &str| message.get(key).and_then(Value::as_str).map(str::to_owned);
        (self.model, self.stop) = (text("model"), text("stop_reason"));
        self.usage.take(message.get("usage"));
        self.ended = self.stop.is_some();
        Frame::Known
    }

    fn is_over(&self) -> bool {
        self.ended || self.failure.is_some()
    }

    fn finish(self: Box<Self>, corrupt: u32, out: &mut Vec<TurnEvent>) -> Result<()> {
        if let Some(error) = self.failure {
            return Err(error);
        }
        if !self.ended || corrupt > 0 {
            return Err(broken(corrupt));
        }
        out.extend(self.blocks.iter().filter_map(Block::call).map(TurnEvent::Call));
        let raw: Vec<Value> = self.blocks.iter().filter_map(Block::raw).collect();
        out.push(TurnEvent::Raw(Value::Array(raw).to_string()));
        let stop = match self.stop.as_deref().unwrap_or_default() {
            "end_turn" | "stop_sequence" => StopReason::Done,
            "tool_use" => StopReason::ToolCalls,
            "max_tokens" | "model_context_window_exceeded" => StopReason::Length,
            "refusal" => StopReason::Refused(String::new()),
            other => StopReason::Other(other.to_owned()),
        };
        out.push(TurnEvent::End { stop, usage: self.usage.usage(), model: self.model });
        Ok(())
    }
}
