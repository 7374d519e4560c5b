//! What every adapter of a forge must do, as a check that runs against any instance of it: a fake, one in a container, or a live one.

use review_core::{Cx, ErrorKind, Report};

use crate::plan::Written;
use crate::rounds::fingerprint;
use crate::{Forge, PublishOptions, publish};

/// A pull request to try an adapter on. It is written to.
pub struct Stage<'a> {
    /// The adapter.
    pub forge: &'a dyn Forge,
    /// An open pull request.
    pub number: u64,
    /// A report of its head, with at least one finding on a line that the diff shows.
    pub report: &'a Report,
    /// The token in use, which must not stand in any error.
    pub token: &'a str,
    /// How the report is published.
    pub options: PublishOptions,
}

/// Tries an adapter; returns what is wrong with it, one line each.
pub async fn check(stage: &Stage<'_>) -> Vec<String> {
    let mut wrong = Vec::new();
    reading(stage, &mut wrong).await;
    errors(stage, &mut wrong).await;
    publishing(stage, &mut wrong).await;
    wrong
}

async fn reading(stage: &Stage<'_>, wrong: &mut Vec<String>) {
    let Stage { forge, number, report, .. } = stage;
    let request = match forge.change(*number, Cx::detached()).await {
        Ok(request) => request,
        Err(error) => return wrong.push(format!("change: {error}")),
    };
    let mut lacks = |what: &str, is_there: bool| {
        if !is_there {
            wrong.push(format!("change: {what} is missing"));
        }
    };
    lacks("the number", request.number == *number);
    lacks("the title", !request.title.is_empty());
    lacks("the author", !request.author.is_empty());
    lacks("the web address", request.url.starts_with("http"));
    lacks("the head's full id", request.head.commit.len() >= 40);
    lacks("the base's full id", request.base.commit.len() >= 40);
    lacks("a full reference of the head", request.fetch.head.starts_with("refs/"));
    lacks("a full reference of the base", request.fetch.base.starts_with("refs/heads/"));
    if report.change.head.as_deref() != Some(&request.head.commit) {
        wrong.push("the report of the stage is not of the head".to_owned());
    }
    match forge.discussion(&request, Cx::detached()).await {
        Ok(said) if said.viewer.is_empty() => wrong.push("discussion: our own login is missing".to_owned()),
        Ok(_) => {}
        Err(error) => wrong.push(format!("discussion: {error}")),
    }
    match forge.permission("no-such-account-as-this", Cx::detached()).await {
        Ok(permission) if permission.may_write() => {
            wrong.push("permission: an unknown account may write".to_owned())
        }
        Ok(_) => {}
        Err(error) => {
            wrong.push(format!("permission: an unknown account is an error, not no right: {error}"))
        }
    }
}

async fn errors(stage: &Stage<'_>, wrong: &mut Vec<String>) {
    match stage.forge.change(u64::from(u32::MAX) - 7, Cx::detached()).await {
        Ok(_) => wrong.push("change: a number that is not there is found".to_owned()),
        Err(error) => {
            if error.kind() != ErrorKind::NotFound {
                wrong.push(format!("change: a number that is not there is {:?}, not NotFound", error.kind()));
            }
            if format!("{error:?} {error}").contains(stage.token) {
                wrong.push("an error holds the token".to_owned());
            }
        }
    }
    let cancelled = Cx::detached();
    cancelled.cancel.cancel();
    match stage.forge.change(stage.number, cancelled).await {
        Err(error) if error.is_cancelled() => {}
        Err(error) => wrong.push(format!("a cancelled call fails otherwise: {error}")),
        Ok(_) => wrong.push("a cancelled call goes on".to_owned()),
    }
}

async fn publishing(stage: &Stage<'_>, wrong: &mut Vec<String>) {
    let Stage { forge, number, report, options, .. } = stage;
    let first = match publish(*forge, *number, report, options, Cx::detached()).await {
        Ok(first) => first,
        Err(error) => return wrong.push(format!("publish: {error}")),
    };
    let (request, said) = match forge.change(*number, Cx::detached()).await {
        Ok(request) => match forge.discussion(&request, Cx::detached()).await {
            Ok(said) => (request, said),
            Err(error) => return wrong.push(format!("discussion: {error}")),
        },
        Err(error) => return wrong.push(format!("change: {error}")),
    };
    for placement in first.plan.placements.iter().filter(|placement| placement.at != Written::Summary) {
        let print = report.finding(&placement.finding).map(|finding| finding.fingerprint.as_str());
        if !said.threads.iter().any(|thread| print.is_some() && fingerprint(&said, thread) == print) {
            wrong.push(format!("the comment on {} is not read back", placement.finding));
        }
    }
    if !said
        .comments
        .iter()
        .any(|comment| said.is_ours(&comment.author) && comment.body.contains("deep-review:state"))
    {
        wrong.push("the summary is not read back".to_owned());
    }
    if !said.checks.iter().any(|check| check.report.as_deref() == Some(&report.id)) {
        wrong.push(format!("no check or status of the report is read back at {}", request.head.commit));
    }
    match publish(*forge, *number, report, options, Cx::detached()).await {
        Ok(second) if second.made.is_empty() => {}
        Ok(second) => {
            let names: Vec<&str> = second.made.iter().map(|planned| planned.write.name()).collect();
            wrong.push(format!("published twice, it writes again: {}", names.join(", ")));
        }
        Err(error) => wrong.push(format!("publishing again: {error}")),
    }
}
