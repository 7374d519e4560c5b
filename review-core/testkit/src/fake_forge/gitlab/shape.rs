//! What is on the forge, as GitLab writes it.

use serde_json::{Value, json};

use super::super::state::{Comment, Issue, Place, Pull, Repository, Spot, State, Thread, iso};

pub(super) fn user(state: &State, login: &str) -> Value {
    let login = if state.ghosts.contains(login) { "ghost" } else { login };
    let id = state.accounts.get(login).copied().unwrap_or_default();
    json!({
        "id": id,
        "username": login,
        "name": login,
        "state": "active",
        "bot": login.ends_with("[bot]"),
        "web_url": format!("{}/{login}", state.url),
    })
}

pub(super) fn project(state: &State, known: &Repository) -> Value {
    let parent = known.fork_of.as_ref().and_then(|name| state.repositories.get(name));
    json!({
        "id": known.id,
        "name": known.short_name(),
        "path": known.short_name(),
        "path_with_namespace": known.name,
        "default_branch": known.default_branch,
        "visibility": if known.private { "private" } else { "public" },
        "http_url_to_repo": known.clone_url(),
        "ssh_url_to_repo": known.clone_url(),
        "web_url": format!("{}/{}", state.url, known.name),
        "forked_from_project": parent.map(|parent| json!({ "id": parent.id, "path_with_namespace": parent.name })),
    })
}

/// The three commits that a diff of a merge request is told by.
pub(super) fn diff_refs(state: &mut State, known: &str, pull: &Pull, head: &str) -> Option<Value> {
    let dir = state.repositories.get(known)?.git_dir.clone();
    let base = state.git.merge_base(&dir, &pull.base, head)?;
    Some(json!({ "base_sha": base, "head_sha": head, "start_sha": pull.base }))
}

fn state_word(pull: &Pull) -> &'static str {
    match (pull.issue.open, pull.merged) {
        (true, _) => "opened",
        (false, true) => "merged",
        (false, false) => "closed",
    }
}

pub(super) fn merge_request(state: &mut State, name: &str, pull: &Pull) -> Option<Value> {
    let refs = diff_refs(state, name, pull, &pull.head);
    let known = state.repositories.get(name)?;
    let issue = &pull.issue;
    let number = issue.number;
    let source = pull.head_repository.as_ref().and_then(|name| state.repositories.get(name));
    let source = source.filter(|known| !known.deleted);
    let title = if pull.draft { format!("Draft: {}", issue.title) } else { issue.title.clone() };
    let notes: usize = pull.threads.iter().map(|thread| thread.comments.len()).sum();
    let unresolved = pull.threads.iter().any(|thread| thread.resolved_by.is_none());
    Some(json!({
        "id": issue.id,
        "iid": number,
        "project_id": known.id,
        "title": title,
        "description": issue.body,
        "state": state_word(pull),
        "draft": pull.draft,
        "work_in_progress": pull.draft,
        "author": user(state, &issue.author),
        "labels": issue.labels,
        "source_branch": pull.head_branch,
        "target_branch": pull.base_branch,
        "source_project_id": source.map(|known| known.id),
        "target_project_id": known.id,
        "sha": pull.head,
        "diff_refs": refs,
        "discussion_locked": pull.locked,
        "user_notes_count": notes + issue.comments.len(),
        "blocking_discussions_resolved": !unresolved,
        "references": { "short": format!("!{number}"), "full": format!("{name}!{number}") },
        "web_url": format!("{}/{name}/-/merge_requests/{number}", state.url),
        "created_at": iso(issue.created),
        "updated_at": iso(pull.updated),
    }))
}

pub(super) fn issue(state: &State, name: &str, issue: &Issue) -> Value {
    json!({
        "id": issue.id,
        "iid": issue.number,
        "title": issue.title,
        "description": issue.body,
        "state": if issue.open { "opened" } else { "closed" },
        "author": user(state, &issue.author),
        "labels": issue.labels,
        "web_url": format!("{}/{name}/-/issues/{}", state.url, issue.number),
    })
}

/// GitLab's forty digits for a thread or a lone note.
pub(super) fn discussion_id(id: u64) -> String {
    format!("{id:040x}")
}

fn lines(spot: Option<Spot>) -> (Option<u32>, Option<u32>) {
    match spot {
        None => (None, None),
        Some(Spot::Old(old)) => (Some(old), None),
        Some(Spot::New(new)) => (None, Some(new)),
        Some(Spot::Both { old, new }) => (Some(old), Some(new)),
    }
}

/// Where a note was put; GitLab tells the original place, and the present one where it is still in the diff.
fn position(place: &Place, pull: &Pull) -> Value {
    let (old_line, new_line) = lines(place.end);
    let range = place.start.map(|start| {
        let (old, new) = lines(Some(start));
        json!({
            "start": { "old_line": old, "new_line": new },
            "end": { "old_line": old_line, "new_line": new_line },
        })
    });
    json!({
        "base_sha": place.base,
        "start_sha": pull.base,
        "head_sha": place.commit,
        "old_path": place.old_path,
        "new_path": place.path,
        "position_type": if place.end.is_some() { "text" } else { "file" },
        "old_line": old_line,
        "new_line": new_line,
        "line_range": range,
    })
}

pub(super) fn note(
    state: &State,
    pull: &Pull,
    comment: &Comment,
    thread: Option<(&Thread, Option<&Place>)>,
) -> Value {
    let kind = match thread {
        None => None,
        Some((thread, _)) if thread.place.is_some() => Some("DiffNote"),
        Some(_) => Some("DiscussionNote"),
    };
    let mut value = json!({
        "id": comment.id,
        "type": kind,
        "body": comment.body,
        "author": user(state, &comment.author),
        "created_at": iso(comment.created),
        "updated_at": iso(comment.updated),
        "system": comment.system,
        "noteable_id": pull.issue.id,
        "noteable_type": "MergeRequest",
        "noteable_iid": pull.issue.number,
        "resolvable": thread.is_some(),
        "internal": false,
    });
    if let (Some((thread, present)), Some(fields)) = (thread, value.as_object_mut()) {
        fields.insert("resolved".to_owned(), thread.resolved_by.is_some().into());
        let by = thread.resolved_by.as_ref().map(|login| user(state, login));
        fields.insert("resolved_by".to_owned(), by.unwrap_or_default());
        if let Some(original) = &thread.place {
            fields.insert("position".to_owned(), position(present.unwrap_or(original), pull));
        }
    }
    value
}

/// A thread, with the place of its notes in the present diff where it is still there.
pub(super) fn discussion(state: &mut State, name: &str, pull: &Pull, thread: &Thread) -> Value {
    let present = thread.place.as_ref().and_then(|place| state.present_place(name, pull.issue.number, place));
    let notes: Vec<Value> = thread
        .comments
        .iter()
        .map(|comment| note(state, pull, comment, Some((thread, present.as_ref()))))
        .collect();
    json!({ "id": discussion_id(thread.id), "individual_note": false, "notes": notes })
}

/// A note on its own, which is listed among the discussions too.
pub(super) fn individual(state: &State, pull: &Pull, comment: &Comment) -> Value {
    json!({
        "id": discussion_id(comment.id),
        "individual_note": true,
        "notes": [note(state, pull, comment, None)],
    })
}
