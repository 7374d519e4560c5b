//! What an adapter for a model's API has to say.

use std::time::Duration;

use review_core::{Error, ErrorKind, ErrorStatus, ModelInfo, Result, TurnEvent, TurnRequest};

use crate::frame::Frame;

/// One request over HTTP. It is a POST of JSON.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpRequest {
    /// Where to. No key belongs into it: addresses are logged.
    pub url: String,
    /// Headers beside the content type; values may be secrets.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: String,
}

impl HttpRequest {
    /// A request without further headers.
    pub fn new(url: impl Into<String>, body: impl Into<String>) -> Self {
        Self { url: url.into(), headers: Vec::new(), body: body.into() }
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

impl std::fmt::Debug for HttpRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name).collect();
        f.debug_struct("HttpRequest").field("url", &self.url).field("headers", &names).finish_non_exhaustive()
    }
}

/// An answer whose status is not a success.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpError {
    /// The HTTP status.
    pub status: u16,
    /// The body, at most 64 KiB.
    pub body: String,
    /// How long the headers ask to wait.
    pub retry_after: Option<Duration>,
}

impl HttpError {
    /// An error that does not ask for a pause.
    pub fn new(status: u16, body: impl Into<String>) -> Self {
        Self { status, body: body.into(), retry_after: None }
    }
}

/// Reads one answer. One codec serves one exchange.
///
/// # Contract
/// * No input or output, no clock.
/// * Every event gets a frame; none makes it fail. What an event says goes to `out` at once.
/// * [`finish`](Self::finish) gives the rest: tool calls that came in pieces, [`TurnEvent::Raw`], and at last
///   [`TurnEvent::End`]. Without the provider's own end marker it fails with a truncated exchange; an error that came
///   within the stream is mapped there.
pub trait ChatCodec: Send {
    /// Reads one server-sent event: its name (empty where none was given) and its data.
    fn event(&mut self, name: &str, data: &str, out: &mut Vec<TurnEvent>) -> Frame;

    /// Reads an answer that came whole.
    fn whole(&mut self, body: &str, out: &mut Vec<TurnEvent>) -> Frame;

    /// Whether the end marker, or an error, has come: nothing more is to be expected.
    fn is_over(&self) -> bool;

    /// The rest. `corrupt` counts the events that could not be read.
    ///
    /// # Errors
    /// The provider's failure, or a truncated exchange.
    fn finish(self: Box<Self>, corrupt: u32, out: &mut Vec<TurnEvent>) -> Result<()>;
}

/// One kind of model API.
pub trait ChatBackend: Send + Sync {
    /// What it is and can do.
    fn info(&self) -> &ModelInfo;

    /// What is sent for one turn.
    ///
    /// # Errors
    /// `Unauthorized` without a key, `Unsupported` or `InvalidInput` when the turn can't be served: before anything is sent.
    fn request(&self, turn: &TurnRequest) -> Result<HttpRequest>;

    /// A codec for one exchange.
    fn codec(&self) -> Box<dyn ChatCodec>;

    /// Maps an unsuccessful answer: the one place where this provider's failures are mapped.
    fn map_error(&self, error: &HttpError) -> Error;

    /// Where the provider lists its models: a request that costs nothing and shows whether address and key are right. `None`: it
    /// has no such list.
    fn models_url(&self) -> Option<String> {
        None
    }

    /// What must never be seen in an error, an event or a record: the keys.
    fn secrets(&self) -> Vec<String> {
        Vec::new()
    }
}

/// What an HTTP status means where the body does not say more.
pub fn status_kind(status: u16) -> ErrorKind {
    match status {
        401 | 403 => ErrorKind::Unauthorized,
        402 => ErrorKind::BudgetExceeded,
        404 => ErrorKind::NotFound,
        408 | 504 => ErrorKind::Timeout,
        // A conflict and an early request may work in a moment.
        409 | 425 | 500..=599 => ErrorKind::Unavailable,
        429 => ErrorKind::RateLimited,
        _ => ErrorKind::InvalidInput,
    }
}

/// The exchange broke: its end did not come, or a part of it can't be read. It may work when it is tried again.
pub fn broken(corrupt: u32) -> Error {
    if corrupt > 0 {
        Error::new(ErrorKind::InvalidAnswer, "a part of the answer can't be read")
            .with_status(ErrorStatus::Temporary)
            .with_context("unreadable events", corrupt)
    } else {
        Error::new(ErrorKind::Truncated, "the answer ended without its end marker")
            .with_status(ErrorStatus::Temporary)
    }
}
