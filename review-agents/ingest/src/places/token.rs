//! One token that may be a place: a path with or without lines, a link's target, a permalink.

use review_core::{LineRange, Location, unescape_path};

use super::path::{Roots, has_path_characters, is_file_name};
use super::ranges::read_ranges;
use crate::text::{cut, head, tail};

/// How much the context says that a token is a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Trust {
    /// The token is inline code or a link's text.
    Code,
    /// The token stands where a place is expected: any path-like text will do.
    Expected,
}

/// A path and the lines named with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileLines {
    pub(crate) path: String,
    pub(crate) ranges: Vec<LineRange>,
}

/// Reads one token.
pub(crate) fn read_place(token: &str, trust: Trust, roots: &Roots) -> Option<FileLines> {
    // An end tag is no folder.
    if token.trim_start().starts_with("</") {
        return None;
    }
    let token = token.trim().trim_matches(|c| matches!(c, '`' | '"' | '\'' | '“' | '”' | '*' | '<' | '>'));
    let token = token.trim_end_matches([',', ';', '.', ':', '!', '?']);
    // Markdown escapes marks with a backslash.
    let unescaped = (token.as_bytes().contains(&b'\\') && token.contains('/')).then(|| unescape_path(token));
    let token = unescaped.as_deref().unwrap_or(token);
    if token.len() < 2 || token.len() > 2048 {
        return None;
    }
    if token.starts_with("http://") || token.starts_with("https://") {
        return permalink(token, roots);
    }
    // Most tokens are words. Looking for one byte first is much cheaper than looking for a text.
    let has_colon = token.as_bytes().contains(&b':');
    if has_colon && token.contains("://") && !token.starts_with("file://") {
        return None;
    }
    let (path, ranges) = split_lines(token)?;
    // `src/a.rs::function` names something inside the file.
    let path = if has_colon { path.split_once("::").map_or(path, |(file, _)| file) } else { path };
    if !plausible(path, !ranges.is_empty(), trust) {
        return None;
    }
    Some(FileLines { path: roots.clean(path), ranges })
}

/// One location for each range, or one for the whole file.
pub(crate) fn locations_of(place: &FileLines) -> Vec<Location> {
    if place.ranges.is_empty() {
        return vec![Location::file(&place.path)];
    }
    place.ranges.iter().map(|range| Location::file(&place.path).with_range(*range)).collect()
}

/// Splits `path:10-20` or `path#L10` into path and ranges. `None` when what follows the colon is no line.
fn split_lines(token: &str) -> Option<(&str, Vec<LineRange>)> {
    if token.as_bytes().contains(&b'#')
        && let Some(at) = token.find("#L").or_else(|| token.find("#l"))
    {
        return Some((head(token, at), read_ranges(tail(token, at + 1))?));
    }
    // Microsoft compilers: `path(10,4)`.
    if let Some(inner) = token.strip_suffix(')')
        && let Some(at) = inner.rfind('(')
        && let Some(line) = tail(inner, at + 1).split(',').next().and_then(read_ranges)
    {
        return Some((head(token, at), line));
    }
    let mut from = 0;
    while let Some(found) = tail(token, from).find(':') {
        let at = from + found;
        let after = tail(token, at + 1);
        if after.starts_with(|c: char| c.is_ascii_digit() || matches!(c, 'L' | 'l' | '~')) {
            if let Some(ranges) = read_ranges(after) {
                return Some((head(token, at), ranges));
            }
            // `path:10:symbol` and `path:10 (note)`: the line counts, the rest is a remark.
            let line = after.split([':', ' ', '(']).next().and_then(read_ranges);
            if let Some(ranges) = line {
                return Some((head(token, at), ranges));
            }
        }
        from = at + 1;
    }
    let path = token.split_once(' ').map_or(token, |(first, _)| first);
    Some((if path.ends_with(':') { head(path, path.len() - 1) } else { token }, Vec::new()))
}

