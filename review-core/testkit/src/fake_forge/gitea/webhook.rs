//! Deliveries of a repository's hook.

use serde_json::{Value, json};

use super::super::state::State;
use super::super::webhooks::{Happening, Message};
use super::shape;

pub(in super::super) fn webhook(
    state: &mut State,
    name: &str,
    number: u64,
    happening: &Happening,
) -> Option<Message> {
    let pull = state.repositories.get(name)?.pulls.get(&number)?.clone();
    let shown = shape::pull(state, name, &pull)?;
    let known = state.repositories.get(name)?;
    let mut sender = pull.issue.author.clone();
    let mut more: Vec<(&str, Value)> = Vec::new();
    // The event, its finer kind, and the action.
    let (event, kind, action) = match happening {
        Happening::Opened => ("pull_request", "pull_request", "opened"),
        Happening::Pushed => {
            more.push(("commit_id", json!(pull.head)));
            ("pull_request", "pull_request_sync", "synchronized")
        }
        // A draft is one by its title.
        Happening::Ready => {
            let before = format!("WIP: {}", pull.issue.title);
            more.push(("changes", json!({ "title": { "from": before } })));
            ("pull_request", "pull_request", "edited")
        }
        Happening::Labelled(_) => ("pull_request", "pull_request_label", "label_updated"),
        Happening::Closed => ("pull_request", "pull_request", "closed"),
        Happening::Commented(id) => {
            let comment = pull.issue.comments.iter().find(|comment| comment.id == *id)?;
            sender.clone_from(&comment.author);
            more.push(("comment", shape::comment(state, name, number, comment)));
            more.push(("issue", shape::issue(state, name, &pull.issue, Some(&pull))));
            more.push(("is_pull", true.into()));
            ("issue_comment", "pull_request_comment", "created")
        }
    };
    let mut body = json!({
        "action": action,
        "number": number,
        "pull_request": shown,
        "repository": shape::repository(state, known),
        "sender": shape::user(state, &sender),
    });
    body.as_object_mut()?.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    let headers = vec![
        ("X-Gitea-Event", event.to_owned()),
        ("X-Gitea-Event-Type", kind.to_owned()),
        ("X-GitHub-Event", event.to_owned()),
    ];
    Some((headers, body))
}
