//! Which change at which forge.

use std::fmt;

use review_core::{Error, ErrorKind, Repository, Result};

/// A kind of forge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ForgeKind {
    /// GitHub, and GitHub Enterprise.
    Github,
    /// GitLab.
    Gitlab,
    /// Gitea and Forgejo.
    Gitea,
}

impl ForgeKind {
    /// `github`, `gitlab` or `gitea`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Github => "github",
            Self::Gitlab => "gitlab",
            Self::Gitea => "gitea",
        }
    }

    /// The kind with this name; Forgejo counts as Gitea.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "github" => Some(Self::Github),
            "gitlab" => Some(Self::Gitlab),
            "gitea" | "forgejo" => Some(Self::Gitea),
            _ => None,
        }
    }
}

impl fmt::Display for ForgeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A pull request at a forge.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangeAddress {
    /// The kind of forge.
    pub kind: ForgeKind,
    /// Address of the forge's web pages, without a final slash: `https://github.com`.
    pub web: String,
    /// `owner/name`; on GitLab with all groups.
    pub project: String,
    /// The number.
    pub number: u64,
}

impl ChangeAddress {
    /// Reads the web address of a pull request: `https://github.com/o/n/pull/7`, `https://gitlab.com/g/n/-/merge_requests/7` or
    /// `https://codeberg.org/o/n/pulls/7`. What follows the number is ignored.
    ///
    /// # Errors
    /// `InvalidInput` for anything else.
    pub fn from_url(url: &str) -> Result<Self> {
        let wrong =
            |message: &str| Err(Error::new(ErrorKind::InvalidInput, message).with_context("address", url));
        let Some((scheme, rest)) = url.trim().split_once("://") else {
            return wrong(
                "this is no address of a pull request; give one that starts with https://, or a number",
            );
        };
        if !matches!(scheme, "https" | "http") {
            return wrong("the address of a pull request starts with https://");
        }
        let Some((host, path)) = rest.split_once('/') else {
            return wrong("the address names no pull request");
        };
        if host.contains('@') {
            return wrong("the address holds credentials; give a token instead");
        }
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let forms = [
            ("/-/merge_requests/", ForgeKind::Gitlab),
            ("/merge_requests/", ForgeKind::Gitlab),
            ("/pulls/", ForgeKind::Gitea),
            ("/pull/", ForgeKind::Github),
        ];
        for (form, kind) in forms {
            let Some((project, rest)) = path.split_once(form) else { continue };
            let number = rest.split('/').next().unwrap_or_default().parse().ok().filter(|number| *number > 0);
            return match number {
                Some(number) if is_project(project, kind) => {
                    Ok(Self { kind, web: format!("{scheme}://{host}"), project: project.to_owned(), number })
                }
                _ => wrong("the address names no pull request"),
            };
        }
        wrong("this is not the form of a pull request's address at GitHub, GitLab or Gitea")
    }

    /// The pull request with this number of a repository whose forge is known, for example from the local clone's remote.
    ///
    /// # Errors
    /// `InvalidInput` when the repository has no web address or no known forge.
    pub fn in_repository(repository: &Repository, number: u64) -> Result<Self> {
        let unknown = || {
            Error::new(
                ErrorKind::InvalidInput,
                "the clone's remote does not tell which forge it is at; give the whole address of the pull request",
            )
        };
        let url = repository.url.as_deref().ok_or_else(unknown)?;
        let kind = repository.forge.as_deref().and_then(ForgeKind::from_name).ok_or_else(unknown)?;
        let (scheme, rest) = url.split_once("://").ok_or_else(unknown)?;
        let (host, project) = rest.split_once('/').ok_or_else(unknown)?;
        if number == 0 || !is_project(project, kind) {
            return Err(unknown().with_context("remote", url));
        }
        Ok(Self { kind, web: format!("{scheme}://{host}"), project: project.to_owned(), number })
    }

    /// The usual address of the forge's interface for programs, without a final slash.
    pub fn api(&self) -> String {
        match (self.kind, self.web.as_str()) {
            (ForgeKind::Github, "https://github.com") => "https://api.github.com".to_owned(),
            (ForgeKind::Github, web) => format!("{web}/api/v3"),
            (ForgeKind::Gitlab, web) => format!("{web}/api/v4"),
            (ForgeKind::Gitea, web) => format!("{web}/api/v1"),
        }
    }
}

impl fmt::Display for ChangeAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let form = match self.kind {
            ForgeKind::Github => "pull",
            ForgeKind::Gitlab => "-/merge_requests",
            ForgeKind::Gitea => "pulls",
        };
        write!(f, "{}/{}/{form}/{}", self.web, self.project, self.number)
    }
}

/// Whether this can be the path of a project: two parts, on GitLab more, of the characters that forges allow.
fn is_project(path: &str, kind: ForgeKind) -> bool {
    let parts: Vec<&str> = path.split('/').collect();
    let plain = |part: &&str| {
        !part.is_empty()
            && !matches!(*part, "." | "..")
            && part.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    };
    let count = if kind == ForgeKind::Gitlab { 2..=20 } else { 2..=2 };
    count.contains(&parts.len()) && parts.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_the_forges_are_read() {
        let shown = |url: &str| match ChangeAddress::from_url(url) {
            Ok(found) => {
                format!("{} {} {} {} {}", found.kind, found.project, found.number, found.api(), found)
            }
            Err(error) => format!("! {}", error.message()),
        };
        insta::assert_snapshot!([
            "https://github.com/o/n.js/pull/7/files#diff",
            "https://ghe.example.org/o/n/pull/7?w=1",
            "https://gitlab.com/g/sub/n/-/merge_requests/12",
            "http://127.0.0.1:3000/o/n/pulls/3",
            "https://github.com/o/n/issues/7",
            "https://github.com/o/n/pull/0",
            "https://github.com/o/../pull/7",
            "https://u:p@github.com/o/n/pull/7",
            "o/n#7",
            "file:///o/n/pull/7",
        ].map(shown).join("\n"), @r"
        github o/n.js 7 https://api.github.com https://github.com/o/n.js/pull/7
        github o/n 7 https://ghe.example.org/api/v3 https://ghe.example.org/o/n/pull/7
        gitlab g/sub/n 12 https://gitlab.com/api/v4 https://gitlab.com/g/sub/n/-/merge_requests/12
        gitea o/n 3 http://127.0.0.1:3000/api/v1 http://127.0.0.1:3000/o/n/pulls/3
        ! this is not the form of a pull request's address at GitHub, GitLab or Gitea
        ! the address names no pull request
        ! the address names no pull request
        ! the address holds credentials; give a token instead
        ! this is no address of a pull request; give one that starts with https://, or a number
        ! the address of a pull request starts with https://
        ");
    }

    #[test]
    fn a_number_needs_a_remote_at_a_forge() {
        let mut repository = Repository::default().with_url("https://gitlab.example.org/g/n");
        assert!(ChangeAddress::in_repository(&repository, 7).is_err(), "the forge is not known");
        repository.forge = Some("gitlab".to_owned());
        let found = ChangeAddress::in_repository(&repository, 7).unwrap();
        assert_eq!(found.to_string(), "https://gitlab.example.org/g/n/-/merge_requests/7");
        assert!(ChangeAddress::in_repository(&Repository::default(), 7).is_err());
    }
}
