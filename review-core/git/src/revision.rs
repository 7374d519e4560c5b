//! Revisions: what a name means, and where a change starts by default.

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::command::failure;
use crate::repository::GitRepository;

/// Branch names that are taken for the default branch where the repository does not say.
const USUAL_NAMES: [&str; 4] = ["main", "master", "trunk", "develop"];

impl GitRepository {
    /// The full id of the commit that a revision names. Nothing that it begins with makes it an option.
    ///
    /// # Errors
    /// `InvalidInput` naming the revision when it is unknown or not a commit.
    pub fn resolve(&self, revision: &str, cancel: &Cancel) -> Result<String> {
        let unknown = |message: &str| {
            Error::new(ErrorKind::InvalidInput, message)
                .with_operation("git rev-parse")
                .with_context("revision", revision)
        };
        if revision.is_empty() || revision.contains(['\0', '\n']) {
            return Err(unknown("this can't be the name of a revision"));
        }
        let output = self
            .source_call("rev-parse")
            .args(["--verify", "--quiet", "--end-of-options"])
            .arg(format!("{revision}^{{commit}}"))
            .run(cancel)?;
        let text = String::from_utf8_lossy(&output.stdout);
        let id = text.lines().next_back().unwrap_or_default();
        let hex = id.len() >= 40 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        if output.success() && hex {
            return Ok(id.to_owned());
        }
        if revision == "HEAD" {
            return Err(unknown(
                "HEAD has no commit yet; commit something first, or review the working tree",
            ));
        }
        let message = if self.is_shallow() {
            "this revision is unknown or no commit; this clone is shallow, so it may need \
             `git fetch --unshallow`"
        } else {
            "this revision is unknown or no commit; `git log --oneline --all` lists what there is"
        };
        Err(unknown(message))
    }

    /// The commit of `HEAD`; none on an unborn branch.
    ///
    /// # Errors
    /// When git can't be run.
    pub fn head(&self, cancel: &Cancel) -> Result<Option<String>> {
        match self.resolve("HEAD", cancel) {
            Ok(id) => Ok(Some(id)),
            Err(error) if error.kind() == ErrorKind::InvalidInput => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The best common ancestor of two commits, given by their full ids.
    ///
    /// # Errors
    /// When git fails.
    pub fn merge_base(&self, one: &str, other: &str, cancel: &Cancel) -> Result<Option<String>> {
        let output = self.call("merge-base").args(["--end-of-options", one, other]).run(cancel)?;
        match output.code {
            Some(0) => {
                let text = String::from_utf8_lossy(&output.stdout);
                Ok(text.lines().next().map(str::to_owned))
            }
            // No common ancestor.
            Some(1) => Ok(None),
            _ => Err(failure("merge-base", &output)),
        }
    }

    /// Where a change that ends at `head` (a full id) starts when nothing else is said: at its merge base
    /// with the default branch; where that leaves nothing, at its first parent. None when it has no parent.
    ///
    /// The default branch is what a remote's `HEAD` points to (`origin` first), else a branch with a usual
    /// name (`main`, `master`, `trunk`, `develop`), a remote's before the local one.
    ///
    /// # Errors
    /// When git fails, or when the commit's parent is missing because the clone is shallow.
    pub fn default_base(&self, head: &str, cancel: &Cancel) -> Result<Option<String>> {
        Ok(self.usual_base(head, cancel)?.0)
    }

    /// The default base, and whether it is where head left the default branch.
    pub(crate) fn usual_base(&self, head: &str, cancel: &Cancel) -> Result<(Option<String>, bool)> {
        for branch in self.default_branches(cancel)? {
            if let Some(base) = self.merge_base(&branch, head, cancel)? {
                if base != head {
                    return Ok((Some(base), true));
                }
                break;
            }
        }
        Ok((self.first_parent(head, cancel)?, false))
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

    /// Whether this commit's parents are missing because the clone is shallow.
    pub(crate) fn is_shallow_boundary(&self, commit: &str) -> bool {
        let text = self.lender().shallow.as_deref().unwrap_or_default();
        text.split(|byte| *byte == b'\n').any(|line| line == commit.as_bytes())
    }

    /// Commits that may be the tip of the default branch, likeliest first.
    fn default_branches(&self, cancel: &Cancel) -> Result<Vec<String>> {
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
        Ok(found.into_iter().map(|(_, id)| id.to_owned()).collect())
    }
}
