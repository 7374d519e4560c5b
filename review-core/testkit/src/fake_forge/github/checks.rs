//! Check runs and commit statuses.

use serde_json::{Value, json};

use super::super::Right;
use super::super::git;
use super::super::reply::{Answer, Reply};
use super::super::state::{CheckRun, Status};
use super::context::{Context, error, not_found};
use super::shape;

/// How many annotations a request may have.
const MAX_ANNOTATIONS: usize = 50;
/// The longest summary or text of a check, in characters.
const MAX_TEXT: usize = 65_535;
const MAX_DESCRIPTION: usize = 140;

fn app_only(context: &mut Context<'_>) -> Result<(), Reply> {
    context.repository()?;
    if !context.access.app && !context.access.login.is_empty() {
        return Err(error(403, "You must authenticate via a GitHub App."));
    }
    context.require(&[Right::Checks])
}

/// The commit that the path or the body names.
fn commit(context: &mut Context<'_>, revision: &str) -> Result<String, Reply> {
    let dir = context.repository()?.git_dir.clone();
    let missing = || error(422, &format!("No commit found for SHA: {revision}"));
    git::commit_id(&dir, revision).ok_or_else(missing)
}

/// What a request says of a check, checked and put in.
fn apply(body: &Value, run: &mut CheckRun, now: u64) -> Result<(), Reply> {
    let refused = |why: &str| error(422, &format!("Invalid request.\n\n{why}"));
    let text = |of: &Value, field: &str| of.get(field).and_then(Value::as_str).map(str::to_owned);
    if let Some(name) = text(body, "name") {
        run.name = name;
    }
    run.external_id = text(body, "external_id").or(run.external_id.take());
    run.details_url = text(body, "details_url").or(run.details_url.take());
    if let Some(status) = text(body, "status") {
        run.status = status;
    }
    if let Some(conclusion) = text(body, "conclusion") {
        if conclusion == "stale" {
            return Err(refused("conclusion \"stale\" is GitHub's own."));
        }
        run.conclusion = Some(conclusion);
        run.status = "completed".to_owned();
    }
    if run.status == "completed" {
        if run.conclusion.is_none() {
            return Err(refused("\"conclusion\" wasn't supplied."));
        }
        run.completed = run.completed.or(Some(now));
    } else {
        (run.conclusion, run.completed) = (None, None);
    }
    let Some(output) = body.get("output") else { return Ok(()) };
    if let Some(title) = text(output, "title") {
        run.title = Some(title);
    } else if run.title.is_none() {
        return Err(refused("\"title\" wasn't supplied."));
    }
    for (field, kept) in [("summary", &mut run.summary), ("text", &mut run.text)] {
        if let Some(text) = text(output, field) {
            if text.chars().count() > MAX_TEXT {
                return Err(refused(&format!("Only {MAX_TEXT} characters are allowed; {field} is longer.")));
            }
            *kept = Some(text);
        }
    }
    let notes = output.get("annotations").and_then(Value::as_array).cloned().unwrap_or_default();
    if notes.len() > MAX_ANNOTATIONS {
        let count = notes.len();
        return Err(refused(&format!("No more than 50 items are allowed; {count} were supplied.")));
    }
    for note in &notes {
        let number = |field: &str| note.get(field).and_then(Value::as_u64);
        let (start, end) = (number("start_line").unwrap_or_default(), number("end_line").unwrap_or_default());
        if start == 0 || start > end {
            return Err(refused("start_line must be positive and not after end_line."));
        }
        let columns = number("start_column").is_some() || number("end_column").is_some();
        if columns && start != end {
            return Err(refused("start_column and end_column need start_line to equal end_line."));
        }
        let message = text(note, "message").unwrap_or_default();
        if message.is_empty() || message.len() > 64 * 1024 {
            return Err(refused("message must be between 1 byte and 64 KB."));
        }
        if text(note, "title").is_some_and(|title| title.chars().count() > 255) {
            return Err(refused("title is longer than 255 characters."));
        }
    }
    run.annotations.extend(notes);
    Ok(())
}

fn shown(context: &mut Context<'_>, run: &CheckRun) -> Result<Value, Reply> {
    let name = context.name();
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(shape::check_run(context.state, known, run))
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    app_only(context)?;
    let sha = context.text("head_sha").unwrap_or_default();
    let sha = commit(context, &sha)?;
    let (id, now) = (context.state.id(), context.state.tick());
    let mut run = CheckRun {
        id,
        name: String::new(),
        author: context.access.login.clone(),
        sha,
        status: "queued".to_owned(),
        conclusion: None,
        title: None,
        summary: None,
        text: None,
        external_id: None,
        details_url: None,
        annotations: Vec::new(),
        started: now,
        completed: None,
    };
    apply(&context.body, &mut run, now)?;
    context.repository()?.checks.push(run.clone());
    shown(context, &run).map(Reply::created)
}

fn find(context: &mut Context<'_>) -> Result<CheckRun, Reply> {
    let id = context.number(2)?;
    context.repository()?.checks.iter().find(|run| run.id == id).cloned().ok_or_else(not_found)
}

