//! What a forge tells of what has happened: the bodies of webhooks, which workflows find in a file. Pure; the signature is checked by
//! whoever received it.

use review_core::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::ForgeKind;

/// Something that happened to a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ForgeEvent {
    /// `owner/name`.
    pub project: String,
    /// Web address of the repository.
    pub repository_url: String,
    /// The pull request.
    pub number: u64,
    /// What happened.
    pub what: Happened,
    /// Login of whoever did it.
    pub actor: String,
    /// Whether a program did it, as far as the forge says.
    pub by_program: bool,
    /// The head, where the event tells it.
    pub head: Option<String>,
    /// Whether the pull request is a draft, where the event tells it.
    pub draft: bool,
}

/// What happened to a pull request.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Happened {
    /// It was opened, or opened again.
    Opened,
    /// Commits were pushed to it.
    Pushed,
    /// It is no draft any more.
    Ready,
    /// It got a label.
    Labelled(String),
    /// Somebody commented.
    Commented {
        /// Id of the comment.
        id: String,
        /// Text of the comment.
        body: String,
        /// Whether its author may write to the repository, as far as the event says; `None` means to ask.
        may_write: Option<bool>,
    },
    /// It was merged or closed.
    Closed,
}

impl Happened {
    /// The name by which configuration speaks of it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Pushed => "pushed",
            Self::Ready => "ready",
            Self::Labelled(_) => "labelled",
            Self::Commented { .. } => "commented",
            Self::Closed => "closed",
        }
    }
}

/// Reads an event. `Ok(None)` is one that is about no pull request, or about nothing that matters here.
///
/// `name` is the event's name as the forge gives it beside the body: the headers `X-GitHub-Event`, `X-Gitlab-Event` and
/// `X-Gitea-Event`, or the variable `GITHUB_EVENT_NAME` of a workflow.
///
/// # Errors
/// `InvalidInput` for what is no JSON, or an event that lacks what all events of its name have.
pub fn read(kind: ForgeKind, name: &str, body: &[u8]) -> Result<Option<ForgeEvent>> {
    let event: Value = serde_json::from_slice(body)
        .map_err(|error| Error::new(ErrorKind::InvalidInput, "the event is no JSON").with_source(error))?;
    let read = match kind {
        ForgeKind::Gitlab => gitlab(name, &event),
        ForgeKind::Github | ForgeKind::Gitea => github(name, &event),
    };
    match read {
        Read::Event(event) => Ok(Some(event)),
        Read::Other => Ok(None),
        Read::Broken(what) => {
            Err(Error::new(ErrorKind::InvalidInput, "the event lacks what such events have")
                .with_context("event", name)
                .with_context("lacks", what))
        }
    }
}

enum Read {
    Event(ForgeEvent),
    Other,
    Broken(&'static str),
}

fn text<'a>(value: &'a Value, path: &str) -> Option<&'a str> {
    value.pointer(path)?.as_str()
}

/// GitHub's form, which Gitea's follows.
fn github(name: &str, event: &Value) -> Read {
    let action = text(event, "/action").unwrap_or_default();
    let what = match (name, action) {
        ("pull_request" | "pull_request_target", "opened" | "reopened") => Happened::Opened,
        // `synchronized` is Gitea's word.
        ("pull_request" | "pull_request_target" | "pull_request_sync", "synchronize" | "synchronized") => {
            Happened::Pushed
        }
        ("pull_request" | "pull_request_target", "ready_for_review") => Happened::Ready,
        ("pull_request" | "pull_request_target" | "pull_request_label", "labeled" | "label_updated") => {
            Happened::Labelled(text(event, "/label/name").unwrap_or_default().to_owned())
        }
        ("pull_request" | "pull_request_target", "closed") => Happened::Closed,
        ("issue_comment" | "pull_request_comment", "created") if is_pull(event) => {
            commented(event, "/comment/body")
        }
        ("pull_request_review_comment", "created") => commented(event, "/comment/body"),
        _ => return Read::Other,
    };
    let number = ["/pull_request/number", "/issue/number", "/number"]
        .iter()
        .find_map(|path| event.pointer(path)?.as_u64());
    let Some(number) = number else { return Read::Broken("the number") };
    let Some(project) = text(event, "/repository/full_name") else { return Read::Broken("the repository") };
    let Some(actor) = text(event, "/sender/login") else { return Read::Broken("the sender") };
    Read::Event(ForgeEvent {
        project: project.to_owned(),
        repository_url: text(event, "/repository/html_url").unwrap_or_default().to_owned(),
        number,
        what,
        actor: actor.to_owned(),
        by_program: text(event, "/sender/type") == Some("Bot"),
        head: text(event, "/pull_request/head/sha").map(str::to_owned),
        draft: event.pointer("/pull_request/draft").and_then(Value::as_bool).unwrap_or(false),
    })
}

