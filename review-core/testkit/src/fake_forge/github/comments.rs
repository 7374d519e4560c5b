//! Comments: below a change or an issue, and on lines.

use serde_json::{Value, json};

use super::super::Right;
use super::super::reply::{Answer, Reply};
use super::super::state::{Comment, Issue, Review, Thread, Verdict, iso};
use super::context::{Context, error, not_found, unprocessable};
use super::reviews::{too_long, wanted_place};
use super::shape;

/// The body of a request, where a comment may have it.
fn body(context: &Context<'_>) -> Result<String, Reply> {
    let body = context.text("body").unwrap_or_default();
    if body.trim().is_empty() {
        let mut reply = error(422, "Validation Failed");
        if let Some(fields) = reply.body.as_mut().and_then(Value::as_object_mut) {
            let why = json!([{ "resource": "IssueComment", "code": "missing_field", "field": "body" }]);
            fields.insert("errors".to_owned(), why);
        }
        return Err(reply);
    }
    too_long(&body).map_or(Ok(body), Err)
}

/// The issue or change that the path is about.
fn issue<'a>(context: &'a mut Context<'_>) -> Result<&'a mut Issue, Reply> {
    let number = context.number(2)?;
    let known = context.repository()?;
    match known.pulls.get_mut(&number) {
        Some(pull) => Ok(&mut pull.issue),
        None => known.issues.get_mut(&number).ok_or_else(not_found),
    }
}

fn unlocked(context: &mut Context<'_>) -> Result<(), Reply> {
    let (name, number) = (context.name(), context.number(2)?);
    let locked = context.repository()?.pulls.get(&number).is_some_and(|pull| pull.locked);
    if locked && !context.access.may(Right::Contents, &name) {
        return Err(error(403, "Unable to create comment because issue is locked."));
    }
    Ok(())
}

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    let since = context.request.query("since");
    let comments = issue(context)?.comments.clone();
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let recent = |comment: &&Comment| since.as_ref().is_none_or(|since| iso(comment.updated) >= *since);
    let shown = comments.iter().filter(recent);
    let shown = shown.map(|comment| shape::comment(context.state, known, number, comment)).collect();
    context.paged(shown)
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    issue(context)?;
    // For a change either right will do.
    let of_change = context.repository()?.pulls.contains_key(&number);
    context.require(if of_change { &[Right::Issues, Right::PullRequests] } else { &[Right::Issues] })?;
    unlocked(context)?;
    let body = body(context)?;
    let login = context.access.login.clone();
    let comment = context.state.comment(&login, &body);
    issue(context)?.comments.push(comment.clone());
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::created(shape::comment(context.state, known, number, &comment)))
}

/// A comment below a change or an issue of the repository, and that one's number.
fn find(context: &mut Context<'_>) -> Result<(u64, Comment), Reply> {
    let id = context.number(2)?;
    let known = context.repository()?;
    let issues = known.pulls.values().map(|pull| &pull.issue).chain(known.issues.values());
    let mut all = issues.flat_map(|issue| issue.comments.iter().map(|comment| (issue.number, comment)));
    all.find(|(_, comment)| comment.id == id)
        .map(|(number, comment)| (number, comment.clone()))
        .ok_or_else(not_found)
}

fn shown(context: &mut Context<'_>) -> Answer {
    let name = context.name();
    let (number, comment) = find(context)?;
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::comment(context.state, known, number, &comment)))
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    shown(context)
}

/// Refuses to change what somebody else wrote, unless one may write to the repository.
fn may_change(context: &mut Context<'_>, author: &str) -> Result<(), Reply> {
    let name = context.name();
    if author == context.access.login || context.access.may(Right::Contents, &name) {
        return Ok(());
    }
    Err(error(403, "You cannot update this comment."))
}

fn rewrite(context: &mut Context<'_>, id: u64, body: String) -> Result<(), Reply> {
    let now = context.state.tick();
    let comment = context.state.comments_mut().find(|comment| comment.id == id).ok_or_else(not_found)?;
    (comment.body, comment.updated) = (body, now);
    Ok(())
}

pub(super) fn update(context: &mut Context<'_>) -> Answer {
    let (_, comment) = find(context)?;
    context.require(&[Right::Issues, Right::PullRequests])?;
    may_change(context, &comment.author)?;
    let body = body(context)?;
    rewrite(context, comment.id, body)?;
    shown(context)
}

pub(super) fn delete(context: &mut Context<'_>) -> Answer {
    let id = context.number(2)?;
    context.require(&[Right::Issues, Right::PullRequests])?;
    let author = match find(context) {
        Ok((_, comment)) => comment.author,
        Err(_) => find_inline(context)?.2.author,
    };
    may_change(context, &author)?;
    context.state.delete_comment(id);
    Ok(Reply::empty(204))
}

