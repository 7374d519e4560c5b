//! One exchange with the Responses API.

use review_agents::http::{Api, ChatBackend, ChatCodec, HttpError, HttpModel, HttpRequest, Login, address};
use review_core::{Error, ModelInfo, Result, TurnRequest};

use super::codec::ResponsesCodec;
use super::request;
use crate::failure;

/// Where the API is unless the settings say otherwise.
const ENDPOINT: &str = "https://api.openai.com/v1";

/// The Responses API as a chat model's backend. Nothing is stored at the provider: the conversation is sent each time.
#[derive(Clone, Debug)]
pub struct Responses {
    api: Api,
    info: ModelInfo,
}

impl Responses {
    /// A backend with these settings.
    pub fn new(api: Api) -> Self {
        let info = ModelInfo::new("openai", &api.model);
        Self { api, info }
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

impl ChatBackend for Responses {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn request(&self, turn: &TurnRequest) -> Result<HttpRequest> {
        self.api.required_key("OPENAI_API_KEY")?;
        let body = request::body(turn, &self.api)?;
        let url = address(self.endpoint(), "v1", "responses");
        Ok(self.api.authorized(HttpRequest::new(url, body.to_string()), Login::Bearer))
    }

    fn codec(&self) -> Box<dyn ChatCodec> {
        Box::<ResponsesCodec>::default()
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