fn plausible(path: &str, has_lines: bool, trust: Trust) -> bool {
    // Spaces are allowed in code only, and only in a real file's name.
    if path.contains(' ') {
        let named = trust >= Trust::Code && is_file_name(path) && !path.contains("  ");
        return named
            && path.contains('/')
            && path.split(' ').count() <= 4
            && has_path_characters(&path.replace(' ', "_"))
            && !path.starts_with("./");
    }
    if !has_path_characters(path) || path.starts_with('-') || path.starts_with("$(") || path.contains("..=") {
        return false;
    }
    let drive = cut(path, 1..2) == ":" && (cut(path, 2..3) == "\\" || cut(path, 2..3) == "/");
    if path.contains(':') && !drive {
        return false;
    }
    let file = is_file_name(path);
    let folders = path.contains('/') || path.contains('\\');
    match trust {
        Trust::Code => file || (folders && has_lines),
        Trust::Expected => {
            file || (folders
                && path.chars().any(char::is_alphabetic)
                && !path.starts_with("//")
                && path.len() > 3)
        }
    }
}

/// Links to a file at a forge: the path follows the commit or branch.
fn permalink(url: &str, roots: &Roots) -> Option<FileLines> {
    let (address, fragment) = url.split_once('#').unwrap_or((url, ""));
    let address = address.split('?').next().unwrap_or(address);
    let marker =
        ["/-/blob/", "/blob/", "/-/raw/", "/raw/", "/src/branch/", "/src/commit/", "/src/", "/blame/"]
            .iter()
            .find_map(|marker| address.find(marker).map(|at| at + marker.len()))?;
    let (_, path) = tail(address, marker).split_once('/')?;
    if path.is_empty() || !has_path_characters(path) {
        return None;
    }
    let lines = fragment.strip_prefix("lines-").unwrap_or(fragment).replace(':', "-");
    Some(FileLines { path: roots.clean(path), ranges: read_ranges(&lines).unwrap_or_default() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(token: &str, trust: Trust) -> String {
        match read_place(token, trust, &Roots::default()) {
            Some(place) => locations_of(&place).iter().map(ToString::to_string).collect::<Vec<_>>().join(" "),
            None => "-".to_owned(),
        }
    }

    #[test]
    fn tokens_that_are_places() {
        for (token, shown) in [
            ("net/pool.rs:40-52", "net/pool.rs:40-52"),
            ("net/pool.rs:40-52,61", "net/pool.rs:40-52 net/pool.rs:61"),
            ("pool.rs", "pool.rs"),
            ("pool.rs:7:13", "pool.rs:7"),
            ("net/pool.rs#L4-L9", "net/pool.rs:4-9"),
            ("C:\\shop\\cart.ts:12", "C:/shop/cart.ts:12"),
            ("src/pool.rs::Pool::take", "src/pool.rs"),
            ("https://github.com/o/r/blob/0a1b2c/net/pool.rs#L4-L9", "net/pool.rs:4-9"),
            ("https://gitlab.com/o/r/-/blob/main/net/pool.rs#L4-9", "net/pool.rs:4-9"),
            ("https://bitbucket.org/o/r/src/main/net/pool.rs#lines-4:9", "net/pool.rs:4-9"),
            ("pool.cs(12,4)", "pool.cs:12"),
        ] {
            assert_eq!(show(token, Trust::Code), shown, "{token}");
        }
    }

    #[test]
    fn tokens_that_are_not() {
        for token in [
            "client.Stop",
            "localhost:8080",
            "busybox:latest",
            "https://example.com/a.html",
            "and/or",
            "1.2.3",
            "std::mem",
        ] {
            assert_eq!(show(token, Trust::Code), "-", "{token}");
        }
    }

    #[test]
    fn a_folder_is_a_place_only_where_one_is_expected() {
        assert_eq!(show("pkg/net/", Trust::Expected), "pkg/net/");
        assert_eq!(show("pkg/net/", Trust::Code), "-");
    }
}
