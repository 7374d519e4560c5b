//! The one place where its failures are mapped.

use std::time::Duration;

use review_agents::http::{HttpError, excerpt, status_kind};
use review_core::{Error, ErrorKind};
use serde_json::Value;

/// An unsuccessful answer: the status, and the error in the body. A refused stream answers with a list that holds it.
pub(super) fn http_error(error: &HttpError) -> Error {
    let fallback = status_kind(error.status);
    let body: Option<Value> = serde_json::from_str(&error.body).ok();
    let found = body.as_ref().and_then(|body| body.get("error").or_else(|| body.get(0)?.get("error")));
    match found {
        Some(found) => said(found, fallback),
        None => Error::new(fallback, "the API refused").with_context("it said", excerpt(&error.body)),
    }
}

/// An error object, from an unsuccessful answer or from within a stream.
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
    match pause.and_then(seconds) {
        Some(delay) => failure.with_retry_after(delay),
        None => failure,
    }
}

/// A duration as this API writes it: `2s`, `0.5s`.
fn seconds(text: &str) -> Option<Duration> {
    let seconds: f64 = text.strip_suffix('s')?.parse().ok()?;
    (0.0..1e9).contains(&seconds).then(|| Duration::from_secs_f64(seconds))
}
