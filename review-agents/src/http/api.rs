//! What a user can set of a model's API.

use review_core::{Error, ErrorKind, Result};

use super::codec::HttpRequest;

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
    /// How the key is sent. Absent: as the provider's own API wants it.
    pub login: Option<Login>,
    /// Whether answers are streamed. Default: yes; a stream shows that the other side is alive.
    pub stream: bool,
}

impl Api {
    /// A model of the provider, with a key.
    pub fn new(model: impl Into<String>, key: impl Into<String>) -> Self {
        Self { model: model.into(), key: key.into(), endpoint: None, login: None, stream: true }
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

    /// Sends the key in another way than the provider's own API wants it: for the same API behind a cloud's address.
    #[must_use]
    pub fn with_login(mut self, login: Login) -> Self {
        self.login = Some(login);
        self
    }

    /// A request with the key, sent as `usual` unless [`login`](Self::login) says otherwise. Without a key, the request as it is.
    #[must_use]
    pub fn authorized(&self, request: HttpRequest, usual: Login) -> HttpRequest {
        let key = self.key.trim();
        if key.is_empty() {
            return request;
        }
        match self.login.unwrap_or(usual) {
            Login::Bearer => request.header("authorization", format!("Bearer {key}")),
            other => request.header(other.as_str(), key),
        }
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

/// How a key is sent with each request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Login {
    /// `Authorization: Bearer …`: OpenAI, Vertex AI, Bedrock.
    Bearer,
    /// `api-key: …`: Azure.
    ApiKey,
    /// `x-api-key: …`: Anthropic.
    XApiKey,
    /// `x-goog-api-key: …`: Google.
    XGoogApiKey,
}

impl Login {
    /// Every way.
    pub const ALL: &'static [Self] = &[Self::Bearer, Self::ApiKey, Self::XApiKey, Self::XGoogApiKey];

    /// Its name: that of the header, or `bearer`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Bearer => "bearer",
            Self::ApiKey => "api-key",
            Self::XApiKey => "x-api-key",
            Self::XGoogApiKey => "x-goog-api-key",
        }
    }
}

impl std::str::FromStr for Login {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        Self::ALL.iter().copied().find(|login| login.as_str() == text).ok_or_else(|| {
            let known: Vec<&str> = Self::ALL.iter().map(|login| login.as_str()).collect();
            Error::new(ErrorKind::InvalidInput, "there is no such way to send a key")
                .with_context("given", text)
                .with_context("known", known.join(" "))
        })
    }
}

impl std::fmt::Debug for Api {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Api")
            .field("model", &self.model)
            .field("endpoint", &self.endpoint)
            .field("login", &self.login)
            .field("stream", &self.stream)
            .finish_non_exhaustive()
    }
}
