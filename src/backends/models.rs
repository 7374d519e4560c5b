//! Models over HTTP as reviewers, with our own read-only tools. They need no checkout.

use std::sync::Arc;

use review_agents::chat::{ChatAgent, Prices};
use review_agents::http::{Api, ChatBackend, HttpModel, Probe};
use review_agents::layers::ConcurrencyLimit;
use review_core::{Agent, Capabilities, ChatModel, Error, ErrorKind, Result};

use super::key::key;
use super::options::{idle, shared};
use super::{Backend, OptionInfo, OptionKind, ReviewerSpec};

/// Exchanges with one provider at once, over all reviewers of a registry.
const AT_ONCE: usize = 8;

/// Options of every model.
const OPTIONS: &[OptionInfo] = &[
    shared::MODEL,
    shared::EFFORT,
    shared::MAX_COST,
    OptionInfo::new(
        "prices",
        OptionKind::Text,
        "what a million tokens cost, in US dollars: input/output",
        "3/15",
    ),
    OptionInfo::new("max-tokens", OptionKind::Count, "how many tokens one answer may have", "32000"),
    shared::TURNS,
    shared::ENDPOINT,
    OptionInfo::new("key-env", OptionKind::Text, "the variable that holds the key", "AZURE_OPENAI_API_KEY"),
    OptionInfo::new(
        "login",
        OptionKind::Text,
        "how the key is sent: bearer, api-key, x-api-key or x-goog-api-key, for the same API behind a cloud's address",
        "api-key",
    ),
    OptionInfo::new("stream", OptionKind::Flag, "whether answers are streamed", "no").with_default("yes"),
];

/// Models where none is named: each provider's strong general one as of November 2026.
#[cfg(feature = "anthropic")]
const ANTHROPIC: &str = "claude-opus-4-6";
#[cfg(feature = "openai")]
const OPENAI: &str = "gpt-5.5";
#[cfg(feature = "google")]
const GOOGLE: &str = "gemini-2.5-pro";

/// Anthropic's Messages API.
#[cfg(feature = "anthropic")]
pub(super) fn anthropic() -> Backend {
    use review_anthropic::{Messages, Thinking};

    backend(
        "anthropic",
        "Anthropic's Messages API; needs ANTHROPIC_API_KEY",
        &[OptionInfo::new("thinking", OptionKind::Text, "adaptive, off, or a budget of tokens", "adaptive")],
        |spec| {
            let mut messages = Messages::new(api(spec, ANTHROPIC, key_of(spec, &["ANTHROPIC_API_KEY"])?)?);
            messages = match spec.option("thinking") {
                None => messages,
                Some("adaptive") => messages.with_thinking(Thinking::Adaptive),
                Some("off") => messages.with_thinking(Thinking::Off),
                Some(_) => {
                    let tokens = spec.number("thinking")?.unwrap_or_default();
                    messages.with_thinking(Thinking::Budget(u64::from(tokens)))
                }
            };
            messages.model()
        },
    )
    .with_keys(&["ANTHROPIC_API_KEY"])
}

/// OpenAI's Responses API.
#[cfg(feature = "openai")]
pub(super) fn openai() -> Backend {
    backend("openai", "OpenAI's Responses API; needs OPENAI_API_KEY", &[], |spec| {
        review_openai::Responses::new(api(spec, OPENAI, key_of(spec, &["OPENAI_API_KEY"])?)?).model()
    })
    .with_keys(&["OPENAI_API_KEY"])
}

