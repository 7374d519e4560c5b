//! What GraphQL changes.

use serde_json::{Map, Value, json};

use super::super::super::state::{Pull, Review, State, Verdict};
use super::super::super::{Access, Right};
use super::super::reviews::MAX_BODY;
use super::{Failure, objects};

const CLASSIFIERS: [&str; 6] = ["SPAM", "ABUSE", "OFF_TOPIC", "OUTDATED", "DUPLICATE", "RESOLVED"];

/// The fields of a mutation's input: required ones, and others.
fn inputs(name: &str) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match name {
        "resolveReviewThread" | "unresolveReviewThread" => (&["threadId"], &[]),
        "minimizeComment" => (&["subjectId", "classifier"], &[]),
        "unminimizeComment" => (&["subjectId"], &[]),
        "addPullRequestReviewThreadReply" => {
            (&["pullRequestReviewThreadId", "body"], &["pullRequestReviewId"])
        }
        _ => return None,
    })
}

/// The payload; the outer error refuses the document.
pub(super) fn perform(
    state: &mut State,
    access: &Access,
    name: &str,
    arguments: &Map<String, Value>,
) -> Result<Result<Value, Failure>, String> {
    let (required, optional) =
        inputs(name).ok_or_else(|| format!("Field '{name}' doesn't exist on type 'Mutation'"))?;
    if arguments.len() != 1 {
        return Err(format!("Field '{name}' takes the argument 'input' and no other"));
    }
    let input = arguments.get("input").and_then(Value::as_object);
    let input = input.ok_or_else(|| format!("Field '{name}' is missing required arguments: input"))?;
    for known in input.keys() {
        let known = known.as_str();
        if known != "clientMutationId" && !required.contains(&known) && !optional.contains(&known) {
            return Err(format!("InputObject doesn't accept argument '{known}'"));
        }
    }
    for field in required {
        if !input.get(*field).is_some_and(Value::is_string) {
            return Err(format!("Argument '{field}' on InputObject is required and a string"));
        }
    }
    let text = |field: &str| input.get(field).and_then(Value::as_str).unwrap_or_default();
    let mut payload = match name {
        "resolveReviewThread" => resolve(state, access, text("threadId"), true),
        "unresolveReviewThread" => resolve(state, access, text("threadId"), false),
        "minimizeComment" if !CLASSIFIERS.contains(&text("classifier")) => {
            return Err(
                "Argument 'classifier' on InputObject 'MinimizeCommentInput' has an invalid value".to_owned()
            );
        }
        "minimizeComment" => minimize(state, access, text("subjectId"), Some(text("classifier"))),
        "unminimizeComment" => minimize(state, access, text("subjectId"), None),
        _ if input.contains_key("pullRequestReviewId") => {
            return Err("pullRequestReviewId is not faked".to_owned());
        }
        _ => reply(state, access, text("pullRequestReviewThreadId"), text("body")),
    };
    if let Some(fields) = payload.as_mut().ok().and_then(Value::as_object_mut) {
        let mut kind = name.to_owned();
        kind.get_mut(..1).into_iter().for_each(str::make_ascii_uppercase);
        fields.insert("__typename".to_owned(), format!("{kind}Payload").into());
        fields.insert(
            "clientMutationId".to_owned(),
            input.get("clientMutationId").cloned().unwrap_or_default(),
        );
    }
    Ok(payload)
}

fn forbidden(access: &Access) -> Failure {
    let kind = if access.app { "integration" } else { "personal access token" };
    Failure::new("FORBIDDEN", format!("Resource not accessible by {kind}"))
}

/// The repository and change of a thread that is seen.
fn of_thread<'s>(
    state: &'s mut State,
    access: &Access,
    thread: &str,
) -> Result<(String, &'s mut Pull, u64), Failure> {
    let missing = || Failure::no_node(thread);
    let id: u64 = thread.strip_prefix("PRRT_").and_then(|id| id.parse().ok()).ok_or_else(missing)?;
    for (name, known) in &mut state.repositories {
        if known.private && !access.reaches(name) {
            continue;
        }
        for pull in known.pulls.values_mut() {
            if pull.threads.iter().any(|thread| thread.id == id) {
                return Ok((name.clone(), pull, id));
            }
        }
    }
    Err(missing())
}

