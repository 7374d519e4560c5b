//! Commit statuses.

use serde_json::{Value, json};

use super::super::Right;
use super::super::git;
use super::super::reply::{Answer, Reply};
use super::super::state::Status;
use super::context::{Context, error};
use super::shape;

const STATES: [&str; 6] = ["pending", "success", "error", "failure", "warning", "skipped"];

fn commit(context: &mut Context<'_>) -> Result<String, Reply> {
    let revision = context.parameter(2).to_owned();
    let dir = context.repository()?.git_dir.clone();
    git::commit_id(&dir, &revision).ok_or_else(|| error(404, "sha not found"))
}

pub(super) fn create(context: &mut Context<'_>) -> Answer {
    context.require(Right::Statuses)?;
    let sha = commit(context)?;
    let word = context.text("state").unwrap_or_default();
    if !STATES.contains(&word.as_str()) {
        return Err(error(422, "state is not one of those of a status"));
    }
    let (id, created) = (context.state.id(), context.state.tick());
    let new = Status {
        id,
        sha,
        context: context.text("context").unwrap_or_else(|| "default".to_owned()),
        state: word,
        description: context.text("description"),
        target_url: context.text("target_url"),
        author: context.access.login.clone(),
        created,
    };
    context.repository()?.statuses.push(new.clone());
    Ok(Reply::created(shape::status(context.state, &new)))
}

/// The statuses of the commit in the path, newest first.
fn of_commit(context: &mut Context<'_>) -> Result<(String, Vec<Status>), Reply> {
    let sha = commit(context)?;
    let all = context.repository()?.statuses.iter().filter(|known| known.sha == sha);
    let all = all.rev().cloned().collect();
    Ok((sha, all))
}

pub(super) fn list(context: &mut Context<'_>) -> Answer {
    let (_, all) = of_commit(context)?;
    let shown = all.iter().map(|known| shape::status(context.state, known)).collect();
    context.paged(shown)
}

pub(super) fn combined(context: &mut Context<'_>) -> Answer {
    let (sha, all) = of_commit(context)?;
    let mut latest: Vec<&Status> = Vec::new();
    for status in &all {
        if !latest.iter().any(|known| known.context == status.context) {
            latest.push(status);
        }
    }
    // The worst one counts.
    let worst = ["error", "failure", "warning", "pending", "success", "skipped"];
    let worst = worst.into_iter().find(|word| latest.iter().any(|known| known.state == *word));
    let shown: Vec<Value> = latest.iter().map(|known| shape::status(context.state, known)).collect();
    Ok(Reply::ok(json!({
        "sha": sha,
        "state": worst.unwrap_or_default(),
        "total_count": shown.len(),
        "statuses": shown,
    })))
}
