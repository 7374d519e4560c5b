//! The one place where its failures are mapped.

use review_agents::http::{HttpError, excerpt, status_kind};
use review_core::{Error, ErrorKind};
use serde_json::Value;

/// An unsuccessful answer: the status, and the error's type and message in the body.
pub(super) fn http_error(error: &HttpError) -> Error {
    match serde_json::from_str::<Value>(&error.body).ok().and_then(|body| body.get("error").cloned()) {
        Some(found) => said(&found, status_kind(error.status)),
        None => Error::new(status_kind(error.status), "the API refused")
            .with_context("it said", excerpt(&error.body)),
    }
}

/// An error object, from an unsuccessful answer or from within a stream.
pub(super) fn said(error: &Value, fallback: ErrorKind) -> Error {
    let text = |key: &str| error.get(key).and_then(Value::as_str).unwrap_or_default();
    let message = text("message");
    let kind = match text("type") {
        "authentication_error" | "permission_error" => ErrorKind::Unauthorized,
        "rate_limit_error" => ErrorKind::RateLimited,
        "overloaded_error" | "api_error" => ErrorKind::Unavailable,
        "timeout_error" => ErrorKind::Timeout,
        "not_found_error" => ErrorKind::NotFound,
        "billing_error" => ErrorKind::BudgetExceeded,
        "invalid_request_error" if message.contains("credit balance") => ErrorKind::BudgetExceeded,
        "invalid_request_error" if message.contains("too long") => ErrorKind::BudgetExceeded,
        "invalid_request_error" | "request_too_large" => ErrorKind::InvalidInput,
        _ => fallback,
    };
    Error::new(kind, "the API refused")
        .with_context("type", excerpt(text("type")))
        .with_context("it said", excerpt(message))
}
