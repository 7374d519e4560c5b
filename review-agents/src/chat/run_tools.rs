//! Runs the tools that a model called in one turn, at once, each on a thread of its own.

use std::sync::Arc;

use review_core::{
    Cancel, Cx, Error, ErrorKind, Event, FileRead, Message, PassId, Result, ToolCall, ToolOutput, ToolResult,
    Toolbox,
};

use crate::shorten::shorten;

/// Calls of one turn that are run; further ones are answered with a refusal.
const MAX_CALLS: usize = 32;

/// What the calls of one turn brought.
pub(super) struct Ran {
    /// The results, in the order of the calls.
    pub(super) results: Vec<ToolResult>,
    /// Files of the reviewed version that were shown.
    pub(super) reads: Vec<FileRead>,
}

impl Ran {
    /// The results as part of the conversation.
    pub(super) fn message(self) -> Message {
        Message::Tools(self.results)
    }
}

/// Answers every call without running it.
pub(super) fn refuse(calls: &[ToolCall], why: &str) -> Message {
    Message::Tools(calls.iter().map(|call| ToolResult::new(call, why, true)).collect())
}

/// Runs the calls.
///
/// # Errors
/// `Cancelled`. A tool's own failure, a panic included, is told to the model.
pub(super) async fn run(
    toolbox: &Arc<dyn Toolbox>,
    calls: &[ToolCall],
    who: &PassId,
    cx: &Cx,
) -> Result<Ran> {
    let running: Vec<_> = calls.iter().take(MAX_CALLS).map(|call| start(toolbox, call, &cx.cancel)).collect();
    let mut ran = Ran { results: Vec::new(), reads: Vec::new() };
    for (call, task) in calls.iter().zip(running) {
        let output = tokio::select! {
            output = task => output.unwrap_or_else(|_| ToolOutput::error("the tool failed")),
            () = cx.cancel.cancelled() => return Err(Error::new(ErrorKind::Cancelled, "cancelled")),
        };
        let summary = if output.summary.is_empty() { &call.arguments } else { &output.summary };
        cx.event(Event::ToolCalled {
            reviewer: who.reviewer.clone(),
            pass: who.pass,
            tool: shorten(&call.name),
            summary: shorten(summary),
        });
        ran.reads.extend(output.reads);
        ran.results.push(ToolResult::new(call, output.text, output.is_error));
    }
    for call in calls.iter().skip(MAX_CALLS) {
        let why = format!("at most {MAX_CALLS} calls are run at once; call it again");
        ran.results.push(ToolResult::new(call, why, true));
    }
    Ok(ran)
}

fn start(
    toolbox: &Arc<dyn Toolbox>,
    call: &ToolCall,
    cancel: &Cancel,
) -> tokio::task::JoinHandle<ToolOutput> {
    let (toolbox, call, cancel) = (Arc::clone(toolbox), call.clone(), cancel.clone());
    tokio::task::spawn_blocking(move || toolbox.call(&call, &cancel))
}
