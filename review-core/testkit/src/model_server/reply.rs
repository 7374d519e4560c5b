//! What the server answers.

use std::time::Duration;

/// One answer.
#[derive(Clone, Debug)]
pub struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) pieces: Vec<Vec<u8>>,
    pub(super) pause_before: Duration,
    pub(super) pause_between: Duration,
    pub(super) end: End,
}

/// How an answer ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// As HTTP wants it.
    Clean,
    /// The connection breaks.
    Broken,
    /// Nothing more comes, and the connection stays open.
    Silence,
}

impl Reply {
    fn new(status: u16, kind: &str, pieces: Vec<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            pieces,
            pause_before: Duration::ZERO,
            pause_between: Duration::ZERO,
            end: End::Clean,
        }
    }

    /// JSON with status 200.
    pub fn json(body: impl Into<String>) -> Self {
        Self::status(200, body)
    }

    /// A body that says it is JSON, with any status.
    pub fn status(status: u16, body: impl Into<String>) -> Self {
        Self::new(status, "application/json", vec![body.into().into_bytes()])
    }

    /// A body of any kind.
    pub fn of_kind(kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self::new(200, kind, vec![body.into()])
    }

    /// A stream of events, given by their data.
    pub fn events<T: AsRef<str>>(data: impl IntoIterator<Item = T>) -> Self {
        let pieces = data.into_iter().map(|data| format!("data: {}\n\n", data.as_ref()).into_bytes());
        Self::new(200, "text/event-stream; charset=utf-8", pieces.collect())
    }

    /// A stream of events, given by name and data.
    pub fn named_events<N: AsRef<str>, T: AsRef<str>>(events: impl IntoIterator<Item = (N, T)>) -> Self {
        let piece = |(name, data): (N, T)| {
            format!("event: {}\ndata: {}\n\n", name.as_ref(), data.as_ref()).into_bytes()
        };
        Self::new(200, "text/event-stream", events.into_iter().map(piece).collect())
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Keeps only the first pieces of a stream; it then ends as if it were whole.
    #[must_use]
    pub fn cut_after(mut self, pieces: usize) -> Self {
        self.pieces.truncate(pieces);
        self
    }

    /// Puts a piece of the stream, as it stands, before the piece with this number, from 0.
    #[must_use]
    pub fn with_piece(mut self, before: usize, bytes: impl Into<Vec<u8>>) -> Self {
        let before = before.min(self.pieces.len());
        self.pieces.insert(before, bytes.into());
        self
    }

    /// Breaks the connection at the end.
    #[must_use]
    pub fn then_broken(mut self) -> Self {
        self.end = End::Broken;
        self
    }

    /// Says nothing more at the end, and stays connected.
    #[must_use]
    pub fn then_silence(mut self) -> Self {
        self.end = End::Silence;
        self
    }

    /// Waits before anything is said.
    #[must_use]
    pub fn after(mut self, pause: Duration) -> Self {
        self.pause_before = pause;
        self
    }

    /// Waits between the pieces.
    #[must_use]
    pub fn slowly(mut self, pause: Duration) -> Self {
        self.pause_between = pause;
        self
    }
}
