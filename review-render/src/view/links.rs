//! Addresses at the forge: always at a full commit id, so that they show what was reviewed for ever.

use review_core::{ChangeSet, LineRange, Location, Side};

/// Builds addresses. Everything in them is checked or percent-encoded; what cannot be made safe gets no address.
pub(crate) struct Links {
    /// Address of the repository, without a final slash.
    base_url: Option<String>,
    layout: Option<Layout>,
    head: Option<String>,
    base: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    GitHub,
    GitLab,
    Gitea,
    Bitbucket,
}

impl Links {
    pub(crate) fn new(change: &ChangeSet) -> Self {
        let base_url = change.repository.url.as_deref().and_then(web_address);
        let layout = change.repository.forge.as_deref().map_or_else(
            || base_url.as_deref().and_then(layout_of_host),
            |forge| match forge {
                "github" => Some(Layout::GitHub),
                "gitlab" => Some(Layout::GitLab),
                "gitea" | "forgejo" => Some(Layout::Gitea),
                "bitbucket" => Some(Layout::Bitbucket),
                _ => None,
            },
        );
        let full = |id: &Option<String>| id.clone().filter(|id| is_full_commit(id));
        Self { base_url, layout, head: full(&change.head), base: full(&change.base) }
    }

    /// The repository itself.
    pub(crate) fn repository(&self) -> Option<&str> {
        self.base_url.as_deref()
    }

    /// A file at the reviewed commit (or at the base), at these lines.
    pub(crate) fn place(&self, path: &str, lines: Option<LineRange>, side: Side) -> Option<String> {
        let (url, layout) = (self.base_url.as_deref()?, self.layout?);
        let commit = if side == Side::Base { self.base.as_deref()? } else { self.head.as_deref()? };
        let path = encoded_path(path)?;
        let address = match layout {
            Layout::GitHub => format!("{url}/blob/{commit}/{path}"),
            Layout::GitLab => format!("{url}/-/blob/{commit}/{path}"),
            Layout::Gitea => format!("{url}/src/commit/{commit}/{path}"),
            Layout::Bitbucket => format!("{url}/src/{commit}/{path}"),
        };
        let Some(LineRange { start, end }) = lines else { return Some(address) };
        Some(match (layout, start == end) {
            (Layout::Bitbucket, true) => format!("{address}#lines-{start}"),
            (Layout::Bitbucket, false) => format!("{address}#lines-{start}:{end}"),
            (_, true) => format!("{address}#L{start}"),
            (Layout::GitLab, false) => format!("{address}#L{start}-{end}"),
            (_, false) => format!("{address}#L{start}-L{end}"),
        })
    }

    /// A location of the report.
    pub(crate) fn location(&self, location: &Location) -> Option<String> {
        self.place(&location.path, location.range(), location.side.unwrap_or(Side::Head))
    }

    /// A commit by its full id.
    pub(crate) fn commit(&self, id: &str) -> Option<String> {
        let (url, layout) = (self.base_url.as_deref()?, self.layout?);
        is_full_commit(id).then(|| match layout {
            Layout::GitHub | Layout::Gitea => format!("{url}/commit/{id}"),
            Layout::GitLab => format!("{url}/-/commit/{id}"),
            Layout::Bitbucket => format!("{url}/commits/{id}"),
        })
    }

    /// An issue by its number. Forges send the reader on where it is a pull request.
    pub(crate) fn issue(&self, number: u64) -> Option<String> {
        let (url, layout) = (self.base_url.as_deref()?, self.layout?);
        Some(match layout {
            Layout::GitLab => format!("{url}/-/issues/{number}"),
            _ => format!("{url}/issues/{number}"),
        })
    }

    /// The pull request under review, where its address is not given.
    pub(crate) fn change(&self, number: u64) -> Option<String> {
        let (url, layout) = (self.base_url.as_deref()?, self.layout?);
        Some(match layout {
            Layout::GitHub => format!("{url}/pull/{number}"),
            Layout::GitLab => format!("{url}/-/merge_requests/{number}"),
            Layout::Gitea => format!("{url}/pulls/{number}"),
            Layout::Bitbucket => format!("{url}/pull-requests/{number}"),
        })
    }
}

/// An address that is safe to link to: `http` or `https`, a plain host, no credentials, and only characters that may
/// stand in an address.
pub(crate) fn web_address(url: &str) -> Option<String> {
    let url = url.trim().trim_end_matches('/');
    let lower = url.get(..8).unwrap_or(url).to_ascii_lowercase();
    let rest = if lower.starts_with("https://") {
        url.get(8..)?
    } else if lower.starts_with("http://") {
        url.get(7..)?
    } else {
        return None;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let plain_host = !host.is_empty()
        && host.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))
        && host.bytes().any(|b| b.is_ascii_alphanumeric())
        && (host.starts_with('[') || !host.contains(['[', ']']));
    let plain = rest.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&()*+,;=%".contains(&b));
    (plain_host && plain && url.len() <= 2_000).then(|| url.to_owned())
}

