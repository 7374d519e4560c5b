//! What is on the forge, as GraphQL knows it.

use serde_json::{Value, json};

use super::super::super::state::{Comment, Pull, Repository, State, Thread, Verdict, iso};
use super::super::super::{Access, Permission, Right};
use super::super::shape::{association, line, permission, side};
use super::execute::NODES;

fn connection(kind: &str, nodes: Vec<Value>) -> Value {
    json!({ "__typename": format!("{kind}Connection"), NODES: nodes })
}

/// A bot's login goes without `[bot]` here, other than in REST.
fn actor(state: &State, login: &str) -> Value {
    if state.ghosts.contains(login) {
        return Value::Null;
    }
    let id = state.accounts.get(login).copied().unwrap_or_default();
    let bot = login.strip_suffix("[bot]");
    json!({
        "__typename": if bot.is_some() { "Bot" } else { "User" },
        "login": bot.unwrap_or(login),
        "id": format!("U_{id}"),
        "databaseId": id,
        "url": format!("{}/{login}", state.url),
    })
}

pub(super) fn viewer(state: &State, access: &Access) -> Value {
    let mut viewer = actor(state, &access.login);
    if let Some(fields) = viewer.as_object_mut() {
        // The one place where a bot's login is whole.
        fields.insert("login".to_owned(), access.login.clone().into());
        fields.insert("__typename".to_owned(), "User".into());
    }
    viewer
}

fn seen<'s>(state: &'s State, access: &Access, name: &str) -> Option<&'s Repository> {
    state.repositories.get(name).filter(|known| !known.deleted && (!known.private || access.reaches(name)))
}

pub(super) fn repository(state: &State, access: &Access, name: &str) -> Option<Value> {
    let known = seen(state, access, name)?;
    let viewer = match permission(known, &access.login) {
        Permission::None => None,
        permission => Some(permission.word().to_uppercase()),
    };
    Some(json!({
        "__typename": "Repository",
        "id": format!("R_{}", known.id),
        "databaseId": known.id,
        "name": known.short_name(),
        "nameWithOwner": known.name,
        "isPrivate": known.private,
        "isFork": known.fork_of.is_some(),
        "url": format!("{}/{}", state.url, known.name),
        "owner": actor(state, known.owner()),
        "viewerPermission": viewer,
    }))
}

pub(super) fn pull(state: &mut State, access: &Access, name: &str, number: u64) -> Option<Value> {
    let known = seen(state, access, name)?;
    let pull = known.pulls.get(&number)?.clone();
    let mut threads = Vec::new();
    for thread in &pull.threads {
        threads.extend(self::thread(state, access, name, &pull, thread));
    }
    let known = state.repositories.get(name)?;
    let issue = &pull.issue;
    let word = match (issue.open, pull.merged) {
        (true, _) => "OPEN",
        (false, true) => "MERGED",
        (false, false) => "CLOSED",
    };
    let comments = issue.comments.iter().map(|it| comment(state, access, known, &pull, it)).collect();
    let visible =
        pull.reviews.iter().filter(|it| it.verdict != Verdict::Pending || it.author == access.login);
    let reviews = visible.map(|it| review(state, access, known, &pull, it.id)).collect::<Option<_>>()?;
    let labels = issue.labels.iter().map(|name| json!({ "__typename": "Label", "name": name })).collect();
    let closes = pull.closes.iter().filter_map(|number| {
        let issue = known.issues.get(number)?;
        Some(json!({
            "__typename": "Issue",
            "number": number,
            "title": issue.title,
            "body": issue.body.clone().unwrap_or_default(),
            "state": if issue.open { "OPEN" } else { "CLOSED" },
            "url": format!("{}/{name}/issues/{number}", state.url),
        }))
    });
    Some(json!({
        "__typename": "PullRequest",
        "id": format!("PR_{}", issue.id),
        "databaseId": issue.id,
        "number": number,
        "title": issue.title,
        "body": issue.body.clone().unwrap_or_default(),
        "state": word,
        "isDraft": pull.draft,
        "merged": pull.merged,
        "locked": pull.locked,
        "url": format!("{}/{name}/pull/{number}", state.url),
        "author": actor(state, &issue.author),
        "authorAssociation": association(known, &issue.author),
        "createdAt": iso(issue.created),
        "updatedAt": iso(pull.updated),
        "headRefName": pull.head_branch,
        "headRefOid": pull.head,
        "baseRefName": pull.base_branch,
        "baseRefOid": pull.base,
        "isCrossRepository": pull.head_repository.as_deref() != Some(name),
        "headRepository": pull.head_repository.as_ref().and_then(|from| repository(state, access, from)),
        "labels": connection("Label", labels),
        "closingIssuesReferences": connection("Issue", closes.collect()),
        "comments": connection("IssueComment", comments),
        "reviews": connection("PullRequestReview", reviews),
        "reviewThreads": connection("PullRequestReviewThread", threads),
    }))
}