fn shown(state: &mut State, access: &Access, id: &str) -> Result<Value, Failure> {
    objects::node(state, access, id).ok_or_else(|| Failure::no_node(id))
}

fn resolve(state: &mut State, access: &Access, thread: &str, resolved: bool) -> Result<Value, Failure> {
    let (name, pull, id) = of_thread(state, access, thread)?;
    if !access.may(Right::Contents, &name) {
        return Err(forbidden(access));
    }
    for known in pull.threads.iter_mut().filter(|known| known.id == id) {
        known.resolved_by =
            resolved.then(|| known.resolved_by.clone().unwrap_or_else(|| access.login.clone()));
    }
    Ok(json!({ "thread": shown(state, access, thread)? }))
}

fn minimize(
    state: &mut State,
    access: &Access,
    subject: &str,
    classifier: Option<&str>,
) -> Result<Value, Failure> {
    shown(state, access, subject)?;
    let id: u64 = subject.rsplit('_').next().and_then(|id| id.parse().ok()).unwrap_or_default();
    let has = |pull: &Pull| {
        let threads = pull.threads.iter().flat_map(|thread| &thread.comments);
        pull.issue.comments.iter().chain(threads).any(|comment| comment.id == id)
            || pull.reviews.iter().any(|review| review.id == id)
    };
    let name = state
        .repositories
        .values()
        .find(|known| known.pulls.values().any(has))
        .map(|known| known.name.clone());
    let may =
        name.is_some_and(|name| access.may(Right::PullRequests, &name) || access.may(Right::Issues, &name));
    if !may {
        return Err(forbidden(access));
    }
    let classifier = classifier.map(str::to_owned);
    if subject.starts_with("PRR_") {
        let pulls = state.repositories.values_mut().flat_map(|known| known.pulls.values_mut());
        for review in pulls.flat_map(|pull| pull.reviews.iter_mut()).filter(|review| review.id == id) {
            review.minimized.clone_from(&classifier);
        }
    } else if subject.starts_with("IC_") || subject.starts_with("PRRC_") {
        for comment in state.comments_mut().filter(|comment| comment.id == id) {
            comment.minimized.clone_from(&classifier);
        }
    } else {
        return Err(Failure::new("UNPROCESSABLE", "The subject can't be minimized."));
    }
    let field = if classifier.is_some() { "minimizedComment" } else { "unminimizedComment" };
    Ok(json!({ field: shown(state, access, subject)? }))
}

fn reply(state: &mut State, access: &Access, thread: &str, body: &str) -> Result<Value, Failure> {
    let (name, _, _) = of_thread(state, access, thread)?;
    if !access.may(Right::PullRequests, &name) {
        return Err(forbidden(access));
    }
    if body.trim().is_empty() {
        return Err(Failure::new("UNPROCESSABLE", "Body can't be blank"));
    }
    if body.chars().count() > MAX_BODY {
        return Err(Failure::new("UNPROCESSABLE", "Body is too long (maximum is 65536 characters)"));
    }
    let mut comment = state.comment(&access.login, body);
    let review = state.id();
    comment.review = Some(review);
    let (id, submitted) = (comment.id, comment.created);
    let (_, pull, thread) = of_thread(state, access, thread)?;
    pull.reviews.push(Review {
        id: review,
        author: access.login.clone(),
        body: String::new(),
        verdict: Verdict::Commented,
        commit: pull.head.clone(),
        submitted: Some(submitted),
        minimized: None,
    });
    pull.threads
        .iter_mut()
        .filter(|known| known.id == thread)
        .for_each(|known| known.comments.push(comment.clone()));
    Ok(json!({ "comment": shown(state, access, &format!("PRRC_{id}"))? }))
}
