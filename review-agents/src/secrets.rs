//! Keeps keys out of errors, events and records, in whatever spelling they come back.

#[cfg(all(unix, feature = "process"))]
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::OnceLock;

use review_core::Error;

/// Shorter texts are no keys; replacing them would only garble the output.
const MIN_SECRET: usize = 4;

/// Shorter values of variables that only look like keys by their name are left alone.
const MIN_KNOWN: usize = 12;

/// What stands in the place of a secret.
const REPLACEMENT: &str = "[secret]";

/// Keys in every spelling in which a program or a server may repeat them: as they are, in JSON, in an address, for a shell, in
/// base64; with the keys of other providers that this process has in its environment.
#[derive(Clone, Debug, Default)]
pub(crate) struct Secrets {
    /// Longest first, so that no part of a spelling is left over.
    spellings: Vec<String>,
}

impl Secrets {
    /// The given keys, and every key that this process knows.
    pub(crate) fn new(keys: &[String]) -> Self {
        let mut spellings = BTreeSet::new();
        for key in keys.iter().chain(of_this_process()) {
            // A space at the end of a variable is part of the variable, not of the key that comes back.
            let key = key.trim();
            if key.len() >= MIN_SECRET {
                spellings.extend(spellings_of(key));
            }
        }
        let mut spellings: Vec<String> = spellings.into_iter().collect();
        spellings.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        Self { spellings }
    }

    /// The text with every secret replaced.
    pub(crate) fn strip(&self, text: &str) -> String {
        if !self.spellings.iter().any(|spelling| text.contains(spelling.as_str())) {
            return text.to_owned();
        }
        let replace = |text: String, spelling: &String| text.replace(spelling.as_str(), REPLACEMENT);
        self.spellings.iter().fold(text.to_owned(), replace)
    }

    /// A line as text with every secret replaced. Bytes that are not UTF-8 become replacement characters, so that one of them
    /// does not cost the line.
    #[cfg(all(unix, feature = "process"))]
    pub(crate) fn clean<'a>(&self, line: &'a [u8]) -> Cow<'a, str> {
        let text = String::from_utf8_lossy(line);
        if self.spellings.iter().any(|spelling| text.contains(spelling.as_str())) {
            Cow::Owned(self.strip(&text))
        } else {
            text
        }
    }

    /// The same error with every secret replaced in its message and facts. The cause is left out: it may hold anything.
    pub(crate) fn without(&self, error: Error) -> Error {
        let mut clean = Error::new(error.kind(), self.strip(error.message())).with_status(error.status());
        if let Some(operation) = error.operation() {
            clean = clean.with_operation(self.strip(operation));
        }
        for (key, value) in error.context() {
            clean = clean.with_context(key, self.strip(value));
        }
        match error.retry_after() {
            Some(delay) => clean.with_retry_after(delay),
            None => clean,
        }
    }
}

/// Values of variables that are keys by their names. Another provider's key has no business in a record either.
fn of_this_process() -> &'static [String] {
    static KEYS: OnceLock<Vec<String>> = OnceLock::new();
    KEYS.get_or_init(|| {
        let is_key = |name: &str| {
            let ends = ["_API_KEY", "_TOKEN", "_SECRET", "_PASSWORD", "_ACCESS_KEY", "_CREDENTIALS", "_PAT"];
            ends.iter().any(|end| name.ends_with(end))
        };
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, value)| is_key(name) && value.trim().len() >= MIN_KNOWN)
            .map(|(_, value)| value)
            .collect()
    })
}

fn spellings_of(key: &str) -> BTreeSet<String> {
    let json = serde_json::Value::from(key).to_string();
    let json = json.trim_matches('"').to_owned();
    let mut address = String::new();
    for byte in key.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            address.push(char::from(byte));
        } else {
            let _ = write!(address, "%{byte:02X}");
        }
    }
    let shell = key.replace('\'', r"'\''");
    let mut all = BTreeSet::from([key.to_owned(), json, address.to_lowercase(), address, shell]);
    // Inside of a longer text the encoding depends on where the key begins; what does not depend on its neighbours counts.
    all.extend(
        (0..3).map(|offset| base64_core(key.as_bytes(), offset)).filter(|text| text.len() >= MIN_KNOWN),
    );
    all
}

/// The base64 of some bytes that begin `offset` bytes into a group of three, without the characters at both ends that also
/// depend on what stands around.
fn base64_core(bytes: &[u8], offset: usize) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let skip = (3 - offset) % 3;
    let whole = bytes.get(skip..).unwrap_or_default();
    let mut out = String::new();
    for group in whole.chunks_exact(3) {
        let number = group.iter().fold(0_usize, |number, byte| number << 8 | usize::from(*byte));
        for shift in [18, 12, 6, 0] {
            out.extend(ALPHABET.get(number >> shift & 63).map(|letter| char::from(*letter)));
        }
    }
    out
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
    pub(crate) fn next(&mut self, piece: &str, secrets: &Secrets) -> String {
        self.held.push_str(piece);
        let clean = secrets.strip(&self.held);
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
fn begun(text: &str, secrets: &Secrets) -> usize {
    let longest = |secret: &String| {
        let most = secret.len().saturating_sub(1).min(text.len());
        (1..=most).rev().find(|count| secret.get(..*count).is_some_and(|start| text.ends_with(start)))
    };
    secrets.spellings.iter().filter_map(longest).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_found_in_every_spelling() {
        let secrets = Secrets::new(&["sk-\"quoted\\key\"/+=1234567890 ".to_owned()]);
        let key = "sk-\"quoted\\key\"/+=1234567890";
        let json = serde_json::json!({ "key": key }).to_string();
        let address = "https://h/?k=sk-%22quoted%5Ckey%22%2F%2B%3D1234567890";
        for text in [format!("the key {key}."), json, address.to_owned()] {
            let clean = secrets.strip(&text);
            assert!(!clean.contains("quoted") && clean.contains(REPLACEMENT), "{clean}");
        }
        // `Basic` credentials: the key behind a user's name of any length.
        for user in ["", "x", "xy", "xyz:"] {
            let text = format!("{user}{key}");
            let encoded = base64_core(text.as_bytes(), 0);
            let clean = secrets.strip(&encoded);
            assert!(clean.contains(REPLACEMENT), "{user}: {clean}");
        }
    }

    #[cfg(feature = "http")]
    #[test]
    fn a_secret_in_two_pieces_is_found() {
        let secrets = Secrets::new(&["sk-secret".to_owned()]);
        let mut pieces = Pieces::default();
        let mut out = String::new();
        for piece in ["the key is s", "k-sec", "ret, not sk-se", "cond; ask"] {
            out.push_str(&pieces.next(piece, &secrets));
        }
        out.push_str(&pieces.rest());
        assert_eq!(out, "the key is [secret], not sk-second; ask");
    }
}
