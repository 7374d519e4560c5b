//! The one place where the failures of both APIs are mapped.

use review_agents::http::{HttpError, excerpt, status_kind};
use review_core::{Error, ErrorKind};
use serde_json::Value;

/// An unsuccessful answer: the status, and the error's code, type and message in the body.
pub(crate) fn http_error(error: &HttpError) -> Error {
    let fallback = status_kind(error.status);
    match serde_json::from_str::<Value>(&error.body).ok().and_then(|body| body.get("error").cloned()) {
        Some(error) => said(&error, fallback),
        None => Error::new(fallback, "the API refused").with_context("it said", excerpt(&error.body)),
    }
}

/// An error object, from an unsuccessful answer or from within a stream. Some servers only give a text.
pub(crate) fn said(error: &Value, fallback: ErrorKind) -> Error {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let message = error.as_str().unwrap_or_else(|| text("message"));
    let words = [text("code"), text("type")];
    // A status that refuses the key stands, whatever words a gateway puts beside it.
    let kind = match fallback {
        ErrorKind::Unauthorized => fallback,
        _ => words.iter().find_map(|word| known(word)).unwrap_or(fallback),
    };
    let code = words.into_iter().find(|word| !word.is_empty()).unwrap_or_default();
    let error = Error::new(kind, "the API refused");
    let error = if code.is_empty() { error } else { error.with_context("code", excerpt(code)) };
    error.with_context("it said", excerpt(message))
}

fn known(word: &str) -> Option<ErrorKind> {
    Some(match word {
        "invalid_api_key" | "authentication_error" | "permission_error" | "account_deactivated" => {
            ErrorKind::Unauthorized
        }
        "insufficient_quota" | "billing_hard_limit_reached" | "usage_limit_reached" => {
            ErrorKind::BudgetExceeded
        }
        "context_length_exceeded" | "string_above_max_length" => ErrorKind::BudgetExceeded,
        "rate_limit_exceeded" | "rate_limit_error" | "slow_down" => ErrorKind::RateLimited,
        "server_error" | "overloaded" | "engine_overloaded" | "internal_error" => ErrorKind::Unavailable,
        "timeout" => ErrorKind::Timeout,
        "model_not_found" => ErrorKind::NotFound,
        _ => return None,
    })
}
