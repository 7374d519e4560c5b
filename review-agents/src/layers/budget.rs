//! Ends a review that uses too much.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use review_core::{
    Cancel, ChangeSet, Cx, Error, ErrorKind, Event, Layer, Limits, PartialReview, RawLine, Result, Review,
    ReviewRequest, Reviewer, ReviewerInfo, Sink, Usage,
};
use tokio::time::sleep;

use crate::bounded::{Ended, GRACE, cut, run_until};

/// Bounds what a review may use: time, turns, output tokens, money.
///
/// The limits go into the request first, for backends that keep them on their own (and let the model finish in
/// order). What a backend reports is watched all the same: when it passes a limit, the review is told to end, and
/// what it has is kept as truncated. A backend that reports nothing can't be watched.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    limits: Limits,
    by_size: bool,
}

/// How long one pass over a change may take where nobody says otherwise: an hour, and a minute more for every hundred changed
/// lines, at most [`MAX_PASS_TIME`].
pub fn pass_time(change: &ChangeSet) -> Duration {
    let (added, deleted) = change.line_counts();
    let more = Duration::from_secs(added.saturating_add(deleted) / 100 * 60);
    PASS_TIME.saturating_add(more).min(MAX_PASS_TIME)
}

/// The time for a small change.
const PASS_TIME: Duration = Duration::from_secs(3600);

/// The longest time that a pass is given unasked: four hours.
pub const MAX_PASS_TIME: Duration = Duration::from_secs(4 * 3600);

impl Budget {
    /// These limits; those of a request count too, and the lower ones win.
    pub fn new(limits: Limits) -> Self {
        Self { limits, by_size: false }
    }

    /// Without a limit of time, bounds it by the size of the change ([`pass_time`]), so that nothing runs for ever: neither a
    /// program that keeps talking nor a server that keeps the connection open.
    #[must_use]
    pub fn with_time_by_size(mut self) -> Self {
        self.by_size = true;
        self
    }
}

impl Layer<dyn Reviewer> for Budget {
    fn layer(&self, inner: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        Arc::new(Bounded { inner, budget: *self })
    }
}

struct Bounded {
    inner: Arc<dyn Reviewer>,
    budget: Budget,
}

/// What is passed, where something is.
fn passed(limits: &Limits, usage: &Usage) -> Option<&'static str> {
    let over = |used: Option<u64>, limit: Option<u64>| matches!((used, limit), (Some(used), Some(limit)) if used > limit);
    if over(usage.cost_micro_usd, limits.cost_micro_usd) {
        Some("money")
    } else if over(usage.output_tokens, limits.output_tokens) {
        Some("output tokens")
    } else if over(usage.turns, limits.turns.map(u64::from)) {
        Some("turns")
    } else {
        None
    }
}

#[async_trait]
impl Reviewer for Bounded {
    fn info(&self) -> &ReviewerInfo {
        self.inner.info()
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        let mut limits = request.limits.lower(self.budget.limits);
        if self.budget.by_size && self.budget.limits.time.is_none() {
            limits = limits.lower(Limits::default().with_time(pass_time(&request.change)));
        }
        let mut request = ReviewRequest::clone(&request);
        request.limits = limits;

        let meter = Arc::new(Meter {
            inner: Arc::clone(&cx.sink),
            limits,
            passed: OnceLock::new(),
            over: Cancel::new(),
        });
        let child = Cx::new(cx.cancel.child(), Arc::clone(&meter) as Arc<dyn Sink>);
        let work = self.inner.review(Arc::new(request), child.clone());
        let reason = || format!("its budget is used up: {}", meter.passed.get().copied().unwrap_or("money"));
        // A backend that keeps the time on its own ends in better order, so it comes first.
        let time_over = async {
            match limits.time {
                Some(time) => sleep(time.saturating_add(GRACE)).await,
                None => std::future::pending().await,
            }
            meter.passed.get_or_init(|| "time");
        };
        let stop = async {
            tokio::select! {
                () = meter.over.cancelled() => {}
                () = time_over => {}
            }
        };
        match run_until(work, stop, &child.cancel, GRACE).await {
            // It may have ended on its own in the moment in which the limit was passed.
            Ended::Returned(Ok(review)) if meter.over.is_cancelled() && !review.is_complete() => {
                Ok(cut(review, &reason()))
            }
            Ended::Returned(returned) => returned,
            Ended::Stopped { late: Some(Ok(review)), .. } => Ok(cut(review, &reason())),
            Ended::Stopped { .. } if meter.passed.get() == Some(&"time") => {
                Err(Error::new(ErrorKind::Timeout, reason()))
            }
            Ended::Stopped { .. } => Err(Error::new(ErrorKind::BudgetExceeded, reason())),
        }
    }
}

/// A sink that passes everything on and raises `over` when the usage that a backend reports passes a limit.
struct Meter {
    inner: Arc<dyn Sink>,
    limits: Limits,
    passed: OnceLock<&'static str>,
    over: Cancel,
}

impl Sink for Meter {
    fn event(&self, event: Event) {
        if let Event::UsageUpdated { usage, .. } = &event
            && let Some(what) = passed(&self.limits, usage)
        {
            self.passed.get_or_init(|| what);
            self.over.cancel();
        }
        self.inner.event(event);
    }

    fn deliver(&self, partial: PartialReview) {
        self.inner.deliver(partial);
    }

    fn raw(&self, line: RawLine) {
        self.inner.raw(line);
    }
}

#[cfg(test)]
mod tests {
    use review_core::{ChangedFile, FileStatus, Hunk, HunkOp};

    use super::*;

    #[test]
    fn a_larger_change_has_more_time() {
        let minutes = |lines: u32| {
            let hunk = Hunk::new(0, 1, vec![HunkOp::Add(lines)]);
            let file = ChangedFile::new("a", FileStatus::Added).with_hunk(hunk);
            pass_time(&ChangeSet::default().with_file(file)).as_secs() / 60
        };
        assert_eq!([minutes(0), minutes(99), minutes(6_000), minutes(u32::MAX)], [60, 60, 120, 240]);
    }
}
