//! Builders of what a test puts on the forge before it starts.

use std::path::PathBuf;

use super::state::{App, Issue, Pull, Repository};
use super::{Access, Dialect, FakeForge, git};

/// A repository to add.
#[derive(Clone, Debug)]
pub struct Repo {
    name: String,
    git_dir: PathBuf,
    private: bool,
    default_branch: String,
    fork_of: Option<String>,
}

impl Repo {
    /// `owner/name` (on GitLab also `group/subgroup/name`), served from a git directory or a working tree.
    pub fn new(name: &str, git_dir: impl Into<PathBuf>) -> Self {
        Self {
            name: name.to_owned(),
            git_dir: git_dir.into(),
            private: false,
            default_branch: "main".to_owned(),
            fork_of: None,
        }
    }

    /// Seen only by tokens that reach it.
    #[must_use]
    pub fn private(mut self) -> Self {
        self.private = true;
        self
    }

    /// Names the default branch, which is `main` otherwise.
    #[must_use]
    pub fn default_branch(mut self, branch: &str) -> Self {
        branch.clone_into(&mut self.default_branch);
        self
    }

    /// Says that it is a fork of another repository.
    #[must_use]
    pub fn fork_of(mut self, name: &str) -> Self {
        self.fork_of = Some(name.to_owned());
        self
    }
}

/// A pull request or merge request to add.
#[derive(Clone, Debug)]
pub struct PullRequest {
    number: u64,
    title: String,
    body: Option<String>,
    author: String,
    draft: bool,
    labels: Vec<String>,
    base: String,
    head: String,
    head_at: Option<String>,
    from: Option<String>,
    closes: Vec<u64>,
}

impl PullRequest {
    /// A change by `author` from the branch `change` into `main`, without a description.
    pub fn new(number: u64, title: &str) -> Self {
        Self {
            number,
            title: title.to_owned(),
            body: None,
            author: "author".to_owned(),
            draft: false,
            labels: Vec::new(),
            base: "main".to_owned(),
            head: "change".to_owned(),
            head_at: None,
            from: None,
            closes: Vec::new(),
        }
    }

    /// The description.
    #[must_use]
    pub fn body(mut self, body: &str) -> Self {
        self.body = Some(body.to_owned());
        self
    }

    /// Who opened it.
    #[must_use]
    pub fn by(mut self, login: &str) -> Self {
        login.clone_into(&mut self.author);
        self
    }

    /// Not ready for review.
    #[must_use]
    pub fn draft(mut self) -> Self {
        self.draft = true;
        self
    }

    /// Adds a label.
    #[must_use]
    pub fn label(mut self, label: &str) -> Self {
        self.labels.push(label.to_owned());
        self
    }

    /// The branch it goes into.
    #[must_use]
    pub fn base(mut self, branch: &str) -> Self {
        branch.clone_into(&mut self.base);
        self
    }

    /// The branch it comes from.
    #[must_use]
    pub fn head(mut self, branch: &str) -> Self {
        branch.clone_into(&mut self.head);
        self
    }

    /// The commit its head is at, where that isn't the tip of the branch.
    #[must_use]
    pub fn at(mut self, commit: &str) -> Self {
        self.head_at = Some(commit.to_owned());
        self
    }

    /// The repository that the head is in, where it is a fork.
    #[must_use]
    pub fn from(mut self, repository: &str) -> Self {
        self.from = Some(repository.to_owned());
        self
    }

    /// An issue that it closes.
    #[must_use]
    pub fn closes(mut self, issue: u64) -> Self {
        self.closes.push(issue);
        self
    }
}

/// A GitHub App to add, with one installation.
#[derive(Clone, Debug)]
pub struct Application {
    id: u64,
    slug: String,
    public_key: Option<String>,
    access: Access,
}

impl Application {
    /// An app whose installation may do everything.
    pub fn new(id: u64, slug: &str) -> Self {
        Self { id, slug: slug.to_owned(), public_key: None, access: Access::app(slug) }
    }

    /// The RSA key, as PEM, that its tokens must be signed for.
    #[must_use]
    pub fn public_key(mut self, pem: &str) -> Self {
        self.public_key = Some(pem.to_owned());
        self
    }

    /// What its installation may do.
    #[must_use]
    pub fn access(mut self, access: Access) -> Self {
        self.access = access;
        self
    }
}

