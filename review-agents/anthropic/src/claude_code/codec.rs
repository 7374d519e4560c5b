//! The event stream of Claude Code.

use std::time::Duration;

use review_agents::cli_agent::{CliCodec, Frame, Step};
use review_agents::process::Ended;
use review_core::{AgentResponse, Error, ErrorKind, FileRead, Identity, LineRange, Result, Usage};
use serde_json::Value;

use super::wire::{Event, Message, WireUsage};

/// Reads one run.
#[derive(Debug, Default)]
pub struct ClaudeCodec {
    wants_schema: bool,
    model: Option<String>,
    version: Option<String>,
    session: Option<String>,
    /// What the model said last, to be kept when no result comes.
    last_text: String,
    result: Option<Box<Event>>,
}

impl ClaudeCodec {
    /// A codec for one run; `wants_schema` when the answer was asked for by a schema.
    pub fn new(wants_schema: bool) -> Self {
        Self { wants_schema, ..Self::default() }
    }

    fn assistant(&mut self, message: Option<Message>, steps: &mut Vec<Step>) {
        let Message { content, model } = message.unwrap_or_default();
        // The API's own word for it; the first event only repeats what was configured. Its own notices have another.
        if let Some(model) = model.filter(|model| !model.starts_with('<')) {
            self.model = Some(model);
        }
        for block in content.as_array().into_iter().flatten() {
            match block.get("type").and_then(Value::as_str) {
                Some("text") => {
                    if let Some(text) = block.get("text").and_then(Value::as_str) {
                        text.clone_into(&mut self.last_text);
                        steps.push(Step::Text(text.to_owned()));
                    }
                }
                Some("tool_use") => steps.extend(tool(block)),
                _ => {}
            }
        }
    }

    fn response(&self, text: String, event: &Event) -> AgentResponse {
        let mut identity = Identity::default().with_provider("anthropic");
        identity.model.clone_from(&self.model);
        identity.version.clone_from(&self.version);
        let mut response = AgentResponse::new(text).with_identity(identity).with_usage(usage(event));
        response.session.clone_from(&self.session);
        response
    }
}

