//! GitLab: REST v4 below `/api/v4`.

mod accounts;
mod context;
mod discussions;
mod merge_requests;
mod notes;
mod position;
mod shape;
mod webhook;

use serde_json::Value;

use super::reply::Answer;
use super::routes::matched;
use super::server::Request;
use super::state::State;
use context::Context;

pub(super) use webhook::webhook;

type Handler = fn(&mut Context<'_>) -> Answer;

/// What is served, and the fields that a body may have.
const ROUTES: &[(&str, &str, &[&str], Handler)] = &[
    ("GET", "/version", &[], accounts::version),
    ("GET", "/user", &[], accounts::user),
    ("GET", "/users", &[], accounts::users),
    ("GET", "/projects/{id}", &[], accounts::project),
    ("GET", "/projects/{id}/members/all/{user}", &[], accounts::member),
    ("GET", "/projects/{id}/issues/{iid}", &[], merge_requests::issue),
    ("GET", "/projects/{id}/merge_requests/{iid}", &[], merge_requests::get),
    ("GET", "/projects/{id}/merge_requests/{iid}/versions", &[], merge_requests::versions),
    ("GET", "/projects/{id}/merge_requests/{iid}/commits", &[], merge_requests::commits),
    ("GET", "/projects/{id}/merge_requests/{iid}/diffs", &[], merge_requests::diffs),
    ("GET", "/projects/{id}/merge_requests/{iid}/closes_issues", &[], merge_requests::closes_issues),
    ("GET", "/projects/{id}/repository/commits/{sha}/statuses", &[], merge_requests::statuses),
    (
        "POST",
        "/projects/{id}/statuses/{sha}",
        &["state", "name", "context", "description", "target_url", "ref", "coverage", "pipeline_id"],
        merge_requests::create_status,
    ),
    ("GET", "/projects/{id}/merge_requests/{iid}/discussions", &[], discussions::list),
    (
        "POST",
        "/projects/{id}/merge_requests/{iid}/discussions",
        &["body", "position", "commit_id"],
        discussions::create,
    ),
    ("GET", "/projects/{id}/merge_requests/{iid}/discussions/{discussion}", &[], discussions::get),
    (
        "PUT",
        "/projects/{id}/merge_requests/{iid}/discussions/{discussion}",
        &["resolved"],
        discussions::resolve,
    ),
    (
        "POST",
        "/projects/{id}/merge_requests/{iid}/discussions/{discussion}/notes",
        &["body"],
        discussions::reply,
    ),
    (
        "PUT",
        "/projects/{id}/merge_requests/{iid}/discussions/{discussion}/notes/{note}",
        &["body", "resolved"],
        discussions::update_note,
    ),
    ("GET", "/projects/{id}/merge_requests/{iid}/notes", &[], notes::list),
    ("POST", "/projects/{id}/merge_requests/{iid}/notes", &["body", "internal"], notes::create),
    ("GET", "/projects/{id}/merge_requests/{iid}/notes/{note}", &[], notes::get),
    ("PUT", "/projects/{id}/merge_requests/{iid}/notes/{note}", &["body"], notes::update),
    ("DELETE", "/projects/{id}/merge_requests/{iid}/notes/{note}", &[], notes::delete),
    ("GET", "/projects/{id}/merge_requests/{iid}/notes/{note}/award_emoji", &[], notes::emoji),
    ("POST", "/projects/{id}/merge_requests/{iid}/notes/{note}/award_emoji", &["name"], notes::award_emoji),
];

pub(super) fn handle(state: &mut State, request: &Request) -> Answer {
    let access = context::authenticate(state, request)?;
    let body: Value = match request.body.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).map_err(|_| context::error(400, "400 Bad request"))?,
    };
    let path = request.route().strip_prefix("/api/v4").unwrap_or_default();
    let found = ROUTES.iter().find_map(|(method, template, fields, handler)| {
        let parameters = matched(template, path)?;
        (*method == request.method).then_some((*fields, *handler, parameters))
    });
    let Some((fields, handler, parameters)) = found else {
        return Err(context::failure(404, "404 Not Found"));
    };
    // GitLab itself passes over fields that it doesn't know.
    for field in body.as_object().into_iter().flat_map(|body| body.keys()) {
        if !fields.contains(&field.as_str()) {
            return Err(context::failure(400, &format!("{field} is no field of this request")));
        }
    }
    handler(&mut Context { state, request, access, parameters, body })
}