impl FakeForge {
    /// Adds a repository.
    pub fn repository(&self, repo: Repo) {
        let mut state = self.shared.state();
        let id = state.id();
        let repository = Repository {
            id,
            name: repo.name.clone(),
            git_dir: repo.git_dir,
            private: repo.private,
            default_branch: repo.default_branch,
            fork_of: repo.fork_of,
            deleted: false,
            permissions: [].into(),
            pulls: [].into(),
            issues: [].into(),
            checks: Vec::new(),
            statuses: Vec::new(),
        };
        let owner = repository.owner().to_owned();
        state.account(&owner);
        state.repositories.insert(repo.name, repository);
    }

    /// Adds a change. Its head becomes fetchable from the base repository by the forge's ref for it.
    ///
    /// # Panics
    /// When a repository, branch or commit isn't there.
    pub fn pull(&self, repository: &str, pull: PullRequest) {
        let mut state = self.shared.state();
        let dir_of = |name: &str| {
            let known = state.repositories.get(name);
            known.unwrap_or_else(|| panic!("the forge has no repository {name}")).git_dir.clone()
        };
        let (base_dir, head_dir) = (dir_of(repository), dir_of(pull.from.as_deref().unwrap_or(repository)));
        let commit = |dir: &std::path::Path, revision: &str| {
            git::commit_id(dir, revision)
                .unwrap_or_else(|| panic!("no commit {revision:?} in {}", dir.display()))
        };
        let base = commit(&base_dir, &pull.base);
        let head = commit(&head_dir, pull.head_at.as_deref().unwrap_or(&pull.head));
        publish_head(state.dialect, &base_dir, &head_dir, pull.number, &head);
        let (id, created) = (state.id(), state.tick());
        state.account(&pull.author);
        let issue = Issue {
            id,
            number: pull.number,
            title: pull.title,
            body: pull.body,
            author: pull.author,
            open: true,
            labels: pull.labels,
            created,
            comments: Vec::new(),
        };
        let number = pull.number;
        let pull = Pull {
            issue,
            merged: false,
            draft: pull.draft,
            locked: false,
            base_branch: pull.base,
            base,
            head_branch: pull.head,
            heads: vec![head.clone()],
            head,
            head_repository: Some(pull.from.unwrap_or_else(|| repository.to_owned())),
            reviews: Vec::new(),
            threads: Vec::new(),
            closes: pull.closes,
            actions: Vec::new(),
            updated: created,
        };
        let known = state.repositories.get_mut(repository).expect("looked up above");
        assert!(known.pulls.insert(number, pull).is_none(), "{repository} has a change {number} already");
    }

    /// Adds an issue.
    ///
    /// # Panics
    /// When the repository isn't there.
    pub fn issue(&self, repository: &str, number: u64, title: &str, body: &str, author: &str) {
        let mut state = self.shared.state();
        let (id, created) = (state.id(), state.tick());
        state.account(author);
        let issue = Issue {
            id,
            number,
            title: title.to_owned(),
            body: Some(body.to_owned()),
            author: author.to_owned(),
            open: true,
            labels: Vec::new(),
            created,
            comments: Vec::new(),
        };
        let known = state.repositories.get_mut(repository);
        let known = known.unwrap_or_else(|| panic!("the forge has no repository {repository}"));
        known.issues.insert(number, issue);
    }

    /// Adds an app and returns the number of its installation.
    pub fn app(&self, app: Application) -> u64 {
        let mut state = self.shared.state();
        state.account(&app.access.login);
        let installation = 5000 + app.id;
        let Application { id, slug, public_key, access } = app;
        state.apps.push(App { id, slug, installation, suspended: false, public_key, access });
        installation
    }

    /// Suspends the installations of an app, or lifts that.
    pub fn suspend_app(&self, id: u64, suspended: bool) {
        for app in self.shared.state().apps.iter_mut().filter(|app| app.id == id) {
            app.suspended = suspended;
        }
    }
}

/// Makes a head fetchable from the base repository, as forges do.
pub(super) fn publish_head(
    dialect: Dialect,
    base: &std::path::Path,
    head: &std::path::Path,
    number: u64,
    commit: &str,
) {
    let kind = match dialect {
        Dialect::GitHub | Dialect::Gitea => "pull",
        Dialect::GitLab => "merge-requests",
    };
    let name = format!("refs/{kind}/{number}/head");
    let result = if base == head {
        git::git(base, &["update-ref", &name, commit])
    } else {
        let source = head.to_string_lossy();
        git::git(base, &["fetch", "--quiet", "--no-tags", "--force", &source, &format!("{commit}:{name}")])
    };
    result.unwrap_or_else(|error| panic!("the head of change {number} can't be published: {error}"));
}