pub(super) fn list_inline(context: &mut Context<'_>) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    let pull = context.pull()?;
    let pending: Vec<u64> = pull
        .reviews
        .iter()
        .filter(|review| review.verdict == Verdict::Pending)
        .map(|review| review.id)
        .collect();
    let threads = pull.threads.clone();
    let mut all = Vec::new();
    for thread in &threads {
        all.extend(shape::inline(context.state, &name, number, thread));
    }
    // What is pending is nobody's to see, and the list is by age, over all threads.
    let number_of = |value: &Value, field: &str| value.get(field).and_then(Value::as_u64);
    all.retain(|value| number_of(value, "pull_request_review_id").is_none_or(|id| !pending.contains(&id)));
    all.sort_by_key(|value| number_of(value, "id"));
    context.paged(all)
}

/// The change, thread and comment with the number that the path ends in.
fn find_inline(context: &mut Context<'_>) -> Result<(u64, Thread, Comment), Reply> {
    let id = context.number(context.parameters.len() - 1)?;
    for pull in context.repository()?.pulls.values() {
        for thread in &pull.threads {
            if let Some(comment) = thread.comments.iter().find(|comment| comment.id == id) {
                return Ok((pull.issue.number, thread.clone(), comment.clone()));
            }
        }
    }
    Err(not_found())
}

/// A comment on a line by its number, as JSON.
fn inline(context: &mut Context<'_>, number: u64, thread: u64, id: u64) -> Result<Value, Reply> {
    let name = context.name();
    let known = context.repository()?.pulls.get(&number);
    let thread = known.and_then(|pull| pull.threads.iter().find(|known| known.id == thread)).cloned();
    let comments = shape::inline(context.state, &name, number, &thread.ok_or_else(not_found)?);
    let of = |value: &Value| value.get("id").and_then(Value::as_u64) == Some(id);
    comments.into_iter().find(of).ok_or_else(not_found)
}

pub(super) fn get_inline(context: &mut Context<'_>) -> Answer {
    let (number, thread, comment) = find_inline(context)?;
    inline(context, number, thread.id, comment.id).map(Reply::ok)
}

pub(super) fn update_inline(context: &mut Context<'_>) -> Answer {
    let (number, thread, comment) = find_inline(context)?;
    context.require(&[Right::PullRequests])?;
    may_change(context, &comment.author)?;
    let body = body(context)?;
    rewrite(context, comment.id, body)?;
    inline(context, number, thread.id, comment.id).map(Reply::ok)
}

/// A review of one comment: what GitHub makes of a comment that comes without one.
fn lone_review(context: &mut Context<'_>, commit: String) -> Result<u64, Reply> {
    let state = &mut *context.state;
    let (id, now) = (state.id(), state.tick());
    let author = context.access.login.clone();
    context.pull()?.reviews.push(Review {
        id,
        author,
        body: String::new(),
        verdict: Verdict::Commented,
        commit,
        submitted: Some(now),
        minimized: None,
    });
    Ok(id)
}

pub(super) fn create_inline(context: &mut Context<'_>) -> Answer {
    context.pull()?;
    context.require(&[Right::PullRequests])?;
    unlocked(context)?;
    let body = body(context)?;
    if context.body.get("in_reply_to").is_some() {
        return Err(unprocessable(&["in_reply_to is not faked, use the replies of a comment"]));
    }
    let commit = context.text("commit_id").unwrap_or_default();
    let wanted = context.body.clone();
    let place = wanted_place(context, &wanted, &commit).map_err(|why| unprocessable(&[why]))?;
    let login = context.access.login.clone();
    let mut comment = context.state.comment(&login, &body);
    comment.review = Some(lone_review(context, commit)?);
    let (id, number) = (context.state.id(), context.number(2)?);
    let comment_id = comment.id;
    let thread = Thread { id, place: Some(place), resolved_by: None, comments: vec![comment] };
    context.pull()?.threads.push(thread);
    inline(context, number, id, comment_id).map(Reply::created)
}

pub(super) fn reply(context: &mut Context<'_>) -> Answer {
    let number = context.number(2)?;
    let head = context.pull()?.head.clone();
    let (of, thread, comment) = find_inline(context)?;
    // Answers to answers are not supported.
    if of != number || thread.comments.first().map(|first| first.id) != Some(comment.id) {
        return Err(not_found());
    }
    context.require(&[Right::PullRequests])?;
    unlocked(context)?;
    let body = body(context)?;
    let login = context.access.login.clone();
    let mut comment = context.state.comment(&login, &body);
    comment.review = Some(lone_review(context, head)?);
    let id = comment.id;
    let known =
        context.pull()?.threads.iter_mut().find(|known| known.id == thread.id).ok_or_else(not_found)?;
    known.comments.push(comment);
    inline(context, number, thread.id, id).map(Reply::created)
}
