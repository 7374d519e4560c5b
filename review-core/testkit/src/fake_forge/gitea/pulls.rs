//! Changes, their files and commits, and issues.

use serde_json::{Value, json};

use super::super::git::{self, Commit};
use super::super::reply::{Answer, Reply};
use super::context::{Context, not_found};
use super::shape;

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let pull = context.pull()?.clone();
    let name = context.name();
    shape::pull(context.state, &name, &pull).map(Reply::ok).ok_or_else(not_found)
}

/// The git directory, the merge base and the head.
fn ends(context: &mut Context<'_>) -> Result<(std::path::PathBuf, String, String), Reply> {
    let pull = context.pull()?;
    let (base, head) = (pull.base.clone(), pull.head.clone());
    let dir = context.repository()?.git_dir.clone();
    let merge_base = context.state.git.merge_base(&dir, &base, &head);
    Ok((dir, merge_base.unwrap_or(base), head))
}

pub(super) fn commits(context: &mut Context<'_>) -> Answer {
    let (dir, base, head) = ends(context)?;
    let commits = git::commits(&dir, &base, &head).map_err(|why| Reply::broken(&why))?;
    let shown = |commit: &Commit| {
        let person = json!({ "name": commit.name, "email": commit.email, "date": commit.date });
        let parents: Vec<Value> = commit.parents.iter().map(|sha| json!({ "sha": sha })).collect();
        json!({
            "sha": commit.sha,
            "commit": { "message": commit.message, "author": person, "committer": person },
            "parents": parents,
        })
    };
    // Newest first, other than on GitHub.
    context.paged(commits.iter().rev().map(shown).collect())
}

pub(super) fn files(context: &mut Context<'_>) -> Answer {
    let (dir, base, head) = ends(context)?;
    let diff = context.state.git.diff(&dir, &base, &head, 3);
    let file = |file: &super::super::diff::FileDiff| {
        let status = match file.status {
            'A' => "added",
            'D' => "deleted",
            'R' => "renamed",
            'C' => "copied",
            _ => "changed",
        };
        let (additions, deletions) = (file.additions(), file.deletions());
        let mut value = json!({
            "filename": file.path,
            "status": status,
            "additions": additions,
            "deletions": deletions,
            "changes": additions + deletions,
        });
        if let Some(fields) = value.as_object_mut().filter(|_| file.status == 'R') {
            fields.insert("previous_filename".to_owned(), file.old_path.clone().into());
        }
        value
    };
    context.paged(diff.files.iter().map(file).collect())
}

pub(super) fn issue(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    let known = context.repository()?;
    let pull = known.pulls.get(&number).cloned();
    let issue = pull.as_ref().map(|pull| pull.issue.clone()).or_else(|| known.issues.get(&number).cloned());
    let issue = issue.ok_or_else(not_found)?;
    Ok(Reply::ok(shape::issue(context.state, &name, &issue, pull.as_ref())))
}
