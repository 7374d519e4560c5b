//! Puts a change set together.

use std::collections::BTreeSet;

use review_core::{Cancel, ChangeSet, Origin, Result};

use crate::comparison::Comparison;
use crate::options::ChangeOptions;
use crate::paths::quote_path;
use crate::repository::GitRepository;

impl GitRepository {
    /// The change that the options describe: [`compare`](Self::compare) and
    /// [`Comparison::change_set`] in one.
    ///
    /// # Errors
    /// As both.
    pub fn change_set(&self, options: &ChangeOptions, cancel: &Cancel) -> Result<ChangeSet> {
        self.compare(options, cancel)?.change_set(cancel)
    }
}

impl Comparison {
    /// What is under review: commits, changed files and hunks. An empty change is a change set without
    /// files, not an error.
    ///
    /// For a submodule, the "blob ids" are those of its commits, and it has no hunks.
    ///
    /// # Errors
    /// `BudgetExceeded` when the diff is bigger than the limit; `NotFound` when content is not in a partial
    /// clone.
    pub fn change_set(&self, cancel: &Cancel) -> Result<ChangeSet> {
        let repository = self.repository();
        let mut change = ChangeSet::new(self.origin()).with_repository(repository.identity(cancel)?);
        change.base = self.base().map(str::to_owned);
        change.branch = self.branch().map(str::to_owned);
        change.files = self.diff(cancel)?.parsed.files().to_vec();
        if self.is_working_tree() {
            let uncommitted = self.uncommitted(&change, cancel)?;
            for file in change.files.iter_mut().filter(|file| uncommitted.contains(&file.path)) {
                file.new_blob = None;
            }
        } else {
            change.head = self.commit().map(str::to_owned);
        }
        if let Some(head) = self.commit().filter(|_| self.origin() != Origin::Snapshot) {
            change.commits = repository.commits(self.base(), head, cancel)?;
        }
        change.normalise();
        Ok(change)
    }

    /// Paths whose content at head no commit has.
    fn uncommitted(&self, change: &ChangeSet, cancel: &Cancel) -> Result<BTreeSet<String>> {
        let commit = match self.commit() {
            Some(commit) if Some(commit) != self.base() => commit,
            // Everything that changed since the last commit, and since the base, is one and the same.
            _ => return Ok(change.files.iter().map(|file| file.path.clone()).collect()),
        };
        let output = self
            .repository()
            .call("diff-tree")
            .args(["-r", "-z", "--name-only", "--no-renames", "--no-ext-diff", "--end-of-options"])
            .args([commit, self.head_id()])
            .output(cancel)?;
        Ok(output.split(|byte| *byte == 0).filter(|path| !path.is_empty()).map(quote_path).collect())
    }
}