/// A thread, where the viewer sees it.
pub(super) fn thread(
    state: &mut State,
    access: &Access,
    name: &str,
    pull: &Pull,
    thread: &Thread,
) -> Option<Value> {
    let place = thread.place.as_ref()?;
    let pending = |comment: &&Comment| {
        let of = pull.reviews.iter().find(|review| Some(review.id) == comment.review);
        of.is_some_and(|review| review.verdict == Verdict::Pending && review.author != access.login)
    };
    let visible: Vec<&Comment> = thread.comments.iter().filter(|comment| !pending(comment)).collect();
    if visible.is_empty() {
        return None;
    }
    let present = state.present_place(name, pull.issue.number, place);
    let known = state.repositories.get(name)?;
    let comments = visible.iter().map(|comment| {
        let mut value = self::comment(state, access, known, pull, comment);
        if let Some(fields) = value.as_object_mut() {
            let first = thread.comments.first().filter(|first| first.id != comment.id);
            let of = comment.review.map(|id| {
                json!({
                    "__typename": "PullRequestReview", "id": format!("PRR_{id}"), "databaseId": id,
                })
            });
            let commit = |sha: &str| json!({ "__typename": "Commit", "oid": sha });
            let more = [
                ("__typename", "PullRequestReviewComment".into()),
                ("id", format!("PRRC_{}", comment.id).into()),
                ("path", place.path.clone().into()),
                ("outdated", present.is_none().into()),
                ("line", json!(present.as_ref().and_then(|present| line(present.end)))),
                ("startLine", json!(present.as_ref().and_then(|present| line(present.start)))),
                ("originalLine", json!(line(place.end))),
                ("originalStartLine", json!(line(place.start))),
                ("originalCommit", commit(&place.commit)),
                ("commit", commit(present.as_ref().map_or(&place.commit, |present| &present.commit))),
                ("pullRequestReview", json!(of)),
                (
                    "replyTo",
                    json!(first.map(|first| json!({
                        "__typename": "PullRequestReviewComment",
                        "id": format!("PRRC_{}", first.id),
                        "databaseId": first.id,
                    }))),
                ),
            ];
            fields.extend(more.map(|(name, value)| (name.to_owned(), value)));
        }
        value
    });
    let comments: Vec<Value> = comments.collect();
    let may = access.may(Right::Contents, name);
    Some(json!({
        "__typename": "PullRequestReviewThread",
        "id": format!("PRRT_{}", thread.id),
        "isResolved": thread.resolved_by.is_some(),
        "isOutdated": present.is_none(),
        "isCollapsed": thread.resolved_by.is_some() || present.is_none(),
        "resolvedBy": thread.resolved_by.as_ref().map(|login| actor(state, login)),
        "path": present.as_ref().map_or(&place.path, |present| &present.path),
        "line": present.as_ref().and_then(|present| line(present.end)),
        "startLine": present.as_ref().and_then(|present| line(present.start)),
        "originalLine": line(place.end),
        "originalStartLine": line(place.start),
        "diffSide": side(place.end).unwrap_or("RIGHT"),
        "startDiffSide": side(place.start),
        "subjectType": if place.end.is_some() { "LINE" } else { "FILE" },
        "viewerCanResolve": may && thread.resolved_by.is_none(),
        "viewerCanUnresolve": may && thread.resolved_by.is_some(),
        "viewerCanReply": access.may(Right::PullRequests, name),
        "comments": connection("PullRequestReviewComment", comments),
    }))
}

fn reaction_word(kind: &str) -> &'static str {
    match kind {
        "+1" => "THUMBS_UP",
        "-1" => "THUMBS_DOWN",
        "laugh" => "LAUGH",
        "confused" => "CONFUSED",
        "heart" => "HEART",
        "hooray" => "HOORAY",
        "rocket" => "ROCKET",
        _ => "EYES",
    }
}

