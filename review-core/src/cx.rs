//! What travels with every call: cancellation, and where events and partial results go.

use std::sync::{Arc, Mutex, PoisonError};

use crate::cancel::Cancel;
use crate::event::Event;
use crate::review::Review;

/// The context of a call. Cheap to clone.
#[derive(Clone)]
pub struct Cx {
    /// Raised when the caller wants the work to end.
    pub cancel: Cancel,
    /// Where events and partial results go.
    pub sink: Arc<dyn Sink>,
}

impl Cx {
    /// A context from its parts.
    pub fn new(cancel: Cancel, sink: Arc<dyn Sink>) -> Self {
        Self { cancel, sink }
    }

    /// A context that is never cancelled and whose events go nowhere.
    pub fn detached() -> Self {
        Self::new(Cancel::new(), Arc::new(NullSink))
    }

    /// The same sink with a child of the cancel flag.
    #[must_use]
    pub fn child(&self) -> Self {
        Self { cancel: self.cancel.child(), sink: Arc::clone(&self.sink) }
    }

    /// Emits an event.
    pub fn event(&self, event: Event) {
        self.sink.event(event);
    }

    /// Delivers a partial review.
    pub fn deliver(&self, partial: PartialReview) {
        self.sink.deliver(partial);
    }

    /// Hands on a line of a backend's raw output, secrets stripped, for the record.
    pub fn raw(&self, line: RawLine) {
        self.sink.raw(line);
    }
}

impl std::fmt::Debug for Cx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Cx").field("cancel", &self.cancel).finish_non_exhaustive()
    }
}

/// What a reviewer has so far. A later delivery of the same reviewer and pass replaces an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PartialReview {
    /// The review as it stands; its completeness is ignored until the reviewer returns.
    pub review: Review,
}

impl PartialReview {
    /// Wraps a review as it stands.
    pub fn new(review: Review) -> Self {
        Self { review }
    }
}

/// A line of what a backend said or was told, as it was: for the record of a run, never for results.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RawLine {
    /// Which reviewer.
    pub reviewer: String,
    /// Which pass.
    pub pass: u32,
    /// Where it came on: `out`, `err`, `sent`, `got`.
    pub stream: &'static str,
    /// The line, without its line feed, secrets stripped.
    pub text: String,
}

impl RawLine {
    /// A line.
    pub fn new(
        reviewer: impl Into<String>,
        pass: u32,
        stream: &'static str,
        text: impl Into<String>,
    ) -> Self {
        Self { reviewer: reviewer.into(), pass, stream, text: text.into() }
    }
}

/// Where events and partial results go.
///
/// # Contract
/// The calls return at once and never call back into the reviewer.
pub trait Sink: Send + Sync {
    /// Takes an event.
    fn event(&self, event: Event);
    /// Takes a partial result. The runner persists it before it announces it.
    fn deliver(&self, partial: PartialReview);
    /// Takes a line of raw output. Only who keeps a record needs it.
    fn raw(&self, line: RawLine) {
        let _ = line;
    }
}

/// Forgets everything.
#[derive(Clone, Copy, Debug, Default)]
pub struct NullSink;

impl Sink for NullSink {
    fn event(&self, _: Event) {}
    fn deliver(&self, _: PartialReview) {}
}

/// Keeps everything, for tests and small tools.
#[derive(Debug, Default)]
pub struct MemorySink {
    kept: Mutex<(Vec<Event>, Vec<PartialReview>)>,
}

impl MemorySink {
    /// An empty sink.
    pub fn new() -> Self {
        Self::default()
    }

    /// The events so far.
    pub fn events(&self) -> Vec<Event> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// The deliveries so far.
    pub fn deliveries(&self) -> Vec<PartialReview> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

impl Sink for MemorySink {
    fn event(&self, event: Event) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).0.push(event);
    }
    fn deliver(&self, partial: PartialReview) {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).1.push(partial);
    }
}
