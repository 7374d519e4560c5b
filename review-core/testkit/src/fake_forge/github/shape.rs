//! What is on the forge, as GitHub writes it. Fields that are only demanded are added by [`super::schema`].

use serde_json::{Value, json};

use super::super::Permission;
use super::super::state::{
    CheckRun, Comment, Issue, Place, Pull, Repository, Review, Spot, State, Status, Thread, Verdict, iso,
};

pub(super) fn user(state: &State, login: &str) -> Value {
    if state.ghosts.contains(login) {
        return json!({ "login": "ghost", "id": 10_137, "node_id": "U_10137", "type": "User" });
    }
    let id = state.accounts.get(login).copied().unwrap_or_default();
    let kind = if login.ends_with("[bot]") { "Bot" } else { "User" };
    json!({ "login": login, "id": id, "node_id": format!("U_{id}"), "type": kind })
}

/// Whoever wrote a review or a comment on lines: other than elsewhere, null when the account is gone.
fn reviewer(state: &State, login: &str) -> Value {
    if state.ghosts.contains(login) { Value::Null } else { user(state, login) }
}

pub(super) fn permission(repository: &Repository, login: &str) -> Permission {
    let given = repository.permissions.get(login).copied();
    let others = if repository.private { Permission::None } else { Permission::Read };
    given.unwrap_or(if repository.owner() == login { Permission::Admin } else { others })
}

pub(super) fn association(repository: &Repository, login: &str) -> &'static str {
    match permission(repository, login) {
        Permission::Admin if repository.owner() == login => "OWNER",
        Permission::Admin | Permission::Write | Permission::Triage => "COLLABORATOR",
        Permission::Read | Permission::None => "NONE",
    }
}

pub(super) fn repository(state: &State, repository: &Repository) -> Value {
    json!({
        "id": repository.id,
        "node_id": format!("R_{}", repository.id),
        "name": repository.short_name(),
        "full_name": repository.name,
        "owner": user(state, repository.owner()),
        "private": repository.private,
        "html_url": format!("{}/{}", state.url, repository.name),
        "fork": repository.fork_of.is_some(),
        "default_branch": repository.default_branch,
        "clone_url": repository.clone_url(),
        "git_url": repository.clone_url(),
        "ssh_url": repository.clone_url(),
        "visibility": if repository.private { "private" } else { "public" },
        "has_issues": true,
    })
}

pub(super) fn pull(state: &mut State, repository_name: &str, number: u64) -> Option<Value> {
    let known = state.repositories.get(repository_name)?;
    let pull = known.pulls.get(&number)?;
    let dir = known.git_dir.clone();
    let base = state.git.merge_base(&dir, &pull.base, &pull.head);
    let diff = base.as_ref().map(|base| state.git.diff(&dir, base, &pull.head, 3));
    let commits = base.as_ref().and_then(|base| super::super::git::commits(&dir, base, &pull.head).ok());
    let files = diff.as_ref().map(|diff| diff.files.as_slice()).unwrap_or_default();
    let head_repository = pull.head_repository.as_ref().and_then(|name| state.repositories.get(name));
    let head_repository = head_repository.filter(|known| !known.deleted);
    let head_owner = head_repository.map(|known| known.owner().to_owned());
    let issue = &pull.issue;
    let closed = |yes: bool| if yes { Value::from(iso(pull.updated)) } else { Value::Null };
    let inline: usize = pull.threads.iter().map(|thread| thread.comments.len()).sum();
    let web = format!("{}/{repository_name}/pull/{number}", state.url);
    let labels: Vec<Value> =
        issue.labels.iter().map(|name| json!({ "name": name, "color": "ededed" })).collect();
    Some(json!({
        "id": issue.id,
        "node_id": format!("PR_{}", issue.id),
        "url": format!("{}/repos/{repository_name}/pulls/{number}", state.url),
        "html_url": web,
        "number": number,
        "state": if issue.open { "open" } else { "closed" },
        "locked": pull.locked,
        "title": issue.title,
        "body": issue.body,
        "user": user(state, &issue.author),
        "labels": labels,
        "created_at": iso(issue.created),
        "updated_at": iso(pull.updated),
        "closed_at": closed(!issue.open),
        "merged_at": closed(pull.merged),
        "merged": pull.merged,
        "draft": pull.draft,
        "head": {
            "label": format!("{}:{}", head_owner.as_deref().unwrap_or("unknown"), pull.head_branch),
            "ref": pull.head_branch,
            "sha": pull.head,
            "repo": head_repository.map(|known| repository(state, known)),
            "user": head_owner.map(|owner| user(state, &owner)),
        },
        "base": {
            "label": format!("{}:{}", known.owner(), pull.base_branch),
            "ref": pull.base_branch,
            "sha": pull.base,
            "repo": repository(state, known),
            "user": user(state, known.owner()),
        },
        "author_association": association(known, &issue.author),
        "comments": issue.comments.len(),
        "review_comments": inline,
        "commits": commits.map_or(0, |commits| commits.len()),
        "additions": files.iter().map(|file| file.additions()).sum::<usize>(),
        "deletions": files.iter().map(|file| file.deletions()).sum::<usize>(),
        "changed_files": files.len(),
    }))
}

