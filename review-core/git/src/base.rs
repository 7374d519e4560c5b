//! Where a change starts, and why there.

use std::fmt;

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::repository::GitRepository;

/// Branch names that are taken for the default branch where the repository does not say.
const USUAL_NAMES: [&str; 4] = ["main", "master", "trunk", "develop"];

/// Why a change starts where it does.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum BaseChoice {
    /// The caller named it, and it was taken as it stands.
    Named,
    /// The merge base of head with the revision that the caller named.
    MergeBaseWith(String),
    /// The merge base of head with the default branch, under this name.
    DefaultBranch(String),
    /// The merge base of head with its branch's upstream, because there is no default branch.
    Upstream(String),
    /// The commit before head, because head has nothing that the default branch does not have.
    LastCommit {
        /// The default branch.
        branch: String,
    },
    /// The commit that a working tree is based on.
    LastCommitted,
    /// Nothing: the whole tree is under review.
    Nothing,
}

impl BaseChoice {
    /// Whether it is a guess that the caller may want to correct.
    pub fn is_guess(&self) -> bool {
        matches!(self, Self::Upstream(_) | Self::LastCommit { .. })
    }
}

impl fmt::Display for BaseChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named => f.write_str("as named"),
            Self::MergeBaseWith(name) => write!(f, "the merge base with {name}"),
            Self::DefaultBranch(name) => write!(f, "the merge base with the default branch {name}"),
            Self::Upstream(name) => {
                write!(f, "the merge base with the upstream {name}, because no default branch is known")
            }
            Self::LastCommit { branch } => {
                write!(f, "the commit before head, because head has nothing that {branch} does not have")
            }
            Self::LastCommitted => f.write_str("the last commit"),
            Self::Nothing => f.write_str("none, the whole tree is reviewed"),
        }
    }
}

impl GitRepository {
    /// Where a change that ends at `head` (a full id) starts when nothing else is said, and why.
    ///
    /// At its merge base with the default branch; where that leaves nothing, at its first parent (`None` for a first
    /// commit). The default branch is what a remote's `HEAD` points to (`origin` first), else a branch with a usual
    /// name (`main`, `master`, `trunk`, `develop`), a remote's before the local one. Without any of them, the upstream
    /// of the current branch counts.
    ///
    /// # Errors
    /// `InvalidInput` when neither a default branch nor an upstream is known, unless head has no parent; when git fails;
    /// or when the commit's parent is missing because the clone is shallow.
    pub fn default_base(&self, head: &str, cancel: &Cancel) -> Result<(Option<String>, BaseChoice)> {
        let branches = self.default_branches(cancel)?;
        for (name, id) in &branches {
            let Some(base) = self.merge_base(id, head, cancel)? else { continue };
            if base != head {
                return Ok((Some(base), BaseChoice::DefaultBranch(name.clone())));
            }
            return Ok(match self.first_parent(head, cancel)? {
                Some(parent) => (Some(parent), BaseChoice::LastCommit { branch: name.clone() }),
                None => (None, BaseChoice::Nothing),
            });
        }
        if let Some((name, id)) = self.upstream(cancel)?
            && let Some(base) = self.merge_base(&id, head, cancel)?.filter(|base| base != head)
        {
            return Ok((Some(base), BaseChoice::Upstream(name)));
        }
        if self.first_parent(head, cancel)?.is_none() {
            return Ok((None, BaseChoice::Nothing));
        }
        Err(Error::new(
            ErrorKind::InvalidInput,
            "it is not known where the change starts: there is no default branch and no upstream; name a base, for \
             example HEAD~1",
        )
        .with_operation("looking for the base"))
    }

    /// The upstream of the current branch: its name and its commit.
    fn upstream(&self, cancel: &Cancel) -> Result<Option<(String, String)>> {
        let name = self
            .source_call("rev-parse")
            .args(["--abbrev-ref", "--verify", "--quiet", "--end-of-options", "@{upstream}"])
            .run(cancel)?;
        let text = String::from_utf8_lossy(&name.stdout);
        // With `--end-of-options` some versions print that word too.
        let Some(name) = text.lines().next_back().filter(|_| name.success()).filter(|name| !name.is_empty())
        else {
            return Ok(None);
        };
        Ok(Some((name.to_owned(), self.resolve("@{upstream}", cancel)?)))
    }

    fn first_parent(&self, commit: &str, cancel: &Cancel) -> Result<Option<String>> {
        let output = self
            .call("rev-parse")
            .args(["--verify", "--quiet", "--end-of-options"])
            .arg(format!("{commit}^1"))
            .run(cancel)?;
        if output.success() {
            return Ok(Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()));
        }
        if self.is_shallow_boundary(commit) {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "this clone is shallow and lacks the commit before HEAD; `git fetch --deepen=1` gets it, or \
                 name a base",
            )
            .with_operation("looking for the base")
            .with_context("commit", commit));
        }
        Ok(None)
    }

    /// Names and commits that may be the default branch's, the most likely one first.
    fn default_branches(&self, cancel: &Cancel) -> Result<Vec<(String, String)>> {
        let mut call =
            self.source_call("for-each-ref").arg("--format=%(refname) %(objectname)").arg("--end-of-options");
        call = call.arg("refs/remotes/*/HEAD");
        for name in USUAL_NAMES {
            call = call.arg(format!("refs/remotes/*/{name}")).arg(format!("refs/heads/{name}"));
        }
        let output = call.output(cancel)?;
        let text = String::from_utf8_lossy(&output);
        let mut found: Vec<((usize, usize, &str), &str)> = Vec::new();
        for line in text.lines() {
            let Some((name, id)) = line.split_once(' ') else { continue };
            let (remote, branch) = match name.strip_prefix("refs/remotes/") {
                Some(rest) => rest
                    .split_once('/')
                    .map_or((2, rest), |(remote, branch)| (if remote == "origin" { 0 } else { 1 }, branch)),
                None => (2, name.strip_prefix("refs/heads/").unwrap_or(name)),
            };
            let rank = match branch {
                "HEAD" => 0,
                other => {
                    1 + USUAL_NAMES.iter().position(|usual| *usual == other).unwrap_or(USUAL_NAMES.len())
                }
            };
            // Origin's HEAD, another remote's HEAD, then by name, origin's before others' before local ones.
            found.push(((rank, remote, name), id));
        }
        found.sort_unstable();
        let short = |name: &str| {
            let name = name
                .strip_prefix("refs/remotes/")
                .or_else(|| name.strip_prefix("refs/heads/"))
                .unwrap_or(name);
            name.strip_suffix("/HEAD").unwrap_or(name).to_owned()
        };
        Ok(found.into_iter().map(|((_, _, name), id)| (short(name), id.to_owned())).collect())
    }
}
