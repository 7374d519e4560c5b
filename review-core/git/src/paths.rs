//! Paths as bytes, as text, and as git quotes them.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::PathBuf;

/// The spelling of a path in documents: as it stands when it is UTF-8, else as git quotes it, quotation marks
/// included (`"caf\351.txt"`).
pub fn quote_path(path: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(path) {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(path.len() + 8);
    quoted.push('"');
    for &byte in path {
        match byte {
            b'"' => quoted.push_str("\\\""),
            b'\\' => quoted.push_str("\\\\"),
            0x07 => quoted.push_str("\\a"),
            0x08 => quoted.push_str("\\b"),
            b'\t' => quoted.push_str("\\t"),
            b'\n' => quoted.push_str("\\n"),
            0x0b => quoted.push_str("\\v"),
            0x0c => quoted.push_str("\\f"),
            b'\r' => quoted.push_str("\\r"),
            0x20..=0x7e => quoted.push(char::from(byte)),
            _ => quoted.push_str(&format!("\\{byte:03o}")),
        }
    }
    quoted.push('"');
    quoted
}

/// The bytes of a path that git may have quoted; `None` when it begins with a quotation mark but is not well
/// quoted. A path without quotation mark stands for itself.
pub fn unquote_path(path: &[u8]) -> Option<Cow<'_, [u8]>> {
    match unquote_prefix(path)? {
        (bytes, []) => Some(bytes),
        _ => None,
    }
}

/// Reads one quoted path from the start of `text`; the rest follows its closing mark. Unquoted text is taken
/// up to its end.
fn unquote_prefix(text: &[u8]) -> Option<(Cow<'_, [u8]>, &[u8])> {
    let Some(mut rest) = text.strip_prefix(b"\"") else { return Some((Cow::Borrowed(text), &[])) };
    let mut bytes = Vec::with_capacity(rest.len());
    loop {
        let (&byte, tail) = rest.split_first()?;
        rest = tail;
        match byte {
            b'"' => return Some((Cow::Owned(bytes), rest)),
            b'\\' => {
                let (&escape, tail) = rest.split_first()?;
                rest = tail;
                bytes.push(match escape {
                    b'a' => 0x07,
                    b'b' => 0x08,
                    b't' => b'\t',
                    b'n' => b'\n',
                    b'v' => 0x0b,
                    b'f' => 0x0c,
                    b'r' => b'\r',
                    b'"' | b'\\' => escape,
                    b'0'..=b'3' => {
                        let [second @ b'0'..=b'7', third @ b'0'..=b'7', tail @ ..] = rest else {
                            return None;
                        };
                        rest = tail;
                        (escape - b'0') * 64 + (second - b'0') * 8 + (third - b'0')
                    }
                    _ => return None,
                });
            }
            other => bytes.push(other),
        }
    }
}

/// Bytes from git as a name for the operating system.
pub(crate) fn os_string(bytes: &[u8]) -> OsString {
    #[cfg(unix)]
    {
        std::os::unix::ffi::OsStringExt::from_vec(bytes.to_vec())
    }
    #[cfg(not(unix))]
    {
        String::from_utf8_lossy(bytes).into_owned().into()
    }
}

/// Bytes from git as a path.
pub(crate) fn path_buf(bytes: &[u8]) -> PathBuf {
    PathBuf::from(os_string(bytes))
}

/// A name of the operating system as bytes for git.
pub(crate) fn os_bytes(name: &std::ffi::OsStr) -> Cow<'_, [u8]> {
    #[cfg(unix)]
    {
        Cow::Borrowed(std::os::unix::ffi::OsStrExt::as_bytes(name))
    }
    #[cfg(not(unix))]
    {
        Cow::Owned(name.to_string_lossy().into_owned().into_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_that_are_not_utf8_are_quoted() {
        assert_eq!(quote_path("café \"x\"\n".as_bytes()), "café \"x\"\n");
        assert_eq!(quote_path(b"caf\xe9.txt"), r#""caf\351.txt""#);
        assert_eq!(quote_path(b"a\t\"\\\xff"), r#""a\t\"\\\377""#);
    }

    #[test]
    fn quoting_is_undone() {
        let every: Vec<u8> = (1..=255).collect();
        assert_eq!(unquote_path(quote_path(&every).as_bytes()).unwrap(), every);
        assert_eq!(unquote_path(b"plain").unwrap().as_ref(), b"plain");
        for bad in [&b"\"open"[..], b"\"a\"b", b"\"\\9\"", b"\"\\40\"", b"\"\\", b"\""] {
            assert_eq!(unquote_path(bad), None, "{bad:?}");
        }
    }
}
