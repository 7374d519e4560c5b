//! Reactions to comments of either kind.

use serde_json::{Value, json};

use super::super::Right;
use super::super::reply::{Answer, Reply};
use super::super::state::iso;
use super::context::{Context, error, not_found};
use super::shape;

const KINDS: [&str; 8] = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"];

fn shown(context: &Context<'_>, (id, login, kind): &(u64, String, String)) -> Value {
    json!({
        "id": id,
        "node_id": format!("REA_{id}"),
        "user": shape::user(context.state, login),
        "content": kind,
        "created_at": iso(1_767_225_600),
    })
}

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    context.repository()?;
    let id = context.number(2)?;
    let found = context.state.comments_mut().find(|comment| comment.id == id).ok_or_else(not_found)?;
    let reactions = found.reactions.clone();
    let wanted = context.request.query("content");
    let meant = reactions.iter().filter(|(_, _, kind)| wanted.as_ref().is_none_or(|wanted| wanted == kind));
    let all = meant.map(|reaction| shown(context, reaction)).collect();
    context.paged(all)
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    context.require(&[Right::Issues, Right::PullRequests])?;
    let id = context.number(2)?;
    let kind = context.text("content").unwrap_or_default();
    if !KINDS.contains(&kind.as_str()) {
        return Err(error(422, "Validation Failed"));
    }
    let login = context.access.login.clone();
    let new = context.state.id();
    let found = context.state.comments_mut().find(|comment| comment.id == id).ok_or_else(not_found)?;
    let same = found.reactions.iter().find(|(_, by, known)| *by == login && *known == kind).cloned();
    if let Some(same) = same {
        return Ok(Reply::ok(shown(context, &same)));
    }
    let reaction = (new, login, kind);
    found.reactions.push(reaction.clone());
    Ok(Reply::created(shown(context, &reaction)))
}
