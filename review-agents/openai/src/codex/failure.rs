//! The one place where its failures are mapped.

use review_agents::process::Ended;
use review_core::{Error, ErrorKind};

/// What a failed turn's message means. The words are all that there is: the stream has no status and no code.
pub(crate) fn kind(message: &str) -> ErrorKind {
    let has = |text: &str| message.contains(text);
    match status(message) {
        Some(401 | 403) => ErrorKind::Unauthorized,
        Some(429) => ErrorKind::RateLimited,
        Some(400..=499) => ErrorKind::InvalidInput,
        Some(_) => ErrorKind::Unavailable,
        None if has("Missing environment variable") => ErrorKind::Unauthorized,
        None if has("hit your usage limit") => ErrorKind::RateLimited,
        None if has("Quota exceeded") || has("out of room in the model's context") => {
            ErrorKind::BudgetExceeded
        }
        None if has("Incomplete response") => ErrorKind::Truncated,
        // A request that is refused as it stands comes as the raw body.
        None if has("invalid_request_error") => ErrorKind::InvalidInput,
        None => ErrorKind::Unavailable,
    }
}

/// The HTTP status that a message names: `unexpected status 401 …`, `last status: 429 …`.
fn status(message: &str) -> Option<u32> {
    let mut words = message.split([' ', ':']).filter(|word| !word.is_empty());
    words.find(|word| word.ends_with("status"))?;
    let number: u32 = words.next()?.parse().ok()?;
    (100..600).contains(&number).then_some(number)
}

/// A turn that failed.
pub(crate) fn failed(message: &str, ended: &Ended) -> Error {
    let error = Error::new(kind(message), "it failed").with_context("exit code", ended.code);
    let error = match status(message) {
        Some(status) => error.with_context("status", status),
        None => error,
    };
    error.with_context("it said", short(message))
}

/// It ended without an end of its turn: killed, crashed, or never started.
pub(crate) fn no_end(started: bool, last_error: &str, ended: &Ended) -> Error {
    let kind = match ended.code {
        127 => ErrorKind::NotFound,
        // Options and settings are refused before anything else is said.
        1 | 2 if !started => ErrorKind::Unsupported,
        _ => ErrorKind::Truncated,
    };
    let error =
        Error::new(kind, "it ended without the end of its turn").with_context("exit code", ended.code);
    let error =
        if last_error.is_empty() { error } else { error.with_context("last error", short(last_error)) };
    error.with_context("last words", short(ended.stderr_tail.lines().last().unwrap_or_default()))
}

fn short(text: &str) -> String {
    text.chars().take(500).collect()
}
