//! What a forge knows: accounts, repositories, changes and what was said about them. All dialects share it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::git::Git;
use super::{Access, Dialect, Permission};

/// 2026-01-01T00:00:00Z, when every fake forge is founded.
const FOUNDED: u64 = 1_767_225_600;

#[derive(Debug)]
pub(super) struct State {
    pub(super) dialect: Dialect,
    /// Where the server listens, for links in answers.
    pub(super) url: String,
    pub(super) accounts: BTreeMap<String, u64>,
    /// Accounts that are gone; what they wrote stays.
    pub(super) ghosts: BTreeSet<String>,
    pub(super) tokens: BTreeMap<String, Access>,
    pub(super) repositories: BTreeMap<String, Repository>,
    pub(super) apps: Vec<App>,
    pub(super) git: Git,
    next_id: u64,
    minutes: u64,
}

#[derive(Debug)]
pub(super) struct App {
    pub(super) id: u64,
    pub(super) slug: String,
    pub(super) installation: u64,
    pub(super) suspended: bool,
    pub(super) public_key: Option<String>,
    pub(super) access: Access,
}

#[derive(Debug)]
pub(super) struct Repository {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) git_dir: PathBuf,
    pub(super) private: bool,
    pub(super) default_branch: String,
    pub(super) fork_of: Option<String>,
    pub(super) deleted: bool,
    pub(super) permissions: BTreeMap<String, Permission>,
    /// Changes and issues share one sequence of numbers on GitHub and Gitea, but not on GitLab.
    pub(super) pulls: BTreeMap<u64, Pull>,
    pub(super) issues: BTreeMap<u64, Issue>,
    pub(super) checks: Vec<CheckRun>,
    pub(super) statuses: Vec<Status>,
}

impl Repository {
    pub(super) fn owner(&self) -> &str {
        self.name.rsplit_once('/').map_or("", |(owner, _)| owner)
    }

    pub(super) fn short_name(&self) -> &str {
        self.name.rsplit_once('/').map_or(self.name.as_str(), |(_, name)| name)
    }

    pub(super) fn clone_url(&self) -> String {
        format!("file://{}", self.git_dir.display())
    }
}

#[derive(Clone, Debug)]
pub(super) struct Issue {
    pub(super) id: u64,
    pub(super) number: u64,
    pub(super) title: String,
    pub(super) body: Option<String>,
    pub(super) author: String,
    pub(super) open: bool,
    pub(super) labels: Vec<String>,
    pub(super) created: u64,
    pub(super) comments: Vec<Comment>,
}

#[derive(Clone, Debug)]
pub(super) struct Pull {
    /// What it has in common with an issue.
    pub(super) issue: Issue,
    pub(super) merged: bool,
    pub(super) draft: bool,
    pub(super) locked: bool,
    pub(super) base_branch: String,
    pub(super) base: String,
    pub(super) head_branch: String,
    pub(super) head: String,
    /// The repository that the head comes from; `None` when it was deleted.
    pub(super) head_repository: Option<String>,
    /// Every head so far, the present one last.
    pub(super) heads: Vec<String>,
    pub(super) reviews: Vec<Review>,
    pub(super) threads: Vec<Thread>,
    pub(super) closes: Vec<u64>,
    /// What comments made the forge do: GitLab's quick actions.
    pub(super) actions: Vec<String>,
    pub(super) updated: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Review {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) verdict: Verdict,
    pub(super) commit: String,
    pub(super) submitted: Option<u64>,
    /// The classifier it was minimised with.
    pub(super) minimized: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Pending,
    Commented,
    Approved,
    ChangesRequested,
    Dismissed,
}

/// A discussion. Without a place it is one about the whole change (GitLab).
#[derive(Clone, Debug)]
pub(super) struct Thread {
    pub(super) id: u64,
    pub(super) place: Option<Place>,
    pub(super) resolved_by: Option<String>,
    pub(super) comments: Vec<Comment>,
}

