//! The one place where its failures are mapped.

use review_agents::http::{Refusal, excerpt, refusal_kind};
use review_core::{Error, ErrorKind};
use serde_json::Value;

/// A refusal: the status, and the error in the body. A refused stream answers with a list that holds it.
pub(super) fn refused(refusal: &Refusal) -> Error {
    let fallback = refusal_kind(refusal.status);
    let body: Option<Value> = serde_json::from_str(&refusal.body).ok();
    let error = body.as_ref().and_then(|body| body.get("error").or_else(|| body.get(0)?.get("error")));
    match error {
        Some(error) => said(error, fallback),
        None => Error::new(fallback, "the API refused").with_context("it said", excerpt(&refusal.body)),
    }
}

/// An error object, from a refusal or from within a stream.
pub(super) fn said(error: &Value, fallback: ErrorKind) -> Error {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let message = text("message");
    let details: Vec<&Value> = error.get("details").and_then(Value::as_array).into_iter().flatten().collect();
    let named = |name: &str| {
        details.iter().find(|detail| {
            detail.get("@type").and_then(Value::as_str).is_some_and(|kind| kind.ends_with(name))
        })
    };
    let reason = named("ErrorInfo").and_then(|info| info.get("reason")).and_then(Value::as_str);
    // A quota for the day is not there again in a minute.
    let daily = named("QuotaFailure").is_some_and(|quota| quota.to_string().contains("PerDay"));
    let kind = match text("status") {
        "UNAUTHENTICATED" | "PERMISSION_DENIED" => ErrorKind::Unauthorized,
        "INVALID_ARGUMENT" if reason == Some("API_KEY_INVALID") || message.contains("API key not valid") => {
            ErrorKind::Unauthorized
        }
        "INVALID_ARGUMENT" if message.contains("token count") => ErrorKind::BudgetExceeded,
        "INVALID_ARGUMENT" | "FAILED_PRECONDITION" | "OUT_OF_RANGE" => ErrorKind::InvalidInput,
        "RESOURCE_EXHAUSTED" if daily => ErrorKind::BudgetExceeded,
        "RESOURCE_EXHAUSTED" => ErrorKind::RateLimited,
        "UNAVAILABLE" | "INTERNAL" | "ABORTED" | "UNKNOWN" => ErrorKind::Unavailable,
        "DEADLINE_EXCEEDED" => ErrorKind::Timeout,
        "NOT_FOUND" => ErrorKind::NotFound,
        _ => fallback,
    };
    let failure = Error::new(kind, "the API refused")
        .with_context("code", excerpt(text("status")))
        .with_context("it said", excerpt(message));
    let pause = named("RetryInfo").and_then(|info| info.get("retryDelay")).and_then(Value::as_str);
    match pause.and_then(millis) {
        Some(millis) => failure.with_retry_after_ms(millis),
        None => failure,
    }
}

/// A duration as this API writes it: `2s`, `0.5s`.
fn millis(text: &str) -> Option<u64> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    (0.0..1e9).contains(&seconds).then(|| (seconds * 1000.0).ceil() as u64)
}
