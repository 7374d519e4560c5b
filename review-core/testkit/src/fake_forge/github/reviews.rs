//! Reviews: all of one is taken, or nothing.

use serde_json::Value;

use super::super::Right;
use super::super::places::Misplaced;
use super::super::reply::{Answer, Reply};
use super::super::state::{Place, Review, Spot, Thread, Verdict};
use super::context::{Context, error, not_found, unprocessable};
use super::shape;

/// The longest body, in characters.
pub(super) const MAX_BODY: usize = 65_536;

pub(super) fn too_long(body: &str) -> Option<Reply> {
    let long = body.chars().count() > MAX_BODY;
    long.then(|| unprocessable(&["Body is too long (maximum is 65536 characters)"]))
}

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let (name, number, login) = (context.name(), context.number(2)?, context.access.login.clone());
    // A pending review is its author's own.
    let visible = |review: &&Review| review.verdict != Verdict::Pending || review.author == login;
    let reviews: Vec<Review> = context.pull()?.reviews.iter().filter(visible).cloned().collect();
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let reviews = reviews.iter().map(|review| shape::review(context.state, known, number, review)).collect();
    context.paged(reviews)
}

fn find(context: &mut Context<'_>) -> Result<Review, Reply> {
    let id = context.number(3)?;
    let login = context.access.login.clone();
    let found = context.pull()?.reviews.iter().find(|review| review.id == id);
    found
        .filter(|review| review.verdict != Verdict::Pending || review.author == login)
        .cloned()
        .ok_or_else(not_found)
}

fn shown(context: &mut Context<'_>, review: &Review) -> Answer {
    let (name, number) = (context.name(), context.number(2)?);
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::review(context.state, known, number, review)))
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let review = find(context)?;
    shown(context, &review)
}

pub(super) fn comments(context: &mut Context<'_>) -> Answer {
    let review = find(context)?;
    let (name, number) = (context.name(), context.number(2)?);
    let threads = context.pull()?.threads.clone();
    let mut all = Vec::new();
    for thread in &threads {
        let with = shape::inline(context.state, &name, number, thread);
        let of = |comment: &Value| comment.get("pull_request_review_id").and_then(Value::as_u64);
        for mut comment in with.into_iter().filter(|comment| of(comment) == Some(review.id)) {
            if let Some(fields) = comment.as_object_mut() {
                // Lines aren't null here, they are missing.
                fields.retain(|name, value| !value.is_null() || !name.ends_with("line"));
                fields.remove("subject_type");
            }
            all.push(comment);
        }
    }
    context.paged(all)
}

/// Where a comment of a request is to go.
pub(super) fn wanted_place(
    context: &mut Context<'_>,
    comment: &Value,
    commit: &str,
) -> Result<Place, &'static str> {
    let text = |field: &str| comment.get(field).and_then(Value::as_str);
    let number = |field: &str| comment.get(field).and_then(Value::as_u64).and_then(|n| u32::try_from(n).ok());
    if comment.get("position").is_some() {
        return Err("position is closing down, the fake forge refuses it");
    }
    let spot = |line: u32, side: Option<&str>| match side {
        None | Some("RIGHT") => Ok(Spot::New(line)),
        Some("LEFT") => Ok(Spot::Old(line)),
        Some(_) => Err("Side is invalid"),
    };
    let path = text("path").unwrap_or_default();
    let of_file = text("subject_type") == Some("file");
    let end = match number("line") {
        Some(line) if !of_file => Some(spot(line, text("side"))?),
        None if of_file => None,
        Some(_) => return Err("line is not allowed for a comment on a file"),
        None => return Err(Misplaced::NoLine.text()),
    };
    let start = match (number("start_line"), text("start_side")) {
        (Some(line), side) => Some(spot(line, side.or(text("side")))?),
        (None, Some(_)) => return Err("start_side needs start_line"),
        (None, None) => None,
    };
    let (name, change) = (context.name(), context.number(2).unwrap_or_default());
    context.state.place(&name, change, commit, path, start, end).map_err(Misplaced::text)
}

