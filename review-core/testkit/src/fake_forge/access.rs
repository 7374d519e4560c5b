//! What a token may do.

use std::collections::BTreeSet;

/// Something that a token may be allowed to write. Everything it can see it may read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// Reviews and their comments.
    PullRequests,
    /// Comments below a change or an issue.
    Issues,
    /// Check runs (GitHub, and there for apps only).
    Checks,
    /// Commit statuses.
    Statuses,
    /// The code; on GitHub also resolving threads.
    Contents,
}

/// What somebody is in a repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Permission {
    /// Sees nothing that is private.
    None,
    /// Sees and comments.
    Read,
    /// Sorts issues.
    Triage,
    /// Pushes.
    Write,
    /// Owns.
    Admin,
}

/// Whose token it is, and what it may do.
#[derive(Clone, Debug)]
pub struct Access {
    pub(super) login: String,
    pub(super) app: bool,
    pub(super) writes: BTreeSet<Right>,
    pub(super) repositories: Option<Vec<String>>,
}

impl Access {
    /// An account's token that may do everything, but for check runs, which GitHub keeps for apps.
    pub fn user(login: &str) -> Self {
        let writes = [Right::PullRequests, Right::Issues, Right::Statuses, Right::Contents];
        Self { login: login.to_owned(), app: false, writes: writes.into(), repositories: None }
    }

    /// A token of an app's installation that may do everything. The account is `slug[bot]`.
    pub fn app(slug: &str) -> Self {
        let mut access = Self::user(&format!("{slug}[bot]"));
        access.app = true;
        access.writes.insert(Right::Checks);
        access
    }

    /// Takes a right away.
    #[must_use]
    pub fn without(mut self, right: Right) -> Self {
        self.writes.remove(&right);
        self
    }

    /// Takes all rights away.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.writes.clear();
        self
    }

    /// Reaches only these repositories; of others it sees those that are public.
    #[must_use]
    pub fn only_for(mut self, repositories: &[&str]) -> Self {
        self.repositories = Some(repositories.iter().map(|name| (*name).to_owned()).collect());
        self
    }

    pub(super) fn reaches(&self, repository: &str) -> bool {
        self.repositories.as_ref().is_none_or(|known| known.iter().any(|name| name == repository))
    }

    pub(super) fn may(&self, right: Right, repository: &str) -> bool {
        self.reaches(repository) && self.writes.contains(&right)
    }
}

impl Permission {
    /// GitHub's and Gitea's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Admin => "admin",
        }
    }
}
