//! Reviews. They are not taken whole: what came before a comment that fails stays in a pending one.

use serde_json::Value;

use super::super::Right;
use super::super::reply::{Answer, Reply};
use super::super::state::{Review, Spot, Thread, Verdict};
use super::context::{Context, error, not_found};
use super::shape;

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let (name, login) = (context.name(), context.access.login.clone());
    let pull = context.pull()?.clone();
    let visible =
        pull.reviews.iter().filter(|known| known.verdict != Verdict::Pending || known.author == login);
    let shown = visible.map(|known| shape::review(context.state, &name, &pull, known)).collect();
    context.paged(shown)
}

fn find(context: &mut Context<'_>) -> Result<Review, Reply> {
    let (id, login) = (context.number(3)?, context.access.login.clone());
    let found = context.pull()?.reviews.iter().find(|known| known.id == id);
    found
        .filter(|known| known.verdict != Verdict::Pending || known.author == login)
        .cloned()
        .ok_or_else(not_found)
}

fn shown(context: &mut Context<'_>, id: u64) -> Answer {
    let name = context.name();
    let pull = context.pull()?.clone();
    let review = pull.reviews.iter().find(|known| known.id == id).ok_or_else(not_found)?;
    Ok(Reply::ok(shape::review(context.state, &name, &pull, review)))
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let review = find(context)?;
    shown(context, review.id)
}

/// All of them: this list has no pages.
pub(super) fn comments(context: &mut Context<'_>) -> Answer {
    let review = find(context)?;
    let name = context.name();
    let pull = context.pull()?.clone();
    let mut all = Vec::new();
    for thread in &pull.threads {
        let of = thread.comments.iter().filter(|comment| comment.review == Some(review.id));
        all.extend(of.map(|comment| shape::inline(context.state, &name, &pull, thread, comment)));
    }
    Ok(Reply::ok(all.into()))
}

/// What an event makes of a review with this text. An event that isn't known leaves it pending.
fn verdict(context: &mut Context<'_>, event: &str, body: &str, comments: bool) -> Result<Verdict, Reply> {
    let author = context.pull()?.issue.author.clone();
    let own = author == context.access.login;
    let blank = body.trim().is_empty();
    let refused = |why: &str| error(422, why);
    match event {
        "APPROVED" if own => Err(refused("approve your own pull is not allowed")),
        "REQUEST_CHANGES" if own => Err(refused("reject your own pull is not allowed")),
        "APPROVED" => Ok(Verdict::Approved),
        "COMMENT" if blank && !comments => Err(refused("review event COMMENT requires a body or a comment")),
        "COMMENT" => Ok(Verdict::Commented),
        "REQUEST_CHANGES" if !blank => Ok(Verdict::ChangesRequested),
        "PENDING" | "" if !blank => Ok(Verdict::Pending),
        "REQUEST_CHANGES" | "PENDING" | "" => Err(refused(&format!("review event {event} requires a body"))),
        // The real one takes it as pending, which nobody means.
        _ => Err(refused(&format!("{event} is no event"))),
    }
}

fn submittable(context: &mut Context<'_>, verdict: Verdict) -> Result<(), Reply> {
    let open = context.pull()?.issue.open;
    if !open && matches!(verdict, Verdict::Approved | Verdict::ChangesRequested) {
        return Err(error(422, "can't submit review for a closed or merged PR"));
    }
    Ok(())
}

/// The pending review of who asks: the one that is there, or a new one.
fn pending(context: &mut Context<'_>, commit: &str) -> Result<u64, Reply> {
    let author = context.access.login.clone();
    let known =
        context.pull()?.reviews.iter().find(|it| it.author == author && it.verdict == Verdict::Pending);
    if let Some(known) = known {
        return Ok(known.id);
    }
    let id = context.state.id();
    context.pull()?.reviews.push(Review {
        id,
        author,
        body: String::new(),
        verdict: Verdict::Pending,
        commit: commit.to_owned(),
        submitted: None,
        minimized: None,
    });
    Ok(id)
}

