//! Bytes to text: size, byte order marks, binary input, terminal colours.

use std::borrow::Cow;

use review_core::{Diagnostic, Error, ErrorKind, Result};

use crate::text::tail;

/// Text and what was odd about its bytes.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) diagnostics: Vec<Diagnostic>,
}

/// Reads bytes as text.
///
/// # Errors
/// `InvalidInput` when there is nothing, too much, or something that is not text.
pub(crate) fn decode(bytes: &[u8], max_bytes: usize) -> Result<Decoded<'_>> {
    if bytes.len() > max_bytes {
        return Err(Error::new(ErrorKind::InvalidInput, "the review is too large to be one")
            .with_context("bytes", bytes.len())
            .with_context("limit", max_bytes));
    }
    let mut diagnostics = Vec::new();
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => utf8(rest, &mut diagnostics),
        [0xFF, 0xFE, rest @ ..] => Cow::Owned(utf16(rest, u16::from_le_bytes, &mut diagnostics)),
        [0xFE, 0xFF, rest @ ..] => Cow::Owned(utf16(rest, u16::from_be_bytes, &mut diagnostics)),
        _ => utf8(bytes, &mut diagnostics),
    };
    if text.trim().is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "the review is empty"));
    }
    if is_binary(&text) {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "this is not a review but binary data; give the text that the reviewer wrote",
        ));
    }
    let text = if text.contains('\u{1b}') { Cow::Owned(strip_escapes(&text)) } else { text };
    Ok(Decoded { text, diagnostics })
}

fn utf8<'a>(bytes: &'a [u8], diagnostics: &mut Vec<Diagnostic>) -> Cow<'a, str> {
    // Checking is much faster than replacing, and almost every text is right.
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    diagnostics.push(Diagnostic::new(0, "not UTF-8 everywhere; the odd bytes were replaced"));
    Cow::Owned(String::from_utf8_lossy(bytes).into_owned())
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16, diagnostics: &mut Vec<Diagnostic>) -> String {
    let units = bytes.chunks_exact(2).filter_map(|pair| <[u8; 2]>::try_from(pair).ok()).map(unit);
    diagnostics.push(Diagnostic::new(0, "read as UTF-16"));
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// More than one character in a hundred that no text has, or a NUL near the start, is binary. A lone stray
/// control character in a log is not.
fn is_binary(text: &str) -> bool {
    // Almost every text has no odd character at all, and bytes are looked at faster than characters.
    let plain = |byte: u8| byte >= 0x20 || matches!(byte, b'\n' | b'\r' | b'\t' | 0x1b);
    if text.bytes().take(256 * 1024).all(plain) && !text.contains(char::REPLACEMENT_CHARACTER) {
        return false;
    }
    let (mut odd, mut all) = (0usize, 0usize);
    for c in text.chars().take(64 * 1024) {
        all += 1;
        let control = c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{1b}' | '\u{8}' | '\u{c}');
        if control || c == char::REPLACEMENT_CHARACTER {
            odd += if c == '\0' { 10 } else { 1 };
        }
    }
    odd > 4 && odd * 20 > all
}

/// Removes terminal escape sequences (CSI and OSC); the reviews of command line tools carry colours.
fn strip_escapes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{1b}') {
        out.push_str(crate::text::head(rest, at));
        rest = tail(rest, at + 1);
        if let Some(csi) = rest.strip_prefix('[') {
            let end = csi.bytes().position(|b| !(0x20..=0x3f).contains(&b)).unwrap_or(csi.len());
            let last = csi.as_bytes().get(end).is_some_and(|b| (0x40..=0x7e).contains(b));
            rest = tail(csi, if last { end + 1 } else { end });
        } else if let Some(osc) = rest.strip_prefix(']') {
            // An unfinished OSC sequence must not swallow the document: it ends at its line at the latest.
            let end = osc.find(['\u{7}', '\u{1b}', '\n']).unwrap_or(osc.len());
            rest = tail(osc, end);
            rest = rest.strip_prefix('\u{7}').or_else(|| rest.strip_prefix("\u{1b}\\")).unwrap_or(rest);
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn binary_empty_and_oversized_input_is_refused() {
        let message = |bytes: &[u8]| decode(bytes, 100).err().map(|error| error.message().to_owned());
        assert!(message(b"\x7fELF\0\0\0\0\x01\x02\0\0").unwrap().contains("binary"));
        assert_eq!(message(b" \n ").unwrap(), "the review is empty");
        assert!(message(&[b'a'; 101]).unwrap().contains("too large"));
    }

    #[test]
    fn marks_encodings_and_colours_are_read_over() {
        assert_eq!(decode(b"\xEF\xBB\xBFhi", 100).unwrap().text, "hi");
        assert_eq!(decode(b"\xFF\xFEh\0i\0", 100).unwrap().text, "hi");
        assert_eq!(decode(b"\x1b[31mred\x1b[0m \x1b]8;;x\x07link", 100).unwrap().text, "red link");
    }
}
