//! Ends a review that uses too much.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use review_core::{Cx, Event, Layer, Limits, Review, ReviewRequest, Reviewer, ReviewerInfo, Usage};
use tokio::time::timeout;

use super::partial::{Keeping, cut};

/// How long a review that was told to end has for it.
const GRACE: Duration = Duration::from_secs(5);

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

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Review {
        let pass = request.pass;
        let limits = request.limits.lower(self.limits);
        let mut request = ReviewRequest::clone(&request);
        request.limits = limits;

        let broken: Arc<Mutex<Option<&'static str>>> = Arc::default();
        let over = review_core::Cancel::new();
        let watch = {
            let (broken, over) = (Arc::clone(&broken), over.clone());
            move |event: &Event| {
                if let Event::UsageUpdated { usage, .. } = event
                    && let Some(what) = passed(&limits, usage)
                {
                    broken.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
                    over.cancel();
                }
            }
        };
        let (kept, child) = Keeping::over(&cx, watch);
        let mut work = self.inner.review(Arc::new(request), child.clone());
        let returned = tokio::select! {
            biased;
            review = &mut work => Some(review),
            () = over.cancelled() => None,
        };
        let what = || broken.lock().unwrap_or_else(PoisonError::into_inner).unwrap_or("money");
        match returned {
            // It may have ended on its own in the moment in which the limit was passed.
            Some(review) if !over.is_cancelled() || review.is_complete() => review,
            Some(review) => cut(review, &format!("its budget is used up: {}", what())),
            None => {
                let reason = format!("its budget is used up: {}", what());
                child.cancel.cancel();
                match timeout(GRACE, work).await {
                    Ok(review) => cut(review, &reason),
                    Err(_) => kept.left(&self.info().name, pass, &reason),
                }
            }
        }
    }
}