fn layout_of_host(url: &str) -> Option<Layout> {
    let host = url.split("://").nth(1)?.split('/').next()?;
    match host {
        "github.com" => Some(Layout::GitHub),
        "gitlab.com" => Some(Layout::GitLab),
        "codeberg.org" | "gitea.com" => Some(Layout::Gitea),
        "bitbucket.org" => Some(Layout::Bitbucket),
        _ => None,
    }
}

/// SHA-1 or SHA-256 in full.
pub(crate) fn is_full_commit(id: &str) -> bool {
    matches!(id.len(), 40 | 64) && id.bytes().all(|b| b.is_ascii_hexdigit())
}

/// Whether a path stays inside the repository on every system: no root, no drive, no `..`. Consumers trim, decode and
/// normalise paths before using them, so the same is done here before checking.
pub(crate) fn is_inside(path: &str) -> bool {
    let inside = |path: &str| {
        let path = path.trim();
        let drive = path.as_bytes().get(1) == Some(&b':');
        let outside = path.is_empty()
            || drive
            || path.starts_with(['/', '\\', '~'])
            || path.split(['/', '\\']).any(|part| part.trim() == "..");
        !outside
    };
    path.len() <= 4_000 && inside(path) && inside(&plain_spelling(path))
}

/// Decodes percent encoding, and replaces characters that normalisation turns into ASCII punctuation.
fn plain_spelling(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let digits =
            tail.get(..2).filter(|_| first == b'%').and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = tail.get(2..).unwrap_or_default();
            }
            None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    let text = String::from_utf8_lossy(&bytes);
    let plain = text.chars().flat_map(|c| match c {
        '\u{2024}' | '\u{fe52}' | '\u{ff0e}' => ['.', '\0'],
        '\u{2025}' => ['.', '.'],
        '\u{2044}' | '\u{2215}' | '\u{ff0f}' => ['/', '\0'],
        '\u{fe68}' | '\u{ff3c}' => ['\\', '\0'],
        '\u{fe55}' | '\u{ff1a}' => [':', '\0'],
        c => [c, '\0'],
    });
    plain.filter(|c| !c.is_control() && !crate::is_invisible(*c)).collect()
}

/// A repository path inside an address; none for paths that leave the repository or are spelled as git quotes them.
pub(crate) fn encoded_path(path: &str) -> Option<String> {
    let odd = path.starts_with('"') || path.split('/').any(|part| matches!(part, "" | "."));
    if odd || !is_inside(path) || path.len() > 1_000 {
        return None;
    }
    Some(percent_encoded(path))
}

/// Percent-encodes everything but letters, digits, `-._~` and `/`.
pub(crate) fn percent_encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use review_core::{Origin, Repository};

    fn links(forge: &str) -> Links {
        let change = ChangeSet::new(Origin::Range)
            .with_repository(Repository::default().with_url("https://forge.example/a/b/").with_forge(forge))
            .with_head("1".repeat(40));
        Links::new(&change)
    }

    #[test]
    fn every_forge_has_its_layout() {
        let place = |forge: &str| {
            let link = links(forge).place("src/a b.rs", Some(LineRange::new(3, 5)), Side::Head).unwrap();
            link.replace(&"1".repeat(40), "SHA").replace("https://forge.example/a/b", "")
        };
        assert_eq!(place("github"), "/blob/SHA/src/a%20b.rs#L3-L5");
        assert_eq!(place("gitlab"), "/-/blob/SHA/src/a%20b.rs#L3-5");
        assert_eq!(place("gitea"), "/src/commit/SHA/src/a%20b.rs#L3-L5");
        assert_eq!(place("bitbucket"), "/src/SHA/src/a%20b.rs#lines-3:5");
        assert!(links("unheard-of").place("a", None, Side::Head).is_none());
    }

    #[test]
    fn what_can_not_be_made_safe_has_no_address() {
        assert!(links("github").place("../etc/passwd", None, Side::Head).is_none());
        assert!(
            !is_inside("a\\..\\..\\b")
                && !is_inside("C:\\x")
                && !is_inside("//host/x")
                && !is_inside(" /etc/passwd")
                && !is_inside("a/ .. /../b")
                && !is_inside("%2e%2e/b")
                && !is_inside("a/．．/b")
                && !is_inside("\t../b")
                && is_inside("a..b/c")
        );
        assert!(links("github").place("\"caf\\351.txt\"", None, Side::Head).is_none());
        assert!(links("github").place("a", None, Side::Base).is_none(), "the base is not known");
        for url in
            ["javascript:alert(1)", "https://a b", "https://u:p@h/", "https://h/\"x", "//h", "https://"]
        {
            assert_eq!(web_address(url), None, "{url}");
        }
    }
}
