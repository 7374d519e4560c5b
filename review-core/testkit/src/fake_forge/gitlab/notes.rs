//! Notes: comments below a merge request, and any note by its number.

use serde_json::{Value, json};

use super::super::Right;
use super::super::reply::{Answer, Reply};
use super::super::state::{Comment, Pull, Thread, iso};
use super::context::{Context, error, failure};
use super::shape;

/// The longest note, in characters.
const MAX_NOTE: usize = 1_000_000;

/// Quick actions that a line of a note may be. There are more.
const ACTIONS: [&str; 18] = [
    "/approve",
    "/assign",
    "/assign_reviewer",
    "/close",
    "/confidential",
    "/draft",
    "/due",
    "/estimate",
    "/label",
    "/lock",
    "/merge",
    "/milestone",
    "/ready",
    "/rebase",
    "/reopen",
    "/target_branch",
    "/title",
    "/unlabel",
];

/// The text of a new note. Lines that are quick actions are done, and leave it.
pub(super) fn new_body(context: &mut Context<'_>) -> Result<String, Reply> {
    let body = context.text("body").ok_or_else(|| failure(400, "body is missing"))?;
    if body.trim().is_empty() {
        return Err(error(400, "400 Bad request - Note {:note=>[\"can't be blank\"]}"));
    }
    if body.chars().count() > MAX_NOTE {
        return Err(error(
            400,
            "400 Bad request - Note {:note=>[\"is too long (maximum is 1000000 characters)\"]}",
        ));
    }
    let login = context.access.login.clone();
    let (mut kept, mut done, mut fenced) = (Vec::new(), Vec::new(), false);
    for line in body.lines() {
        fenced ^= line.trim_start().starts_with("```");
        let word = line.split_whitespace().next().unwrap_or_default();
        if !fenced && line.starts_with('/') && ACTIONS.contains(&word) {
            done.push(line.to_owned());
        } else {
            kept.push(line);
        }
    }
    if done.is_empty() {
        return Ok(body);
    }
    let pull = context.merge_request()?;
    for action in &done {
        match action.trim() {
            "/close" => pull.issue.open = false,
            "/reopen" => pull.issue.open = true,
            "/draft" => pull.draft = !pull.draft,
            "/lock" => pull.locked = true,
            _ => {}
        }
        pull.actions.push(format!("{action} by {login}"));
    }
    let kept = kept.join("\n");
    if kept.trim().is_empty() {
        let summary: Vec<String> = done.iter().map(|action| format!("Applied {action}")).collect();
        return Err(Reply::new(202, json!({ "commands_changes": {}, "summary": summary })));
    }
    Ok(kept)
}

pub(super) fn may_comment(context: &mut Context<'_>) -> Result<(), Reply> {
    context.merge_request()?;
    context.require(Right::PullRequests)?;
    let name = context.name()?;
    if context.merge_request()?.locked && !context.access.may(Right::Contents, &name) {
        return Err(error(403, "403 Forbidden"));
    }
    Ok(())
}

/// A note with the thread it is in, where it is in one.
fn find(pull: &Pull, id: u64) -> Result<(Comment, Option<Thread>), Reply> {
    let lone = pull.issue.comments.iter().find(|comment| comment.id == id);
    if let Some(comment) = lone {
        return Ok((comment.clone(), None));
    }
    let thread = pull.threads.iter().find(|thread| thread.comments.iter().any(|comment| comment.id == id));
    let comment = thread.and_then(|thread| thread.comments.iter().find(|comment| comment.id == id));
    match (comment, thread) {
        (Some(comment), Some(thread)) => Ok((comment.clone(), Some(thread.clone()))),
        _ => Err(error(404, "404 Note Not Found")),
    }
}

/// A note by its number, as JSON.
pub(super) fn shown(context: &mut Context<'_>, id: u64) -> Result<Value, Reply> {
    let name = context.name()?;
    let pull = context.merge_request()?.clone();
    let (comment, thread) = find(&pull, id)?;
    let place = thread.as_ref().and_then(|thread| thread.place.as_ref());
    let present = place.and_then(|place| context.state.present_place(&name, pull.issue.number, place));
    let thread = thread.as_ref().map(|thread| (thread, present.as_ref()));
    Ok(shape::note(context.state, &pull, &comment, thread))
}