pub(super) fn issue(state: &State, repository: &Repository, issue: &Issue, pull: Option<&Pull>) -> Value {
    let mut value = json!({
        "id": issue.id,
        "node_id": format!("I_{}", issue.id),
        "url": format!("{}/repos/{}/issues/{}", state.url, repository.name, issue.number),
        "html_url": format!("{}/{}/issues/{}", state.url, repository.name, issue.number),
        "number": issue.number,
        "title": issue.title,
        "body": issue.body,
        "user": user(state, &issue.author),
        "state": if issue.open { "open" } else { "closed" },
        "labels": issue.labels.iter().map(|name| json!({ "name": name })).collect::<Vec<_>>(),
        "comments": issue.comments.len(),
        "created_at": iso(issue.created),
        "author_association": association(repository, &issue.author),
    });
    if let (Some(_), Some(fields)) = (pull, value.as_object_mut()) {
        let url = format!("{}/repos/{}/pulls/{}", state.url, repository.name, issue.number);
        fields.insert("pull_request".to_owned(), json!({ "url": url }));
    }
    value
}

fn rollup(comment: &Comment) -> Value {
    let count = |kind: &str| comment.reactions.iter().filter(|(_, _, known)| known == kind).count();
    json!({
        "total_count": comment.reactions.len(),
        "+1": count("+1"), "-1": count("-1"), "laugh": count("laugh"), "confused": count("confused"),
        "heart": count("heart"), "hooray": count("hooray"), "eyes": count("eyes"), "rocket": count("rocket"),
    })
}

pub(super) fn comment(state: &State, repository: &Repository, number: u64, comment: &Comment) -> Value {
    let web = format!("{}/{}/pull/{number}#issuecomment-{}", state.url, repository.name, comment.id);
    json!({
        "id": comment.id,
        "node_id": format!("IC_{}", comment.id),
        "url": format!("{}/repos/{}/issues/comments/{}", state.url, repository.name, comment.id),
        "html_url": web,
        "issue_url": format!("{}/repos/{}/issues/{number}", state.url, repository.name),
        "body": comment.body,
        "user": user(state, &comment.author),
        "created_at": iso(comment.created),
        "updated_at": iso(comment.updated),
        "author_association": association(repository, &comment.author),
        "reactions": rollup(comment),
    })
}

pub(super) fn review(state: &State, repository: &Repository, number: u64, review: &Review) -> Value {
    let verdict = match review.verdict {
        Verdict::Pending => "PENDING",
        Verdict::Commented => "COMMENTED",
        Verdict::Approved => "APPROVED",
        Verdict::ChangesRequested => "CHANGES_REQUESTED",
        Verdict::Dismissed => "DISMISSED",
    };
    let mut value = json!({
        "id": review.id,
        "node_id": format!("PRR_{}", review.id),
        "user": reviewer(state, &review.author),
        "body": review.body,
        "state": verdict,
        "commit_id": review.commit,
        "html_url": format!("{}/{}/pull/{number}#pullrequestreview-{}", state.url, repository.name, review.id),
        "pull_request_url": format!("{}/repos/{}/pulls/{number}", state.url, repository.name),
        "author_association": association(repository, &review.author),
    });
    if let (Some(at), Some(fields)) = (review.submitted, value.as_object_mut()) {
        fields.insert("submitted_at".to_owned(), iso(at).into());
    }
    value
}

pub(super) fn side(spot: Option<Spot>) -> Option<&'static str> {
    spot.map(|spot| if matches!(spot, Spot::Old(_)) { "LEFT" } else { "RIGHT" })
}

pub(super) fn line(spot: Option<Spot>) -> Option<u32> {
    spot.map(|spot| match spot {
        Spot::Old(line) | Spot::New(line) | Spot::Both { new: line, .. } => line,
    })
}