fn is_pull(event: &Value) -> bool {
    let flag = event.get("is_pull").and_then(Value::as_bool).unwrap_or(false);
    flag || event.pointer("/issue/pull_request").is_some_and(|pull| !pull.is_null())
}

fn commented(event: &Value, body: &str) -> Happened {
    let may_write = match text(event, "/comment/author_association") {
        Some("OWNER") => Some(true),
        None | Some("MEMBER" | "COLLABORATOR" | "") => None,
        Some(_) => Some(false),
    };
    let id = event.pointer("/comment/id").map(Value::to_string).unwrap_or_default();
    Happened::Commented { id, body: text(event, body).unwrap_or_default().to_owned(), may_write }
}

fn gitlab(name: &str, event: &Value) -> Read {
    let at = |path: &str| text(event, path).unwrap_or_default();
    let action = at("/object_attributes/action");
    let was_draft = event.pointer("/changes/draft/previous").and_then(Value::as_bool).unwrap_or(false);
    let is_draft = event.pointer("/object_attributes/draft").and_then(Value::as_bool).unwrap_or(false);
    let (what, number) = match (name, action) {
        ("Merge Request Hook", "open" | "reopen") => (Happened::Opened, "/object_attributes/iid"),
        // Only an update with an old revision comes from a push.
        ("Merge Request Hook", "update") if event.pointer("/object_attributes/oldrev").is_some() => {
            (Happened::Pushed, "/object_attributes/iid")
        }
        ("Merge Request Hook", "update") if was_draft && !is_draft => {
            (Happened::Ready, "/object_attributes/iid")
        }
        ("Merge Request Hook", "update") => match new_label(event) {
            Some(label) => (Happened::Labelled(label), "/object_attributes/iid"),
            None => return Read::Other,
        },
        ("Merge Request Hook", "close" | "merge") => (Happened::Closed, "/object_attributes/iid"),
        ("Note Hook", _) if at("/object_attributes/noteable_type") == "MergeRequest" => {
            if event.pointer("/object_attributes/system").and_then(Value::as_bool).unwrap_or(false)
                || action == "update"
            {
                return Read::Other;
            }
            let body = at("/object_attributes/note").to_owned();
            let id = event.pointer("/object_attributes/id").map(Value::to_string).unwrap_or_default();
            (Happened::Commented { id, body, may_write: None }, "/merge_request/iid")
        }
        _ => return Read::Other,
    };
    let Some(number) = event.pointer(number).and_then(Value::as_u64) else {
        return Read::Broken("the number");
    };
    let Some(project) = text(event, "/project/path_with_namespace") else {
        return Read::Broken("the project");
    };
    let Some(actor) = text(event, "/user/username") else { return Read::Broken("the user") };
    let head = text(event, "/object_attributes/last_commit/id")
        .or_else(|| text(event, "/merge_request/last_commit/id"));
    Read::Event(ForgeEvent {
        project: project.to_owned(),
        repository_url: at("/project/web_url").to_owned(),
        number,
        what,
        actor: actor.to_owned(),
        // The accounts of tokens have such names; GitLab does not tell them apart otherwise.
        by_program: actor.starts_with("project_") && actor.contains("_bot")
            || actor.starts_with("group_") && actor.contains("_bot"),
        head: head.map(str::to_owned),
        draft: is_draft || event.pointer("/merge_request/draft").and_then(Value::as_bool).unwrap_or(false),
    })
}

