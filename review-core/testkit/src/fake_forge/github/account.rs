//! Accounts, repositories, apps.

use super::super::Right;
use serde_json::{Value, json};

use super::super::reply::{Answer, Reply};
use super::context::{Context, error, not_found};
use super::{jwt, shape};

pub(super) fn user(context: &mut Context<'_>) -> Answer {
    let login = context.access.login.clone();
    if login.is_empty() {
        return Err(error(401, "Requires authentication"));
    }
    if context.access.app {
        // An installation is nobody: its name is asked for by GraphQL's `viewer`, or by the app itself.
        return Err(error(403, "Resource not accessible by integration"));
    }
    Ok(Reply::ok(shape::user(context.state, &login)))
}

pub(super) fn rate_limit(_: &mut Context<'_>) -> Answer {
    let rate = json!({ "limit": 5000, "remaining": 4999, "reset": 1_767_229_200, "used": 1 });
    Ok(Reply::ok(json!({ "resources": { "core": rate, "graphql": rate }, "rate": rate })))
}

pub(super) fn repository(context: &mut Context<'_>) -> Answer {
    let name = context.name();
    context.repository()?;
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::repository(context.state, known)))
}

pub(super) fn permission(context: &mut Context<'_>) -> Answer {
    let login = context.parameter(2).to_owned();
    let name = context.name();
    context.repository()?;
    if !context.access.reaches(&name) {
        return Err(error(403, "Must have push access to view collaborator permission."));
    }
    if !context.state.accounts.contains_key(&login) {
        return Err(error(404, &format!("{login} is not a user")));
    }
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let permission = shape::permission(known, &login);
    // The older field knows four words only.
    let coarse = if permission == super::super::Permission::Triage { "read" } else { permission.word() };
    let user = shape::user(context.state, &login);
    Ok(Reply::ok(json!({ "permission": coarse, "role_name": permission.word(), "user": user })))
}

pub(super) fn installation_repositories(context: &mut Context<'_>) -> Answer {
    if !context.access.app {
        return Err(error(403, "You must authenticate with an installation access token"));
    }
    let reached = context.state.repositories.values().filter(|known| context.access.reaches(&known.name));
    let all: Vec<Value> = reached.map(|known| shape::repository(context.state, known)).collect();
    let total = all.len();
    let (page, link) = context.page(all);
    let reply = Reply::ok(json!({ "total_count": total, "repositories": page }));
    Ok(match link {
        Some(link) => reply.header("link", link),
        None => reply,
    })
}

pub(super) fn app(context: &mut Context<'_>) -> Answer {
    let index = jwt::app(context)?;
    let app = context.state.apps.get(index).ok_or_else(not_found)?;
    Ok(Reply::ok(json!({ "id": app.id, "slug": app.slug, "name": app.slug })))
}

pub(super) fn repository_installation(context: &mut Context<'_>) -> Answer {
    let index = jwt::app(context)?;
    let name = context.name();
    let app = context.state.apps.get(index).ok_or_else(not_found)?;
    if !context.state.repositories.contains_key(&name) || !app.access.reaches(&name) {
        return Err(not_found());
    }
    let suspended = app.suspended.then_some("2026-01-01T00:00:00Z");
    Ok(Reply::ok(json!({
        "id": app.installation,
        "app_id": app.id,
        "app_slug": app.slug,
        "account": shape::user(context.state, context.parameter(0)),
        "suspended_at": suspended,
    })))
}

pub(super) fn access_token(context: &mut Context<'_>) -> Answer {
    let index = jwt::app(context)?;
    let installation = context.number(0)?;
    let app = context.state.apps.get(index).filter(|app| app.installation == installation);
    let app = app.ok_or_else(not_found)?;
    if app.suspended {
        return Err(error(403, "This installation has been suspended"));
    }
    let mut access = app.access.clone();
    let asked = context.body.get("repositories").and_then(Value::as_array);
    if let Some(asked) = asked {
        let mut names = Vec::new();
        for short in asked.iter().filter_map(Value::as_str) {
            let known = context.state.repositories.values();
            let known = known.filter(|known| known.short_name() == short && access.reaches(&known.name));
            let before = names.len();
            names.extend(known.map(|known| known.name.clone()));
            if names.len() == before {
                let text = "There is at least one repository that does not exist or is not accessible to the parent installation.";
                return Err(error(422, text));
            }
        }
        access.repositories = Some(names);
    }
    let words = [
        ("pull_requests", Right::PullRequests),
        ("issues", Right::Issues),
        ("checks", Right::Checks),
        ("statuses", Right::Statuses),
        ("contents", Right::Contents),
    ];
    if let Some(permissions) = context.body.get("permissions").and_then(Value::as_object) {
        let granted = |name: &str| permissions.get(name).and_then(Value::as_str) == Some("write");
        for (word, right) in words {
            if granted(word) && !access.writes.contains(&right) {
                let text = "The permissions requested are not granted to this installation.";
                return Err(error(422, text));
            }
            if !granted(word) {
                access.writes.remove(&right);
            }
        }
    }
    let token = format!("ghs_fake{}", context.state.id());
    let level = |right: Right| if access.writes.contains(&right) { "write" } else { "read" };
    let mut permissions: serde_json::Map<String, Value> =
        words.into_iter().map(|(word, right)| (word.to_owned(), level(right).into())).collect();
    permissions.insert("metadata".to_owned(), "read".into());
    context.state.tokens.insert(token.clone(), access);
    let expires = jwt::now() + 3600;
    let expires = super::super::state::iso(expires);
    Ok(Reply::created(json!({ "token": token, "expires_at": expires, "permissions": permissions })))
}
