//! Commits: those of a change, those that touched a path, and what one of them did.

use std::collections::BTreeSet;

use review_core::{Answer, Cancel, Commit, Error, ErrorKind, Result};

use crate::paths::os_string;
use crate::repository::GitRepository;

/// More commits than this are not listed: no reader and no prompt can use them.
const MAX_COMMITS: usize = 10_000;

/// Bytes of one commit's patch that are given; more helps nobody to read it.
const MAX_PATCH_BYTES: usize = 1024 * 1024;

/// Fields of a commit, each ended by a NUL.
const FORMAT: &str = "--format=%H%x00%P%x00%an%x00%at%x00%s%x00%b";

/// Number of these fields.
const FIELDS: usize = 6;

/// Longest body of a message that is kept, in bytes; more of it helps nobody to review.
const MAX_BODY_BYTES: usize = 16 * 1024;

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
            .args(["--no-notes", FORMAT])
            .arg(format!("--max-count={MAX_COMMITS}"))
            .arg("--end-of-options")
            .args(range(base, head))
            .output(cancel)?;
        parse_log(&output)
    }

    /// The commits up to `head` (full id) that touched a path, newest first. An empty path means all.
    pub(crate) fn log(&self, head: &str, path: &[u8], limit: u32, cancel: &Cancel) -> Result<Answer> {
        let limit = usize::try_from(limit).unwrap_or(MAX_COMMITS).min(MAX_COMMITS);
        let mut call = self
            .call("log")
            .args(["-z", "--date-order", "--encoding=UTF-8", "--no-show-signature", "--no-color"])
            .args(["--no-notes", FORMAT])
            .arg(format!("--max-count={}", limit + 1))
            .args(["--end-of-options", head]);
        if !path.is_empty() {
            call = call.arg("--").arg(os_string(path));
        }
        let mut commits = parse_log(&call.output(cancel)?)?;
        // At the edge of a shallow clone everything seems to begin.
        let complete = commits.len() <= limit && !self.is_shallow();
        commits.truncate(limit);
        // Whoever wants to read a message asks for the patch.
        commits.iter_mut().for_each(|commit| commit.body = None);
        Ok(Answer::Commits { commits, complete })
    }

    /// The full id of the commit that the first digits of one name; none where they name none or several.
    pub(crate) fn expand(&self, digits: &str, cancel: &Cancel) -> Result<Option<String>> {
        if digits.len() < 4 || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let output = self
            .call("rev-parse")
            .args(["--verify", "--quiet", "--end-of-options"])
            .arg(format!("{digits}^{{commit}}"))
            .run(cancel)?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.success() && !id.is_empty()).then_some(id))
    }

    /// The commit so many steps before another one (full id), along first parents.
    pub(crate) fn before(&self, id: &str, steps: u32, cancel: &Cancel) -> Result<Option<String>> {
        let output = self
            .call("rev-parse")
            .args(["--verify", "--quiet", "--end-of-options"])
            .arg(format!("{id}~{steps}^{{commit}}"))
            .run(cancel)?;
        let id = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        Ok((output.success() && !id.is_empty()).then_some(id))
    }

    /// What a commit (full id) did to a path; an empty path means everything.
    pub(crate) fn show(&self, id: &str, path: &[u8], cancel: &Cancel) -> Result<Answer> {
        let unknown = |reason: &str| Ok(Answer::Unknown { reason: reason.to_owned() });
        let output = self
            .call("log")
            .args(["-z", "--max-count=1", "--encoding=UTF-8", "--no-show-signature", "--no-color"])
            .args(["--no-notes", FORMAT, "--end-of-options", id])
            .output(cancel)?;
        let Some(mut commit) = parse_log(&output)?.pop() else {
            return unknown("the commit can't be read");
        };
        let message = commit.body.take().unwrap_or_default();
        let parent = match commit.parents {
            Some(0) => self.empty_tree().to_owned(),
            _ => format!("{id}^1"),
        };
        let mut call = self
            .call("diff-tree")
            .args([
                "-r",
                "--patch",
                "--unified=3",
                "--find-renames=50%",
                "-l1000",
                "--diff-algorithm=histogram",
            ])
            .args(["--no-color", "--no-ext-diff", "--no-textconv", "--no-relative", "--src-prefix=a/"])
            .args(["--dst-prefix=b/", "--submodule=short", "--end-of-options", &parent, id])
            .cut_output(MAX_PATCH_BYTES);
        if !path.is_empty() {
            call = call.arg("--").arg(os_string(path));
        }
        let output = call.run(cancel)?;
        if !output.success() && !output.cut {
            return unknown(if self.is_shallow() {
                "the commit before it is not in this shallow clone"
            } else {
                "its difference can't be read"
            });
        }
        Ok(Answer::Patch {
            commit,
            message: message.trim_matches('\n').to_owned(),
            patch: String::from_utf8_lossy(&output.stdout).into_owned(),
            complete: !output.cut,
        })
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
        .chunks(FIELDS)
        .map(|fields| {
            let [id, parents, author, time, subject, body] = fields else {
                return Err(Error::new(ErrorKind::InvalidAnswer, "the list of commits can't be read")
                    .with_operation("git log"));
            };
            let mut commit = Commit::new(*id, *subject);
            commit.author = (!author.is_empty()).then(|| (*author).to_owned());
            commit.time_ms = time.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000));
            commit.parents = u32::try_from(parents.split_whitespace().count()).ok();
            let mut end = body.trim_end().len().min(MAX_BODY_BYTES);
            while !body.is_char_boundary(end) {
                end -= 1;
            }
            commit.body = body.get(..end).filter(|body| !body.is_empty()).map(str::to_owned);
            Ok(commit)
        })
        .collect()
}
