//! A program that speaks in events, read by its map.

use review_core::{AgentResponse, Error, ErrorKind, FileRead, Identity, Result, Usage};
use serde_json::Value;

use super::config::{EventMap, UsageMap};
use crate::cli_agent::{CliCodec, Frame, Step};
use crate::process::Ended;

/// Reads one run.
pub(super) struct Events {
    name: String,
    map: EventMap,
    /// What was said since the last tool.
    answer: String,
    /// What was said last, to be kept when no answer comes.
    last: String,
    session: Option<String>,
    usage: Usage,
    reason: Option<String>,
    failure: Option<(String, Option<u64>)>,
}

impl Events {
    pub(super) fn new(name: &str, map: EventMap) -> Self {
        Self {
            name: name.to_owned(),
            map,
            answer: String::new(),
            last: String::new(),
            session: None,
            usage: Usage::default(),
            reason: None,
            failure: None,
        }
    }
}

fn text<'a>(event: &'a Value, pointer: &str) -> Option<&'a str> {
    event.pointer(pointer)?.as_str()
}

fn usage(event: &Value, map: &UsageMap) -> Usage {
    let number = |pointer: &Option<String>| event.pointer(pointer.as_deref()?)?.as_u64();
    let reasoning = number(&map.reasoning);
    let extra = if map.reasoning_is_extra { reasoning.unwrap_or(0) } else { 0 };
    let mut usage = Usage::default();
    usage.input_tokens = number(&map.input);
    usage.cache_read_tokens = number(&map.cache_read);
    usage.cache_write_tokens = number(&map.cache_write);
    usage.output_tokens = number(&map.output).map(|tokens| tokens.saturating_add(extra));
    usage.reasoning_tokens = reasoning.map(|tokens| tokens.min(usage.output_tokens.unwrap_or(tokens)));
    let cost = map.cost_usd.as_deref().and_then(|pointer| event.pointer(pointer)?.as_f64());
    usage.cost_micro_usd = cost.map(|dollars| (dollars.max(0.0) * 1e6).round() as u64);
    usage.turns = Some(1);
    usage
}

impl CliCodec for Events {
    fn line(&mut self, line: &[u8], steps: &mut Vec<Step>) -> Frame {
        let Ok(event) = serde_json::from_slice::<Value>(line) else { return Frame::Corrupt };
        let map = &self.map;
        let Some(kind) = text(&event, &map.kind) else { return Frame::Unknown };
        if let Some(session) = map.session.as_deref().and_then(|pointer| text(&event, pointer)) {
            self.session = Some(session.to_owned());
        }
        if kind == map.text.when {
            let Some(said) = text(&event, &map.text.text) else { return Frame::Corrupt };
            if !self.answer.is_empty() {
                self.answer.push('\n');
            }
            self.answer.push_str(said);
            said.clone_into(&mut self.last);
            steps.push(Step::Text(said.to_owned()));
        } else if let Some(tool) = map.tool.as_ref().filter(|tool| tool.when == kind) {
            let name = text(&event, &tool.name).unwrap_or_default().to_owned();
            let summary = tool.summary.iter().find_map(|pointer| text(&event, pointer)).unwrap_or_default();
            let reads = tool.reads.as_ref().filter(|reads| reads.tool == name);
            let read = reads.and_then(|reads| Some(FileRead::file(text(&event, &reads.path)?)));
            steps.push(Step::Tool { name, summary: summary.to_owned(), read });
            self.answer.clear();
        } else if let Some(end) = map.end.as_ref().filter(|end| end.when == kind) {
            self.reason = text(&event, &end.reason).map(str::to_owned);
            if let Some(map) = &end.usage {
                self.usage = self.usage.plus(usage(&event, map));
                steps.push(Step::Usage(self.usage));
            }
        } else if let Some(error) = map.error.as_ref().filter(|error| error.when == kind) {
            let message = text(&event, &error.message).unwrap_or("it failed and does not say why");
            let status = error.status.as_deref().and_then(|pointer| event.pointer(pointer)?.as_u64());
            self.failure = Some((message.to_owned(), status));
        } else if !map.ignore.iter().any(|ignored| ignored == kind) {
            return Frame::Unknown;
        }
        Frame::Known
    }

    fn finish(self: Box<Self>, ended: &Ended) -> Result<AgentResponse> {
        let response = |text: &str| {
            let mut response = AgentResponse::new(text)
                .with_identity(Identity::default().with_provider(&self.name))
                .with_usage(self.usage);
            response.session.clone_from(&self.session);
            response
        };
        // Where it says how its steps end, only its own word for a good end counts.
        let done = match &self.map.end {
            Some(end) => self.reason.as_ref().is_some_and(|reason| end.done.contains(reason)),
            None => true,
        };
        if done && ended.code == 0 && self.failure.is_none() {
            return Ok(response(&self.answer));
        }
        let kept = if self.answer.trim().is_empty() { &self.last } else { &self.answer };
        let why = match (&self.failure, &self.reason) {
            (Some((message, _)), _) => message.clone(),
            (None, Some(reason)) if !done => format!("it ended by `{reason}`"),
            (None, _) => format!("it ended with code {} and without its end mark", ended.code),
        };
        if !kept.trim().is_empty() {
            return Ok(response(kept).with_truncated(why));
        }
        let kind = match (&self.failure, ended.code) {
            (Some((_, Some(401 | 403))), _) => ErrorKind::Unauthorized,
            (Some((_, Some(429))), _) => ErrorKind::RateLimited,
            (Some((_, Some(400..=499))), _) => ErrorKind::InvalidInput,
            (Some(_), _) => ErrorKind::Unavailable,
            (None, 127) => ErrorKind::NotFound,
            (None, _) => ErrorKind::Truncated,
        };
        let mut error = Error::new(kind, "it failed").with_context("it said", short(&why));
        if let Some((_, Some(status))) = self.failure {
            error = error.with_context("status", status);
        }
        Err(error
            .with_context("exit code", ended.code)
            .with_context("last words", short(ended.stderr_tail.lines().last().unwrap_or_default())))
    }
}

fn short(text: &str) -> String {
    text.chars().take(500).collect()
}