pub(super) fn get(context: &mut Context<'_>) -> Answer {
    let run = find(context)?;
    shown(context, &run).map(Reply::ok)
}

pub(super) fn update(context: &mut Context<'_>) -> Answer {
    app_only(context)?;
    let mut run = find(context)?;
    if run.author != context.access.login {
        return Err(error(
            403,
            "Invalid app_id - check run can only be modified by the GitHub App that created it.",
        ));
    }
    let now = context.state.tick();
    apply(&context.body, &mut run, now)?;
    let known = context.repository()?.checks.iter_mut().find(|known| known.id == run.id);
    *known.ok_or_else(not_found)? = run.clone();
    shown(context, &run).map(Reply::ok)
}

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let revision = context.parameter(2).to_owned();
    let sha = commit(context, &revision)?;
    let wanted = context.request.query("check_name");
    let latest = context.request.query("filter").as_deref() != Some("all");
    let runs = context.repository()?.checks.clone();
    let runs: Vec<&CheckRun> = runs
        .iter()
        .filter(|run| run.sha == sha && wanted.as_ref().is_none_or(|wanted| *wanted == run.name))
        .collect();
    let newer = |run: &CheckRun| {
        runs.iter().any(|other| other.id > run.id && other.name == run.name && other.author == run.author)
    };
    let chosen: Vec<&CheckRun> = runs.iter().copied().filter(|run| !latest || !newer(run)).collect();
    let mut all = Vec::new();
    for run in chosen {
        all.push(shown(context, run)?);
    }
    let total = all.len();
    let (page, link) = context.page(all);
    let reply = Reply::ok(json!({ "total_count": total, "check_runs": page }));
    Ok(match link {
        Some(link) => reply.header("link", link),
        None => reply,
    })
}

pub(super) fn create_status(context: &mut Context<'_>) -> Answer {
    context.require(&[Right::Statuses])?;
    let revision = context.parameter(2).to_owned();
    let sha = commit(context, &revision)?;
    let description = context.text("description");
    if description.as_ref().is_some_and(|text| text.chars().count() > MAX_DESCRIPTION) {
        return Err(error(422, "Validation Failed: description is too long (maximum is 140 characters)"));
    }
    if context
        .text("target_url")
        .is_some_and(|url| !url.starts_with("http://") && !url.starts_with("https://"))
    {
        return Err(error(422, "Validation Failed: target_url must use http(s) scheme"));
    }
    let (id, created) = (context.state.id(), context.state.tick());
    let status = Status {
        id,
        sha,
        context: context.text("context").unwrap_or_else(|| "default".to_owned()),
        state: context.text("state").unwrap_or_default(),
        description,
        target_url: context.text("target_url"),
        author: context.access.login.clone(),
        created,
    };
    context.repository()?.statuses.push(status.clone());
    let name = context.name();
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    Ok(Reply::created(shape::status(context.state, known, &status)))
}

/// The statuses of the commit in the path, newest first.
fn of_commit(context: &mut Context<'_>) -> Result<(String, Vec<Status>), Reply> {
    let revision = context.parameter(2).to_owned();
    let sha = commit(context, &revision)?;
    let statuses = context.repository()?.statuses.iter().filter(|status| status.sha == sha);
    let statuses: Vec<Status> = statuses.rev().cloned().collect();
    Ok((sha, statuses))
}

pub(super) fn statuses(context: &mut Context<'_>) -> Answer {
    let (_, statuses) = of_commit(context)?;
    let name = context.name();
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let all = statuses.iter().map(|status| shape::status(context.state, known, status)).collect();
    context.paged(all)
}

pub(super) fn combined_status(context: &mut Context<'_>) -> Answer {
    let (sha, statuses) = of_commit(context)?;
    let mut latest: Vec<&Status> = Vec::new();
    for status in &statuses {
        if !latest.iter().any(|known| known.context.eq_ignore_ascii_case(&status.context)) {
            latest.push(status);
        }
    }
    let has = |states: &[&str]| latest.iter().any(|status| states.contains(&status.state.as_str()));
    let state = if has(&["error", "failure"]) {
        "failure"
    } else if latest.is_empty() || has(&["pending"]) {
        "pending"
    } else {
        "success"
    };
    let name = context.name();
    let known = context.state.repositories.get(&name).ok_or_else(not_found)?;
    let total = latest.len();
    let repository = shape::repository(context.state, known);
    let status = |status: &&Status| {
        // Here nobody is said to have made it.
        let mut shown = shape::status(context.state, known, status);
        shown.as_object_mut().map(|fields| fields.remove("creator"));
        shown
    };
    let all = latest.iter().map(status).collect();
    let (page, link) = context.page(all);
    let reply = Reply::ok(
        json!({ "state": state, "sha": sha, "total_count": total, "statuses": page, "repository": repository }),
    );
    Ok(match link {
        Some(link) => reply.header("link", link),
        None => reply,
    })
}
