//! Accounts and projects.

use serde_json::{Value, json};

use super::super::Permission;
use super::super::reply::{Answer, Reply};
use super::context::{Context, error, failure};
use super::shape;

pub(super) fn version(_: &mut Context<'_>) -> Answer {
    Ok(Reply::ok(json!({ "version": "18.6.0", "revision": "fake", "enterprise": false })))
}

pub(super) fn user(context: &mut Context<'_>) -> Answer {
    if context.access.login.is_empty() {
        return Err(error(401, "401 Unauthorized"));
    }
    Ok(Reply::ok(shape::user(context.state, &context.access.login)))
}

pub(super) fn users(context: &mut Context<'_>) -> Answer {
    let asked = context.request.query("username").ok_or_else(|| failure(400, "username is missing"))?;
    let known = context.state.accounts.keys().filter(|login| login.eq_ignore_ascii_case(&asked));
    let known: Vec<Value> = known.map(|login| shape::user(context.state, login)).collect();
    context.paged(known)
}

pub(super) fn project(context: &mut Context<'_>) -> Answer {
    let name = context.name()?;
    let known = context.state.repositories.get(&name).ok_or_else(|| error(404, "404 Project Not Found"))?;
    Ok(Reply::ok(shape::project(context.state, known)))
}

/// A person's role, inherited ones included.
pub(super) fn member(context: &mut Context<'_>) -> Answer {
    let asked = context.number(1)?;
    let name = context.name()?;
    let known = context.state.repositories.get(&name).ok_or_else(|| error(404, "404 Project Not Found"))?;
    let login = context.state.accounts.iter().find(|(_, id)| **id == asked).map(|(login, _)| login.clone());
    let login = login.ok_or_else(|| error(404, "404 Not found"))?;
    let owner = known.owner() == login;
    let level = match known.permissions.get(&login) {
        _ if owner => 50,
        Some(Permission::Admin) => 40,
        Some(Permission::Write) => 30,
        Some(Permission::Triage) => 20,
        Some(Permission::Read) => 10,
        // Who isn't a member isn't found, public project or not.
        Some(Permission::None) | None => return Err(error(404, "404 Not found")),
    };
    let mut user = shape::user(context.state, &login);
    if let Some(fields) = user.as_object_mut() {
        fields.insert("access_level".to_owned(), level.into());
    }
    Ok(Reply::ok(user))
}
