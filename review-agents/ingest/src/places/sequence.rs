//! A run of text that names places: tokens, connectors, notes and bare numbers that continue a path.

use review_core::{LineRange, Location};

use super::path::Roots;
use super::ranges::{is_range_list, read_ranges};
use super::token::{FileLines, Trust, locations_of, read_place};
use crate::limits::PLACES_READ;
use crate::text::{char_len, code_content, cut, head, skip_code, tail};

/// What a run of text names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Places {
    pub(crate) locations: Vec<Location>,
    /// Whether the text held places, connectors and notes only.
    pub(crate) only_places: bool,
}

enum Token<'a> {
    Code(&'a str),
    Link { text: &'a str, url: &'a str },
    Note(&'a str),
    Word(&'a str),
}

/// Reads the places of a run of text. A bare range continues the last path. What follows `vs` is what the
/// place is compared with, not a place of the finding, and ends the list.
pub(crate) fn read_places(text: &str, trust: Trust, roots: &Roots) -> Places {
    let mut reader =
        PlaceReader { roots, locations: Vec::new(), last_path: None, after_place: false, only: true };
    let mut rest = text.trim();
    while !rest.is_empty() && reader.locations.len() < PLACES_READ {
        let (token, after) = next_token(rest);
        rest = after.trim_start();
        match token {
            Token::Word("vs" | "vs." | "versus" | "instead") if !reader.locations.is_empty() => {
                reader.only = false;
                break;
            }
            Token::Code(span) => reader.code(code_content(span), trust),
            Token::Link { text, url } => {
                let used = reader.link(text, url, rest);
                rest = tail(rest, used).trim_start();
            }
            Token::Note(note) => reader.note(note),
            Token::Word(word) => {
                let used = reader.word(word, rest, trust);
                rest = tail(rest, used).trim_start();
            }
        }
    }
    let only_places = reader.only && !reader.locations.is_empty() && rest.is_empty();
    Places { locations: reader.locations, only_places }
}

/// The places that a text of prose names: inline code, links, permalinks, and words with lines.
pub(crate) fn mentions(text: &str, roots: &Roots) -> Vec<Location> {
    let mut found: Vec<Location> = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() && found.len() < PLACES_READ {
        let (token, after) = next_token(rest);
        rest = after.trim_start();
        let places = match token {
            Token::Code(span) => {
                let content = code_content(span);
                if content.contains(['.', '/']) {
                    let read = read_places(span, Trust::Code, roots).locations;
                    with_lines_behind(read, rest)
                } else {
                    Vec::new()
                }
            }
            Token::Link { text, url } => {
                let link = format!("[{text}]({url})");
                if text.is_empty() { Vec::new() } else { read_places(&link, Trust::Code, roots).locations }
            }
            Token::Note(note) => mentions(note, roots),
            Token::Word(word) => {
                let bare = word.trim_matches(|c| {
                    matches!(c, ',' | ';' | '.' | ':' | '*' | '_' | '"' | '\'' | '(' | ')' | '[' | ']')
                });
                let placed =
                    bare.contains([':', '#']).then(|| read_place(bare, Trust::Code, roots)).flatten();
                let placed = placed
                    .filter(|place| !place.ranges.is_empty())
                    .map(|place| locations_of(&place))
                    .unwrap_or_default();
                let file = || placed.is_empty() && bare.contains(['/', '.']) && !word.ends_with('.');
                match file().then(|| lines_behind(rest)).flatten() {
                    Some(_) => {
                        let place =
                            read_place(bare, Trust::Code, roots).filter(|place| place.ranges.is_empty());
                        with_lines_behind(place.map(|place| locations_of(&place)).unwrap_or_default(), rest)
                    }
                    None => placed,
                }
            }
        };
        for place in places {
            if found.len() < PLACES_READ && !found.contains(&place) {
                found.push(place);
            }
        }
    }
    found
}

/// A file without lines takes those that the words behind it give.
fn with_lines_behind(mut places: Vec<Location>, rest: &str) -> Vec<Location> {
    if let [only] = places.as_mut_slice()
        && only.start_line.is_none()
        && let Some(range) = lines_behind(rest)
    {
        *only = only.clone().with_range(range);
    }
    places
}

/// The lines of `line 12`, `(lines 40-44)`, `, lines 40 to 44`, `on line 7` behind a file.
fn lines_behind(rest: &str) -> Option<LineRange> {
    let rest = rest.trim_start_matches([' ', ',', '(']);
    let rest = ["on ", "at ", "in "].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
    let rest = ["lines ", "line ", "Lines ", "Line "].iter().find_map(|word| rest.strip_prefix(word))?;
    let number = |text: &str| -> Option<(u32, usize)> {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        head(text, digits).parse().ok().filter(|line| *line > 0).map(|line| (line, digits))
    };
    let (start, digits) = number(rest)?;
    let behind = tail(rest, digits);
    let to = ["-", "–", " to ", " - ", " – "].iter().find_map(|word| behind.strip_prefix(word));
    let end = to.and_then(number).map_or(start, |(end, _)| end);
    Some(LineRange::new(start, end.max(start)))
}

struct PlaceReader<'a> {
    roots: &'a Roots,
    locations: Vec<Location>,
    last_path: Option<String>,
    after_place: bool,
    only: bool,
}

impl PlaceReader<'_> {
    fn push(&mut self, place: &FileLines) {
        self.locations.extend(locations_of(place));
        self.last_path = Some(place.path.clone());
        self.after_place = true;
    }

    /// A bare range: lines of the last path. The first one gives lines to a path that had none.
    fn ranges(&mut self, text: &str) -> bool {
        let (Some(path), Some(ranges)) = (self.last_path.clone(), read_ranges(text)) else {
            return false;
        };
        if self.locations.last().is_some_and(|last| last.start_line.is_none() && last.path == path) {
            self.locations.pop();
        }
        self.locations.extend(ranges.iter().map(|range| Location::file(&path).with_range(*range)));
        true
    }

    fn code(&mut self, content: &str, trust: Trust) {
        let trust = trust.max(Trust::Code);
        if let Some(place) = read_place(content, trust, self.roots) {
            self.push(&place);
        } else if is_range_list(content) && self.after_place {
            self.ranges(content);
        } else if content.contains([',', ';', ' ']) {
            // Several places in one pair of backticks.
            let inner = read_places_in_code(content, trust, self.roots);
            if inner.only_places {
                self.last_path = inner.locations.last().map(|location| location.path.clone());
                self.after_place = true;
                self.locations.extend(inner.locations);
            } else {
                self.other();
            }
        } else {
            self.other();
        }
    }

    /// `[text](target)`: the target names the file; the text, then the target, then what follows the link
    /// names the lines. Returns how much of `rest` was used.
    fn link(&mut self, text: &str, url: &str, rest: &str) -> usize {
        let text_place = read_place(code_content(text.trim()), Trust::Expected, self.roots);
        let url_place = read_place(url.split(' ').next().unwrap_or(url), Trust::Expected, self.roots);
        let path = match (&text_place, &url_place) {
            (Some(text), Some(url)) => {
                let text_is_full =
                    url.path.ends_with(&text.path) && (text.path.contains('/') || url.path.starts_with('/'));
                // A link to the checkout itself, whose root is not known: the text is the better path.
                if text_is_full && url.path.starts_with('/') { text.path.clone() } else { url.path.clone() }
            }
            (Some(place), None) | (None, Some(place)) => place.path.clone(),
            (None, None) => {
                self.other();
                return 0;
            }
        };
        let mut ranges = text_place.map(|place| place.ranges).unwrap_or_default();
        if ranges.is_empty() {
            ranges = url_place.map(|place| place.ranges).unwrap_or_default();
        }
        let mut used = 0;
        if let Some(lines) = rest.strip_prefix(':') {
            let len = lines
                .find(|c: char| c.is_whitespace() || matches!(c, '(' | '`' | '['))
                .unwrap_or(lines.len());
            if let Some(read) = read_ranges(head(lines, len).trim_end_matches([',', ';', '.'])) {
                ranges = read;
                used = len + 1;
            }
        }
        self.push(&FileLines { path, ranges });
        used
    }

    fn note(&mut self, note: &str) {
        let words = note.trim();
        let lines = ["lines", "line", "ll.", "l.", "at lines", "at line"]
            .iter()
            .find_map(|prefix| words.strip_prefix(prefix))
            .unwrap_or(words)
            .trim();
        if self.after_place && is_range_list(lines) {
            self.ranges(lines);
        } else if self.locations.is_empty()
            || ["and ", "also ", "plus ", "+ "].iter().any(|word| words.starts_with(word))
        {
            // `net/pool.rs:4 (and net/wire.rs:9)`, `title (net/pool.rs:4)`: the place itself stands in brackets.
            let inner = read_places(words, Trust::Code, self.roots);
            if inner.only_places {
                self.last_path = inner.locations.last().map(|location| location.path.clone());
                self.locations.extend(inner.locations);
                self.after_place = true;
            }
        }
    }

    /// A word of prose. Returns how much of `rest` was used with it.
    fn word(&mut self, word: &str, rest: &str, trust: Trust) -> usize {
        let bare = word.trim_matches(|c| matches!(c, ',' | ';' | '.' | ':' | '*' | '_' | '"' | '\'' | '|'));
        if bare.is_empty() || matches!(bare, "and" | "&" | "+" | "also" | "plus" | "as" | "well") {
            return 0;
        }
        if matches!(
            bare,
            "—" | "–"
                | "-"
                | "--"
                | "/"
                | "→"
                | "->"
                | "at"
                | "in"
                | "near"
                | "around"
                | "see"
                | "both"
                | "or"
                | "through"
                | "@"
                | "of"
                | "File"
                | "file"
        ) {
            return 0;
        }
        if matches!(bare, "line" | "lines" | "Line" | "Lines" | "L" | "ll" | "l" | "LL") {
            return self.counted_lines(rest);
        }
        if let Some(place) = read_place(bare, trust, self.roots) {
            self.push(&place);
            return 0;
        }
        if self.after_place && is_range_list(bare) {
            self.ranges(bare);
            return 0;
        }
        self.other();
        0
    }

    /// After the word `lines`: numbers up to the first thing that is none.
    fn counted_lines(&mut self, rest: &str) -> usize {
        let mut end = 0;
        for (at, c) in rest.char_indices() {
            let keyword = ["to ", "and ", "through "].iter().any(|word| tail(rest, at).starts_with(word));
            let inside =
                tail(head(rest, at), at.saturating_sub(8)).ends_with(|c: char| c.is_ascii_alphabetic());
            if c.is_ascii_digit()
                || matches!(c, '-' | '–' | '—' | ',' | ' ' | '~' | 'L' | '`' | '&' | '‑' | '−')
                || (keyword && !inside)
            {
                end = at + c.len_utf8();
            } else if c.is_ascii_alphabetic() && is_inside_keyword(rest, at) {
                end = at + 1;
            } else {
                break;
            }
            if at > 256 {
                break;
            }
        }
        let numbers = head(rest, end).replace('`', "").replace("and", ",");
        let numbers = numbers.trim().trim_end_matches([',', '-', '–', '—', '&', ' ']);
        if self.last_path.is_some() && self.ranges(numbers) { end } else { 0 }
    }

    fn other(&mut self) {
        self.only = false;
        self.after_place = false;
    }
}