/// Chat Completions, at OpenAI or at any server that speaks it.
#[cfg(feature = "openai")]
pub(super) fn openai_chat() -> Backend {
    let about = "Chat Completions at any compatible server: local ones, OpenRouter, vLLM, Ollama; key from OPENAI_API_KEY \
                 or the variable that key-env names, a server of one's own may need none";
    let own = &[
        OptionInfo::new("tools", OptionKind::Flag, "whether the server can call tools", "no")
            .with_default("yes"),
        OptionInfo::new("schema", OptionKind::Flag, "whether the server can bind answers to a schema", "no")
            .with_default("yes"),
    ];
    backend("openai-chat", about, own, |spec| {
        let own = spec.option("endpoint").is_some() && spec.option("key-env").is_none();
        // Whoever names a server of their own may do without a key.
        let key = match key_of(spec, &["OPENAI_API_KEY"]) {
            Err(_) if own => String::new(),
            key => key?,
        };
        if spec.option("endpoint").is_some() {
            spec.required("model")?;
        }
        review_openai::ChatCompletions::new(api(spec, OPENAI, key)?)
            .with_tools(spec.flag("tools")?.unwrap_or(true))
            .with_schema(spec.flag("schema")?.unwrap_or(true))
            .model()
    })
    .with_keys(&["OPENAI_API_KEY"])
}

/// Google's generateContent.
#[cfg(feature = "google")]
pub(super) fn google() -> Backend {
    backend("google", "Google's generateContent; needs GEMINI_API_KEY or GOOGLE_API_KEY", &[], |spec| {
        review_google::GenerateContent::new(api(
            spec,
            GOOGLE,
            key_of(spec, &["GEMINI_API_KEY", "GOOGLE_API_KEY"])?,
        )?)
        .model()
    })
    .with_keys(&["GEMINI_API_KEY", "GOOGLE_API_KEY"])
}

/// The key in the variable that the specification names, else in one of the usual ones.
fn key_of(spec: &ReviewerSpec, usual: &[&str]) -> Result<String> {
    match spec.option("key-env") {
        Some(variable) => key(&[variable]),
        None => key(usual),
    }
}

fn api(spec: &ReviewerSpec, usual: &str, key: String) -> Result<Api> {
    let mut api = Api::new(spec.option("model").unwrap_or(usual), key)
        .with_stream(spec.flag("stream")?.unwrap_or(true));
    api.endpoint = spec.option("endpoint").map(str::to_owned);
    api.login = spec.option("login").map(str::parse).transpose()?;
    Ok(api)
}

/// A backend of models. `own` lists the options that only it has.
fn backend<B: ChatBackend + 'static>(
    name: &'static str,
    about: &str,
    own: &[OptionInfo],
    model: fn(&ReviewerSpec) -> Result<HttpModel<B>>,
) -> Backend {
    let rate = ConcurrencyLimit::new(AT_ONCE);
    let capabilities = Capabilities::default()
        .with_needs_tree(true)
        .with_uses_tools(true)
        .with_delivers(true)
        .with_reports_usage(true)
        .with_costs_money(true)
        .with_uses_network(true);
    Backend::agent(name, about, capabilities, move |spec| {
        let idle = idle(spec, spec.flag("stream")?.unwrap_or(true))?;
        agent(spec, model(spec)?.with_usual_layers(&rate, idle))
    })
    .with_options(&[OPTIONS, own].concat())
    .with_schema()
    .with_probe(move |spec, cancel| {
        let model = model(spec)?;
        Ok(async move { Ok(told(&model.probe(&cancel).await?)) })
    })
}

/// What a probe found, in words.
fn told(probe: &Probe) -> String {
    let (model, count) = (&probe.model, probe.models.len());
    if probe.lists_the_model() {
        format!("reached; {model} is among its {count} models")
    } else {
        let some: Vec<&str> = probe.models.iter().take(5).map(String::as_str).collect();
        format!("reached; {model} is not among the {count} models that it lists ({}, …)", some.join(", "))
    }
}

fn agent(spec: &ReviewerSpec, model: Arc<dyn ChatModel>) -> Result<Arc<dyn Agent>> {
    let mut agent = ChatAgent::new(model);
    if let Some(effort) = spec.option("effort") {
        agent = agent.with_effort(effort);
    }
    if let Some(tokens) = spec.number("max-tokens")? {
        agent = agent.with_max_output_tokens(u64::from(tokens));
    }
    if let Some(prices) = spec.option("prices") {
        agent = agent.with_prices(prices.parse::<Prices>()?);
    } else if spec.option("max-cost").is_some() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "max-cost needs prices=IN/OUT, in US dollars for a million tokens: the provider does not tell what it takes",
        )
        .with_context("given", spec));
    }
    Ok(Arc::new(agent))
}
