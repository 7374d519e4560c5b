//! Makes the writes of plans until nothing is left to do.

use std::time::Duration;

use review_core::{Cx, Error, ErrorKind, Report, Result};

use crate::forge::Forge;
use crate::marker;
use crate::model::{ChangeRequest, Comment, ForgeCapabilities};
use crate::plan::{PlannedWrite, PublishOptions, PublishPlan, Write, plan};

/// Longest time that a forge may ask to wait; beyond, publishing ends and can go on later.
const MAX_WAIT: Duration = Duration::from_secs(15 * 60);
/// Failures in a row after which publishing ends.
const MAX_FAILURES: u32 = 6;
/// Plans in all: more means that something at the forge changes faster than it is written.
const MAX_PLANS: u32 = 200;

/// What publishing came to.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Published {
    /// The writes that were made, in order.
    pub made: Vec<PlannedWrite>,
    /// The last plan, whose placements say where each finding is.
    pub plan: PublishPlan,
    /// What was done otherwise than wanted, and why.
    pub notes: Vec<String>,
}

/// Publishes a report: reads what is there, plans, writes one after the other at least [`PublishOptions::pace`] apart, and looks again after every
/// failure that leaves open whether a write took. It may be stopped at any point and called again, by anybody: the end is the same.
///
/// The head is compared before the first and before the last write of each plan; where it has moved, nothing more is written.
///
/// # Errors
/// `InvalidInput` when the report is of another commit than the head, or of none; `Cancelled`; or what the forge said when it went on
/// failing. What was written until then stays, and counts when this is called again.
pub async fn publish(
    forge: &dyn Forge,
    number: u64,
    report: &Report,
    options: &PublishOptions,
    cx: Cx,
) -> Result<Published> {
    let mut state = Publisher {
        forge,
        report,
        capabilities: forge.capabilities(cx.clone()).await?,
        options: options.clone(),
        done: Published::default(),
        failures: 0,
        wrote: false,
    };
    for _ in 0..MAX_PLANS {
        match state.round(number, &cx).await {
            Ok(true) => return Ok(state.done),
            Ok(false) => {}
            Err(error) => state.failed(error, &cx).await?,
        }
    }
    Err(Error::new(
        ErrorKind::Unavailable,
        "the pull request keeps changing while it is written to; publish again later",
    ))
}

/// Tells what would be written, without writing.
///
/// # Errors
/// As [`publish`], from reading.
pub async fn dry_run(
    forge: &dyn Forge,
    number: u64,
    report: &Report,
    options: &PublishOptions,
    cx: Cx,
) -> Result<PublishPlan> {
    let capabilities = forge.capabilities(cx.clone()).await?;
    let request = forge.change(number, cx.clone()).await?;
    same_head(report, &request)?;
    let there = forge.discussion(&request, cx).await?;
    Ok(plan(report, &there, &capabilities, options))
}

/// Answers a command in a comment, once: an answer to the same comment that is there already is left alone. `text` is plain text.
///
/// # Errors
/// What the forge says.
pub async fn answer(forge: &dyn Forge, number: u64, comment: &str, text: &str, cx: Cx) -> Result<()> {
    let request = forge.change(number, cx.clone()).await?;
    let said = forge.discussion(&request, cx.clone()).await?;
    let is_answer = |known: &Comment| {
        said.is_ours(&known.author) && marker::read(&known.body, marker::ANSWER) == Some(comment)
    };
    if said.comments.iter().any(is_answer) {
        return Ok(());
    }
    let body =
        format!("{}\n{}\n", marker::write(marker::ANSWER, comment), review_render::comments::plain(text));
    forge.perform(&request, &Write::Answer { body }, cx).await
}

struct Publisher<'a> {
    forge: &'a dyn Forge,
    report: &'a Report,
    capabilities: ForgeCapabilities,
    options: PublishOptions,
    done: Published,
    failures: u32,
    wrote: bool,
}

