//! Discussions: threads, and notes on their own.

use serde_json::Value;

use super::super::Right;
use super::super::reply::{Answer, Reply};
use super::super::state::Thread;
use super::context::{Context, error, failure};
use super::{notes, position, shape};

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let name = context.name()?;
    let pull = context.merge_request()?.clone();
    let mut all: Vec<(u64, Value)> = Vec::new();
    for comment in &pull.issue.comments {
        all.push((comment.id, shape::individual(context.state, &pull, comment)));
    }
    for thread in &pull.threads {
        let first = thread.comments.first().map_or(thread.id, |comment| comment.id);
        all.push((first, shape::discussion(context.state, &name, &pull, thread)));
    }
    all.sort_by_key(|(first, _)| *first);
    context.paged(all.into_iter().map(|(_, shown)| shown).collect())
}

/// The thread in the path; notes on their own are none.
fn find(context: &mut Context<'_>) -> Result<Thread, Reply> {
    let asked = context.parameter(2).to_owned();
    let pull = context.merge_request()?;
    if let Some(thread) = pull.threads.iter().find(|thread| shape::discussion_id(thread.id) == asked) {
        return Ok(thread.clone());
    }
    let lone = pull.issue.comments.iter().any(|comment| shape::discussion_id(comment.id) == asked);
    Err(if lone { error(403, "403 Forbidden") } else { error(404, "404 Discussion Not Found") })
}

fn shown(context: &mut Context<'_>, id: u64) -> Result<Value, Reply> {
    let name = context.name()?;
    let pull = context.merge_request()?.clone();
    let thread = pull.threads.iter().find(|thread| thread.id == id);
    let thread = thread.ok_or_else(|| error(404, "404 Discussion Not Found"))?;
    Ok(shape::discussion(context.state, &name, &pull, thread))
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let asked = context.parameter(2).to_owned();
    let pull = context.merge_request()?.clone();
    let lone = pull.issue.comments.iter().find(|comment| shape::discussion_id(comment.id) == asked);
    if let Some(comment) = lone {
        return Ok(Reply::ok(shape::individual(context.state, &pull, comment)));
    }
    let thread = find(context)?;
    shown(context, thread.id).map(Reply::ok)
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    notes::may_comment(context)?;
    let place = match context.body.get("position").cloned() {
        None | Some(Value::Null) => None,
        Some(wanted) => Some(position::place(context, &wanted)?),
    };
    let body = notes::new_body(context)?;
    let login = context.access.login.clone();
    let comment = context.state.comment(&login, &body);
    let id = context.state.id();
    context.merge_request()?.threads.push(Thread { id, place, resolved_by: None, comments: vec![comment] });
    shown(context, id).map(Reply::created)
}

pub(super) fn reply(context: &mut Context<'_>) -> Answer {
    notes::may_comment(context)?;
    let thread = find(context)?;
    let body = notes::new_body(context)?;
    let login = context.access.login.clone();
    let comment = context.state.comment(&login, &body);
    let id = comment.id;
    let threads = &mut context.merge_request()?.threads;
    threads
        .iter_mut()
        .filter(|known| known.id == thread.id)
        .for_each(|known| known.comments.push(comment.clone()));
    notes::shown(context, id).map(Reply::created)
}

/// Resolves a thread or opens it again; who started the merge request may, and who may write code.
fn set_resolved(context: &mut Context<'_>, thread: &Thread) -> Result<(), Reply> {
    let name = context.name()?;
    context.require(Right::PullRequests)?;
    let login = context.access.login.clone();
    let author = context.merge_request()?.issue.author == login;
    if !author && !context.access.may(Right::Contents, &name) {
        return Err(error(403, "403 Forbidden"));
    }
    let resolved = match context.text("resolved").as_deref() {
        Some("true") => true,
        Some("false") => false,
        Some(_) => return Err(failure(400, "resolved is invalid")),
        None => return Err(failure(400, "resolved is missing")),
    };
    for known in context.merge_request()?.threads.iter_mut().filter(|known| known.id == thread.id) {
        known.resolved_by = resolved.then(|| known.resolved_by.clone().unwrap_or_else(|| login.clone()));
    }
    Ok(())
}

pub(super) fn resolve(context: &mut Context<'_>) -> Answer {
    let thread = find(context)?;
    set_resolved(context, &thread)?;
    shown(context, thread.id).map(Reply::ok)
}

pub(super) fn update_note(context: &mut Context<'_>) -> Answer {
    let thread = find(context)?;
    let id = context.number(3)?;
    if !thread.comments.iter().any(|comment| comment.id == id) {
        return Err(error(404, "404 Note Not Found"));
    }
    match (context.body.get("body").is_some(), context.text("resolved").is_some()) {
        (true, true) => Err(failure(400, "body, resolved are mutually exclusive")),
        (true, false) => notes::rewrite(context, id),
        (false, _) => {
            set_resolved(context, &thread)?;
            notes::shown(context, id).map(Reply::ok)
        }
    }
}
