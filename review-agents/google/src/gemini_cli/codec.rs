//! The event stream of Gemini CLI.

use std::collections::BTreeMap;

use review_agents::cli_agent::{CliCodec, Frame, Step};
use review_agents::process::Ended;
use review_core::{AgentResponse, ErrorKind, FileRead, Identity, LineRange, Result, Usage};
use serde_json::Value;

use super::failure;
use super::wire::{Event, Stats};

/// Reads one run.
#[derive(Debug, Default)]
pub struct GeminiCodec {
    version: Option<String>,
    model: Option<String>,
    session: Option<String>,
    /// Files that are being read, by the name of the call.
    reading: BTreeMap<String, (String, Option<LineRange>)>,
    /// What was said since the last tool, in the pieces in which it came.
    pieces: Vec<String>,
    /// What was said before that.
    said_before: String,
    /// What the last error or warning said.
    problem: String,
    result: Option<Box<Event>>,
}

impl GeminiCodec {
    /// A codec for one run of a program of this version: its events don't say it.
    pub fn new(version: Option<String>) -> Self {
        Self { version, ..Self::default() }
    }

    fn tool(&mut self, event: Event, steps: &mut Vec<Step>) {
        if !self.pieces.is_empty() {
            self.said_before = std::mem::take(&mut self.pieces).concat();
        }
        let text = |key: &str| event.parameters.get(key).and_then(Value::as_str);
        if let ("read_file", Some(path)) = (event.tool_name.as_str(), text("file_path")) {
            self.reading.insert(event.tool_id, (path.to_owned(), range(&event.parameters)));
        }
        let keys = ["file_path", "command", "pattern", "dir_path", "path"];
        let summary = keys.iter().find_map(|key| text(key)).unwrap_or_default().to_owned();
        steps.push(Step::Tool { name: event.tool_name, summary, read: None });
    }

    fn response(&self, text: String, stats: Option<&Stats>) -> AgentResponse {
        let mut identity = Identity::default().with_provider("google").with_isolation("read-only tools");
        // A model may be asked under another name than the one that was given; the one with most tokens did the work.
        let asked = stats.and_then(|stats| stats.models.iter().max_by_key(|(_, model)| model.total_tokens));
        identity.model = asked.map(|(name, _)| name.clone()).or_else(|| self.model.clone());
        identity.version.clone_from(&self.version);
        let mut response = AgentResponse::new(text).with_identity(identity).with_usage(usage(stats));
        response.session.clone_from(&self.session);
        response
    }

    /// What was said last, to be kept when no answer comes.
    fn last_words(&self) -> String {
        if self.pieces.is_empty() { self.said_before.clone() } else { self.pieces.concat() }
    }
}

