//! Accounts and repositories.

use serde_json::json;

use super::super::Permission;
use super::super::reply::{Answer, Reply};
use super::context::{Context, error, not_found};
use super::shape;

pub(super) fn version(_: &mut Context<'_>) -> Answer {
    Ok(Reply::ok(json!({ "version": "1.25.0" })))
}

pub(super) fn user(context: &mut Context<'_>) -> Answer {
    if context.access.login.is_empty() {
        return Err(error(401, "token is required"));
    }
    Ok(Reply::ok(shape::user(context.state, &context.access.login)))
}

pub(super) fn repository(context: &mut Context<'_>) -> Answer {
    let name = context.name();
    context.repository()?;
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::repository(context.state, known)))
}

pub(super) fn permission(context: &mut Context<'_>) -> Answer {
    let (login, name) = (context.parameter(2).to_owned(), context.name());
    context.repository()?;
    if !context.access.reaches(&name) {
        return Err(error(
            403,
            "Only admins can query all permissions, repo admins can query all repo permissions",
        ));
    }
    if !context.state.accounts.contains_key(&login) {
        return Err(not_found());
    }
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let others = if known.private { Permission::None } else { Permission::Read };
    let word = match known.permissions.get(&login).copied().unwrap_or(others) {
        _ if known.owner() == login => "owner",
        // Gitea has no role that sorts issues.
        Permission::Triage => "read",
        permission => permission.word(),
    };
    let user = shape::user(context.state, &login);
    Ok(Reply::ok(json!({ "permission": word, "role_name": word, "user": user })))
}
