//! `run --event`: what a workflow was started by, and whether that asks for a review.

use std::path::Path;
use std::sync::Arc;

use deep_review::files::read_bounded;
use deep_review::forge::event::{ForgeEvent, Happened, read};
use deep_review::forge::trigger::{Asked, Triggers, asked};
use deep_review::forge::{ChangeAddress, Forge, ForgeKind, answer};
use deep_review::{Cancel, Cx, Error, ErrorKind, NullSink, Result};

use super::forge::ForgeArgs;
use super::{output, run};

/// Largest event that is read. GitHub's are at most 25 MB.
const MAX_BYTES: u64 = 25 << 20;

/// The pull request whose review an event asks for; `None` when it asks for nothing more. Commands that need no review are answered
/// here.
pub(crate) fn wanted(
    path: &Path,
    forge: &ForgeArgs,
    cancel: &Cancel,
) -> Result<Option<(ChangeAddress, Arc<dyn Forge>)>> {
    let name = std::env::var("GITHUB_EVENT_NAME").unwrap_or_default();
    let kind = if std::env::var_os("GITEA_ACTIONS").is_some() { ForgeKind::Gitea } else { ForgeKind::Github };
    let body = read_bounded(path, MAX_BYTES)?;
    let Some(event) = read(kind, &name, &body).map_err(|error| error.with_context("path", path.display()))?
    else {
        output::note(&format!("nothing to do: the event `{name}` is about no pull request"));
        return Ok(None);
    };
    let all = match asked(&event, &Triggers::default()) {
        Ok(all) => all,
        Err(reason) => {
            output::note(&format!("nothing to do: {reason}"));
            return Ok(None);
        }
    };
    let form = if kind == ForgeKind::Gitea { "pulls" } else { "pull" };
    let address = ChangeAddress::from_url(&format!("{}/{form}/{}", event.repository_url, event.number))?;
    let forge = forge.connect(&address, true)?;
    let cx = Cx::new(cancel.clone(), Arc::new(NullSink));
    let review = run::runtime()?.block_on(carry_out(&*forge, &event, all, cx))?;
    Ok(review.then_some((address, forge)))
}

/// Checks rights and answers commands; returns whether a review is asked for.
async fn carry_out(forge: &dyn Forge, event: &ForgeEvent, all: Vec<Asked>, cx: Cx) -> Result<bool> {
    let mut review = false;
    for one in all {
        if one.needs().may_write() && !may_write(forge, event, &cx).await? {
            return Err(Error::new(
                ErrorKind::Unauthorized,
                "only somebody who may write to the repository can ask for this",
            )
            .with_context("login", &event.actor));
        }
        let reply = match one {
            Asked::Review { .. } => {
                review = true;
                continue;
            }
            Asked::Dismiss => "Noted: it is not raised again until its code changes.".to_owned(),
            Asked::Explain { finding } => format!(
                "How {finding} came about stands in the full report, which the workflow's run keeps as an artifact."
            ),
            Asked::Answer(text) => text,
            _ => continue,
        };
        if let Happened::Commented { id, .. } = &event.what {
            answer(forge, event.number, id, &reply, cx.clone()).await?;
            output::note(&format!("answered: {reply}"));
        }
    }
    Ok(review)
}

async fn may_write(forge: &dyn Forge, event: &ForgeEvent, cx: &Cx) -> Result<bool> {
    if let Happened::Commented { may_write: Some(known), .. } = &event.what {
        return Ok(*known);
    }
    Ok(forge.permission(&event.actor, cx.clone()).await?.may_write())
}
