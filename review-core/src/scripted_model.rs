//! A chat model that does what it is told: for tests, examples and demonstrations.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::chat::{ChatModel, ModelInfo, StopReason, TurnEvent, TurnRequest};
use crate::cx::Cx;
use crate::error::{Error, ErrorKind, Result};
use crate::review::Usage;
use crate::toolbox::ToolCall;

/// A model that answers turn by turn as scripted and keeps what it was asked. When the script is used up, the last turn
/// is given again.
///
/// ```
/// use review_core::ScriptedModel;
/// let model = ScriptedModel::new().calling("read_file", r#"{"path":"a.rs"}"#).answering("It is fine.");
/// ```
#[derive(Clone, Debug)]
pub struct ScriptedModel {
    info: ModelInfo,
    script: Arc<Mutex<VecDeque<Act>>>,
    asked: Arc<Mutex<Vec<TurnRequest>>>,
}

/// One turn.
#[derive(Clone, Debug)]
enum Act {
    Say(Vec<TurnEvent>),
    /// Says something, then fails.
    Fail(Vec<TurnEvent>, ErrorKind, Option<Duration>),
    /// Says something and is then silent until cancelled.
    Hang(Vec<TurnEvent>),
}

impl Default for ScriptedModel {
    fn default() -> Self {
        Self::new()
    }
}

impl ScriptedModel {
    /// A model without a script: it fails.
    pub fn new() -> Self {
        Self {
            info: ModelInfo::new("scripted", "scripted-model"),
            script: Arc::default(),
            asked: Arc::default(),
        }
    }

    /// Says what it can do.
    #[must_use]
    pub fn with_info(mut self, info: ModelInfo) -> Self {
        self.info = info;
        self
    }

    /// Adds a turn that answers.
    #[must_use]
    pub fn answering(self, text: impl Into<String>) -> Self {
        self.stopping(text, StopReason::Done)
    }

    /// Adds a turn that says something and stops for a reason.
    #[must_use]
    pub fn stopping(self, text: impl Into<String>, stop: StopReason) -> Self {
        self.then(Act::Say(vec![TurnEvent::Text(text.into()), end(stop)]))
    }

    /// Adds a turn that calls one tool.
    #[must_use]
    pub fn calling(self, tool: impl Into<String>, arguments: impl Into<String>) -> Self {
        self.calling_all([(tool.into(), arguments.into())])
    }

    /// Adds a turn that calls several tools at once.
    #[must_use]
    pub fn calling_all(self, calls: impl IntoIterator<Item = (String, String)>) -> Self {
        let call = |(index, (tool, arguments)): (usize, (String, String))| {
            TurnEvent::Call(ToolCall::new(format!("call-{}", index + 1), tool, arguments))
        };
        let mut events: Vec<TurnEvent> = calls.into_iter().enumerate().map(call).collect();
        events.push(end(StopReason::ToolCalls));
        self.then(Act::Say(events))
    }

    /// Adds a turn of these events and nothing else.
    #[must_use]
    pub fn saying(self, events: impl IntoIterator<Item = TurnEvent>) -> Self {
        self.then(Act::Say(events.into_iter().collect()))
    }

    /// Adds a turn that fails.
    #[must_use]
    pub fn failing(self, kind: ErrorKind) -> Self {
        self.then(Act::Fail(Vec::new(), kind, None))
    }

    /// Adds a turn that fails and says how long to wait before the next one.
    #[must_use]
    pub fn failing_for(self, kind: ErrorKind, retry_after: Duration) -> Self {
        self.then(Act::Fail(Vec::new(), kind, Some(retry_after)))
    }

    /// Adds a turn that says something and then fails.
    #[must_use]
    pub fn breaking_off(self, text: impl Into<String>, kind: ErrorKind) -> Self {
        self.then(Act::Fail(vec![TurnEvent::Text(text.into())], kind, None))
    }

    /// Adds a turn that says something and is then silent until it is cancelled.
    #[must_use]
    pub fn hanging(self, text: impl Into<String>) -> Self {
        self.then(Act::Hang(vec![TurnEvent::Text(text.into())]))
    }

    /// What it was asked so far, in order.
    pub fn asked(&self) -> Vec<TurnRequest> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn then(self, act: Act) -> Self {
        self.script.lock().unwrap_or_else(PoisonError::into_inner).push_back(act);
        self
    }

    fn next(&self) -> Option<Act> {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        if script.len() > 1 { script.pop_front() } else { script.front().cloned() }
    }
}

fn end(stop: StopReason) -> TurnEvent {
    let usage = Usage::default().with_input_tokens(100).with_output_tokens(10);
    TurnEvent::End { stop, usage, model: Some("scripted-model-1".to_owned()) }
}

#[async_trait]
impl ChatModel for ScriptedModel {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        cx.cancel.check()?;
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push((*request).clone());
        match self.next() {
            Some(Act::Say(events)) => {
                events.into_iter().for_each(out);
                Ok(())
            }
            Some(Act::Fail(events, kind, retry_after)) => {
                events.into_iter().for_each(out);
                let error = Error::new(kind, "it was told to fail");
                Err(match retry_after {
                    Some(delay) => error.with_retry_after(delay),
                    None => error,
                })
            }
            Some(Act::Hang(events)) => {
                events.into_iter().for_each(out);
                cx.cancel.cancelled().await;
                Err(Error::new(ErrorKind::Cancelled, "cancelled"))
            }
            None => Err(Error::new(ErrorKind::Internal, "the scripted model has no script")),
        }
    }
}
