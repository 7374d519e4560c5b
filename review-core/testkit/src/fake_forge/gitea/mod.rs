//! Gitea and Forgejo: REST v1 below `/api/v1`.

mod accounts;
mod comments;
mod context;
mod pulls;
mod reviews;
mod shape;
mod statuses;
mod webhook;

use serde_json::Value;

use super::reply::Answer;
use super::routes::matched;
use super::server::Request;
use super::state::State;
use context::Context;

pub(super) use webhook::webhook;

type Handler = fn(&mut Context<'_>) -> Answer;

const REVIEW: &[&str] = &["event", "body", "commit_id", "comments"];
const STATUS: &[&str] = &["state", "target_url", "description", "context"];

/// What is served, and the fields that a body may have. Threads can't be resolved here.
const ROUTES: &[(&str, &str, &[&str], Handler)] = &[
    ("GET", "/version", &[], accounts::version),
    ("GET", "/user", &[], accounts::user),
    ("GET", "/repos/{owner}/{repo}", &[], accounts::repository),
    ("GET", "/repos/{owner}/{repo}/collaborators/{login}/permission", &[], accounts::permission),
    ("GET", "/repos/{owner}/{repo}/pulls/{index}", &[], pulls::get),
    ("GET", "/repos/{owner}/{repo}/pulls/{index}/commits", &[], pulls::commits),
    ("GET", "/repos/{owner}/{repo}/pulls/{index}/files", &[], pulls::files),
    ("GET", "/repos/{owner}/{repo}/issues/{index}", &[], pulls::issue),
    ("GET", "/repos/{owner}/{repo}/issues/{index}/comments", &[], comments::list),
    ("POST", "/repos/{owner}/{repo}/issues/{index}/comments", &["body"], comments::create),
    ("GET", "/repos/{owner}/{repo}/issues/comments/{id}", &[], comments::get),
    ("PATCH", "/repos/{owner}/{repo}/issues/comments/{id}", &["body"], comments::update),
    ("DELETE", "/repos/{owner}/{repo}/issues/comments/{id}", &[], comments::delete),
    ("GET", "/repos/{owner}/{repo}/issues/comments/{id}/reactions", &[], comments::reactions),
    ("POST", "/repos/{owner}/{repo}/issues/comments/{id}/reactions", &["content"], comments::react),
    ("GET", "/repos/{owner}/{repo}/pulls/{index}/reviews", &[], reviews::list),
    ("POST", "/repos/{owner}/{repo}/pulls/{index}/reviews", REVIEW, reviews::create),
    ("GET", "/repos/{owner}/{repo}/pulls/{index}/reviews/{id}", &[], reviews::get),
    ("POST", "/repos/{owner}/{repo}/pulls/{index}/reviews/{id}", &["event", "body"], reviews::submit),
    ("DELETE", "/repos/{owner}/{repo}/pulls/{index}/reviews/{id}", &[], reviews::delete),
    ("GET", "/repos/{owner}/{repo}/pulls/{index}/reviews/{id}/comments", &[], reviews::comments),
    ("GET", "/repos/{owner}/{repo}/statuses/{sha}", &[], statuses::list),
    ("POST", "/repos/{owner}/{repo}/statuses/{sha}", STATUS, statuses::create),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/status", &[], statuses::combined),
];

pub(super) fn handle(state: &mut State, request: &Request) -> Answer {
    let access = context::authenticate(state, request)?;
    let body: Value = match request.body.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).map_err(|_| context::error(422, "[]: DeserializationError"))?,
    };
    let path = request.route().strip_prefix("/api/v1").unwrap_or_default();
    let found = ROUTES.iter().find_map(|(method, template, fields, handler)| {
        let parameters = matched(template, path)?;
        (*method == request.method).then_some((*fields, *handler, parameters))
    });
    let Some((fields, handler, parameters)) = found else { return Err(context::not_found()) };
    // Gitea itself passes over fields that it doesn't know.
    for field in body.as_object().into_iter().flat_map(|body| body.keys()) {
        if !fields.contains(&field.as_str()) {
            return Err(context::error(422, &format!("{field} is no field of this request")));
        }
    }
    handler(&mut Context { state, request, access, parameters, body })
}
