//! Merge requests, their versions, commits and diffs; issues; commit statuses.

use serde_json::{Value, json};

use super::super::Right;
use super::super::git;
use super::super::reply::{Answer, Reply};
use super::super::state::{Status, iso};
use super::context::{Context, error, failure};
use super::shape;

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let name = context.name()?;
    let pull = context.merge_request()?.clone();
    let shown = shape::merge_request(context.state, &name, &pull);
    shown.map(Reply::ok).ok_or_else(|| error(404, "404 Not found"))
}

/// The heads of the merge request with what they were compared to, newest first.
pub(super) fn versions(context: &mut Context<'_>) -> Answer {
    let name = context.name()?;
    let pull = context.merge_request()?.clone();
    let mut all = Vec::new();
    for (index, head) in pull.heads.iter().enumerate().rev() {
        let refs = shape::diff_refs(context.state, &name, &pull, head).unwrap_or_default();
        all.push(json!({
            "id": pull.issue.id * 1000 + index as u64 + 1,
            "head_commit_sha": head,
            "base_commit_sha": refs.get("base_sha"),
            "start_commit_sha": refs.get("start_sha"),
            "created_at": iso(pull.updated),
            "merge_request_id": pull.issue.id,
            "state": "collected",
        }));
    }
    context.paged(all)
}

/// The git directory, the merge base and the head.
fn ends(context: &mut Context<'_>) -> Result<(std::path::PathBuf, String, String), Reply> {
    let dir = context.project()?.git_dir.clone();
    let pull = context.merge_request()?;
    let (base, head) = (pull.base.clone(), pull.head.clone());
    let merge_base = context.state.git.merge_base(&dir, &base, &head);
    Ok((dir, merge_base.unwrap_or(base), head))
}

/// Newest first, other than on GitHub.
pub(super) fn commits(context: &mut Context<'_>) -> Answer {
    let (dir, base, head) = ends(context)?;
    let commits = git::commits(&dir, &base, &head).map_err(|why| Reply::broken(&why))?;
    let commit = |commit: &git::Commit| {
        json!({
            "id": commit.sha,
            "short_id": commit.sha.get(..8),
            "parent_ids": commit.parents,
            "title": commit.message.lines().next(),
            "message": commit.message,
            "author_name": commit.name,
            "author_email": commit.email,
            "authored_date": commit.date,
            "created_at": commit.date,
        })
    };
    context.paged(commits.iter().rev().map(commit).collect())
}

pub(super) fn diffs(context: &mut Context<'_>) -> Answer {
    let (dir, base, head) = ends(context)?;
    let diff = context.state.git.diff(&dir, &base, &head, 3);
    let file = |file: &super::super::diff::FileDiff| {
        json!({
            "old_path": file.old_path,
            "new_path": file.path,
            "new_file": file.status == 'A',
            "deleted_file": file.status == 'D',
            "renamed_file": file.status == 'R',
            "diff": file.patch,
        })
    };
    context.paged(diff.files.iter().map(file).collect())
}

pub(super) fn issue(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name()?, context.number(1)?);
    let issue = context.project()?.issues.get(&number).cloned();
    let issue = issue.ok_or_else(|| error(404, "404 Not found"))?;
    Ok(Reply::ok(shape::issue(context.state, &name, &issue)))
}

pub(super) fn closes_issues(context: &mut Context<'_>) -> Answer {
    let name = context.name()?;
    let closes = context.merge_request()?.closes.clone();
    let known = context.project()?;
    let issues: Vec<_> = closes.iter().filter_map(|number| known.issues.get(number).cloned()).collect();
    let issues = issues.iter().map(|issue| shape::issue(context.state, &name, issue)).collect();
    context.paged(issues)
}

fn status(context: &Context<'_>, status: &Status) -> Value {
    json!({
        "id": status.id,
        "sha": status.sha,
        "status": status.state,
        "name": status.context,
        "description": status.description,
        "target_url": status.target_url,
        "author": shape::user(context.state, &status.author),
        "created_at": iso(status.created),
    })
}

fn commit(context: &mut Context<'_>) -> Result<String, Reply> {
    let revision = context.parameter(1).to_owned();
    let dir = context.project()?.git_dir.clone();
    git::commit_id(&dir, &revision).ok_or_else(|| error(404, "404 Commit Not Found"))
}

pub(super) fn statuses(context: &mut Context<'_>) -> Answer {
    let sha = commit(context)?;
    let all: Vec<Status> =
        context.project()?.statuses.iter().filter(|known| known.sha == sha).cloned().collect();
    let latest = all
        .iter()
        .filter(|known| !all.iter().any(|other| other.id > known.id && other.context == known.context));
    let shown = latest.map(|known| status(context, known)).collect();
    context.paged(shown)
}

const STATES: [&str; 6] = ["pending", "running", "success", "failed", "canceled", "skipped"];

pub(super) fn create_status(context: &mut Context<'_>) -> Answer {
    context.require(Right::Statuses)?;
    let sha = commit(context)?;
    let word = context.text("state").ok_or_else(|| failure(400, "state is missing"))?;
    if !STATES.contains(&word.as_str()) {
        return Err(failure(400, "state does not have a valid value"));
    }
    let name =
        context.text("name").or_else(|| context.text("context")).unwrap_or_else(|| "default".to_owned());
    let description = context.text("description");
    if description.as_ref().is_some_and(|text| text.chars().count() > 255) {
        return Err(error(400, "description is too long (maximum is 255 characters)"));
    }
    let last =
        context.project()?.statuses.iter().rev().find(|known| known.sha == sha && known.context == name);
    if matches!(word.as_str(), "pending" | "running") && last.is_some_and(|last| last.state == word) {
        let event = if word == "pending" { "enqueue" } else { "run" };
        return Err(error(400, &format!("Cannot transition status via :{event} from :{word}")));
    }
    let (id, created) = (context.state.id(), context.state.tick());
    let new = Status {
        id,
        sha,
        context: name,
        state: word,
        description,
        target_url: context.text("target_url"),
        author: context.access.login.clone(),
        created,
    };
    context.project()?.statuses.push(new.clone());
    Ok(Reply::created(status(context, &new)))
}
