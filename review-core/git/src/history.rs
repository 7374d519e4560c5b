//! The commits of a change.

use std::collections::BTreeSet;

use review_core::{Cancel, Commit, Error, ErrorKind, Result};

use crate::repository::GitRepository;

/// More commits than this are not listed: no reader and no prompt can use them.
const MAX_COMMITS: usize = 10_000;

/// The range of commits that head has and base does not; all of head's where there is no base.
fn range(base: Option<&str>, head: &str) -> Vec<String> {
    let mut range = vec![head.to_owned()];
    range.extend(base.map(|base| format!("^{base}")));
    range
}

impl GitRepository {
    /// The commits that `head` has and `base` does not (full ids), newest first, at most 10,000.
    pub(crate) fn commits(&self, base: Option<&str>, head: &str, cancel: &Cancel) -> Result<Vec<Commit>> {
        let output = self
            .call("log")
            // No commit before its children, whatever the clocks of their authors said.
            .args(["-z", "--date-order", "--encoding=UTF-8", "--no-show-signature", "--no-color"])
            .args(["--no-notes", "--format=%H%x00%P%x00%an%x00%at%x00%s"])
            .arg(format!("--max-count={MAX_COMMITS}"))
            .arg("--end-of-options")
            .args(range(base, head))
            .output(cancel)?;
        parse_log(&output)
    }

    /// The ids of the commits that `head` has and `base` does not.
    pub(crate) fn commit_ids(
        &self,
        base: Option<&str>,
        head: &str,
        cancel: &Cancel,
    ) -> Result<BTreeSet<String>> {
        let output = self.call("rev-list").arg("--end-of-options").args(range(base, head)).output(cancel)?;
        Ok(String::from_utf8_lossy(&output).lines().map(str::to_owned).collect())
    }
}

fn parse_log(output: &[u8]) -> Result<Vec<Commit>> {
    let text = String::from_utf8_lossy(output);
    let text = text.strip_suffix('\0').unwrap_or(&text);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let fields: Vec<&str> = text.split('\0').collect();
    fields
        .chunks(5)
        .map(|fields| {
            let [id, parents, author, time, subject] = fields else {
                return Err(Error::new(ErrorKind::InvalidAnswer, "the list of commits can't be read")
                    .with_operation("git log"));
            };
            let mut commit = Commit::new(*id, *subject);
            commit.author = (!author.is_empty()).then(|| (*author).to_owned());
            commit.time_ms = time.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000));
            commit.parents = u32::try_from(parents.split_whitespace().count()).ok();
            Ok(commit)
        })
        .collect()
}
