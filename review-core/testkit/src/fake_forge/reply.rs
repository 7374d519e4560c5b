//! What the fake answers.

use serde_json::Value;

/// `Err` is an answer too: the one that ends a handler early.
pub(super) type Answer = Result<Reply, Reply>;

#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Option<Value>,
}

impl Reply {
    pub(super) fn new(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Some(body) }
    }

    pub(super) fn ok(body: Value) -> Self {
        Self::new(200, body)
    }

    pub(super) fn created(body: Value) -> Self {
        Self::new(201, body)
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: None }
    }

    pub(super) fn header(mut self, name: &str, value: impl ToString) -> Self {
        self.headers.push((name.to_owned(), value.to_string()));
        self
    }

    /// The fake itself is wrong.
    pub(super) fn broken(message: &str) -> Self {
        Self::new(500, serde_json::json!({ "message": format!("the fake forge is wrong: {message}") }))
    }
}