/// The label that an update added.
fn new_label(event: &Value) -> Option<String> {
    let titles = |path: &str| -> Vec<&str> {
        let labels = event.pointer(path).and_then(Value::as_array);
        labels.into_iter().flatten().filter_map(|label| text(label, "/title")).collect()
    };
    let before = titles("/changes/labels/previous");
    titles("/changes/labels/current").into_iter().find(|label| !before.contains(label)).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn shown(kind: ForgeKind, name: &str, event: &Value) -> String {
        match read(kind, name, event.to_string().as_bytes()) {
            Ok(Some(event)) => {
                let draft = if event.draft { " draft" } else { "" };
                let program = if event.by_program { " (program)" } else { "" };
                let head = event.head.as_deref().unwrap_or("-");
                format!(
                    "{}#{}{draft} {:?} by {}{program} at {head}",
                    event.project, event.number, event.what, event.actor
                )
            }
            Ok(None) => "nothing".to_owned(),
            Err(error) => format!("! {error}"),
        }
    }

    #[test]
    fn events_of_github_and_gitea() {
        let pull = |action: &str| {
            json!({ "action": action, "pull_request": { "number": 7, "draft": true, "head": { "sha": "abc" } },
                    "repository": { "full_name": "o/n" }, "sender": { "login": "ann", "type": "User" }, "label": { "name": "review" } })
        };
        let comment = |association: &str| {
            json!({ "action": "created", "issue": { "number": 7, "pull_request": {} },
                    "comment": { "id": 5, "body": "/deep-review", "author_association": association },
                    "repository": { "full_name": "o/n" }, "sender": { "login": "bot[bot]", "type": "Bot" } })
        };
        let github = |name: &str, event: Value| shown(ForgeKind::Github, name, &event);
        insta::assert_snapshot!([
            github("pull_request", pull("opened")),
            github("pull_request", pull("synchronize")),
            github("pull_request", pull("ready_for_review")),
            github("pull_request", pull("labeled")),
            github("pull_request", pull("closed")),
            github("pull_request", pull("edited")),
            github("issue_comment", comment("OWNER")),
            github("issue_comment", comment("NONE")),
            github("issue_comment", comment("MEMBER")),
            github("issue_comment", json!({ "action": "created", "issue": { "number": 7 } })),
            github("push", json!({})),
            github("pull_request", json!({ "action": "opened" })),
            github("pull_request", json!([])),
            shown(ForgeKind::Gitea, "pull_request", &pull("synchronized")),
        ].join("\n"), @r#"
        o/n#7 draft Opened by ann at abc
        o/n#7 draft Pushed by ann at abc
        o/n#7 draft Ready by ann at abc
        o/n#7 draft Labelled("review") by ann at abc
        o/n#7 draft Closed by ann at abc
        nothing
        o/n#7 Commented { id: "5", body: "/deep-review", may_write: Some(true) } by bot[bot] (program) at -
        o/n#7 Commented { id: "5", body: "/deep-review", may_write: Some(false) } by bot[bot] (program) at -
        o/n#7 Commented { id: "5", body: "/deep-review", may_write: None } by bot[bot] (program) at -
        nothing
        nothing
        ! the event lacks what such events have (event: pull_request, lacks: the number)
        nothing
        o/n#7 draft Pushed by ann at abc
        "#);
        assert!(read(ForgeKind::Github, "pull_request", b"not json").is_err());
    }

    #[test]
    fn events_of_gitlab() {
        let merge = |attributes: Value, changes: Value| {
            json!({ "object_attributes": attributes, "changes": changes, "project": { "path_with_namespace": "g/s/n" },
                    "user": { "username": "ann" } })
        };
        let gitlab = |name: &str, event: Value| shown(ForgeKind::Gitlab, name, &event);
        let labels = |title: &str| json!([{ "title": title }]);
        insta::assert_snapshot!([
            gitlab("Merge Request Hook", merge(json!({ "action": "open", "iid": 7, "last_commit": { "id": "abc" } }), json!({}))),
            gitlab("Merge Request Hook", merge(json!({ "action": "update", "iid": 7, "oldrev": "a" }), json!({}))),
            gitlab("Merge Request Hook", merge(json!({ "action": "update", "iid": 7 }), json!({ "draft": { "previous": true } }))),
            gitlab("Merge Request Hook", merge(json!({ "action": "update", "iid": 7 }),
                json!({ "labels": { "previous": labels("a"), "current": labels("review") } }))),
            gitlab("Merge Request Hook", merge(json!({ "action": "update", "iid": 7 }), json!({ "title": {} }))),
            gitlab("Merge Request Hook", merge(json!({ "action": "merge", "iid": 7 }), json!({}))),
            gitlab("Note Hook", json!({
                "object_attributes": { "id": 5, "noteable_type": "MergeRequest", "note": "/deep-review again" },
                "merge_request": { "iid": 7 }, "project": { "path_with_namespace": "g/n" },
                "user": { "username": "project_12_bot_ab" } })),
            gitlab("Note Hook", json!({ "object_attributes": { "noteable_type": "Issue" } })),
        ].join("\n"), @r#"
        g/s/n#7 Opened by ann at abc
        g/s/n#7 Pushed by ann at -
        g/s/n#7 Ready by ann at -
        g/s/n#7 Labelled("review") by ann at -
        nothing
        g/s/n#7 Closed by ann at -
        g/n#7 Commented { id: "5", body: "/deep-review again", may_write: None } by project_12_bot_ab (program) at -
        nothing
        "#);
    }
}