/// All notes, those of threads too; newest first unless asked otherwise.
pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let pull = context.merge_request()?;
    let threads = pull.threads.iter().flat_map(|thread| &thread.comments);
    let mut ids: Vec<u64> = pull.issue.comments.iter().chain(threads).map(|comment| comment.id).collect();
    ids.sort_unstable();
    if context.request.query("sort").as_deref() != Some("asc") {
        ids.reverse();
    }
    let mut all = Vec::new();
    for id in ids {
        all.push(shown(context, id)?);
    }
    context.paged(all)
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    may_comment(context)?;
    let body = new_body(context)?;
    let login = context.access.login.clone();
    let comment = context.state.comment(&login, &body);
    let id = comment.id;
    context.merge_request()?.issue.comments.push(comment);
    shown(context, id).map(Reply::created)
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let id = context.number(2)?;
    shown(context, id).map(Reply::ok)
}

/// Puts another text into a note of one's own.
pub(super) fn rewrite(context: &mut Context<'_>, id: u64) -> Answer {
    may_comment(context)?;
    let (comment, _) = find(context.merge_request()?, id)?;
    if comment.author != context.access.login {
        return Err(error(403, "403 Forbidden"));
    }
    let body = new_body(context)?;
    let now = context.state.tick();
    for known in context.state.comments_mut().filter(|known| known.id == id) {
        body.clone_into(&mut known.body);
        known.updated = now;
    }
    shown(context, id).map(Reply::ok)
}

pub(super) fn update(context: &mut Context<'_>) -> Answer {
    let id = context.number(2)?;
    rewrite(context, id)
}

pub(super) fn delete(context: &mut Context<'_>) -> Answer {
    let id = context.number(2)?;
    may_comment(context)?;
    let (comment, _) = find(context.merge_request()?, id)?;
    if comment.author != context.access.login {
        return Err(error(403, "403 Forbidden"));
    }
    context.state.delete_comment(id);
    Ok(Reply::empty(204))
}

/// GitLab's names for what GitHub calls `+1` and `-1`; others are the same.
const EMOJI: [(&str, &str); 3] = [("+1", "thumbsup"), ("-1", "thumbsdown"), ("hooray", "tada")];

fn emoji_shown(context: &Context<'_>, (id, login, kind): &(u64, String, String)) -> Value {
    let name = EMOJI.iter().find(|(known, _)| known == kind).map_or(kind.as_str(), |(_, name)| name);
    json!({
        "id": id,
        "name": name,
        "user": shape::user(context.state, login),
        "awardable_type": "Note",
        "created_at": iso(1_767_225_600),
    })
}

pub(super) fn emoji(context: &mut Context<'_>) -> Answer {
    let id = context.number(2)?;
    let (comment, _) = find(context.merge_request()?, id)?;
    let all = comment.reactions.iter().map(|reaction| emoji_shown(context, reaction)).collect();
    context.paged(all)
}

pub(super) fn award_emoji(context: &mut Context<'_>) -> Answer {
    let id = context.number(2)?;
    may_comment(context)?;
    find(context.merge_request()?, id)?;
    let name = context.text("name").ok_or_else(|| failure(400, "name is missing"))?;
    let kind = EMOJI.iter().find(|(_, known)| *known == name).map_or(name.as_str(), |(kind, _)| kind);
    let reaction = (context.state.id(), context.access.login.clone(), kind.to_owned());
    for known in context.state.comments_mut().filter(|known| known.id == id) {
        if known.reactions.iter().any(|(_, by, known)| *by == reaction.1 && *known == reaction.2) {
            return Err(error(404, "404 Award Emoji Name has already been taken Not Found"));
        }
        known.reactions.push(reaction.clone());
    }
    Ok(Reply::created(emoji_shown(context, &reaction)))
}
