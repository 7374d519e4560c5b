//! The one place where its failures are mapped.

use review_agents::process::Ended;
use review_core::{Error, ErrorKind};
use serde_json::Value;

use super::wire::Failure;

/// What a failed run means: by the name of the error, by the API's own words in its message, by the exit code.
pub(crate) fn failed(failure: Option<&Failure>, said: &str, ended: &Ended) -> Error {
    let (name, message) = match failure {
        Some(failure) => (failure.kind.as_str(), failure.message.as_str()),
        // Some failures say nothing in their end; an event before it did.
        None => ("", said),
    };
    let status = status(message, ended.code);
    let error = Error::new(kind(name, message, status, ended.code), "it failed")
        .with_context("exit code", ended.code);
    let error = match status {
        Some(status) => error.with_context("status", status),
        None => error,
    };
    let error = if name.is_empty() || name == "unknown" { error } else { error.with_context("reason", name) };
    let said = if message.is_empty() { last_words(ended) } else { message };
    error.with_context("it said", short(said))
}

/// It ended without its result: killed, crashed, or never started.
pub(crate) fn no_result(said: &str, ended: &Ended) -> Error {
    let kind = match ended.code {
        127 => ErrorKind::NotFound,
        code => kind("", said, status(said, code), code),
    };
    let kind = if kind == ErrorKind::Unavailable { ErrorKind::Truncated } else { kind };
    let words = if said.is_empty() { last_words(ended) } else { said };
    Error::new(kind, "it ended without its result")
        .with_context("exit code", ended.code)
        .with_context("last words", short(words))
}

fn kind(name: &str, message: &str, status: Option<u32>, code: i32) -> ErrorKind {
    let has = |text: &str| message.contains(text);
    // A key that is refused comes as a bad request.
    if has("API_KEY_INVALID") || has("API key not valid") {
        return ErrorKind::Unauthorized;
    }
    match (name, status, code) {
        (_, Some(401 | 403), _) => ErrorKind::Unauthorized,
        ("FatalTurnLimitedError", ..) | (_, None, 53) => ErrorKind::BudgetExceeded,
        _ if has("exhausted your daily quota") => ErrorKind::BudgetExceeded,
        (_, Some(429), _) => ErrorKind::RateLimited,
        (_, Some(400..=499), _) => ErrorKind::InvalidInput,
        (_, Some(_), _) => ErrorKind::Unavailable,
        ("FatalAuthenticationError", ..) | (_, _, 41) => ErrorKind::Unauthorized,
        // Its input, its configuration, a folder that it does not trust.
        (_, _, 42 | 52 | 55) => ErrorKind::InvalidInput,
        _ if has("safety settings") || has("empty response") => ErrorKind::InvalidAnswer,
        _ => ErrorKind::Unavailable,
    }
}

/// The HTTP status: in the API's body, which stands in the message as it came, or in the exit code's lower half.
fn status(message: &str, code: i32) -> Option<u32> {
    let body = message.find('{').and_then(|start| message.get(start..=message.rfind('}')?));
    let stated = body
        .and_then(|body| serde_json::from_str::<Value>(body).ok())
        .and_then(|body| u32::try_from(body.pointer("/error/code")?.as_u64()?).ok());
    stated.or(match code {
        144 => Some(400),
        145 => Some(401),
        147 => Some(403),
        148 => Some(404),
        173 => Some(429),
        244 => Some(500),
        246 => Some(502),
        247 => Some(503),
        248 => Some(504),
        _ => None,
    })
}

/// The last line of standard error that is not a note about the terminal or a frame of a stack.
fn last_words(ended: &Ended) -> &str {
    let words = |line: &&str| {
        let line = line.trim();
        !line.is_empty() && !line.starts_with("at ") && !line.starts_with("Warning: ") && !line.ends_with('}')
    };
    ended.stderr_tail.lines().rfind(words).unwrap_or_default()
}

fn short(text: &str) -> String {
    text.chars().take(500).collect()
}
