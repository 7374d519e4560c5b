//! One turn of the model, collected from its events.

use std::sync::Arc;

use review_core::{
    ChatModel, Cx, Error, ErrorKind, Event, Message, PassId, Result, StopReason, ToolCall, TurnEvent,
    TurnRequest, Usage,
};

use crate::shorten::shorten;

/// Longest text of one turn that is kept, in bytes.
const MAX_TEXT: usize = 16 << 20;

/// What the model said in one turn.
#[derive(Debug, Default)]
pub(super) struct Turn {
    pub(super) text: String,
    pub(super) calls: Vec<ToolCall>,
    raw: Option<String>,
    pub(super) end: Option<(StopReason, Usage)>,
    pub(super) model: Option<String>,
    unknown: u32,
}

impl Turn {
    /// The turn as part of the conversation.
    pub(super) fn message(&self) -> Message {
        Message::Assistant { text: self.text.clone(), calls: self.calls.clone(), raw: self.raw.clone() }
    }

    fn take(&mut self, event: TurnEvent) {
        match event {
            TurnEvent::Text(text) if self.text.len() + text.len() <= MAX_TEXT => self.text.push_str(&text),
            TurnEvent::Call(call) => self.calls.push(call),
            TurnEvent::Raw(raw) => self.raw = Some(raw),
            TurnEvent::Unknown(_) => self.unknown += 1,
            TurnEvent::End { stop, usage, model } => {
                self.end = Some((stop, usage));
                self.model = model;
            }
            // What came of an attempt that is made again is void.
            TurnEvent::Retrying { .. } => *self = Self::default(),
            _ => {}
        }
    }
}

/// Takes one turn with the model. What came before a failure stays in `turn`.
pub(super) async fn take(
    model: &dyn ChatModel,
    request: Arc<TurnRequest>,
    turn: &mut Turn,
    who: &PassId,
    cx: &Cx,
) -> Result<()> {
    let mut out = |event: TurnEvent| {
        if let TurnEvent::Retrying { attempt, delay, reason } = &event {
            cx.event(Event::Retrying {
                reviewer: who.reviewer.clone(),
                pass: who.pass,
                attempt: *attempt,
                delay_ms: u64::try_from(delay.as_millis()).unwrap_or(u64::MAX),
                reason: shorten(reason),
            });
        }
        turn.take(event);
    };
    model.turn(request, &mut out, cx.clone()).await?;
    if turn.unknown > 0 {
        let text = format!("{}: {} unknown events", model.info().provider, turn.unknown);
        cx.event(Event::Warning { text });
    }
    if turn.end.is_none() {
        return Err(Error::new(ErrorKind::Truncated, "the exchange ended without its end"));
    }
    if !turn.text.trim().is_empty() {
        let text = shorten(&turn.text);
        cx.event(Event::Progress { reviewer: who.reviewer.clone(), pass: who.pass, text });
    }
    Ok(())
}
