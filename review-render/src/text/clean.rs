//! What is dangerous in every format: characters that readers do not see, and texts that are too long.

use std::borrow::Cow;

/// Whether a character is invisible and can deceive a reader: bidirectional controls, zero-width characters, blank
/// letters, tags and variation selectors, which can carry hidden text. (Trojan Source, Boucher and Anderson 2021;
/// Unicode's `Default_Ignorable_Code_Point`.) The two selectors that choose between an emoji and a sign (U+FE0E and
/// U+FE0F) are not among them: after a sign they are part of ordinary text.
pub fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0d}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

fn is_emoji_selector(c: char) -> bool {
    matches!(c, '\u{fe0e}' | '\u{fe0f}')
}

/// Whether a character is a combining mark from a block that allows stacking.
fn is_mark(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{591}'..='\u{5bd}' | '\u{610}'..='\u{61a}'
        | '\u{64b}'..='\u{65f}' | '\u{6d6}'..='\u{6dc}' | '\u{6df}'..='\u{6e4}' | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// Most combining marks per letter. No language needs more (pointed Hebrew has up to four); taller stacks are drawn over
/// the surrounding lines.
const MAX_MARKS: usize = 4;

/// Escapes invisible characters, C1 controls and build-log commands in a JSON text as `\u` sequences. The document stays
/// the same, but nothing in it can reorder what a person sees or be obeyed where it is printed.
pub(crate) fn escape_json_controls(json: &str) -> Cow<'_, str> {
    let json = super::commands::disarm(json, super::commands::Spelling::Json);
    let hidden = |c: char| is_invisible(c) || is_emoji_selector(c) || matches!(c, '\u{7f}'..='\u{9f}');
    if !json.contains(hidden) {
        return json;
    }
    let mut out = String::with_capacity(json.len() + 16);
    for c in json.chars() {
        if hidden(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                out.push_str(&format!("\\u{unit:04x}"));
            }
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// Makes everything in a text visible: line feeds and tabs stay, other control characters become their pictures (`␛`),
/// and invisible characters are spelled out (`<U+202E>`). All line endings become line feeds.
pub(crate) fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let (mut last, mut marks) = (' ', 0);
    while let Some(c) = rest.next() {
        marks = if is_mark(c) { marks + 1 } else { 0 };
        let before = std::mem::replace(&mut last, c);
        match c {
            '\n' | '\t' => out.push(c),
            '\r' if rest.peek() == Some(&'\n') => {}
            '\r' => out.push('\n'),
            '\u{0}'..='\u{1f}' => out.push(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}')),
            '\u{7f}' => out.push('\u{2421}'),
            // After a sign, or within a keycap.
            '\u{fe0e}' | '\u{fe0f}'
                if (!before.is_ascii()
                    && !is_emoji_selector(before)
                    && !is_invisible(before)
                    && !before.is_control())
                    || rest.peek() == Some(&'\u{20e3}') =>
            {
                out.push(c);
            }
            c if is_invisible(c)
                || is_emoji_selector(c)
                || marks > MAX_MARKS
                || ('\u{80}'..='\u{9f}').contains(&c) =>
            {
                out.push_str(&format!("<U+{:04X}>", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out
}

/// Longest word, in characters. Browsers need seconds to lay out much longer ones.
const MAX_WORD: usize = 1_000;

/// Cuts overlong words, noting how much is missing.
pub(crate) fn wieldy(text: &str) -> Cow<'_, str> {
    // Bytes are at least as many as characters, and quicker to count.
    if text.len() <= MAX_WORD || text.split(char::is_whitespace).all(|word| word.len() <= MAX_WORD) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len().min(64 << 10));
    for word in text.split_inclusive(char::is_whitespace) {
        match word.char_indices().nth(MAX_WORD) {
            Some((end, _)) if word.trim_end().len() > end => {
                let left = word.get(end..).unwrap_or_default();
                out.push_str(word.get(..end).unwrap_or_default());
                out.push_str(&format!("… ({} characters more)", left.trim_end().chars().count()));
                out.push_str(left.get(left.trim_end().len()..).unwrap_or_default());
            }
            _ => out.push_str(word),
        }
    }
    Cow::Owned(out)
}

/// Returns [`visible`] text on one line of at most `max_chars` characters. Reads no more of the text than it keeps, so a
/// path of a million characters is cheap.
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

/// Returns the [`visible`] form of the first `max_chars` characters, with a note if anything was cut.
pub(crate) fn beginning(text: &str, max_chars: usize) -> String {
    match text.char_indices().nth(max_chars) {
        Some((end, _)) => format!(
            "{} … (cut here: the text is longer than is shown)",
            visible(text.get(..end).unwrap_or_default())
        ),
        None => visible(text),
    }
}

/// Returns the first `max_chars` characters, with `…` if anything was cut.
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
        assert_eq!(visible("x\u{fe0f}\u{2115}\u{e0101}\u{3164}"), "x<U+FE0F>\u{2115}<U+E0101><U+3164>");
        assert_eq!(visible("\u{26a0}\u{fe0f} 1\u{fe0f}\u{20e3}"), "\u{26a0}\u{fe0f} 1\u{fe0f}\u{20e3}");
        assert_eq!(visible(&format!("e{}", "\u{301}".repeat(5))), "e\u{301}\u{301}\u{301}\u{301}<U+0301>");
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
