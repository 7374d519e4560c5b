//! Keeps keys out of errors, events and records.

#[cfg(all(unix, feature = "process"))]
use std::borrow::Cow;

use review_core::Error;

/// Shorter texts are no keys; replacing them would only garble the output.
const MIN_SECRET: usize = 4;

/// The text with every secret replaced.
pub(crate) fn strip(text: &str, secrets: &[String]) -> String {
    secrets
        .iter()
        .filter(|secret| secret.len() >= MIN_SECRET)
        .fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "[secret]"))
}

/// The bytes with every secret replaced; bytes that are not UTF-8 are only touched where there is one.
#[cfg(all(unix, feature = "process"))]
pub(crate) fn clean<'a>(line: &'a [u8], secrets: &[String]) -> Cow<'a, [u8]> {
    let holds = |secret: &String| {
        secret.len() >= MIN_SECRET && line.windows(secret.len()).any(|part| part == secret.as_bytes())
    };
    if secrets.iter().any(holds) {
        Cow::Owned(strip(&String::from_utf8_lossy(line), secrets).into_bytes())
    } else {
        Cow::Borrowed(line)
    }
}

/// The same error with every secret replaced in its message and facts. The cause is left out: it may hold anything.
pub(crate) fn without(error: Error, secrets: &[String]) -> Error {
    let mut clean = Error::new(error.kind(), strip(error.message(), secrets)).with_status(error.status());
    if let Some(operation) = error.operation() {
        clean = clean.with_operation(strip(operation, secrets));
    }
    for (key, value) in error.context() {
        clean = clean.with_context(key, strip(value, secrets));
    }
    match error.retry_after_ms() {
        Some(millis) => clean.with_retry_after_ms(millis),
        None => clean,
    }
}
