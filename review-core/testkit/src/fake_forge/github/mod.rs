//! GitHub: REST at the root, GraphQL at `/graphql`.

mod account;
mod checks;
mod comments;
mod context;
mod graphql;
mod jwt;
mod pulls;
mod reactions;
mod reviews;
mod schema;
mod shape;
mod webhook;

use serde_json::{Value, json};

use super::reply::{Answer, Reply};
use super::routes::matched;
use super::server::Request;
use super::state::State;
use context::Context;

pub(super) use graphql::is_mutation;
pub(super) use webhook::webhook;

type Handler = fn(&mut Context<'_>) -> Answer;

/// What is served, by GitHub's own templates.
const ROUTES: &[(&str, &str, Handler)] = &[
    ("GET", "/user", account::user),
    ("GET", "/rate_limit", account::rate_limit),
    ("GET", "/installation/repositories", account::installation_repositories),
    ("GET", "/app", account::app),
    ("POST", "/app/installations/{installation_id}/access_tokens", account::access_token),
    ("GET", "/repos/{owner}/{repo}/installation", account::repository_installation),
    ("GET", "/repos/{owner}/{repo}", account::repository),
    ("GET", "/repos/{owner}/{repo}/collaborators/{username}/permission", account::permission),
    ("GET", "/repos/{owner}/{repo}/compare/{basehead}", pulls::compare),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", pulls::get),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/files", pulls::files),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/commits", pulls::commits),
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}", pulls::issue),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", reviews::list),
    ("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews", reviews::create),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", reviews::get),
    ("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", reviews::update),
    ("DELETE", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}", reviews::delete),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/comments", reviews::comments),
    ("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/events", reviews::submit),
    ("PUT", "/repos/{owner}/{repo}/pulls/{pull_number}/reviews/{review_id}/dismissals", reviews::dismiss),
    ("GET", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", comments::list_inline),
    ("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments", comments::create_inline),
    ("POST", "/repos/{owner}/{repo}/pulls/{pull_number}/comments/{comment_id}/replies", comments::reply),
    ("GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", comments::get_inline),
    ("PATCH", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", comments::update_inline),
    ("DELETE", "/repos/{owner}/{repo}/pulls/comments/{comment_id}", comments::delete),
    ("GET", "/repos/{owner}/{repo}/issues/{issue_number}/comments", comments::list),
    ("POST", "/repos/{owner}/{repo}/issues/{issue_number}/comments", comments::create),
    ("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}", comments::get),
    ("PATCH", "/repos/{owner}/{repo}/issues/comments/{comment_id}", comments::update),
    ("DELETE", "/repos/{owner}/{repo}/issues/comments/{comment_id}", comments::delete),
    ("GET", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", reactions::list),
    ("POST", "/repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", reactions::create),
    ("GET", "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions", reactions::list),
    ("POST", "/repos/{owner}/{repo}/pulls/comments/{comment_id}/reactions", reactions::create),
    ("POST", "/repos/{owner}/{repo}/check-runs", checks::create),
    ("GET", "/repos/{owner}/{repo}/check-runs/{check_run_id}", checks::get),
    ("PATCH", "/repos/{owner}/{repo}/check-runs/{check_run_id}", checks::update),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/check-runs", checks::list),
    ("POST", "/repos/{owner}/{repo}/statuses/{sha}", checks::create_status),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/status", checks::combined_status),
    ("GET", "/repos/{owner}/{repo}/commits/{ref}/statuses", checks::statuses),
];

pub(super) fn handle(state: &mut State, request: &Request) -> Answer {
    let access = context::authenticate(state, request)?;
    let body = match request.body.as_str() {
        "" => Value::Null,
        text => serde_json::from_str(text).map_err(|_| context::error(400, "Problems parsing JSON"))?,
    };
    if request.route() == "/graphql" {
        return graphql::handle(state, &access, &body);
    }
    let found = ROUTES.iter().find_map(|(method, template, handler)| {
        let parameters = matched(template, request.route())?;
        (*method == request.method).then_some((*template, *handler, parameters))
    });
    let Some((template, handler, parameters)) = found else { return Err(context::not_found()) };
    if let Err(why) = schema::check_request(template, &request.method, &body) {
        let message = format!("Invalid request.\n\n{why}");
        return Err(context::error(422, &message));
    }
    let mut context = Context { state, request, access, parameters, body };
    let (Ok(reply) | Err(reply)) = handler(&mut context);
    match schema::complete(template, &request.method, reply) {
        Ok(reply) => Ok(reply),
        Err(why) => Err(Reply::broken(&format!("{} {template}: {why}", request.method))),
    }
}

/// The body of a review without the field that submits it.
pub(super) fn without_event(body: &str) -> String {
    let mut body: Value = serde_json::from_str(body).unwrap_or_else(|_| json!({}));
    if let Some(fields) = body.as_object_mut() {
        fields.remove("event");
    }
    body.to_string()
}