/// What comments of all kinds have.
fn comment(state: &State, access: &Access, known: &Repository, pull: &Pull, comment: &Comment) -> Value {
    let may_minimize = access.may(Right::PullRequests, &known.name) || access.may(Right::Issues, &known.name);
    let reactions = comment.reactions.iter().map(|(_, by, kind)| {
        json!({ "__typename": "Reaction", "content": reaction_word(kind), "user": actor(state, by) })
    });
    let kinds = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];
    let groups = kinds.map(|kind| {
        let by = comment.reactions.iter().filter(|(_, _, known)| known == kind);
        let by: Vec<Value> = by.map(|(_, by, _)| actor(state, by)).collect();
        json!({
            "__typename": "ReactionGroup",
            "content": reaction_word(kind),
            "users": connection("ReactingUser", by.clone()),
            "reactors": connection("Reactor", by),
        })
    });
    let number = pull.issue.number;
    json!({
        "__typename": "IssueComment",
        "id": format!("IC_{}", comment.id),
        "databaseId": comment.id,
        "fullDatabaseId": comment.id.to_string(),
        "author": actor(state, &comment.author),
        "authorAssociation": association(known, &comment.author),
        "body": comment.body,
        "createdAt": iso(comment.created),
        "updatedAt": iso(comment.updated),
        "url": format!("{}/{}/pull/{number}#comment-{}", state.url, known.name, comment.id),
        "isMinimized": comment.minimized.is_some(),
        "minimizedReason": comment.minimized.as_ref().map(|why| why.to_lowercase().replace('_', "-")),
        "viewerDidAuthor": comment.author == access.login,
        "viewerCanMinimize": may_minimize,
        "viewerCanUpdate": comment.author == access.login || access.may(Right::Contents, &known.name),
        "reactions": connection("Reaction", reactions.collect()),
        "reactionGroups": groups,
    })
}

fn review(state: &State, access: &Access, known: &Repository, pull: &Pull, id: u64) -> Option<Value> {
    let review = pull.reviews.iter().find(|review| review.id == id)?;
    let word = match review.verdict {
        Verdict::Pending => "PENDING",
        Verdict::Commented => "COMMENTED",
        Verdict::Approved => "APPROVED",
        Verdict::ChangesRequested => "CHANGES_REQUESTED",
        Verdict::Dismissed => "DISMISSED",
    };
    Some(json!({
        "__typename": "PullRequestReview",
        "id": format!("PRR_{id}"),
        "databaseId": id,
        "fullDatabaseId": id.to_string(),
        "author": actor(state, &review.author),
        "authorAssociation": association(known, &review.author),
        "body": review.body,
        "state": word,
        "submittedAt": review.submitted.map(iso),
        "commit": { "__typename": "Commit", "oid": review.commit },
        "isMinimized": review.minimized.is_some(),
        "minimizedReason": review.minimized.as_ref().map(|why| why.to_lowercase().replace('_', "-")),
        "viewerDidAuthor": review.author == access.login,
        "viewerCanMinimize": access.may(Right::PullRequests, &known.name),
        "url": format!("{}/{}/pull/{}#pullrequestreview-{id}", state.url, known.name, pull.issue.number),
    }))
}

/// The object with a global id, where the viewer sees it.
pub(super) fn node(state: &mut State, access: &Access, id: &str) -> Option<Value> {
    let (kind, number) = id.rsplit_once('_')?;
    let number: u64 = number.parse().ok()?;
    let all: Vec<(String, Pull)> = state
        .repositories
        .values()
        .filter(|known| seen(state, access, &known.name).is_some())
        .flat_map(|known| known.pulls.values().map(|pull| (known.name.clone(), pull.clone())))
        .collect();
    for (name, pull) in all {
        let known = state.repositories.get(&name)?;
        let found = match kind {
            "PR" if pull.issue.id == number => self::pull(state, access, &name, pull.issue.number),
            "IC" => {
                let found = pull.issue.comments.iter().find(|comment| comment.id == number);
                found.map(|found| comment(state, access, known, &pull, found))
            }
            "PRR" => review(state, access, known, &pull, number),
            "PRRT" => {
                let found = pull.threads.iter().find(|thread| thread.id == number);
                found.and_then(|found| thread(state, access, &name, &pull, found))
            }
            "PRRC" => {
                let has = |thread: &&Thread| thread.comments.iter().any(|comment| comment.id == number);
                let thread = pull.threads.iter().find(has);
                let shown = thread.and_then(|found| self::thread(state, access, &name, &pull, found));
                let comments =
                    shown.as_ref().and_then(|thread| thread.get("comments")?.get(NODES)?.as_array());
                let of = |value: &&Value| value.get("databaseId").and_then(Value::as_u64) == Some(number);
                comments.and_then(|comments| comments.iter().find(of)).cloned()
            }
            _ => None,
        };
        if found.is_some() {
            return found;
        }
    }
    None
}
