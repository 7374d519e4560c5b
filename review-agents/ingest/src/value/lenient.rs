//! A JSON parser for what models write: comments, trailing and missing commas, single quotes, bare keys, raw
//! line breaks and quotes in strings, documents that end in the middle. Every step consumes input, so it ends.

use super::{Map, Value};
use crate::text::{cut, tail};

/// Deeper values are kept as text: no review nests deeper, and the stack is finite.
const MAX_DEPTH: usize = 96;

/// A value and where it ended.
#[derive(Debug)]
pub(crate) struct Parsed {
    pub(crate) value: Value,
    /// Byte after the value.
    pub(crate) end: usize,
    /// Line indexes of its first and last line.
    pub(crate) lines: (usize, usize),
    /// Whether the document ended inside it.
    pub(crate) cut: bool,
}

/// Parses the value that starts at byte `at`, which is on the line with index `line`.
pub(crate) fn parse(text: &str, at: usize, line: usize) -> Option<Parsed> {
    let mut parser = Parser { text, bytes: text.as_bytes(), at, line, cut: false };
    parser.skip_space();
    let first = parser.line;
    parser.peek()?;
    let value = parser.value(0)?;
    Some(Parsed { value, end: parser.at, lines: (first, parser.line), cut: parser.cut })
}

/// Whether a text at this place can be JSON: `{` or `[` and then what JSON has there.
pub(crate) fn looks_like_json(text: &str) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let next = text.get(1..).unwrap_or("").trim_start().chars().next();
    match (first, next) {
        ('{', Some(next)) => {
            matches!(next, '"' | '\'' | '}' | '/' | '“')
                || (next.is_ascii_alphabetic()
                    && tail(text, 1).trim_start().find(':').is_some_and(|at| at < 48))
        }
        ('[', Some(next)) => matches!(next, '{' | '[' | '"' | ']'),
        _ => false,
    }
}

