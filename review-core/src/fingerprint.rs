//! Fingerprints: the identity of a published finding over rewording, line shifts and rebases.
//!
//! `fp/v1` is specified in `docs/design/0003-fingerprints.md`; the golden values in the tests pin it.

use sha2::{Digest, Sha256};

/// What a fingerprint is made from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FingerprintInput<'a> {
    /// Path of the main location; empty when there is none.
    pub path: &'a str,
    /// The anchored code of the main location, where a tree showed it.
    pub code: Option<&'a str>,
    /// Title, used only where there is no code.
    pub title: &'a str,
    /// Category, in its document spelling; empty when not known. Only used where there is no code.
    pub category: &'a str,
    /// 0 for the first finding with otherwise equal parts in a report, 1 for the second, …
    pub ordinal: u32,
}

/// Makes an `fp/v1` fingerprint: `fp/v1:` and 32 hexadecimal digits.
///
/// With code, the fingerprint depends on the path and the code with all white space removed, not on lines,
/// wording, severity or category. Without code it depends on the path and the normalised words of the title.
pub fn fingerprint(input: &FingerprintInput<'_>) -> String {
    let mut hash = Sha256::new();
    let mut part = |tag: u8, bytes: &[u8]| {
        hash.update([tag]);
        hash.update((bytes.len() as u64).to_be_bytes());
        hash.update(bytes);
    };
    part(b'v', b"deep-review/fp/v1");
    part(b'p', input.path.as_bytes());
    match input.code.map(squeeze).filter(|code| !code.is_empty()) {
        Some(code) => part(b'c', code.as_bytes()),
        None => {
            part(b't', words(input.title).as_bytes());
            part(b'k', input.category.as_bytes());
        }
    }
    part(b'n', &input.ordinal.to_be_bytes());
    let digest = hash.finalize();
    format!("fp/v1:{}", hex(digest.get(..16).unwrap_or_default()))
}

/// Content hash for made-up ids: the given number of hexadecimal digits (at most 64) of SHA-256 over the parts,
/// each preceded by its length.
pub fn content_hash(parts: &[&str], digits: usize) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let mut text = hex(&hash.finalize());
    text.truncate(digits);
    text
}

fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).unwrap_or('0');
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(digit(byte >> 4));
        text.push(digit(byte & 15));
    }
    text
}

fn squeeze(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).collect()
}

/// Lower-case runs of letters, digits and `_`, with one space between them.
fn words(title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty()).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input() -> FingerprintInput<'static> {
        FingerprintInput {
            path: "src/a.go",
            code: Some("if err != nil {\n\treturn\n}"),
            title: "Lost error",
            ..Default::default()
        }
    }

    #[test]
    fn golden_values() {
        insta::assert_snapshot!(fingerprint(&input()), @"fp/v1:0f0388a2db7cfda7c3d7d36cb8bc7275");
        insta::assert_snapshot!(fingerprint(&FingerprintInput { code: None, ..input() }), @"fp/v1:fd5104e17fb211ab13f1e3f2828f701c");
        insta::assert_snapshot!(fingerprint(&FingerprintInput { ordinal: 1, ..input() }), @"fp/v1:3c82f90d37d32279da204e735b7a911d");
        insta::assert_snapshot!(content_hash(&["a", "b"], 8), @"3c9d5910");
    }

    #[test]
    fn wording_and_indentation_do_not_matter_where_code_is_known() {
        let reworded = FingerprintInput {
            title: "Error is swallowed",
            code: Some("if err != nil { return }"),
            ..input()
        };
        assert_eq!(fingerprint(&input()), fingerprint(&reworded));
    }

    #[test]
    fn without_code_only_the_words_of_the_title_count() {
        let bare = FingerprintInput { code: None, ..input() };
        let punctuated = FingerprintInput { title: "`Lost` error!", ..bare.clone() };
        assert_eq!(fingerprint(&bare), fingerprint(&punctuated));
        assert_ne!(
            fingerprint(&bare),
            fingerprint(&FingerprintInput { title: "Lost errors", ..bare.clone() })
        );
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        assert_ne!(content_hash(&["ab", "c"], 16), content_hash(&["a", "bc"], 16));
    }
}