/// Where a thread was started, in the diff to `commit`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) path: String,
    pub(super) old_path: String,
    /// `None` for the file as a whole.
    pub(super) end: Option<Spot>,
    pub(super) start: Option<Spot>,
    pub(super) commit: String,
    /// The merge base that the diff started from.
    pub(super) base: String,
}

/// A line of a diff.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spot {
    Old(u32),
    New(u32),
    /// An unchanged line, told by both numbers (GitLab).
    Both {
        old: u32,
        new: u32,
    },
}

#[derive(Clone, Debug)]
pub(super) struct Comment {
    pub(super) id: u64,
    pub(super) author: String,
    pub(super) body: String,
    pub(super) created: u64,
    pub(super) updated: u64,
    /// The review that it came with.
    pub(super) review: Option<u64>,
    /// The classifier it was minimised with.
    pub(super) minimized: Option<String>,
    /// Whether the forge itself wrote it, about something that happened (GitLab).
    pub(super) system: bool,
    /// Account and kind of reaction.
    pub(super) reactions: Vec<(u64, String, String)>,
}

#[derive(Clone, Debug)]
pub(super) struct CheckRun {
    pub(super) id: u64,
    pub(super) name: String,
    pub(super) author: String,
    pub(super) sha: String,
    pub(super) status: String,
    pub(super) conclusion: Option<String>,
    pub(super) title: Option<String>,
    pub(super) summary: Option<String>,
    pub(super) text: Option<String>,
    pub(super) external_id: Option<String>,
    pub(super) details_url: Option<String>,
    pub(super) annotations: Vec<serde_json::Value>,
    pub(super) started: u64,
    pub(super) completed: Option<u64>,
}

#[derive(Clone, Debug)]
pub(super) struct Status {
    pub(super) id: u64,
    pub(super) sha: String,
    pub(super) context: String,
    pub(super) state: String,
    pub(super) description: Option<String>,
    pub(super) target_url: Option<String>,
    pub(super) author: String,
    pub(super) created: u64,
}

impl State {
    pub(super) fn new(dialect: Dialect, url: String) -> Self {
        Self {
            dialect,
            url,
            accounts: BTreeMap::new(),
            ghosts: BTreeSet::new(),
            tokens: BTreeMap::new(),
            repositories: BTreeMap::new(),
            apps: Vec::new(),
            git: Git::default(),
            next_id: 0,
            minutes: 0,
        }
    }

    pub(super) fn id(&mut self) -> u64 {
        self.next_id += 1;
        self.next_id
    }

    /// The time of something that happens now: a minute after what happened before.
    pub(super) fn tick(&mut self) -> u64 {
        self.minutes += 1;
        FOUNDED + self.minutes * 60
    }

    pub(super) fn account(&mut self, login: &str) -> u64 {
        if let Some(id) = self.accounts.get(login) {
            return *id;
        }
        let id = self.id();
        self.accounts.insert(login.to_owned(), id);
        id
    }

    pub(super) fn comment(&mut self, author: &str, body: &str) -> Comment {
        self.account(author);
        let (id, created) = (self.id(), self.tick());
        Comment {
            id,
            author: author.to_owned(),
            body: body.to_owned(),
            created,
            updated: created,
            review: None,
            minimized: None,
            system: false,
            reactions: Vec::new(),
        }
    }

    /// Every comment of the forge, in no particular order.
    pub(super) fn comments_mut(&mut self) -> impl Iterator<Item = &mut Comment> {
        self.repositories.values_mut().flat_map(|repository| {
            let pulls = repository.pulls.values_mut().flat_map(|pull| {
                let threads = pull.threads.iter_mut().flat_map(|thread| thread.comments.iter_mut());
                pull.issue.comments.iter_mut().chain(threads)
            });
            pulls.chain(repository.issues.values_mut().flat_map(|issue| issue.comments.iter_mut()))
        })
    }
}

/// The time as RFC 3339.
pub(super) fn iso(seconds: u64) -> String {
    let days = seconds / 86_400;
    // Howard Hinnant's `civil_from_days`, for days after 1970.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    let rest = seconds % 86_400;
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}