impl CliCodec for ClaudeCodec {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let Ok(event) = serde_json::from_slice::<Event>(line) else { return Frame::Corrupt };
        match (event.kind.as_str(), event.subtype.as_str()) {
            ("system", "init") => {
                self.model = event.model;
                self.version = event.claude_code_version;
                self.session = event.session_id;
            }
            ("system", "api_retry") => steps.push(Step::Retry {
                attempt: event.attempt.unwrap_or(1).saturating_add(1),
                delay: Duration::from_millis(event.retry_delay_ms.map_or(0, |millis| millis.max(0.0) as u64)),
                reason: event
                    .error_status
                    .map_or("the connection broke".to_owned(), |status| format!("status {status}")),
            }),
            // Kinds of system events come and go; none of them carries an answer.
            ("system", _) => {}
            ("assistant", _) => self.assistant(event.message, steps),
            ("user", _) => {}
            ("result", _) => self.result = Some(Box::new(event)),
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    fn said(&self) -> Option<AgentResponse> {
        let said = Some(self.last_text.clone()).filter(|text| !text.trim().is_empty())?;
        Some(self.response(said, self.result.as_deref().unwrap_or(&Event::default())))
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        let Some(event) = &self.result else {
            return no_result(*self, ended);
        };
        let text = match &event.structured_output {
            Some(output) => output.to_string(),
            None => event.result.clone().unwrap_or_default(),
        };
        // `subtype: success` with `is_error` is how API errors look.
        if event.is_error || event.subtype != "success" {
            return failure(&self, event, ended);
        }
        let response = self.response(text, event);
        // It may end well without the schema's tool having been called; ingestion decides what the prose is worth.
        let misses_schema = self.wants_schema
            && event.structured_output.is_none()
            && !response.text.trim_start().starts_with('{');
        Ok(if ended.code != 0 {
            response.with_truncated(format!("it said success and ended with code {}", ended.code))
        } else if misses_schema {
            response.with_truncated("it did not answer in the form that was asked for")
        } else {
            response
        })
    }
}

/// It ended without its final event: killed, crashed, or never started.
fn no_result(codec: ClaudeCodec, ended: &Ended) -> Result<AgentResponse> {
    if !codec.last_text.trim().is_empty() {
        let text = codec.last_text.clone();
        let reason = format!("it ended with code {} and without its result", ended.code);
        return Ok(codec.response(text, &Event::default()).with_truncated(reason));
    }
    let kind = if ended.code == 127 { ErrorKind::NotFound } else { ErrorKind::Truncated };
    Err(Error::new(kind, "it ended without its result")
        .with_context("exit code", ended.code)
        .with_context("last words", ended.stderr_tail.lines().last().unwrap_or_default()))
}

/// The one place where its failures are mapped.
fn failure(codec: &ClaudeCodec, event: &Event, ended: &Ended) -> Result<AgentResponse> {
    let said =
        event.result.clone().or_else(|| event.errors.first().map(ToString::to_string)).unwrap_or_default();
    let reason = event.terminal_reason.as_deref().unwrap_or(&event.subtype);
    let kind = match (event.api_error_status, reason) {
        (Some(401 | 403), _) => ErrorKind::Unauthorized,
        (Some(429), _) => ErrorKind::RateLimited,
        (Some(400 | 404 | 413), _) => ErrorKind::InvalidInput,
        (Some(_), _) => ErrorKind::Unavailable,
        (None, "max_turns" | "budget_exhausted" | "error_max_turns" | "error_max_budget_usd") => {
            ErrorKind::BudgetExceeded
        }
        (None, "structured_output_retry_exhausted" | "error_max_structured_output_retries") => {
            ErrorKind::InvalidAnswer
        }
        (None, "api_error") if said.contains("/login") => ErrorKind::Unauthorized,
        (None, _) => ErrorKind::Unavailable,
    };
    // A run that hit its limit has usually said something worth keeping.
    if kind == ErrorKind::BudgetExceeded && !codec.last_text.trim().is_empty() {
        return Ok(codec
            .response(codec.last_text.clone(), event)
            .with_truncated(format!("it hit its limit: {reason}")));
    }
    let mut error =
        Error::new(kind, "it failed").with_context("reason", reason).with_context("exit code", ended.code);
    if let Some(status) = event.api_error_status {
        error = error.with_context("status", status);
    }
    let said: String = said.chars().take(500).collect();
    Err(if said.is_empty() { error } else { error.with_context("it said", said) })
}

fn tool(block: &Value) -> Option<Step> {
    let name = block.get("name")?.as_str()?.to_owned();
    let input = block.get("input").unwrap_or(&Value::Null);
    let text = |key: &str| input.get(key).and_then(Value::as_str);
    let number =
        |key: &str| input.get(key).and_then(Value::as_u64).and_then(|number| u32::try_from(number).ok());
    let read = match (name.as_str(), text("file_path")) {
        ("Read", Some(path)) => {
            let range = number("offset").map(|start| {
                let lines = number("limit").unwrap_or(2_000).max(1);
                LineRange::new(start.max(1), start.max(1).saturating_add(lines - 1))
            });
            Some(FileRead::new(path, range))
        }
        _ => None,
    };
    let summary = ["file_path", "command", "pattern", "path"]
        .iter()
        .find_map(|key| text(key))
        .unwrap_or_default()
        .to_owned();
    Some(Step::Tool { name, summary, read })
}

fn usage(event: &Event) -> Usage {
    let mut usage = match &event.usage {
        None => Usage::default(),
        Some(WireUsage {
            input_tokens,
            cache_creation_input_tokens,
            cache_read_input_tokens,
            output_tokens,
            output_tokens_details,
        }) => {
            let usage = Usage::default()
                .with_input_tokens(*input_tokens)
                .with_cache_write_tokens(*cache_creation_input_tokens)
                .with_cache_read_tokens(*cache_read_input_tokens)
                .with_output_tokens(*output_tokens);
            match output_tokens_details.thinking_tokens {
                Some(tokens) => usage.with_reasoning_tokens(tokens.min(*output_tokens)),
                None => usage,
            }
        }
    };
    usage.turns = event.num_turns;
    usage.cost_micro_usd = event.total_cost_usd.map(|dollars| (dollars.max(0.0) * 1e6).round() as u64);
    usage
}
