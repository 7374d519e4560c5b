//! What was said so far, and what it took.

use std::collections::BTreeMap;

use review_core::fingerprint::content_hash;
use review_core::{
    AgentRequest, AgentResponse, Cx, FileRead, Identity, Message, ModelInfo, RawLine, ToolCall, ToolCount,
    TurnRequest, Usage,
};
use serde_json::{Value, json};

use super::prices::Prices;
use super::run_tools::Ran;
use super::turn::Turn;

/// One conversation with a model.
pub(super) struct Conversation {
    pub(super) request: TurnRequest,
    schema: Option<String>,
    schema_with_tools: bool,
    pub(super) turns: u32,
    pub(super) usage: Usage,
    prices: Option<Prices>,
    model: Option<String>,
    tools: BTreeMap<String, u32>,
    reads: Vec<FileRead>,
    bytes: usize,
    /// Messages that are in the record already.
    recorded: usize,
    /// The last text that came with an end, to fall back on.
    last_text: String,
}

impl Conversation {
    pub(super) fn new(asked: &AgentRequest, info: &ModelInfo, prices: Option<Prices>) -> Self {
        let mut request = TurnRequest::new(&asked.prompt)
            .with_system(&asked.system)
            .with_conversation(content_hash(&[&asked.reviewer, &asked.system, &asked.prompt], 32));
        if let (Some(toolbox), true) = (&asked.toolbox, info.tools) {
            request.tools = toolbox.specs();
        }
        Self {
            request,
            schema: asked.schema.clone().filter(|_| info.schema),
            schema_with_tools: info.schema_with_tools,
            turns: 0,
            usage: Usage::default(),
            prices,
            model: None,
            tools: BTreeMap::new(),
            reads: Vec::new(),
            bytes: asked.system.len() + asked.prompt.len(),
            recorded: 0,
            last_text: String::new(),
        }
    }

    /// Makes the request ready for the next turn.
    pub(super) fn prepare(&mut self, answer_now: bool) {
        let request = &mut self.request;
        request.answer_now = answer_now;
        let free = answer_now || request.tools.is_empty() || self.schema_with_tools;
        request.schema = self.schema.clone().filter(|_| free);
    }

    /// Adds the model's turn.
    pub(super) fn heard(&mut self, turn: &Turn) {
        self.turns += 1;
        let mut usage = turn.end.as_ref().map(|(_, usage)| *usage).unwrap_or_default();
        if let Some(prices) = &self.prices {
            usage.cost_micro_usd = Some(prices.cost(&usage));
        }
        usage.turns = Some(1);
        self.usage = self.usage.plus(usage);
        if turn.model.is_some() {
            self.model.clone_from(&turn.model);
        }
        if !turn.text.trim().is_empty() {
            self.last_text.clone_from(&turn.text);
        }
        self.say(turn.message());
    }

    /// Adds what the tools brought.
    pub(super) fn ran(&mut self, calls: &[ToolCall], ran: Ran) {
        for call in calls {
            *self.tools.entry(call.name.chars().take(60).collect()).or_default() += 1;
        }
        self.reads.extend(ran.reads.iter().cloned());
        self.say(ran.message());
    }

    /// Adds a message.
    pub(super) fn say(&mut self, message: Message) {
        self.bytes += match &message {
            Message::User(text) => text.len(),
            Message::Assistant { text, calls, raw } => match raw {
                Some(raw) => raw.len(),
                None => text.len() + calls.iter().map(|call| call.arguments.len()).sum::<usize>(),
            },
            Message::Tools(results) => results.iter().map(|result| result.text.len()).sum(),
            _ => 0,
        };
        self.request.messages.push(message);
    }

    /// Puts what is new into the record of the run.
    pub(super) fn record(&mut self, asked: &AgentRequest, cx: &Cx) {
        let line =
            |stream, value: Value| RawLine::new(&asked.reviewer, asked.pass, stream, value.to_string());
        if self.recorded == 0 {
            cx.raw(line("sent", json!({"system": self.request.system})));
        }
        for message in self.request.messages.iter().skip(self.recorded) {
            cx.raw(match message {
                Message::User(text) => line("sent", json!({"user": text})),
                Message::Assistant { text, calls, .. } => {
                    let calls: Vec<Value> = calls
                        .iter()
                        .map(|call| json!({"id": call.id, "name": call.name, "arguments": call.arguments}))
                        .collect();
                    line("got", json!({"text": text, "calls": calls}))
                }
                Message::Tools(results) => {
                    let results: Vec<Value> = results
                        .iter()
                        .map(|result| json!({"id": result.id, "text": result.text, "is_error": result.is_error}))
                        .collect();
                    line("sent", json!({"results": results}))
                }
                _ => continue,
            });
        }
        self.recorded = self.request.messages.len();
    }

    /// Its size in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// The last text of the model.
    pub(super) fn last_text(&self) -> &str {
        &self.last_text
    }

    /// An answer with everything that is known of the conversation.
    pub(super) fn response(self, text: String, info: &ModelInfo, effort: Option<&str>) -> AgentResponse {
        let mut identity = Identity::default()
            .with_provider(&info.provider)
            .with_model(self.model.unwrap_or_else(|| info.model.clone()))
            .with_isolation("own read-only tools");
        identity.effort = effort.map(str::to_owned);
        let calls =
            self.tools.into_iter().map(|(tool, calls)| ToolCount::new(tool, calls)).collect::<Vec<_>>();
        let mut response =
            AgentResponse::new(text).with_identity(identity).with_usage(self.usage).with_tool_calls(calls);
        response.reads = self.reads;
        response
    }
}