impl CliCodec for GeminiCodec {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let Ok(event) = serde_json::from_slice::<Event>(line) else { return Frame::Corrupt };
        match (event.kind.as_str(), event.role.as_str()) {
            ("init", _) => {
                self.model = event.model;
                self.session = event.session_id;
            }
            ("message", "assistant") => {
                steps.push(Step::Text(event.content.clone()));
                self.pieces.push(event.content);
            }
            // Our own prompt.
            ("message", _) => {}
            ("tool_use", _) => self.tool(event, steps),
            ("tool_result", _) => {
                let read = self.reading.remove(&event.tool_id).filter(|_| event.status == "success");
                steps.extend(read.map(|(path, range)| Step::Read(FileRead::new(path, range))));
            }
            ("error", _) => {
                steps.push(Step::Text(format!("{}: {}", event.severity, event.message)));
                self.problem = event.message;
            }
            ("result", _) => {
                steps.push(Step::Usage(usage(event.stats.as_ref())));
                self.result = Some(Box::new(event));
            }
            _ => return Frame::Unknown,
        }
        Frame::Known
    }

    fn said(&self) -> Option<AgentResponse> {
        let said = if self.pieces.is_empty() { self.said_before.clone() } else { answer(&self.pieces) };
        let stats = self.result.as_ref().and_then(|result| result.stats.as_ref());
        Some(self.response(Some(said).filter(|text| !text.trim().is_empty())?, stats))
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        let Some(result) = &self.result else {
            let said = self.last_words();
            if said.trim().is_empty() {
                return Err(failure::no_result(&self.problem, ended));
            }
            let reason = format!("it ended with code {} and without its result", ended.code);
            return Ok(self.response(said, None).with_truncated(reason));
        };
        let stats = result.stats.as_ref();
        if result.status != "success" {
            let error = failure::failed(result.error.as_ref(), &self.problem, ended);
            let said = self.last_words();
            // A run that hit its limit has usually said something worth keeping.
            if error.kind() != ErrorKind::BudgetExceeded || said.trim().is_empty() {
                return Err(error);
            }
            let why = result.error.as_ref().map_or("", |failure| failure.message.as_str());
            return Ok(self.response(said, stats).with_truncated(format!("it hit its limit: {why}")));
        }
        let response = self.response(answer(&self.pieces), stats);
        // A loop that it stopped itself is a success without an answer to it.
        if response.text.trim().is_empty() && !self.problem.is_empty() {
            return Err(failure::failed(None, &self.problem, ended));
        }
        Ok(if ended.code == 0 {
            response
        } else {
            response.with_truncated(format!("it said success and ended with code {}", ended.code))
        })
    }
}

/// The answer in what was said last.
///
/// An exchange that broke and was tried again leaves its piece of an answer in front of the whole one, and nothing in the
/// stream tells. It shows where the pieces from some point on are a JSON document, all of them together are not, and what
/// stands before is no document or begins as this one does: a part of a document that was cut is not the answer.
fn answer(pieces: &[String]) -> String {
    let whole = pieces.concat();
    if is_document(&whole) {
        return whole;
    }
    let mut from = 0;
    for piece in pieces {
        if let Some((before, rest)) = whole.split_at_checked(from)
            && rest.trim_start().starts_with(['{', '`'])
            && begins_alike(before, rest)
            && is_document(rest)
        {
            return rest.trim_start().to_owned();
        }
        from += piece.len();
    }
    whole
}

/// Whether two documents begin with the same name, as far as the first one goes; also when the first is none.
fn begins_alike(broken: &str, whole: &str) -> bool {
    let opening = |text: &str| -> String {
        let document = text.find('{').and_then(|start| text.get(start..)).unwrap_or_default();
        let mut quotes = 0;
        let name = document.chars().filter(|c| !c.is_whitespace()).take_while(|c| {
            quotes += u32::from(*c == '"');
            quotes < 2
        });
        name.collect()
    };
    opening(whole).starts_with(&opening(broken))
}

/// Whether a text is one JSON object, as it is or fenced as code.
fn is_document(text: &str) -> bool {
    let text = text.trim();
    let inner = text
        .strip_prefix("```json")
        .or_else(|| text.strip_prefix("```"))
        .and_then(|text| text.strip_suffix("```"));
    serde_json::from_str::<Value>(inner.unwrap_or(text)).is_ok_and(|value| value.is_object())
}

fn range(parameters: &Value) -> Option<LineRange> {
    let line = |key: &str| {
        parameters.get(key).and_then(Value::as_u64).map(|line| u32::try_from(line).unwrap_or(u32::MAX))
    };
    let (start, end) = (line("start_line"), line("end_line"));
    (start.is_some() || end.is_some()).then(|| LineRange::new(start.unwrap_or(1), end.unwrap_or(u32::MAX)))
}

fn usage(stats: Option<&Stats>) -> Usage {
    let Some(stats) = stats else { return Usage::default() };
    let thoughts = stats.total_tokens.saturating_sub(stats.input_tokens).saturating_sub(stats.output_tokens);
    Usage::default()
        .with_input_tokens(stats.input_tokens.saturating_sub(stats.cached))
        .with_cache_read_tokens(stats.cached)
        .with_output_tokens(stats.output_tokens.saturating_add(thoughts))
        .with_reasoning_tokens(thoughts)
}
