//! Drives one exchange.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use reqwest::{Client, RequestBuilder, Response};
use review_core::{
    ChatModel, Cx, Error, ErrorKind, ErrorStatus, Layer as _, ModelInfo, Result, TurnEvent, TurnRequest,
};

use super::codec::{ChatBackend, ChatCodec, HttpError, HttpRequest};
use super::sse::{Events, Sse};
use super::{client, retry_after};
use crate::frame::Frame;
use crate::layers::{ConcurrencyLimit, IdleTimeout, Retry};
use crate::secrets::{Pieces, Secrets};

/// Longest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 << 20;

/// Bytes of an unsuccessful answer that are read.
const MAX_ERROR_BODY: usize = 64 << 10;

/// A chat model over HTTP: a backend and the connection to it.
pub struct HttpModel<B> {
    pub(super) backend: B,
    pub(super) client: Client,
    pub(super) secrets: Secrets,
}

impl<B: ChatBackend + 'static> HttpModel<B> {
    /// A model at an address.
    ///
    /// # Errors
    /// `InvalidInput` when the endpoint is no http or https address, `Unavailable` when there are no root certificates.
    pub fn new(backend: B, endpoint: &str) -> Result<Self> {
        let secrets = Secrets::new(&backend.secrets());
        Ok(Self { backend, client: client::client(endpoint)?, secrets })
    }

    /// The model with the layers that it usually wears: retry outside, then the provider's rate, then a limit of silence. An
    /// answer that comes in one piece is silence until it is there, so without a stream there should be no such limit.
    pub fn with_usual_layers(self, rate: &ConcurrencyLimit, idle: Option<Duration>) -> Arc<dyn ChatModel> {
        let model: Arc<dyn ChatModel> = Arc::new(self);
        let watched = match idle {
            Some(limit) => IdleTimeout::new(limit).layer(model),
            None => model,
        };
        Retry::new().layer(rate.layer(watched))
    }

    async fn exchange(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
    ) -> Result<()> {
        let response = self.send(self.backend.request(&request)?).await?;
        out(TurnEvent::Alive);
        let mut codec = self.backend.codec();
        let streamed = response
            .headers()
            .get(reqwest::header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| kind.trim_start().starts_with("text/event-stream"));
        let corrupt = if streamed {
            self.read_stream(response, &mut *codec, out).await?
        } else {
            let body = read_body(response, MAX_ANSWER).await?;
            self.read_whole(&body, &mut *codec, out)
        };
        let mut events = Vec::new();
        let finished = codec.finish(corrupt, &mut events);
        events.into_iter().for_each(out);
        finished
    }

    async fn send(&self, request: HttpRequest) -> Result<Response> {
        let sending = self
            .client
            .post(&request.url)
            .header("content-type", "application/json")
            .header("accept", "text/event-stream, application/json")
            .body(request.body);
        self.answer(sending, &request.headers).await
    }

    /// Sends a request with these headers; an answer that is no success is an error.
    pub(super) async fn answer(
        &self,
        mut sending: RequestBuilder,
        headers: &[(&'static str, String)],
    ) -> Result<Response> {
        sending = sending.header("user-agent", concat!("deep-review/", env!("CARGO_PKG_VERSION")));
        for (name, value) in headers {
            let mut value = reqwest::header::HeaderValue::from_str(value).map_err(|_| {
                Error::new(ErrorKind::InvalidInput, "a header can't be sent; is the key right?")
                    .with_context("header", *name)
            })?;
            value.set_sensitive(true);
            sending = sending.header(*name, value);
        }
        let response = sending.send().await.map_err(client::failed)?;
        let status = response.status();
        if status.is_success() {
            return Ok(response);
        }
        let request_id = ["request-id", "x-request-id"]
            .iter()
            .find_map(|name| response.headers().get(*name)?.to_str().ok())
            .map(str::to_owned);
        let mut unsuccessful = HttpError::new(status.as_u16(), "");
        unsuccessful.retry_after = retry_after::read(response.headers(), SystemTime::now());
        // A body that breaks off still says something.
        unsuccessful.body = self.clean(&read_start(response, MAX_ERROR_BODY).await);
        let mut error = self.backend.map_error(&unsuccessful).with_context("status", status.as_u16());
        if let (None, Some(delay)) = (error.retry_after(), unsuccessful.retry_after) {
            error = error.with_retry_after(delay);
        }
        Err(match request_id {
            Some(id) => error.with_context("request", id.chars().take(100).collect::<String>()),
            None => error,
        })
    }

    /// Reads events until the codec has seen the end. Tells how many could not be read.
    async fn read_stream(
        &self,
        mut response: Response,
        codec: &mut dyn ChatCodec,
        out: &mut (dyn FnMut(TurnEvent) + Send),
    ) -> Result<u32> {
        let mut events = Events::default();
        let (mut corrupt, mut size) = (0, 0_usize);
        loop {
            let chunk = response.chunk().await.map_err(client::failed)?;
            let mut found = Vec::new();
            match &chunk {
                Some(bytes) => {
                    size = size.saturating_add(bytes.len());
                    events.read(bytes, &mut found);
                }
                None => events.end(&mut found),
            }
            for event in found {
                let mut said = Vec::new();
                let frame = match &event {
                    Sse::Event(name, data) => codec.event(name, &self.clean(data), &mut said),
                    Sse::Unreadable => Frame::Corrupt,
                };
                corrupt += u32::from(frame == Frame::Corrupt);
                if frame != Frame::KeepAlive {
                    said.push(TurnEvent::Alive);
                }
                if let (Frame::Unknown, Sse::Event(name, _)) = (frame, event) {
                    said.push(TurnEvent::Unknown(name));
                }
                said.into_iter().for_each(&mut *out);
                if codec.is_over() {
                    return Ok(corrupt);
                }
            }
            if chunk.is_none() {
                return Ok(corrupt);
            }
            if size > MAX_ANSWER {
                return Err(Error::new(ErrorKind::InvalidAnswer, "the answer is too long")
                    .with_context("limit in bytes", MAX_ANSWER));
            }
        }
    }

    /// Reads an answer that came in one piece. A stream that does not call itself one is read as one.
    fn read_whole(
        &self,
        body: &str,
        codec: &mut dyn ChatCodec,
        out: &mut (dyn FnMut(TurnEvent) + Send),
    ) -> u32 {
        let mut said = Vec::new();
        let start = body.trim_start();
        let corrupt = if start.starts_with("data:") || start.starts_with("event:") {
            let (mut events, mut found) = (Events::default(), Vec::new());
            events.read(body.as_bytes(), &mut found);
            events.end(&mut found);
            let frames = found.into_iter().map(|event| match event {
                Sse::Event(name, data) => codec.event(&name, &self.clean(&data), &mut said),
                Sse::Unreadable => Frame::Corrupt,
            });
            frames.filter(|frame| *frame == Frame::Corrupt).count()
        } else {
            usize::from(codec.whole(&self.clean(body), &mut said) != Frame::Known)
        };
        said.into_iter().for_each(out);
        u32::try_from(corrupt).unwrap_or(u32::MAX)
    }

    /// A text of the provider without our keys, in case it repeats them.
    fn clean(&self, text: &str) -> String {
        self.secrets.strip(text)
    }
}

#[async_trait]
impl<B: ChatBackend + 'static> ChatModel for HttpModel<B> {
    fn info(&self) -> &ModelInfo {
        self.backend.info()
    }

    async fn turn(
        &self,
        request: Arc<TurnRequest>,
        out: &mut (dyn FnMut(TurnEvent) + Send),
        cx: Cx,
    ) -> Result<()> {
        cx.cancel.check()?;
        let mut pieces = Pieces::default();
        let mut clean = |event: TurnEvent| match event {
            TurnEvent::Text(text) => {
                let text = pieces.next(&text, &self.secrets);
                if !text.is_empty() {
                    out(TurnEvent::Text(text));
                }
            }
            TurnEvent::Alive => out(TurnEvent::Alive),
            event => {
                // What was held back comes before whatever ends the text.
                let rest = pieces.rest();
                if !rest.is_empty() {
                    out(TurnEvent::Text(rest));
                }
                out(match event {
                    TurnEvent::Call(mut call) => {
                        call.arguments = self.secrets.strip(&call.arguments);
                        TurnEvent::Call(call)
                    }
                    TurnEvent::Raw(raw) => TurnEvent::Raw(self.secrets.strip(&raw)),
                    event => event,
                });
            }
        };
        let result = tokio::select! {
            biased;
            () = cx.cancel.cancelled() => Err(Error::new(ErrorKind::Cancelled, "cancelled")),
            result = self.exchange(request, &mut clean) => result,
        };
        result.map_err(|error| {
            let error = self.secrets.without(error);
            match error.operation() {
                Some(_) => error,
                None => error.with_operation(&self.info().provider),
            }
        })
    }
}

/// A whole body, as text.
pub(super) async fn read_body(mut response: Response, limit: usize) -> Result<String> {
    let mut body = Vec::new();
    while let Some(bytes) = response.chunk().await.map_err(client::failed)? {
        if body.len() + bytes.len() > limit {
            return Err(Error::new(ErrorKind::InvalidAnswer, "the answer is too long")
                .with_context("limit in bytes", limit));
        }
        body.extend_from_slice(&bytes);
    }
    String::from_utf8(body).map_err(|_| {
        Error::new(ErrorKind::InvalidAnswer, "the answer is no text").with_status(ErrorStatus::Temporary)
    })
}

/// The start of a body, as far as it comes within a moment.
async fn read_start(mut response: Response, limit: usize) -> String {
    let mut body = Vec::new();
    let read = async {
        while let Ok(Some(bytes)) = response.chunk().await {
            body.extend_from_slice(&bytes);
            if body.len() > limit {
                break;
            }
        }
    };
    let _ = tokio::time::timeout(Duration::from_secs(5), read).await;
    body.truncate(limit);
    String::from_utf8_lossy(&body).into_owned()
}
