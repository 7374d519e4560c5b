//! Line numbers and ranges: `10`, `10-20`, `L10–L20`, `10:4`, lists of them.

use review_core::LineRange;

/// Largest line number that is believed; more is a port, a year, an address or nonsense.
const MAX_LINE: u64 = 9_999_999;

/// Most ranges of one token that are kept.
const MAX_RANGES: usize = 64;

/// Reads a list of ranges (`10-20,31`); `None` when the text is anything else.
pub(crate) fn read_ranges(text: &str) -> Option<Vec<LineRange>> {
    let text = text.trim();
    if text.is_empty() || text.len() > 4096 {
        return None;
    }
    let mut ranges = Vec::new();
    for part in text.split([',', ';', '+', '&', '/']) {
        let part = part.trim();
        if part.is_empty() {
            continue;
        }
        if ranges.len() < MAX_RANGES {
            ranges.push(read_range(part)?);
        }
    }
    (!ranges.is_empty()).then_some(ranges)
}

/// Whether the text is a list of ranges and nothing else.
pub(crate) fn is_range_list(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'L' | 'l' | '~'))
        && read_ranges(text).is_some()
}

/// One range: two numbers with a dash, `..` or words between them, each with an optional `L`, `~` and column.
fn read_range(text: &str) -> Option<LineRange> {
    let (start, rest) = read_line(text)?;
    let rest = rest.trim_start();
    if rest.is_empty() || rest == "+" {
        return Some(LineRange::line(start));
    }
    // `10:4` is a line and a column, and so is `10:4-10:9` or `10:4-12`.
    let rest = match rest.strip_prefix(':') {
        Some(column) => {
            let digits = column.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return None;
            }
            crate::text::tail(column, digits).trim_start()
        }
        None => rest,
    };
    if rest.is_empty() {
        return Some(LineRange::line(start));
    }
    let separators =
        ["-", "–", "—", "‑", "−", "‐", "..=", "...", "..", "…", "to ", "through ", "until ", "→", "~"];
    let rest = separators.iter().find_map(|separator| rest.strip_prefix(separator))?;
    let (end, rest) = read_line(rest.trim_start())?;
    let rest =
        rest.strip_prefix(':').map_or(rest, |column| column.trim_start_matches(|c: char| c.is_ascii_digit()));
    rest.trim().is_empty().then(|| LineRange::new(start, end))
}

fn read_line(text: &str) -> Option<(u32, &str)> {
    let text = text.trim_start_matches(['~', '#']);
    let text = text.strip_prefix(['L', 'l']).unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let number: u64 = crate::text::head(text, digits).parse().ok()?;
    if digits == 0 || number > MAX_LINE {
        return None;
    }
    let mut rest = crate::text::tail(text, digits);
    // GitHub's column: `L10C3`.
    if let Some(column) = rest.strip_prefix('C') {
        rest = column.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    Some((u32::try_from(number).ok()?.max(1), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_every_spelling() {
        let show = |text: &str| {
            read_ranges(text)
                .map(|ranges| ranges.iter().map(ToString::to_string).collect::<Vec<_>>().join(" "))
                .unwrap_or_else(|| "-".to_owned())
        };
        for (text, shown) in [
            ("10", "10"),
            ("10-20", "10-20"),
            ("20-10", "10-20"),
            ("10–20, 31", "10-20 31"),
            ("L10-L20", "10-20"),
            ("L10C3-L20C9", "10-20"),
            ("10:4", "10"),
            ("10 to 20", "10-20"),
            ("10-20; 5", "10-20 5"),
            ("~90", "90"),
            ("10x", "-"),
            ("", "-"),
            ("99999999999999999999", "-"),
        ] {
            assert_eq!(show(text), shown, "{text}");
        }
    }
}
