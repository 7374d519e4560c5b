//! Deliveries of a project's hook.

use serde_json::json;

use super::super::state::State;
use super::super::webhooks::{Happening, Message, previous_head};
use super::shape;

pub(in super::super) fn webhook(
    state: &mut State,
    name: &str,
    number: u64,
    happening: &Happening,
) -> Option<Message> {
    let pull = state.repositories.get(name)?.pulls.get(&number)?.clone();
    let mut request = shape::merge_request(state, name, &pull)?;
    let known = state.repositories.get(name)?;
    let user = |login: &str| {
        let mut user = shape::user(state, login);
        if let Some(fields) = user.as_object_mut() {
            fields.retain(|field, _| matches!(field.as_str(), "id" | "name" | "username"));
        }
        user
    };
    let labels: Vec<_> = pull.issue.labels.iter().map(|title| json!({ "title": title })).collect();
    if let Some(fields) = request.as_object_mut() {
        fields.insert("last_commit".to_owned(), json!({ "id": pull.head }));
        fields.insert("author_id".to_owned(), json!(state.accounts.get(&pull.issue.author)));
    }
    let project = shape::project(state, known);
    if let Happening::Commented(id) = happening {
        let comment = pull.issue.comments.iter().find(|comment| comment.id == *id)?;
        let body = json!({
            "object_kind": "note",
            "event_type": "note",
            "user": user(&comment.author),
            "project": project,
            "merge_request": request,
            "object_attributes": {
                "id": comment.id,
                "note": comment.body,
                "noteable_type": "MergeRequest",
                "action": "create",
                "system": false,
            },
        });
        return Some((vec![("X-Gitlab-Event", "Note Hook".to_owned())], body));
    }
    let mut changes = json!({});
    let (action, oldrev) = match happening {
        Happening::Opened => ("open", None),
        // Only an update that has it moved the head.
        Happening::Pushed => ("update", Some(previous_head(&pull.heads)?)),
        Happening::Ready => {
            changes = json!({ "draft": { "previous": true, "current": false } });
            ("update", None)
        }
        Happening::Labelled(label) => {
            let before: Vec<_> = pull.issue.labels.iter().filter(|known| *known != label).collect();
            let before: Vec<_> = before.iter().map(|title| json!({ "title": title })).collect();
            changes = json!({ "labels": { "previous": before, "current": labels } });
            ("update", None)
        }
        Happening::Closed if pull.merged => ("merge", None),
        Happening::Closed | Happening::Commented(_) => ("close", None),
    };
    if let Some(fields) = request.as_object_mut() {
        fields.insert("action".to_owned(), action.into());
        fields.extend(oldrev.map(|oldrev| ("oldrev".to_owned(), json!(oldrev))));
    }
    let body = json!({
        "object_kind": "merge_request",
        "event_type": "merge_request",
        "user": user(&pull.issue.author),
        "project": project,
        "labels": labels,
        "changes": changes,
        "object_attributes": request,
    });
    Some((vec![("X-Gitlab-Event", "Merge Request Hook".to_owned())], body))
}