/// Whether the letter at `at` belongs to `to`, `and` or `through` standing between numbers.
fn is_inside_keyword(text: &str, at: usize) -> bool {
    ["to", "and", "through"].iter().any(|word| {
        (0..word.len()).any(|back| {
            at >= back
                && tail(text, at - back).starts_with(word)
                && head(text, at - back).ends_with(' ')
                && tail(text, at - back + word.len()).starts_with(' ')
        })
    })
}

/// The content of one code span as a list of words.
fn read_places_in_code(content: &str, trust: Trust, roots: &Roots) -> Places {
    let mut reader =
        PlaceReader { roots, locations: Vec::new(), last_path: None, after_place: false, only: true };
    for word in content.split([' ', ';']).flat_map(split_commas).take(PLACES_READ) {
        reader.word(word, "", trust);
    }
    let only_places = reader.only && !reader.locations.is_empty();
    Places { locations: reader.locations, only_places }
}

/// Splits at commas that do not stand between two line numbers.
fn split_commas(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').filter(|part| !part.is_empty())
}

fn next_token(text: &str) -> (Token<'_>, &str) {
    if text.starts_with('`') {
        let end = skip_code(text, 0);
        return (Token::Code(head(text, end)), tail(text, end));
    }
    if let Some((link, url, end)) = read_link(text) {
        return (Token::Link { text: link, url }, tail(text, end));
    }
    // `(shop)/page.tsx` is a path, `(see below)` a note.
    if let Some(rest) = text.strip_prefix('(')
        && let Some(end) = rest.find(')')
        && !tail(rest, end + 1).starts_with('/')
    {
        return (Token::Note(head(rest, end)), tail(rest, end + 1));
    }
    let end = word_end(text);
    (Token::Word(head(text, end)), tail(text, end))
}

