//! Ends a review that uses too much.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use review_core::{
    Cancel, Cx, Error, ErrorKind, Event, Layer, Limits, PartialReview, RawLine, Result, Review,
    ReviewRequest, Reviewer, ReviewerInfo, Sink, Usage,
};

use crate::bounded::{Ended, GRACE, cut, run_until};

/// Bounds what a review may use: time, turns, output tokens, money.
///
/// The limits go into the request first, for backends that keep them on their own (and let the model finish in
/// order). What a backend reports is watched all the same: when it passes a limit, the review is told to end, and
/// what it has is kept as truncated. A backend that reports nothing can't be watched.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    limits: Limits,
}

impl Budget {
    /// These limits; those of a request count too, and the lower ones win.
    pub fn new(limits: Limits) -> Self {
        Self { limits }
    }
}

impl Layer<dyn Reviewer> for Budget {
    fn layer(&self, inner: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        Arc::new(Bounded { inner, limits: self.limits })
    }
}

struct Bounded {
    inner: Arc<dyn Reviewer>,
    limits: Limits,
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
        let limits = request.limits.lower(self.limits);
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
        match run_until(work, meter.over.cancelled(), &child.cancel, GRACE).await {
            // It may have ended on its own in the moment in which the limit was passed.
            Ended::Returned(Ok(review)) if meter.over.is_cancelled() && !review.is_complete() => {
                Ok(cut(review, &reason()))
            }
            Ended::Returned(returned) => returned,
            Ended::Stopped { late: Some(Ok(review)), .. } => Ok(cut(review, &reason())),
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
