//! Revisions: what a name means.

use review_core::{Cancel, Error, ErrorKind, Result};

use crate::command::failure;
use crate::repository::GitRepository;

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
        // What was fetched is only in the private repository.
        if self.has_commit(revision, cancel)? && revision.len() >= 40 {
            return Ok(revision.to_ascii_lowercase());
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

    /// Whether this commit's parents are missing because the clone is shallow.
    pub(crate) fn is_shallow_boundary(&self, commit: &str) -> bool {
        let text = self.shallow().unwrap_or_default();
        text.split(|byte| *byte == b'\n').any(|line| line == commit.as_bytes())
    }
}
