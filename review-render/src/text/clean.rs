//! What is dangerous whatever the format: characters that readers do not see.

/// Whether a character is invisible and can deceive a reader: bidirectional controls, zero-width characters and the
/// like. (Trojan Source, Boucher and Anderson 2021.)
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Writes invisible and C1 control characters of a JSON text as `\u` escapes: the same document, but nothing in it can
/// reorder what a person sees.
pub(crate) fn escape_json_controls(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if is_invisible(c) || matches!(c, '\u{7f}'..='\u{9f}') {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    out
}

/// Text as a person can trust it: line feeds and tabs stay, other control characters become their pictures (`␛`), and
/// invisible characters are spelled out (`<U+202E>`). Line endings become line feeds.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            c if is_invisible(c) || ('\u{80}'..='\u{9f}').contains(&c) => {
                out.push_str(&format!("<U+{:04X}>", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// [`visible`] on one line, shortened to so many characters. Looks at no more of the text than it keeps: a path of a
/// million characters costs nothing.
pub(crate) fn line(text: &str, max_chars: usize) -> String {
    let mut kept = String::new();
    let (mut length, mut gap) = (0, false);
    for c in text.chars() {
        if c.is_whitespace() {
            gap = length > 0;
            continue;
        }
        if gap {
            kept.push(' ');
            length += 1;
            gap = false;
        }
        kept.push(c);
        length += 1;
        if length > max_chars {
            break;
        }
    }
    shorten(&visible(&kept), max_chars)
}

/// [`visible`] of the first so many characters, with a remark where something was cut.
pub(crate) fn beginning(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!(
            "{} … (cut here: the text is longer than is shown)",
            visible(text.get(..end).unwrap_or_default())
        ),
        None => visible(text),
    }
}

/// The first characters, with `…` where something was cut.
pub(crate) fn shorten(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// `1 finding`, `2 findings`.
pub(crate) fn count(number: usize, one: &str) -> String {
    format!("{number} {one}{}", if number == 1 { "" } else { "s" })
}

/// `3m 5s`, from milliseconds.
pub(crate) fn duration(millis: u64) -> String {
    let seconds = millis.div_ceil(1000);
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, s) => format!("{s}s"),
        (0, m, s) => format!("{m}m {s}s"),
        (h, m, _) => format!("{h}h {m}m"),
    }
}

/// `1.23`, in US dollars, from millionths; four decimals below ten cents.
pub(crate) fn dollars(micro_usd: u64) -> String {
    if micro_usd < 100_000 {
        format!("{}.{:04}", micro_usd / 1_000_000, micro_usd % 1_000_000 / 100)
    } else {
        format!("{}.{:02}", micro_usd / 1_000_000, micro_usd % 1_000_000 / 10_000)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_deceives_is_shown() {
        assert_eq!(visible("a\u{1b}[31m\u{202e}b\u{200b}\r\nc\rd\u{7f}"), "a␛[31m<U+202E>b<U+200B>\nc\nd␡");
        assert_eq!(line("a\n b\tc", 4), "a b …");
    }

    #[test]
    fn numbers_for_people() {
        assert_eq!(
            (duration(61_000), duration(999), duration(3_700_000)),
            ("1m 1s".into(), "1s".into(), "1h 1m".into())
        );
        assert_eq!((dollars(1_234_567), dollars(12_345)), ("1.23".into(), "0.0123".into()));
    }
}
