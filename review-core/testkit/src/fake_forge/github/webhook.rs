//! Deliveries to an app or a repository's hook.

use serde_json::{Value, json};

use super::super::state::State;
use super::super::webhooks::{Happening, Message, previous_head};
use super::{schema, shape};

pub(in super::super) fn webhook(
    state: &mut State,
    name: &str,
    number: u64,
    happening: &Happening,
) -> Option<Message> {
    let mut pull = shape::pull(state, name, number)?;
    schema::fill_component("pull-request", &mut pull);
    let known = state.repositories.get(name)?;
    let of = known.pulls.get(&number)?;
    let mut repository = shape::repository(state, known);
    schema::fill_component("full-repository", &mut repository);
    let installation = state.apps.first().map(|app| json!({ "id": app.installation }));
    let mut sender = of.issue.author.clone();
    let mut body = json!({ "number": number, "repository": repository });
    let mut event = "pull_request";
    let mut more: Vec<(&str, Value)> = Vec::new();
    let action = match happening {
        Happening::Opened => "opened",
        Happening::Pushed => {
            more.push(("before", json!(previous_head(&of.heads)?)));
            more.push(("after", json!(of.head)));
            "synchronize"
        }
        Happening::Ready => "ready_for_review",
        Happening::Labelled(label) => {
            more.push(("label", json!({ "name": label })));
            "labeled"
        }
        Happening::Closed => "closed",
        Happening::Commented(id) => {
            let comment = of.issue.comments.iter().find(|comment| comment.id == *id)?;
            sender.clone_from(&comment.author);
            let mut shown = shape::comment(state, known, number, comment);
            schema::fill_component("issue-comment", &mut shown);
            more.push(("comment", shown));
            more.push(("issue", shape::issue(state, known, &of.issue, Some(of))));
            event = "issue_comment";
            "created"
        }
    };
    let fields = body.as_object_mut()?;
    fields.insert("action".to_owned(), action.into());
    if event == "pull_request" {
        fields.insert("pull_request".to_owned(), pull);
    } else {
        fields.remove("number");
    }
    fields.extend(more.into_iter().map(|(name, value)| (name.to_owned(), value)));
    fields.extend(installation.map(|installation| ("installation".to_owned(), installation)));
    fields.insert("sender".to_owned(), shape::user(state, &sender));
    let headers =
        vec![("X-GitHub-Event", event.to_owned()), ("User-Agent", "GitHub-Hookshot/fake".to_owned())];
    Some((headers, body))
}