struct Parser<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    line: usize,
    cut: bool,
}

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn bump(&mut self) {
        if self.peek() == Some(b'\n') {
            self.line += 1;
        }
        self.at += 1;
    }

    /// Space and comments.
    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' | b'\n' => self.bump(),
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => self.skip_line(),
                b'/' if self.bytes.get(self.at + 1) == Some(&b'*') => self.skip_comment(),
                b'#' => self.skip_line(),
                // Non-breaking space, byte order mark.
                0xC2 if self.bytes.get(self.at + 1) == Some(&0xA0) => self.at += 2,
                0xEF if self.bytes.get(self.at + 1..self.at + 3) == Some(&[0xBB, 0xBF]) => self.at += 3,
                _ => return,
            }
        }
    }

    fn skip_line(&mut self) {
        while self.peek().is_some_and(|byte| byte != b'\n') {
            self.at += 1;
        }
    }

    fn skip_comment(&mut self) {
        self.at += 2;
        while let Some(byte) = self.peek() {
            if byte == b'*' && self.bytes.get(self.at + 1) == Some(&b'/') {
                self.at += 2;
                return;
            }
            self.bump();
        }
    }

    /// One value; `None` when nothing here starts one.
    fn value(&mut self, depth: usize) -> Option<Value> {
        match self.peek()? {
            b'{' | b'[' if depth >= MAX_DEPTH => Some(self.raw()),
            b'{' => Some(self.map(depth)),
            b'[' => Some(self.list(depth)),
            b'"' | b'\'' => Some(Value::Text(self.string())),
            0xE2 if self.quote_length() > 1 => Some(Value::Text(self.string())),
            b'-' | b'+' | b'0'..=b'9' | b'.' => Some(self.number()),
            byte if byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80 => {
                Some(self.word())
            }
            _ => None,
        }
    }

    fn map(&mut self, depth: usize) -> Value {
        let first = self.line;
        let mut map = Map::default();
        self.at += 1;
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    map.cut = true;
                    self.cut = true;
                    break;
                }
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                // The end of an outer list: this object's own end was forgotten.
                Some(b']') => {
                    map.cut = true;
                    break;
                }
                Some(b',' | b':' | b';') => self.at += 1,
                Some(b'"' | b'\'') => self.entry(&mut map, depth),
                Some(0xE2) if self.quote_length() > 1 => self.entry(&mut map, depth),
                Some(byte)
                    if byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80 =>
                {
                    self.entry(&mut map, depth)
                }
                Some(_) => self.bump(),
            }
        }
        map.lines = (first, self.line);
        Value::Map(map)
    }

    fn entry(&mut self, map: &mut Map, depth: usize) {
        let quoted = matches!(self.peek(), Some(b'"' | b'\'' | 0xE2));
        let key = if quoted { self.string() } else { self.bare_key() };
        self.skip_space();
        match self.peek() {
            Some(b':' | b'=') => self.at += 1,
            None => {
                self.cut = true;
                map.cut = true;
                return;
            }
            // A word without a value: noise between the entries.
            _ => return,
        }
        self.skip_space();
        match self.value(depth + 1) {
            Some(value) => map.entries.push((key, value)),
            None => {
                if self.peek().is_none() {
                    self.cut = true;
                    map.cut = true;
                }
                map.entries.push((key, Value::Null));
            }
        }
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut list = Vec::new();
        self.at += 1;
        loop {
            self.skip_space();
            match self.peek() {
                None => {
                    self.cut = true;
                    break;
                }
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                Some(b'}') => break,
                Some(b',') => self.at += 1,
                Some(_) => match self.value(depth + 1) {
                    Some(value) => list.push(value),
                    None => self.bump(),
                },
            }
        }
        Value::List(list)
    }

    /// A value that nests too deep, as text up to its balanced end.
    fn raw(&mut self) -> Value {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.peek() {
            match byte {
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                b'"' => {
                    self.string();
                    continue;
                }
                _ => {}
            }
            self.bump();
            if depth == 0 {
                // A bounded piece is kept: what nests this deep is no review.
                let kept = self.at.min(start + 4096);
                let kept = (start..=kept).rev().find(|at| self.text.is_char_boundary(*at)).unwrap_or(start);
                return Value::Text(cut(self.text, start..kept).to_owned());
            }
        }
        self.cut = true;
        Value::Null
    }

    /// How many bytes the quotation mark here has: 1 for ASCII, 3 for a typographic one, 0 for none.
    fn quote_length(&self) -> usize {
        match self.peek() {
            Some(b'"' | b'\'') => 1,
            Some(0xE2)
                if matches!(self.bytes.get(self.at + 1..self.at + 3), Some([0x80, 0x9C | 0x9D | 0x98])) =>
            {
                3
            }
            _ => 0,
        }
    }

    fn string(&mut self) -> String {
        let typographic = self.quote_length() == 3;
        let quote = self.peek().unwrap_or(b'"');
        self.at += self.quote_length().max(1);
        let mut out = String::new();
        let mut start = self.at;
        loop {
            let Some(byte) = self.peek() else {
                self.cut = true;
                out.push_str(cut(self.text, start..self.at));
                return out;
            };
            if byte == b'\\' {
                out.push_str(cut(self.text, start..self.at));
                self.at += 1;
                self.escape(&mut out);
                start = self.at;
                continue;
            }
            let closing = if typographic { self.quote_length() == 3 } else { byte == quote };
            if closing {
                let length = self.quote_length().max(1);
                if typographic || self.closes(length) {
                    out.push_str(cut(self.text, start..self.at));
                    self.at += length;
                    return out;
                }
            }
            self.bump();
        }
    }

    /// Whether the quotation mark here ends the string: what follows must be what follows a string. Models
    /// forget to escape quotation marks inside.
    fn closes(&self, length: usize) -> bool {
        let mut at = self.at + length;
        let mut new_line = false;
        while let Some(byte) = self.bytes.get(at) {
            match byte {
                b'\n' => new_line = true,
                b' ' | b'\t' | b'\r' => {}
                b',' | b'}' | b']' | b':' | b';' | b'=' => return true,
                // A forgotten comma.
                b'"' | b'\'' => return new_line,
                b'/' => return matches!(self.bytes.get(at + 1), Some(b'/' | b'*')),
                b'#' => return new_line,
                _ => return false,
            }
            at += 1;
        }
        true
    }

    fn escape(&mut self, out: &mut String) {
        let Some(byte) = self.peek() else {
            self.cut = true;
            return;
        };
        match byte {
            b'n' => out.push('\n'),
            b't' => out.push('\t'),
            b'r' => out.push('\r'),
            b'b' | b'f' => out.push(' '),
            b'u' => {
                let high = self.hex(self.at + 1);
                self.at += 1;
                if let Some(high) = high {
                    self.at += 4;
                    let pair = (0xD800..0xDC00).contains(&high)
                        && self.bytes.get(self.at..self.at + 2) == Some(b"\\u");
                    if pair
                        && let Some(low) = self.hex(self.at + 2).filter(|low| (0xDC00..0xE000).contains(low))
                    {
                        self.at += 6;
                        let code = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
                        out.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                    } else {
                        out.push(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
                    }
                } else {
                    out.push('u');
                }
                return;
            }
            b'\n' => {}
            b'"' | b'\\' | b'/' | b'\'' => out.push(char::from(byte)),
            _ => {
                // An unknown escape is a backslash that should have been two.
                out.push('\\');
                let character = tail(self.text, self.at).chars().next().unwrap_or(' ');
                out.push(character);
                self.at += character.len_utf8();
                return;
            }
        }
        self.bump();
    }

    fn hex(&self, at: usize) -> Option<u32> {
        let digits = self.bytes.get(at..at + 4)?;
        let digits = std::str::from_utf8(digits).ok()?;
        digits
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit())
            .then(|| u32::from_str_radix(digits, 16).ok())
            .flatten()
    }

    fn bare_key(&mut self) -> String {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | b'-' | b'.') || byte >= 0x80 {
                self.at += 1;
            } else {
                break;
            }
        }
        cut(self.text, start..self.at).to_owned()
    }

    fn number(&mut self) -> Value {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_') {
                self.at += 1;
            } else {
                break;
            }
        }
        let text = cut(self.text, start..self.at);
        // A million digits are as good as forty.
        Value::Number(text.chars().take(40).collect())
    }

    /// `true`, `None`, or text without quotation marks up to the end of its entry.
    fn word(&mut self) -> Value {
        let start = self.at;
        while let Some(byte) = self.peek() {
            if matches!(byte, b',' | b'}' | b']' | b'\n') {
                break;
            }
            self.at += 1;
        }
        let text = cut(self.text, start..self.at).trim();
        match text {
            "true" | "True" | "TRUE" => Value::Bool(true),
            "false" | "False" | "FALSE" => Value::Bool(false),
            "null" | "None" | "NULL" | "nil" | "undefined" | "NaN" => Value::Null,
            other => Value::Text(other.to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let parsed = parse(text, 0, 0).unwrap();
        format!(
            "{}{}",
            serde_json::to_string(&parsed.value.to_extra()).unwrap(),
            if parsed.cut { " cut" } else { "" }
        )
    }

    #[test]
    fn what_models_write_is_read() {
        for (text, shown) in [
            (r#"{"a":1,"b":[true,null,"x"],}"#, r#"{"a":1,"b":[true,null,"x"]}"#),
            ("{'a': 'it''s', b: None, // why\n c: 2 /* x */}", r#"{"a":"it''s","b":null,"c":2}"#),
            ("{\"a\": \"x\"\n \"b\": 2}", r#"{"a":"x","b":2}"#),
            (r#"{"a": "the "pool" leaks", "b": 1}"#, r#"{"a":"the \"pool\" leaks","b":1}"#),
            ("{\"a\": \"two\nlines\"}", r#"{"a":"two\nlines"}"#),
            (r#"{"a": "\u00e9\ud83d\ude00\q"}"#, r#"{"a":"é😀\\q"}"#),
            (r#"{"a": 123456789012345678901234567890}"#, r#"{"a":1.2345678901234568e+29}"#),
        ] {
            assert_eq!(show(text), shown, "{text}");
        }
    }

    #[test]
    fn a_cut_document_keeps_what_was_whole() {
        assert_eq!(show(r#"[{"a":1},{"a":2,"b":"x"#), r#"[{"a":1},{"a":2,"b":"x"}] cut"#);
        assert_eq!(show(r#"{"a":[1,2"#), r#"{"a":[1,2]} cut"#);
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "[".repeat(200_000);
        assert!(parse(&deep, 0, 0).unwrap().cut);
        let closed = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
        assert!(!parse(&closed, 0, 0).unwrap().cut);
    }
}
