//! One exchange with Chat Completions.

use review_agents::http::{Api, ChatBackend, ChatCodec, HttpError, HttpModel, HttpRequest, Login, address};
use review_core::{Error, ModelInfo, Result, TurnRequest};

use super::codec::ChatCompletionsCodec;
use super::request;
use crate::failure;

/// Where the API is unless the settings say otherwise.
const ENDPOINT: &str = "https://api.openai.com/v1";

/// Chat Completions as a chat model's backend.
///
/// A server of one's own may need no key; OpenAI's does. Not every server takes tools or a schema: say so with
/// [`with_tools`](Self::with_tools) and [`with_schema`](Self::with_schema).
#[derive(Clone, Debug)]
pub struct ChatCompletions {
    api: Api,
    info: ModelInfo,
}

impl ChatCompletions {
    /// A backend with these settings.
    pub fn new(api: Api) -> Self {
        let provider = if api.endpoint.is_some() { "openai-compatible" } else { "openai" };
        let info = ModelInfo::new(provider, &api.model);
        Self { api, info }
    }

    /// Says whether the server takes tools. Default: yes.
    #[must_use]
    pub fn with_tools(mut self, tools: bool) -> Self {
        self.info.tools = tools;
        self
    }

    /// Says whether the server takes a JSON Schema for the answer. Default: yes.
    #[must_use]
    pub fn with_schema(mut self, schema: bool) -> Self {
        self.info.schema = schema;
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

impl ChatBackend for ChatCompletions {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn request(&self, turn: &TurnRequest) -> Result<HttpRequest> {
        let own = self.api.endpoint.is_none();
        if own {
            self.api.required_key("OPENAI_API_KEY")?;
        }
        let body = request::body(turn, &self.api, own)?;
        let url = address(self.endpoint(), "v1", "chat/completions");
        Ok(self.api.authorized(HttpRequest::new(url, body.to_string()), Login::Bearer))
    }

    fn codec(&self) -> Box<dyn ChatCodec> {
        Box::<ChatCompletionsCodec>::default()
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