/// A word ends at space, at inline code, at a link, and after a comma or semicolon that is not between digits.
fn word_end(text: &str) -> usize {
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        if at > 0 {
            let listed = matches!(previous, ',' | ';') && !c.is_ascii_digit();
            if c.is_whitespace()
                || c == '`'
                || (c == '('
                    && !matches!(previous, '/' | '\\')
                    && !cut(text, at..at + 2).ends_with(|d: char| d.is_ascii_digit()))
                || listed
            {
                return at;
            }
            if c == '[' && matches!(previous, ',' | ';') {
                return at;
            }
        }
        previous = c;
    }
    text.len().max(char_len(text).min(text.len()))
}

/// Reads `[text](target)` at the start: text, target and where it ends.
pub(crate) fn read_link(text: &str) -> Option<(&str, &str, usize)> {
    let inner = text.strip_prefix('[')?;
    // Bounded, so that a page of brackets stays linear.
    let close = head_chars(inner, 2048).find("](")?;
    if head(inner, close).contains('[') {
        return None;
    }
    let target = tail(inner, close + 2);
    let (target, open) = match target.strip_prefix('<') {
        Some(target) => (target, 1),
        None => (target, 0),
    };
    let target_end = |c: char| if open == 1 { c == '>' } else { c == ')' };
    let mut depth = 0usize;
    let end = head_chars(target, 4096).char_indices().find_map(|(at, c)| {
        // Brackets in a target are in pairs.
        if open == 0 && c == '(' {
            depth += 1;
        } else if target_end(c) && depth == 0 {
            return Some(at);
        } else if open == 0 && c == ')' {
            depth -= 1;
        }
        None
    })?;
    Some((head(inner, close), head(target, end), 1 + close + 2 + open + end + 1 + open))
}

