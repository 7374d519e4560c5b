//! Comments below a change or an issue, and reactions.

use serde_json::{Value, json};

use super::super::Right;
use super::super::reply::{Answer, Reply};
use super::super::state::{Comment, Issue, iso};
use super::context::{Context, error, not_found};
use super::shape;

/// The issue or change that the path is about.
fn issue<'a>(context: &'a mut Context<'_>) -> Result<&'a mut Issue, Reply> {
    let number = context.number(2)?;
    let known = context.repository()?;
    match known.pulls.get_mut(&number) {
        Some(pull) => Ok(&mut pull.issue),
        None => known.issues.get_mut(&number).ok_or_else(not_found),
    }
}

fn body(context: &Context<'_>) -> Result<String, Reply> {
    let body = context.text("body").filter(|body| !body.trim().is_empty());
    body.ok_or_else(|| error(422, "[Body]: Required"))
}

/// All of them: this list has no pages.
pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    let comments = issue(context)?.comments.clone();
    let shown: Vec<Value> =
        comments.iter().map(|comment| shape::comment(context.state, &name, number, comment)).collect();
    Ok(Reply::ok(shown.into()))
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    issue(context)?;
    context.require(Right::Issues)?;
    let locked = context.repository()?.pulls.get(&number).is_some_and(|pull| pull.locked);
    if locked && !context.access.may(Right::Contents, &name) {
        return Err(error(403, "repo.issues.comment_on_locked"));
    }
    let body = body(context)?;
    let login = context.access.login.clone();
    let comment = context.state.comment(&login, &body);
    issue(context)?.comments.push(comment.clone());
    Ok(Reply::created(shape::comment(context.state, &name, number, &comment)))
}

/// A comment of the repository, of either kind, with the number of what it is about.
fn find(context: &mut Context<'_>) -> Result<(u64, Comment), Reply> {
    let id = context.number(2)?;
    let known = context.repository()?;
    let of_issues =
        known.issues.values().flat_map(|issue| issue.comments.iter().map(|it| (issue.number, it)));
    let of_pulls = known.pulls.values().flat_map(|pull| {
        let threads = pull.threads.iter().flat_map(|thread| &thread.comments);
        pull.issue.comments.iter().chain(threads).map(|it| (pull.issue.number, it))
    });
    let found = of_issues.chain(of_pulls).find(|(_, comment)| comment.id == id);
    found.map(|(number, comment)| (number, comment.clone())).ok_or_else(not_found)
}

fn shown(context: &mut Context<'_>) -> Answer {
    let name = context.name();
    let (number, comment) = find(context)?;
    Ok(Reply::ok(shape::comment(context.state, &name, number, &comment)))
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    shown(context)
}

fn may_change(context: &mut Context<'_>) -> Result<u64, Reply> {
    let (_, comment) = find(context)?;
    context.require(Right::Issues)?;
    let name = context.name();
    if comment.author != context.access.login && !context.access.may(Right::Contents, &name) {
        return Err(error(403, "user should be the poster or have write access"));
    }
    Ok(comment.id)
}

pub(super) fn update(context: &mut Context<'_>) -> Answer {
    let id = may_change(context)?;
    let body = body(context)?;
    let now = context.state.tick();
    for known in context.state.comments_mut().filter(|known| known.id == id) {
        body.clone_into(&mut known.body);
        known.updated = now;
    }
    shown(context)
}

pub(super) fn delete(context: &mut Context<'_>) -> Answer {
    let id = may_change(context)?;
    context.state.delete_comment(id);
    Ok(Reply::empty(204))
}

fn reaction(context: &Context<'_>, login: &str, kind: &str) -> Value {
    json!({ "user": shape::user(context.state, login), "content": kind, "created_at": iso(1_767_225_600) })
}

/// Null where there are none, as the real one answers.
pub(super) fn reactions(context: &mut Context<'_>) -> Answer {
    let (_, comment) = find(context)?;
    let all: Vec<Value> = comment.reactions.iter().map(|(_, by, kind)| reaction(context, by, kind)).collect();
    Ok(Reply::ok(if all.is_empty() { Value::Null } else { all.into() }))
}

const KINDS: [&str; 8] = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];

pub(super) fn react(context: &mut Context<'_>) -> Answer {
    let (_, comment) = find(context)?;
    context.require(Right::Issues)?;
    let kind = context.text("content").unwrap_or_default();
    if !KINDS.contains(&kind.as_str()) {
        return Err(error(403, &format!("'{kind}' is not an allowed reaction")));
    }
    let (id, login) = (context.state.id(), context.access.login.clone());
    let shown = reaction(context, &login, &kind);
    if comment.reactions.iter().any(|(_, by, known)| *by == login && *known == kind) {
        return Ok(Reply::ok(shown));
    }
    for known in context.state.comments_mut().filter(|known| known.id == comment.id) {
        known.reactions.push((id, login.clone(), kind.clone()));
    }
    Ok(Reply::created(shown))
}
