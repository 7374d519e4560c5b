//! The event stream of Codex.

use std::collections::BTreeSet;
use std::time::Duration;

use review_agents::cli_agent::{CliCodec, Frame, Step};
use review_agents::process::Ended;
use review_core::{AgentResponse, ErrorKind, FileRead, Identity, Result, Usage};

use super::failure;
use super::reads::reads;
use super::wire::{Event, Item, WireUsage};

/// Reads one run.
#[derive(Debug, Default)]
pub struct CodexCodec {
    version: Option<String>,
    thread: Option<String>,
    /// Tools that are running, by the name of their item.
    running: BTreeSet<String>,
    /// What was said since the last tool was started: the answer, when the turn ends here.
    answer: String,
    /// What was said last, to be kept when no answer comes.
    said: String,
    last_error: String,
    usage: Option<WireUsage>,
    completed: bool,
    failed: Option<String>,
}

impl CodexCodec {
    /// A codec for one run of a program of this version: its events don't say it.
    pub fn new(version: Option<String>) -> Self {
        Self { version, ..Self::default() }
    }

    fn item(&mut self, item: Item, completed: bool, steps: &mut Vec<Step>) -> Frame {
        match item.kind.as_str() {
            "agent_message" if completed => {
                let text = item.text.unwrap_or_default();
                self.said.clone_from(&text);
                self.answer.clone_from(&text);
                steps.push(Step::Text(text));
            }
            // Told once, and no failure: an unknown model is told so and works.
            "error" if completed => steps.push(Step::Text(item.message.unwrap_or_default())),
            // A plan may be closed after the answer, so it does not count as a tool.
            "agent_message" | "error" | "reasoning" | "todo_list" => {}
            "command_execution" | "file_change" | "mcp_tool_call" | "collab_tool_call" | "web_search" => {
                self.tool(item, completed, steps);
            }
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    /// Calls run side by side and end in any order; some kinds are told only when they have ended.
    fn tool(&mut self, item: Item, completed: bool, steps: &mut Vec<Step>) {
        let known = if completed { self.running.remove(&item.id) } else { !self.running.insert(item.id) };
        let command = item.command.unwrap_or_default();
        if !known {
            self.answer.clear();
            let name = item.tool.unwrap_or(item.kind);
            let summary = if command.is_empty() { item.query.unwrap_or_default() } else { command.clone() };
            steps.push(Step::Tool { name, summary, read: None });
        }
        if completed && item.exit_code == Some(0) {
            steps.extend(
                reads(&command).into_iter().map(|(path, range)| Step::Read(FileRead::new(path, range))),
            );
        }
    }

    fn response(&self, text: String) -> AgentResponse {
        let mut identity = Identity::default().with_provider("openai");
        identity.version.clone_from(&self.version);
        let mut response =
            AgentResponse::new(text).with_identity(identity).with_usage(usage(self.usage.as_ref()));
        response.session.clone_from(&self.thread);
        response
    }
}

impl CliCodec for CodexCodec {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let Ok(event) = serde_json::from_slice::<Event>(line) else { return Frame::Corrupt };
        match event.kind.as_str() {
            "thread.started" => self.thread = event.thread_id,
            "turn.started" => {}
            "item.started" | "item.updated" | "item.completed" => {
                let Some(item) = event.item else { return Frame::Unknown };
                return self.item(item, event.kind == "item.completed", steps);
            }
            "turn.completed" => {
                self.completed = true;
                self.usage = event.usage;
                steps.push(Step::Usage(usage(self.usage.as_ref())));
            }
            "turn.failed" => self.failed = Some(event.error.unwrap_or_default().message),
            // Never the end: it tells of retries this way too.
            "error" => {
                self.last_error = event.message.unwrap_or_default();
                steps.extend(retry(&self.last_error));
            }
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    fn said(&self) -> Option<AgentResponse> {
        Some(self.response(Some(self.said.clone()).filter(|text| !text.trim().is_empty())?))
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        if let Some(message) = &self.failed {
            let error = failure::failed(message, ended);
            // A limit cuts an answer that is worth keeping; other failures leave at most a sentence of intent.
            let kept = matches!(error.kind(), ErrorKind::Truncated | ErrorKind::BudgetExceeded);
            if !kept || self.said.trim().is_empty() {
                return Err(error);
            }
            let reason = format!("it hit its limit: {message}");
            let text = self.said.clone();
            return Ok(self.response(text).with_truncated(reason));
        }
        if !self.completed {
            if self.said.trim().is_empty() {
                return Err(failure::no_end(self.thread.is_some(), &self.last_error, ended));
            }
            let reason = format!("it ended with code {} and without the end of its turn", ended.code);
            let text = self.said.clone();
            return Ok(self.response(text).with_truncated(reason));
        }
        // Only what came after the last tool is the answer; before it, the model only said what it is about to do.
        let text = self.answer.clone();
        let response = self.response(text);
        Ok(if ended.code == 0 || response.text.trim().is_empty() {
            response
        } else {
            response.with_truncated(format!("it completed its turn and ended with code {}", ended.code))
        })
    }
}

/// `Reconnecting... 2/5 (why)`: the second of its retries, so the third try.
fn retry(message: &str) -> Option<Step> {
    let rest = message.strip_prefix("Reconnecting... ")?;
    let (count, why) = rest.split_once(' ').unwrap_or((rest, ""));
    let retry: u32 = count.split('/').next()?.parse().ok()?;
    let reason = why.strip_prefix('(').and_then(|why| why.strip_suffix(')')).unwrap_or(why).to_owned();
    Some(Step::Retry { attempt: retry.saturating_add(1), delay: Duration::ZERO, reason })
}

fn usage(wire: Option<&WireUsage>) -> Usage {
    let Some(wire) = wire else { return Usage::default() };
    let cached = wire.cached_input_tokens.saturating_add(wire.cache_write_input_tokens);
    Usage::default()
        .with_input_tokens(wire.input_tokens.saturating_sub(cached))
        .with_cache_read_tokens(wire.cached_input_tokens)
        .with_cache_write_tokens(wire.cache_write_input_tokens)
        .with_output_tokens(wire.output_tokens)
        .with_reasoning_tokens(wire.reasoning_output_tokens.min(wire.output_tokens))
}
