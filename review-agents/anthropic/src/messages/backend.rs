//! One exchange with the Messages API.

use review_agents::http::{Api, ChatBackend, ChatCodec, HttpError, HttpModel, HttpRequest, Login, address};
use review_core::{Error, ModelInfo, Result, TurnRequest};

use super::codec::MessagesCodec;
use super::{failure, request};

/// Where the API is unless the settings say otherwise.
const ENDPOINT: &str = "https://api.anthropic.com";

/// The version of the API that is spoken.
const VERSION: &str = "2023-06-01";

/// Output tokens of one turn where nothing is said. The API wants a number; newer models allow more.
const MAX_OUTPUT_TOKENS: u64 = 32_000;

/// How a model thinks before it answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Thinking {
    /// Nothing is said of it; with an effort, the model decides how much it thinks.
    #[default]
    Default,
    /// The model decides how much it thinks.
    Adaptive,
    /// At most so many tokens: for models that don't decide themselves.
    Budget(u64),
    /// Nothing is said of it, whatever the effort: for models that refuse to be told.
    Off,
}

/// The Messages API as a chat model's backend.
#[derive(Clone, Debug)]
pub struct Messages {
    api: Api,
    thinking: Thinking,
    info: ModelInfo,
}

impl Messages {
    /// A backend with these settings.
    pub fn new(api: Api) -> Self {
        let info = ModelInfo::new("anthropic", &api.model);
        Self { api, thinking: Thinking::Default, info }
    }

    /// Sets how the model thinks.
    #[must_use]
    pub fn with_thinking(mut self, thinking: Thinking) -> Self {
        self.thinking = thinking;
        self
    }

    /// The model, without layers.
    ///
    /// # Errors
    /// As [`HttpModel::new`].
    pub fn model(self) -> Result<HttpModel<Self>> {
        let endpoint = self.endpoint().to_owned();
        HttpModel::new(self, &endpoint)
    }

    fn endpoint(&self) -> &str {
        self.api.endpoint.as_deref().unwrap_or(ENDPOINT)
    }
}

impl ChatBackend for Messages {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn request(&self, turn: &TurnRequest) -> Result<HttpRequest> {
        self.api.required_key("ANTHROPIC_API_KEY")?;
        let max_tokens = turn.max_output_tokens.unwrap_or(MAX_OUTPUT_TOKENS);
        let body = request::body(turn, &self.api, self.thinking, max_tokens)?;
        let request = HttpRequest::new(address(self.endpoint(), "v1", "messages"), body.to_string());
        Ok(self.api.authorized(request, Login::XApiKey).header("anthropic-version", VERSION))
    }

    fn codec(&self) -> Box<dyn ChatCodec> {
        Box::<MessagesCodec>::default()
    }

    fn map_error(&self, error: &HttpError) -> Error {
        failure::http_error(error)
    }

    fn models_url(&self) -> Option<String> {
        Some(address(self.endpoint(), "v1", "models"))
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.api.key.clone()]
    }
}
