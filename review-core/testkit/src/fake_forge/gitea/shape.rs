//! What is on the forge, as Gitea writes it.

use serde_json::{Value, json};

use super::super::git::git;
use super::super::state::{
    Comment, Issue, Pull, Repository, Review, Spot, State, Status, Thread, Verdict, iso,
};

pub(super) fn user(state: &State, login: &str) -> Value {
    if state.ghosts.contains(login) {
        return json!({ "id": -1, "login": "Ghost", "username": "Ghost", "full_name": "" });
    }
    let id = state.accounts.get(login).copied().unwrap_or_default();
    json!({ "id": id, "login": login, "username": login, "full_name": login, "html_url": format!("{}/{login}", state.url) })
}

pub(super) fn repository(state: &State, known: &Repository) -> Value {
    json!({
        "id": known.id,
        "name": known.short_name(),
        "full_name": known.name,
        "owner": user(state, known.owner()),
        "private": known.private,
        "fork": known.fork_of.is_some(),
        "default_branch": known.default_branch,
        "clone_url": known.clone_url(),
        "ssh_url": known.clone_url(),
        "html_url": format!("{}/{}", state.url, known.name),
    })
}

fn labels(issue: &Issue) -> Value {
    issue.labels.iter().map(|name| json!({ "name": name })).collect()
}

fn word(open: bool) -> &'static str {
    if open { "open" } else { "closed" }
}

pub(super) fn pull(state: &mut State, name: &str, pull: &Pull) -> Option<Value> {
    let dir = state.repositories.get(name)?.git_dir.clone();
    let merge_base = state.git.merge_base(&dir, &pull.base, &pull.head);
    let known = state.repositories.get(name)?;
    let head = pull.head_repository.as_ref().and_then(|name| state.repositories.get(name));
    let head = head.filter(|known| !known.deleted);
    let issue = &pull.issue;
    let title = if pull.draft { format!("WIP: {}", issue.title) } else { issue.title.clone() };
    Some(json!({
        "id": issue.id,
        "number": issue.number,
        "url": format!("{}/{name}/pulls/{}", state.url, issue.number),
        "html_url": format!("{}/{name}/pulls/{}", state.url, issue.number),
        "user": user(state, &issue.author),
        "title": title,
        "body": issue.body.clone().unwrap_or_default(),
        "labels": labels(issue),
        "state": word(issue.open),
        "draft": pull.draft,
        "is_locked": pull.locked,
        "comments": issue.comments.len(),
        "merged": pull.merged,
        "merge_base": merge_base,
        "base": {
            "label": pull.base_branch, "ref": pull.base_branch, "sha": pull.base,
            "repo_id": known.id, "repo": repository(state, known),
        },
        "head": {
            "label": pull.head_branch, "ref": pull.head_branch, "sha": pull.head,
            "repo_id": head.map_or(0, |known| known.id), "repo": head.map(|known| repository(state, known)),
        },
        "created_at": iso(issue.created),
        "updated_at": iso(pull.updated),
    }))
}

pub(super) fn issue(state: &State, name: &str, issue: &Issue, pull: Option<&Pull>) -> Value {
    json!({
        "id": issue.id,
        "number": issue.number,
        "title": issue.title,
        "body": issue.body.clone().unwrap_or_default(),
        "user": user(state, &issue.author),
        "state": word(issue.open),
        "labels": labels(issue),
        "comments": issue.comments.len(),
        "html_url": format!("{}/{name}/issues/{}", state.url, issue.number),
        "created_at": iso(issue.created),
        "pull_request": pull.map(|pull| json!({ "merged": pull.merged, "draft": pull.draft })),
    })
}

pub(super) fn comment(state: &State, name: &str, number: u64, comment: &Comment) -> Value {
    json!({
        "id": comment.id,
        "body": comment.body,
        "user": user(state, &comment.author),
        "html_url": format!("{}/{name}/issues/{number}#issuecomment-{}", state.url, comment.id),
        "issue_url": format!("{}/{name}/issues/{number}", state.url),
        "created_at": iso(comment.created),
        "updated_at": iso(comment.updated),
    })
}

pub(super) fn review(state: &State, name: &str, pull: &Pull, review: &Review) -> Value {
    let word = match review.verdict {
        Verdict::Pending => "PENDING",
        Verdict::Commented => "COMMENT",
        Verdict::Approved => "APPROVED",
        Verdict::ChangesRequested | Verdict::Dismissed => "REQUEST_CHANGES",
    };
    let comments = pull.threads.iter().flat_map(|thread| &thread.comments);
    json!({
        "id": review.id,
        "user": user(state, &review.author),
        "state": word,
        "body": review.body,
        "commit_id": review.commit,
        "stale": review.commit != pull.head,
        "official": false,
        "dismissed": review.verdict == Verdict::Dismissed,
        "comments_count": comments.filter(|comment| comment.review == Some(review.id)).count(),
        "submitted_at": review.submitted.map(iso),
        "html_url": format!("{}/{name}/pulls/{}#review-{}", state.url, pull.issue.number, review.id),
    })
}

/// The commit that a line of the new side comes from; nothing for one of the old side.
fn blamed(state: &State, repository: &str, thread: &Thread) -> Option<String> {
    let place = thread.place.as_ref()?;
    let Spot::New(line) = place.end? else { return None };
    let dir = &state.repositories.get(repository)?.git_dir;
    let range = format!("{line},{line}");
    let blame = git(dir, &["blame", "--porcelain", "-L", &range, &place.commit, "--", &place.path]).ok()?;
    blame.split(' ').next().map(str::to_owned)
}

/// A comment on a line. It isn't told which head it was made on, nor that it is outdated: its number stays.
pub(super) fn inline(
    state: &State,
    repository: &str,
    pull: &Pull,
    thread: &Thread,
    comment: &Comment,
) -> Value {
    let place = thread.place.as_ref();
    let (position, original) = match place.and_then(|place| place.end) {
        Some(Spot::New(line) | Spot::Both { new: line, .. }) => (line, 0),
        Some(Spot::Old(line)) => (0, line),
        None => (0, 0),
    };
    json!({
        "id": comment.id,
        "body": comment.body,
        "user": user(state, &comment.author),
        "resolver": thread.resolved_by.as_ref().map(|login| user(state, login)),
        "pull_request_review_id": comment.review,
        "path": place.map(|place| &place.path),
        "commit_id": blamed(state, repository, thread).unwrap_or_default(),
        "original_commit_id": "",
        "pull_request_url": format!("{}/{repository}/pulls/{}", state.url, pull.issue.number),
        "position": position,
        "original_position": original,
        "created_at": iso(comment.created),
        "updated_at": iso(comment.updated),
    })
}

pub(super) fn status(state: &State, status: &Status) -> Value {
    json!({
        "id": status.id,
        "status": status.state,
        "context": status.context,
        "description": status.description.clone().unwrap_or_default(),
        "target_url": status.target_url.clone().unwrap_or_default(),
        "creator": user(state, &status.author),
        "created_at": iso(status.created),
        "updated_at": iso(status.created),
    })
}