fn verdict(
    context: &mut Context<'_>,
    event: Option<&str>,
    body: &str,
    empty: bool,
) -> Result<Verdict, Reply> {
    let author = context.pull()?.issue.author.clone();
    let own = author == context.access.login;
    match event {
        None => Ok(Verdict::Pending),
        Some("APPROVE") if own => Err(unprocessable(&["Can not approve your own pull request"])),
        Some("REQUEST_CHANGES") if own => {
            Err(unprocessable(&["Can not request changes on your own pull request"]))
        }
        Some("APPROVE") => Ok(Verdict::Approved),
        Some("REQUEST_CHANGES") if body.is_empty() => Err(unprocessable(&["Body can't be blank"])),
        Some("REQUEST_CHANGES") => Ok(Verdict::ChangesRequested),
        Some("COMMENT") if body.is_empty() && empty => Err(unprocessable(&["Body can't be blank"])),
        Some("COMMENT") => Ok(Verdict::Commented),
        Some(_) => Err(unprocessable(&["Event is invalid"])),
    }
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    context.pull()?;
    context.require(&[Right::PullRequests])?;
    let login = context.access.login.clone();
    let body = context.text("body").unwrap_or_default();
    if let Some(refusal) = too_long(&body) {
        return Err(refusal);
    }
    let asked = context.body.get("comments").and_then(Value::as_array).cloned().unwrap_or_default();
    let event = context.text("event");
    let verdict = verdict(context, event.as_deref(), &body, asked.is_empty())?;
    let head = context.pull()?.head.clone();
    let commit = context.text("commit_id").unwrap_or(head);
    let pending = |review: &Review| review.author == login && review.verdict == Verdict::Pending;
    if context.pull()?.reviews.iter().any(pending) {
        return Err(unprocessable(&["User can only have one pending review per pull request"]));
    }
    let (name, number) = (context.name(), context.number(2)?);
    if asked.is_empty() && !context.state.is_of_change(&name, number, &commit) {
        return Err(unprocessable(&[Misplaced::NoCommit.text()]));
    }
    let mut placed = Vec::new();
    for comment in &asked {
        let text = comment.get("body").and_then(Value::as_str).unwrap_or_default();
        if text.trim().is_empty() {
            return Err(unprocessable(&["Body can't be blank"]));
        }
        if let Some(refusal) = too_long(text) {
            return Err(refusal);
        }
        // Which of the comments is wrong isn't said.
        let place = wanted_place(context, comment, &commit).map_err(|why| unprocessable(&[why]))?;
        placed.push((place, text.to_owned()));
    }
    let state = &mut *context.state;
    let id = state.id();
    let submitted = (verdict != Verdict::Pending).then(|| state.tick());
    let review = Review { id, author: login.clone(), body, verdict, commit, submitted, minimized: None };
    let mut threads = Vec::new();
    for (place, text) in placed {
        let mut comment = state.comment(&login, &text);
        comment.review = Some(id);
        let id = state.id();
        threads.push(Thread { id, place: Some(place), resolved_by: None, comments: vec![comment] });
    }
    let now = state.tick();
    let pull = context.pull()?;
    pull.reviews.push(review.clone());
    pull.threads.extend(threads);
    pull.updated = now;
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::review(context.state, known, number, &review)))
}

fn own_review(context: &mut Context<'_>) -> Result<Review, Reply> {
    context.require(&[Right::PullRequests])?;
    let review = find(context)?;
    if review.author == context.access.login { Ok(review) } else { Err(not_found()) }
}

fn change(context: &mut Context<'_>, id: u64, change: impl FnOnce(&mut Review)) -> Answer {
    let review = context.pull()?.reviews.iter_mut().find(|review| review.id == id).ok_or_else(not_found)?;
    change(review);
    let review = review.clone();
    shown(context, &review)
}

pub(super) fn update(context: &mut Context<'_>) -> Answer {
    let review = own_review(context)?;
    let body = context.text("body").unwrap_or_default();
    if let Some(refusal) = too_long(&body) {
        return Err(refusal);
    }
    change(context, review.id, |review| review.body = body)
}

pub(super) fn delete(context: &mut Context<'_>) -> Answer {
    let review = own_review(context)?;
    if review.verdict != Verdict::Pending {
        return Err(unprocessable(&["Can not delete a non-pending pull request review"]));
    }
    let answer = shown(context, &review);
    let pull = context.pull()?;
    pull.reviews.retain(|known| known.id != review.id);
    for thread in &mut pull.threads {
        thread.comments.retain(|comment| comment.review != Some(review.id));
    }
    pull.threads.retain(|thread| !thread.comments.is_empty());
    answer
}

pub(super) fn submit(context: &mut Context<'_>) -> Answer {
    let review = own_review(context)?;
    if review.verdict != Verdict::Pending {
        return Err(unprocessable(&["Can not submit a review that is not pending"]));
    }
    let body = context.text("body").unwrap_or(review.body);
    if let Some(refusal) = too_long(&body) {
        return Err(refusal);
    }
    let comments = context.pull()?.threads.iter().flat_map(|thread| &thread.comments);
    let empty = !comments.into_iter().any(|comment| comment.review == Some(review.id));
    let event = context.text("event");
    let verdict = verdict(context, event.as_deref(), &body, empty)?;
    let now = context.state.tick();
    change(context, review.id, |review| {
        (review.body, review.verdict, review.submitted) = (body, verdict, Some(now));
    })
}

pub(super) fn dismiss(context: &mut Context<'_>) -> Answer {
    context.require(&[Right::PullRequests])?;
    let review = find(context)?;
    if !matches!(review.verdict, Verdict::Approved | Verdict::ChangesRequested) {
        return Err(error(422, "Can not dismiss a commented pull request review"));
    }
    change(context, review.id, |review| review.verdict = Verdict::Dismissed)
}