/// At most `limit` bytes, cut at a character boundary.
fn head_chars(text: &str, limit: usize) -> &str {
    let mut limit = limit.min(text.len());
    while !text.is_char_boundary(limit) {
        limit -= 1;
    }
    head(text, limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(text: &str) -> String {
        let places = read_places(text, Trust::Expected, &Roots::default());
        let shown: Vec<String> = places.locations.iter().map(ToString::to_string).collect();
        format!("{}{}", shown.join(" "), if places.only_places { "" } else { " …" })
    }

    #[test]
    fn lists_of_places() {
        for (text, shown) in [
            ("`net/pool.rs:4`, `net/wire.rs:9-12`", "net/pool.rs:4 net/wire.rs:9-12"),
            ("`net/pool.rs:4-8,20`", "net/pool.rs:4-8 net/pool.rs:20"),
            ("`net/pool.rs:4, 20-22`", "net/pool.rs:4 net/pool.rs:20-22"),
            ("`net/pool.rs:4-8` and `20`", "net/pool.rs:4-8 net/pool.rs:20"),
            ("`net/pool.rs:4`; `wire.rs:2` + `9`", "net/pool.rs:4 wire.rs:2 wire.rs:9"),
            ("net/pool.rs:4, wire.rs:9", "net/pool.rs:4 wire.rs:9"),
            ("`net/pool.rs` lines 4-8", "net/pool.rs:4-8"),
            ("`net/pool.rs` (lines 4–8, 20)", "net/pool.rs:4-8 net/pool.rs:20"),
            ("`net/pool.rs`, lines 4 to 8 and 20", "net/pool.rs:4-8 net/pool.rs:20"),
            ("`net/pool.rs` (entire file)", "net/pool.rs"),
            ("`net/pool.rs:4` (and `wire.rs:9`)", "net/pool.rs:4 wire.rs:9"),
            ("`net/pool.rs:4` (see `wire.rs:9`)", "net/pool.rs:4"),
            ("`net/pool.rs:4` vs `wire.rs:3`", "net/pool.rs:4 …"),
            (
                "[net/pool.rs](/tmp/w/net/pool.rs):4-8, [wire.rs:3](/tmp/w/net/wire.rs#L3)",
                "net/pool.rs:4-8 wire.rs:3",
            ),
            ("[net/pool.rs:4](/tmp/w/net/pool.rs#L4)", "net/pool.rs:4"),
            ("[pool](https://github.com/o/r/blob/1a2b/net/pool.rs#L4-L9)", "net/pool.rs:4-9"),
            ("the `take` path in `net/pool.rs:4`", "net/pool.rs:4 …"),
            ("`take()` never returns", " …"),
        ] {
            assert_eq!(show(text), shown, "{text}");
        }
    }
}
