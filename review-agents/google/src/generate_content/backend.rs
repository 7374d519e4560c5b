//! One exchange with `generateContent`.

use review_agents::http::{Api, ChatBackend, ChatCodec, HttpError, HttpModel, HttpRequest, Login, address};
use review_core::{Error, ErrorKind, ModelInfo, Result, TurnRequest};

use super::codec::GenerateContentCodec;
use super::{failure, request};

/// Where the API is unless the settings say otherwise.
const ENDPOINT: &str = "https://generativelanguage.googleapis.com";

/// `generateContent` as a chat model's backend.
///
/// A schema is sent in turns without tools only: not every model takes both.
#[derive(Clone, Debug)]
pub struct GenerateContent {
    api: Api,
    info: ModelInfo,
}

impl GenerateContent {
    /// A backend with these settings.
    pub fn new(api: Api) -> Self {
        let info = ModelInfo::new("google", &api.model).with_schema_with_tools(false);
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

impl ChatBackend for GenerateContent {
    fn info(&self) -> &ModelInfo {
        &self.info
    }

    fn request(&self, turn: &TurnRequest) -> Result<HttpRequest> {
        self.api.required_key("GEMINI_API_KEY")?;
        let model = self.api.model.strip_prefix("models/").unwrap_or(&self.api.model);
        // The model is part of the address.
        if model.is_empty() || !model.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) {
            return Err(Error::new(ErrorKind::InvalidInput, "this can't be the name of a model")
                .with_context("model", model));
        }
        let call = if self.api.stream { "streamGenerateContent?alt=sse" } else { "generateContent" };
        let url = address(self.endpoint(), "v1beta", &format!("models/{model}:{call}"));
        let request = HttpRequest::new(url, request::body(turn, model)?.to_string());
        Ok(self.api.authorized(request, Login::XGoogApiKey))
    }

    fn codec(&self) -> Box<dyn ChatCodec> {
        Box::<GenerateContentCodec>::default()
    }

    fn map_error(&self, error: &HttpError) -> Error {
        failure::http_error(error)
    }

    fn models_url(&self) -> Option<String> {
        Some(address(self.endpoint(), "v1beta", "models"))
    }

    fn secrets(&self) -> Vec<String> {
        vec![self.api.key.clone()]
    }
}
