//! Changes, their files and commits, and issues.

use serde_json::{Value, json};

use super::super::git::{self, Commit};
use super::super::reply::{Answer, Reply};
use super::super::state::Pull;
use super::context::{Context, error, not_found};
use super::shape;

/// GitHub lists no more files of a change than this.
const MAX_FILES: usize = 3000;
/// And no more commits.
const MAX_COMMITS: usize = 250;

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    context.pull()?;
    let (name, number) = (context.name(), context.number(2)?);
    shape::pull(context.state, &name, number).map(Reply::ok).ok_or_else(not_found)
}

/// The git directory, the merge base and the head of the change.
fn ends(context: &mut Context<'_>) -> Result<(std::path::PathBuf, String, String), Reply> {
    let Pull { base, head, .. } = context.pull()?.clone();
    let dir = context.repository()?.git_dir.clone();
    let merge_base = context.state.git.merge_base(&dir, &base, &head);
    Ok((dir, merge_base.unwrap_or(base), head))
}

pub(super) fn files(context: &mut Context<'_>) -> Answer {
    let (dir, base, head) = ends(context)?;
    let diff = context.state.git.diff(&dir, &base, &head, 3);
    let file = |file: &super::super::diff::FileDiff| {
        let status = match file.status {
            'A' => "added",
            'D' => "removed",
            'R' => "renamed",
            'C' => "copied",
            'T' => "changed",
            _ => "modified",
        };
        let (additions, deletions) = (file.additions(), file.deletions());
        let mut value = json!({
            "sha": if file.status == 'D' { &file.old_blob } else { &file.blob },
            "filename": file.path,
            "status": status,
            "additions": additions,
            "deletions": deletions,
            "changes": additions + deletions,
        });
        if let Some(fields) = value.as_object_mut() {
            // A binary file, a mere rename and a very large diff have none.
            if !file.patch.is_empty() && file.patch.len() < 1_000_000 {
                fields.insert("patch".to_owned(), file.patch.trim_end_matches('\n').into());
            }
            if file.status == 'R' {
                fields.insert("previous_filename".to_owned(), file.old_path.clone().into());
            }
        }
        value
    };
    let files = diff.files.iter().take(MAX_FILES).map(file).collect();
    context.paged(files)
}

fn commit(commit: &Commit) -> Value {
    let person = json!({ "name": commit.name, "email": commit.email, "date": commit.date });
    let parents: Vec<Value> = commit.parents.iter().map(|sha| json!({ "sha": sha })).collect();
    json!({
        "sha": commit.sha,
        "commit": { "message": commit.message, "author": person, "committer": person },
        "parents": parents,
    })
}

pub(super) fn commits(context: &mut Context<'_>) -> Answer {
    let (dir, base, head) = ends(context)?;
    let commits = git::commits(&dir, &base, &head).map_err(|why| Reply::broken(&why))?;
    context.paged(commits.iter().take(MAX_COMMITS).map(commit).collect())
}

pub(super) fn issue(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    context.repository()?;
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let pull = known.pulls.get(&number);
    let issue = pull.map(|pull| &pull.issue).or_else(|| known.issues.get(&number)).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::issue(context.state, known, issue, pull)))
}

pub(super) fn compare(context: &mut Context<'_>) -> Answer {
    let dir = context.repository()?.git_dir.clone();
    let asked = context.parameter(2).to_owned();
    let (one, other) = asked.split_once("...").ok_or_else(not_found)?;
    let find = |revision: &str| {
        // `owner:branch` of a fork is the branch of one of the changes that come from it.
        let commit = match revision.split_once(':') {
            Some((owner, branch)) => {
                let forks = context.state.repositories.values().filter(|known| known.owner() == owner);
                forks.filter_map(|known| git::commit_id(&known.git_dir, branch)).next()
            }
            None => git::commit_id(&dir, revision),
        };
        commit.ok_or_else(not_found)
    };
    let (one, other) = (find(one)?, find(other)?);
    let base = context.state.git.merge_base(&dir, &one, &other);
    let Some(base) = base else {
        return Err(error(404, &format!("No common ancestor between {one} and {other}.")));
    };
    let ahead = git::commits(&dir, &one, &other).map_err(|why| Reply::broken(&why))?;
    let behind = git::commits(&dir, &other, &one).map_err(|why| Reply::broken(&why))?;
    let status = match (ahead.len(), behind.len()) {
        (0, 0) => "identical",
        (_, 0) => "ahead",
        (0, _) => "behind",
        _ => "diverged",
    };
    let total = ahead.len();
    let (page, link) = context.page(ahead.iter().map(commit).collect());
    let reply = Reply::ok(json!({
        "base_commit": { "sha": one },
        "merge_base_commit": { "sha": base },
        "status": status,
        "ahead_by": total,
        "behind_by": behind.len(),
        "total_commits": total,
        "commits": page,
    }));
    Ok(match link {
        Some(link) => reply.header("link", link),
        None => reply,
    })
}
