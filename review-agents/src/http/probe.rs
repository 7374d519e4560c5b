//! Whether a model can be reached, before money is spent.

use std::time::Duration;

use review_core::{Cancel, Error, ErrorKind, Result, TurnRequest};
use serde_json::Value;

use super::codec::ChatBackend;
use super::driver::{HttpModel, read_body};

/// How long the answer may take.
const LIMIT: Duration = Duration::from_secs(20);

/// Longest list of models that is read, in bytes.
const MAX_LIST: usize = 8 << 20;

/// What a provider says of its models.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Probe {
    /// The model that would be asked.
    pub model: String,
    /// The models that it lists, by their ids; providers may have more than they list.
    pub models: Vec<String>,
}

impl Probe {
    /// Whether the wanted model is in the list.
    pub fn lists_the_model(&self) -> bool {
        let bare = |name: &str| name.strip_prefix("models/").unwrap_or(name).to_owned();
        self.models.iter().any(|known| bare(known) == bare(&self.model))
    }
}

impl<B: ChatBackend + 'static> HttpModel<B> {
    /// Asks for the list of models: address, key and connection are right when there is one. It costs nothing.
    ///
    /// # Errors
    /// As an exchange; `Unsupported` where the provider has no list; `InvalidAnswer` where what comes is none.
    pub async fn probe(&self, cancel: &Cancel) -> Result<Probe> {
        let named = |error: Error| error.with_operation(&self.backend.info().provider);
        let Some(url) = self.backend.models_url() else {
            return Err(named(Error::new(ErrorKind::Unsupported, "the provider has no list of models")));
        };
        // The headers are those of a turn: the key, and the API's version.
        let headers = self.backend.request(&TurnRequest::default()).map_err(named)?.headers;
        let work = async {
            let sending = self.client.get(&url).header("accept", "application/json");
            let body = read_body(self.answer(sending, &headers).await?, MAX_LIST).await?;
            models(&body).ok_or_else(|| {
                Error::new(ErrorKind::InvalidAnswer, "what the address says is no list of models")
                    .with_context("hint", "is there an API behind it, and is its path right?")
            })
        };
        let models = tokio::select! {
            biased;
            () = cancel.cancelled() => Err(Error::new(ErrorKind::Cancelled, "cancelled")),
            found = tokio::time::timeout(LIMIT, work) => found.unwrap_or_else(|_| {
                Err(Error::new(ErrorKind::Timeout, "the server did not answer in 20 s"))
            }),
        };
        let models = models.map_err(|error| named(self.secrets.without(error)))?;
        Ok(Probe { model: self.backend.info().model.clone(), models })
    }
}

/// The ids in a list, as OpenAI, Anthropic (`data`) and Google (`models`) write it.
fn models(body: &str) -> Option<Vec<String>> {
    let value: Value = serde_json::from_str(body).ok()?;
    let list = value.get("data").or_else(|| value.get("models"))?.as_array()?;
    let id = |item: &Value| item.get("id").or_else(|| item.get("name"))?.as_str().map(str::to_owned);
    Some(list.iter().filter_map(id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_all_providers_are_read() {
        let openai = models(r#"{"object":"list","data":[{"id":"gpt-5.5"},{"id":"x"}]}"#).unwrap();
        let google = models(r#"{"models":[{"name":"models/gemini-2.5-pro"}]}"#).unwrap();
        let probe = |model: &str, models: &[String]| Probe { model: model.into(), models: models.to_vec() };
        assert!(probe("gpt-5.5", &openai).lists_the_model() && !probe("gpt", &openai).lists_the_model());
        assert!(probe("gemini-2.5-pro", &google).lists_the_model());
        assert_eq!((models("<html>"), models(r#"{"error":1}"#)), (None, None));
    }
}