/// The hunk that a thread is about, down to its last line.
fn diff_hunk(state: &mut State, repository: &str, place: &Place) -> String {
    let Some(dir) = state.repositories.get(repository).map(|known| known.git_dir.clone()) else {
        return String::new();
    };
    let diff = state.git.diff(&dir, &place.base, &place.commit, 3);
    let hunk = diff.file(&place.path).and_then(|file| {
        let end = place.end?;
        let hunk = file.hunks.get(file.hunk(end)?)?;
        let length = hunk.lines.iter().position(|line| line.is(end))? + 2;
        let lines = hunk.text.lines().filter(|line| !line.starts_with('\\'));
        Some(lines.take(length).collect::<Vec<_>>().join("\n"))
    });
    hunk.unwrap_or_default()
}

/// The comments of a thread.
pub(super) fn inline(state: &mut State, repository_name: &str, number: u64, thread: &Thread) -> Vec<Value> {
    let Some(place) = &thread.place else { return Vec::new() };
    let present = state.present_place(repository_name, number, place);
    let hunk = diff_hunk(state, repository_name, place);
    let Some(repository) = state.repositories.get(repository_name) else { return Vec::new() };
    let first = thread.comments.first().map(|comment| comment.id);
    let shown = |comment: &Comment| {
        let api = format!("{}/repos/{repository_name}/pulls", state.url);
        let mut value = json!({
            "id": comment.id,
            "node_id": format!("PRRC_{}", comment.id),
            "pull_request_review_id": comment.review,
            "url": format!("{api}/comments/{}", comment.id),
            "html_url": format!("{}/{repository_name}/pull/{number}#discussion_r{}", state.url, comment.id),
            "pull_request_url": format!("{api}/{number}"),
            "body": comment.body,
            "user": reviewer(state, &comment.author),
            "created_at": iso(comment.created),
            "updated_at": iso(comment.updated),
            "author_association": association(repository, &comment.author),
            "reactions": rollup(comment),
            "diff_hunk": hunk,
            "path": present.as_ref().map_or(&place.path, |present| &present.path),
            "commit_id": present.as_ref().map_or(&place.commit, |present| &present.commit),
            "original_commit_id": place.commit,
            "subject_type": if place.end.is_some() { "line" } else { "file" },
            "side": side(place.end).unwrap_or("RIGHT"),
            "line": present.as_ref().and_then(|present| line(present.end)),
            "original_line": line(place.end),
            "start_line": present.as_ref().and_then(|present| line(present.start)),
            "original_start_line": line(place.start),
            "start_side": side(place.start),
        });
        if let Some(fields) = value.as_object_mut() {
            // Description and practice: numbers are left out where there are none, but `line` is null when outdated.
            for name in ["start_line", "original_start_line", "start_side"] {
                if place.start.is_none() {
                    fields.insert(name.to_owned(), Value::Null);
                }
            }
            if place.end.is_none() {
                fields.remove("original_line");
                fields.remove("line");
            }
            if first != Some(comment.id) {
                fields.insert("in_reply_to_id".to_owned(), json!(first));
            }
        }
        value
    };
    thread.comments.iter().map(shown).collect()
}

pub(super) fn check_run(state: &State, repository: &Repository, run: &CheckRun) -> Value {
    let slug = run.author.trim_end_matches("[bot]");
    json!({
        "id": run.id,
        "node_id": format!("CR_{}", run.id),
        "head_sha": run.sha,
        "name": run.name,
        "url": format!("{}/repos/{}/check-runs/{}", state.url, repository.name, run.id),
        "html_url": format!("{}/{}/runs/{}", state.url, repository.name, run.id),
        "details_url": run.details_url,
        "external_id": run.external_id,
        "status": run.status,
        "conclusion": run.conclusion,
        "started_at": iso(run.started),
        "completed_at": run.completed.map(iso),
        "output": {
            "title": run.title,
            "summary": run.summary,
            "text": run.text,
            "annotations_count": run.annotations.len(),
            "annotations_url": format!("{}/repos/{}/check-runs/{}/annotations", state.url, repository.name, run.id),
        },
        "app": { "slug": slug, "name": slug, "owner": user(state, repository.owner()) },
    })
}

pub(super) fn status(state: &State, repository: &Repository, status: &Status) -> Value {
    json!({
        "id": status.id,
        "url": format!("{}/repos/{}/statuses/{}", state.url, repository.name, status.sha),
        "state": status.state,
        "description": status.description,
        "target_url": status.target_url,
        "context": status.context,
        "creator": user(state, &status.author),
        "created_at": iso(status.created),
        "updated_at": iso(status.created),
    })
}