const FIELDS: [&str; 4] = ["path", "body", "new_position", "old_position"];

fn add_comment(context: &mut Context<'_>, comment: &Value, commit: &str) -> Result<(), Reply> {
    let fields = comment.as_object().into_iter().flat_map(|fields| fields.keys());
    if let Some(unknown) = fields.into_iter().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(error(422, &format!("{unknown} is no field of a comment")));
    }
    let text = |field: &str| comment.get(field).and_then(Value::as_str).unwrap_or_default();
    let line = |field: &str| {
        let number = comment.get(field).and_then(Value::as_u64).filter(|number| *number > 0);
        number.and_then(|number| u32::try_from(number).ok())
    };
    let spot = match (line("old_position"), line("new_position")) {
        (Some(old), None) => Spot::Old(old),
        (None, Some(new)) => Spot::New(new),
        _ => return Err(error(422, "one of old_position and new_position is a line")),
    };
    if text("body").trim().is_empty() {
        return Err(error(422, "[Body]: Required"));
    }
    let (name, number) = (context.name(), context.number(2)?);
    // The real one takes lines outside of the diff and shows them nowhere.
    let place = context.state.place(&name, number, commit, text("path"), None, Some(spot));
    let place = place.map_err(|why| error(422, why.text()))?;
    let review = pending(context, commit)?;
    let login = context.access.login.clone();
    let mut new = context.state.comment(&login, text("body"));
    new.review = Some(review);
    let id = context.state.id();
    context.pull()?.threads.push(Thread { id, place: Some(place), resolved_by: None, comments: vec![new] });
    Ok(())
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    context.pull()?;
    context.require(Right::PullRequests)?;
    let body = context.text("body").unwrap_or_default();
    let asked = context.body.get("comments").and_then(Value::as_array).cloned().unwrap_or_default();
    let event = context.text("event").unwrap_or_default();
    let verdict = verdict(context, &event, &body, !asked.is_empty())?;
    let head = context.pull()?.head.clone();
    let commit = context.text("commit_id").filter(|commit| !commit.is_empty()).unwrap_or(head);
    for comment in &asked {
        add_comment(context, comment, &commit)?;
    }
    submittable(context, verdict)?;
    let id = pending(context, &commit)?;
    settle(context, id, verdict, body, commit)
}

fn settle(context: &mut Context<'_>, id: u64, verdict: Verdict, body: String, commit: String) -> Answer {
    let now = context.state.tick();
    let review = context.pull()?.reviews.iter_mut().find(|known| known.id == id).ok_or_else(not_found)?;
    (review.body, review.verdict, review.commit) = (body, verdict, commit);
    review.submitted = (verdict != Verdict::Pending).then_some(now);
    shown(context, id)
}

pub(super) fn submit(context: &mut Context<'_>) -> Answer {
    context.require(Right::PullRequests)?;
    let review = find(context)?;
    if review.verdict != Verdict::Pending {
        return Err(error(422, "only a pending review can be submitted"));
    }
    let comments = context.pull()?.threads.iter().flat_map(|thread| &thread.comments);
    let comments = comments.into_iter().any(|comment| comment.review == Some(review.id));
    let (event, body) = (context.text("event").unwrap_or_default(), context.text("body").unwrap_or_default());
    let verdict = verdict(context, &event, &body, comments)?;
    if verdict == Verdict::Pending {
        return Err(error(422, "review stay pending"));
    }
    submittable(context, verdict)?;
    let head = context.pull()?.head.clone();
    settle(context, review.id, verdict, body, head)
}

pub(super) fn delete(context: &mut Context<'_>) -> Answer {
    context.require(Right::PullRequests)?;
    let review = find(context)?;
    if review.author != context.access.login {
        return Err(error(403, "Forbidden"));
    }
    let pull = context.pull()?;
    pull.reviews.retain(|known| known.id != review.id);
    for thread in &mut pull.threads {
        thread.comments.retain(|comment| comment.review != Some(review.id));
    }
    pull.threads.retain(|thread| !thread.comments.is_empty());
    Ok(Reply::empty(204))
}
