//! A forge that may send webhooks, and the repositories that are reviewed.

use deep_review::forge::event::ForgeEvent;
use deep_review::forge::{ChangeAddress, ForgeKind};
use deep_review::{Error, ErrorKind, Result};

use super::Secret;

/// A forge that may send webhooks.
#[derive(Clone, Debug)]
pub struct Source {
    kind: ForgeKind,
    web: String,
    secret: Secret,
}

impl Source {
    /// The forge at a web address, `https://github.com`.
    ///
    /// # Errors
    /// `InvalidInput` for anything but the address of a forge.
    pub fn new(kind: ForgeKind, web: &str, secret: Secret) -> Result<Self> {
        let source = Self { kind, web: web.trim_end_matches('/').to_owned(), secret };
        source.address("owner/name", 1)?;
        Ok(source)
    }

    pub(super) fn kind(&self) -> ForgeKind {
        self.kind
    }

    pub(super) fn secret(&self) -> &Secret {
        &self.secret
    }

    /// The pull request of an event. Its forge is the one whose secret signed it, whatever the event says.
    pub(super) fn address_of(&self, event: &ForgeEvent) -> Result<ChangeAddress> {
        self.address(&event.project, event.number)
    }

    fn address(&self, project: &str, number: u64) -> Result<ChangeAddress> {
        let form = match self.kind {
            ForgeKind::Github => "pull",
            ForgeKind::Gitlab => "-/merge_requests",
            _ => "pulls",
        };
        let mut address = ChangeAddress::from_url(&format!("{}/{project}/{form}/{number}", self.web))?;
        address.kind = self.kind;
        if address.web != self.web || address.project != project || address.number != number {
            return Err(Error::new(ErrorKind::InvalidInput, "not the name of a repository")
                .with_context("given", project));
        }
        Ok(address)
    }
}

/// The repositories that are reviewed, by web address: `https://github.com/owner/name`, or `https://github.com/owner/*`.
#[derive(Clone, Debug, Default)]
pub struct AllowList(Vec<String>);

impl AllowList {
    /// A list; an empty one allows nothing.
    pub fn new(entries: impl IntoIterator<Item = String>) -> Self {
        Self(entries.into_iter().map(|entry| entry.trim_end_matches('/').to_ascii_lowercase()).collect())
    }

    /// Whether a repository is on it. Forges do not tell upper case from lower case.
    pub fn allows(&self, address: &ChangeAddress) -> bool {
        let repository = format!("{}/{}", address.web, address.project).to_ascii_lowercase();
        self.0.iter().any(|entry| match entry.strip_suffix('*') {
            Some(start) if start.ends_with('/') => repository.starts_with(start),
            Some(_) => false,
            None => *entry == repository,
        })
    }

    /// The entries that can't match anything, for [`serve --check`](AllowList).
    pub fn broken(&self) -> Vec<&str> {
        let works = |entry: &str| {
            let path = entry.split_once("://").map(|(_, rest)| rest.strip_suffix("/*").unwrap_or(rest));
            path.is_some_and(|path| path.contains('/') && !path.contains('*'))
        };
        self.0.iter().map(String::as_str).filter(|entry| !works(entry)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_listed_repositories_are_allowed() {
        let list = AllowList::new(
            ["https://github.com/Acme/*", "https://github.com/o/n", "https://x/y*", "*"].map(str::to_owned),
        );
        let allows = |url: &str| list.allows(&ChangeAddress::from_url(url).unwrap());
        assert!(allows("https://github.com/acme/pool/pull/7") && allows("https://github.com/O/N/pull/7"));
        for url in [
            "https://github.com/acmeno/pool/pull/7",
            "https://github.com/o/n2/pull/7",
            "https://gitea.io/acme/pool/pulls/7",
            "https://x/yz/a/pull/1",
        ] {
            assert!(!allows(url), "{url}");
        }
        assert!(
            !AllowList::default().allows(&ChangeAddress::from_url("https://github.com/o/n/pull/7").unwrap())
        );
        assert_eq!(list.broken(), ["https://x/y*", "*"]);
    }

    #[test]
    fn an_event_names_a_repository_of_its_own_forge_only() {
        let source =
            Source::new(ForgeKind::Github, "https://github.com/", Secret::new("s").unwrap()).unwrap();
        assert_eq!(source.address("o/n", 7).unwrap().to_string(), "https://github.com/o/n/pull/7");
        for project in ["x/y/pull/9/z", "o/n?", "o/n#", "", "o", "../o/n"] {
            assert!(source.address(project, 7).is_err(), "{project}");
        }
    }
}
