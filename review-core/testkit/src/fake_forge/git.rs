//! What the forge asks git about the repositories it serves.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::diff::{Diff, FileDiff, hunks};

/// Git with a memory: commits don't change, so neither does a diff between two of them.
#[derive(Debug, Default)]
pub(super) struct Git {
    diffs: HashMap<(PathBuf, String, String, u32), Arc<Diff>>,
    bases: HashMap<(PathBuf, String, String), Option<String>>,
}

/// A commit of a change.
#[derive(Debug)]
pub(super) struct Commit {
    pub(super) sha: String,
    pub(super) parents: Vec<String>,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) date: String,
    pub(super) message: String,
}

/// Runs git in a repository and returns what it printed.
pub(super) fn git(dir: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = Command::new("git")
        .args(["-c", "core.quotePath=false", "-c", "diff.algorithm=myers", "-c", "safe.directory=*", "-C"])
        .arg(dir)
        .args(arguments)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("LC_ALL", "C")
        .env_remove("GIT_DIR")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("can't run git: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        let stderr = String::from_utf8_lossy(&output.stderr);
        Err(format!("git {}: {}", arguments.join(" "), stderr.trim()))
    }
}

/// The full id of the commit that `revision` names.
pub(super) fn commit_id(dir: &Path, revision: &str) -> Option<String> {
    let commit = format!("{revision}^{{commit}}");
    git(dir, &["rev-parse", "--verify", "--quiet", "--end-of-options", &commit])
        .ok()
        .map(|id| id.trim().to_owned())
}

impl Git {
    pub(super) fn merge_base(&mut self, dir: &Path, one: &str, other: &str) -> Option<String> {
        let key = (dir.to_owned(), one.to_owned(), other.to_owned());
        let ask = || git(dir, &["merge-base", one, other]).ok().map(|id| id.trim().to_owned());
        self.bases.entry(key).or_insert_with(ask).clone()
    }

    /// The diff from one commit to another with so many lines of context.
    pub(super) fn diff(&mut self, dir: &Path, from: &str, to: &str, context: u32) -> Arc<Diff> {
        let key = (dir.to_owned(), from.to_owned(), to.to_owned(), context);
        let ask = || Arc::new(read_diff(dir, from, to, context).unwrap_or_else(|error| panic!("{error}")));
        Arc::clone(self.diffs.entry(key).or_insert_with(ask))
    }
}

fn read_diff(dir: &Path, from: &str, to: &str, context: u32) -> Result<Diff, String> {
    let raw = git(dir, &["diff", "--raw", "-z", "-M", "--no-abbrev", "--no-ext-diff", from, to])?;
    let unified = format!("-U{context}");
    let patch = ["diff", "-p", "-M", "--no-color", "--no-ext-diff", "--no-textconv", &unified, from, to];
    let text = git(dir, &patch)?;
    // The two list the same files in the same order, and no line of a hunk starts with a letter.
    let mut parts: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        if line.starts_with("diff --git ") {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut()
            && (!part.is_empty() || line.starts_with("@@ "))
        {
            part.push_str(line);
        }
    }
    let mut parts = parts.into_iter();
    let mut fields = raw.split('\0');
    let mut files = Vec::new();
    while let Some(entry) = fields.next().filter(|entry| !entry.is_empty()) {
        let words: Vec<&str> = entry.trim_start_matches(':').split(' ').collect();
        let [_, _, old_blob, blob, status] = words.as_slice() else {
            return Err(format!("git's raw entry {entry:?}"));
        };
        let status = status.chars().next().unwrap_or('M');
        let old_path = fields.next().unwrap_or_default().to_owned();
        let path = if matches!(status, 'R' | 'C') {
            fields.next().unwrap_or_default().to_owned()
        } else {
            old_path.clone()
        };
        let mut patch = parts.next().unwrap_or_default();
        if status == 'T' {
            // A file that became a link is a removal and an addition.
            patch.push_str(&parts.next().unwrap_or_default());
        }
        files.push(FileDiff {
            old_path,
            path,
            status,
            old_blob: (*old_blob).to_owned(),
            blob: (*blob).to_owned(),
            hunks: hunks(&patch),
            patch,
        });
    }
    Ok(Diff { files })
}

/// The commits of `head` that `base` lacks, oldest first.
pub(super) fn commits(dir: &Path, base: &str, head: &str) -> Result<Vec<Commit>, String> {
    let range = format!("{base}..{head}");
    let format = "--format=%H%x1f%P%x1f%an%x1f%ae%x1f%aI%x1f%B%x1e";
    let text = git(dir, &["log", "--reverse", "--topo-order", format, &range])?;
    let mut commits = Vec::new();
    for entry in text.split('\u{1e}').map(|entry| entry.trim_start_matches('\n')) {
        if let [sha, parents, name, email, date, message] =
            entry.split('\u{1f}').collect::<Vec<_>>().as_slice()
        {
            commits.push(Commit {
                sha: (*sha).to_owned(),
                parents: parents.split_whitespace().map(str::to_owned).collect(),
                name: (*name).to_owned(),
                email: (*email).to_owned(),
                date: (*date).to_owned(),
                message: message.trim_end().to_owned(),
            });
        }
    }
    Ok(commits)
}
