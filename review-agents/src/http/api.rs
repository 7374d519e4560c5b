//! What a user can set of a model's API.

use review_core::{Error, ErrorKind, Result};

/// Settings that every model's API has.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Api {
    /// Model, in the provider's word.
    pub model: String,
    /// API key; a server of one's own may need none.
    pub key: String,
    /// Address of the API; absent: the provider's. See [`address`](super::address).
    pub endpoint: Option<String>,
    /// Whether answers are streamed. Default: yes; a stream shows that the other side is alive.
    pub stream: bool,
}

impl Api {
    /// A model of the provider, with a key.
    pub fn new(model: impl Into<String>, key: impl Into<String>) -> Self {
        Self { model: model.into(), key: key.into(), endpoint: None, stream: true }
    }

    /// Uses another address.
    #[must_use]
    pub fn with_endpoint(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = Some(endpoint.into());
        self
    }

    /// Sets whether answers are streamed.
    #[must_use]
    pub fn with_stream(mut self, stream: bool) -> Self {
        self.stream = stream;
        self
    }

    /// The key.
    ///
    /// # Errors
    /// `Unauthorized` where there is none.
    pub fn required_key(&self, variable: &str) -> Result<&str> {
        if self.key.trim().is_empty() {
            return Err(Error::new(ErrorKind::Unauthorized, format!("there is no API key; set {variable}")));
        }
        Ok(&self.key)
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("model", &self.model)
            .field("endpoint", &self.endpoint)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