impl Publisher<'_> {
    /// One plan and its writes. Returns whether nothing is left to do.
    async fn round(&mut self, number: u64, cx: &Cx) -> Result<bool> {
        cx.cancel.check()?;
        let request = self.forge.change(number, cx.clone()).await?;
        same_head(self.report, &request)?;
        let there = self.forge.discussion(&request, cx.clone()).await?;
        let next = plan(self.report, &there, &self.capabilities, &self.options);
        let writes = next.writes.clone();
        let more = next.more;
        self.done.plan = next;
        let last = writes.len().saturating_sub(1);
        for (index, planned) in writes.into_iter().enumerate() {
            if index > 0 && index == last {
                same_head(self.report, &self.forge.change(number, cx.clone()).await?)?;
            }
            if self.wrote {
                pause(self.options.pace, cx).await?;
            }
            self.wrote = true;
            match self.forge.perform(&request, &planned.write, cx.clone()).await {
                Ok(()) => {
                    self.failures = 0;
                    self.done.made.push(planned);
                }
                Err(error) => {
                    self.adapt(&planned.write, error)?;
                    return Ok(false);
                }
            }
        }
        Ok(!more)
    }

    /// Goes on without what the forge refuses; passes on every other error.
    fn adapt(&mut self, write: &Write, error: Error) -> Result<()> {
        let refused =
            matches!(error.kind(), ErrorKind::Unauthorized | ErrorKind::NotFound | ErrorKind::Unsupported);
        let invalid = error.kind() == ErrorKind::InvalidInput;
        let note = match write {
            Write::Review { comments, .. } if invalid && comments.len() > 1 => {
                // The forge does not say which comment it refuses, so each goes alone.
                self.capabilities.reviews = false;
                "the forge refused a review as a whole; its comments were sent one by one".to_owned()
            }
            Write::Review { comments, .. } if invalid && !comments.is_empty() => {
                self.options.refused.extend(comments.iter().map(|comment| comment.fingerprint.clone()));
                "the forge refused a comment on lines; it stands in the summary".to_owned()
            }
            Write::Thread { comment, .. } if invalid => {
                self.options.refused.insert(comment.fingerprint.clone());
                format!("the forge refused the comment on {}; it stands in the summary", comment.finding)
            }
            Write::FileComment { fingerprint, .. } if invalid || refused => {
                self.options.refused.insert(fingerprint.clone());
                "the forge refused a comment on a file; it stands in the summary".to_owned()
            }
            Write::Resolve { .. } if refused => {
                self.capabilities.resolve = false;
                "this token can't close threads: they are answered, and folded away where that is possible"
                    .to_owned()
            }
            Write::Minimise { .. } if refused || invalid => {
                self.capabilities.minimise = false;
                "this token can't fold comments away: threads are only answered".to_owned()
            }
            Write::Check { .. } if refused => {
                self.capabilities.checks = false;
                "this token can't write check runs: a commit status stands for it".to_owned()
            }
            Write::Status { .. } if refused => {
                self.capabilities.statuses = false;
                "this token can't set commit statuses: the summary alone tells how the review ended"
                    .to_owned()
            }
            _ => return Err(error.with_operation(write.name())),
        };
        self.done.notes.push(format!("{note} ({error})"));
        Ok(())
    }

    /// Waits after a failure that may pass, and gives up after too many.
    async fn failed(&mut self, error: Error, cx: &Cx) -> Result<()> {
        self.failures += 1;
        let wait =
            error.retry_after().unwrap_or_else(|| self.options.pace * 2_u32.saturating_pow(self.failures));
        if !error.is_temporary() || self.failures >= MAX_FAILURES || wait > MAX_WAIT {
            return Err(error.with_context("writes made", self.done.made.len()));
        }
        pause(wait.max(self.options.pace), cx).await
    }
}

/// A report is only published to the commit that it is about.
fn same_head(report: &Report, request: &ChangeRequest) -> Result<()> {
    let reviewed = report.change.head.as_deref().unwrap_or_default();
    if reviewed.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the report is of no commit, so it can't be published",
        ));
    }
    if reviewed == request.head.commit {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidInput,
        "the pull request has a newer head than the reviewed commit; nothing more is published, review it again",
    )
    .with_context("reviewed", reviewed)
    .with_context("head", &request.head.commit))
}

async fn pause(time: Duration, cx: &Cx) -> Result<()> {
    tokio::select! {
        () = tokio::time::sleep(time) => Ok(()),
        () = cx.cancel.cancelled() => cx.cancel.check(),
    }
}
