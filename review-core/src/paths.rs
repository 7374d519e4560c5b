//! How paths are spelled, and which file of a list one means: paths of other checkouts, containers and machines.

use std::collections::{BTreeMap, BTreeSet};

/// The paths of a change or a tree, to tell which of them a reviewer or a tool means.
///
/// Tools write absolute paths of the machine that they ran on, and paths relative to a folder of the repository. A
/// path means a known file when one of the two ends in the other, at a `/`.
///
/// ```
/// use review_core::KnownPaths;
///
/// let known = KnownPaths::new(["packages/web/src/cart.ts", "packages/api/src/cart.ts", "src/pay.py"]);
/// assert_eq!(known.find("/builds/acme/shop/packages/web/src/cart.ts"), Some("packages/web/src/cart.ts"));
/// assert_eq!(known.find(r"C:\agent\shop\src\pay.py"), Some("src/pay.py"));
/// assert_eq!(known.find("web/src/cart.ts"), Some("packages/web/src/cart.ts"));
/// assert_eq!(known.find("src/cart.ts"), None, "two files end in it");
/// ```
#[derive(Clone, Debug, Default)]
pub struct KnownPaths {
    /// Paths by their last part.
    by_name: BTreeMap<String, BTreeSet<String>>,
    /// Paths that [`normalise_path`] spells in another way, by that way: a file may be named `50%20off.md`.
    respelled: BTreeMap<String, String>,
}

impl KnownPaths {
    /// From paths relative to the repository's root.
    pub fn new<P: Into<String>>(paths: impl IntoIterator<Item = P>) -> Self {
        let mut known = Self::default();
        for path in paths {
            let path = path.into();
            let spelled = normalise_path(&path);
            if spelled != path {
                known.respelled.insert(spelled, path.clone());
            }
            known.by_name.entry(name_of(&path).to_owned()).or_default().insert(path);
        }
        known
    }

    /// Whether no path is known.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// The known path with exactly this spelling.
    pub fn get(&self, path: &str) -> Option<&str> {
        self.by_name.get(name_of(path))?.get(path).map(String::as_str)
    }

    /// The one known path that `path` can mean: itself; else the only one that ends in it; else the longest of those in
    /// which it ends.
    pub fn find(&self, path: &str) -> Option<&str> {
        let path = normalise_path(path);
        if let Some(same) = self.get(&path).or_else(|| self.respelled.get(&path).map(String::as_str)) {
            return Some(same);
        }
        let named = self.by_name.get(name_of(&path))?;
        let rooted = is_absolute_path(&path);
        let mut longer = named.iter().filter(|known| !rooted && ends_in(known, &path));
        if let Some(known) = longer.next() {
            return longer.next().is_none().then_some(known.as_str());
        }
        // Below a folder of another name, a file of the root is another file; below a machine's folders it is the one.
        let whole = named.iter().filter(|known| ends_in(&path, known) && (rooted || known.contains('/')));
        whole.max_by_key(|known| known.len()).map(String::as_str)
    }
}

fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn ends_in(long: &str, short: &str) -> bool {
    long.strip_suffix(short).is_some_and(|head| head.ends_with('/'))
}

/// One spelling of a path: no `file:` scheme, percent signs decoded, `/` between parts, `.` and `..` followed, no space, quotes or
/// code marks around. A `..` that leads out of the tree stays, and so does a name that is not UTF-8, as git quotes it.
///
/// ```
/// use review_core::normalise_path;
///
/// assert_eq!(normalise_path("file:///srv/shop/my%20cart.ts"), "/srv/shop/my cart.ts");
/// assert_eq!(normalise_path(r"src\\./web\\..\\cart.ts"), "src/cart.ts");
/// ```
pub fn normalise_path(raw: &str) -> String {
    if is_quoted(raw.trim()) {
        return raw.trim().to_owned();
    }
    let trimmed = raw.trim().trim_matches(['`', '"', '\'']).trim();
    let (mut path, uri) = match ["file://", "file:"].iter().find_map(|scheme| trimmed.strip_prefix(scheme)) {
        Some(rest) => (rest.strip_prefix("localhost").unwrap_or(rest).to_owned(), true),
        None => (trimmed.to_owned(), false),
    };
    if path.contains('%') {
        path = percent_decode(&path);
    }
    if path.contains('\\') {
        // Markdown escapes marks with a backslash; Windows separates with it.
        path = if path.contains('/') && !uri { unescape_path(&path) } else { path };
        path = path.replace('\\', "/");
    }
    if path.contains("//") {
        path = collapse_slashes(&path);
    }
    if path.starts_with("./") || path.contains("/./") || path.contains("..") || path.ends_with("/.") {
        path = follow_dots(&path);
    }
    let path = path.strip_prefix("/?").filter(|rest| rest.starts_with('/')).unwrap_or(&path);
    // `/C:/shop` of a file address.
    if path.starts_with('/') && path.get(2..4) == Some(":/") {
        return path.trim_start_matches('/').to_owned();
    }
    path.trim().to_owned()
}

/// Whether a path with `/` between its parts starts at a root or a drive.
pub fn is_absolute_path(path: &str) -> bool {
    let drive =
        path.len() > 3 && path.get(1..3) == Some(":/") && path.starts_with(|c: char| c.is_ascii_alphabetic());
    drive || path.starts_with('/')
}

/// A name that is not UTF-8, as git quotes it: it is spelled this way everywhere.
fn is_quoted(path: &str) -> bool {
    path.len() > 2 && path.starts_with('"') && path.ends_with('"') && path.contains('\\')
}

/// Takes the backslash from punctuation, which Markdown escapes with it.
pub fn unescape_path(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at).unwrap_or_default());
        let next = rest.get(at + 1..).unwrap_or_default();
        if !next.starts_with(|c: char| c.is_ascii_punctuation() && c != '/' && c != '\\') {
            out.push('\\');
        }
        rest = next;
    }
    out.push_str(rest);
    out
}

/// Follows `.` and `..`; what leads out of the tree stays and so is seen to.
fn follow_dots(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "." => {}
            "" if parts.is_empty() => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            ".." if rooted => {}
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

fn collapse_slashes(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '/' || !out.ends_with('/') {
            out.push(c);
        }
    }
    out
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%'
            && let Some(hex) = after.get(..2).and_then(|hex| std::str::from_utf8(hex).ok())
            && let Ok(byte) = u8::from_str_radix(hex, 16)
            && byte >= 0x20
        {
            bytes.push(byte);
            rest = after.get(2..).unwrap_or(&[]);
            continue;
        }
        bytes.push(*first);
        rest = after;
    }
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_looks_encoded_is_known_by_both_spellings() {
        let known = KnownPaths::new(["docs/50%20off.md", "docs/plain.md"]);
        assert_eq!(known.find("docs/50%20off.md"), Some("docs/50%20off.md"));
        assert_eq!(known.find(&normalise_path("docs/50%20off.md")), Some("docs/50%20off.md"));
        assert_eq!(known.find("docs/pl%61in.md"), Some("docs/plain.md"));
    }
}
