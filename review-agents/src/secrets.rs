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
    match error.retry_after() {
        Some(delay) => clean.with_retry_after(delay),
        None => clean,
    }
}

/// Strips secrets from a text that comes in pieces: one that is cut in two by the pieces is found too.
#[cfg(feature = "http")]
#[derive(Debug, Default)]
pub(crate) struct Pieces {
    held: String,
}

#[cfg(feature = "http")]
impl Pieces {
    /// The next piece, as far as it is sure that no secret begins at its end.
    pub(crate) fn next(&mut self, piece: &str, secrets: &[String]) -> String {
        self.held.push_str(piece);
        let clean = strip(&self.held, secrets);
        let kept = clean.len() - begun(&clean, secrets);
        let (sure, rest) = clean.split_at(kept);
        self.held = rest.to_owned();
        sure.to_owned()
    }

    /// What was held back.
    pub(crate) fn rest(&mut self) -> String {
        std::mem::take(&mut self.held)
    }
}

/// How many bytes at the end of a text may be the beginning of a secret.
#[cfg(feature = "http")]
fn begun(text: &str, secrets: &[String]) -> usize {
    let longest = |secret: &String| {
        let most = secret.len().saturating_sub(1).min(text.len());
        (1..=most).rev().find(|count| secret.get(..*count).is_some_and(|start| text.ends_with(start)))
    };
    secrets.iter().filter(|secret| secret.len() >= MIN_SECRET).filter_map(longest).max().unwrap_or(0)
}

#[cfg(all(test, feature = "http"))]
mod tests {
    use super::*;

    #[test]
    fn a_secret_in_two_pieces_is_found() {
        let secrets = ["sk-secret".to_owned()];
        let mut pieces = Pieces::default();
        let mut out = String::new();
        for piece in ["the key is s", "k-sec", "ret, not sk-se", "cond; ask"] {
            out.push_str(&pieces.next(piece, &secrets));
        }
        out.push_str(&pieces.rest());
        assert_eq!(out, "the key is [secret], not sk-second; ask");
    }
}
