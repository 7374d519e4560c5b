//! Ends a review that takes too long.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{Cx, Layer, Review, ReviewRequest, Reviewer, ReviewerInfo};
use tokio::time::{sleep, timeout};

use super::partial::{Keeping, cut};

/// How long a review that was told to end has for it.
const GRACE: Duration = Duration::from_secs(5);

/// Tells a review to end when its time is over, and keeps what it delivered.
///
/// What it returns within five seconds is kept as truncated; else its last delivery; else it failed.
#[derive(Clone, Copy, Debug)]
pub struct Deadline {
    limit: Duration,
}

impl Deadline {
    /// At most so long.
    pub fn new(limit: Duration) -> Self {
        Self { limit }
    }
}

impl Layer<dyn Reviewer> for Deadline {
    fn layer(&self, inner: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        Arc::new(Bounded { inner, limit: self.limit })
    }
}

struct Bounded {
    inner: Arc<dyn Reviewer>,
    limit: Duration,
}

#[async_trait]
impl Reviewer for Bounded {
    fn info(&self) -> &ReviewerInfo {
        self.inner.info()
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Review {
        let pass = request.pass;
        let (kept, child) = Keeping::over(&cx, |_| {});
        let mut work = self.inner.review(request, child.clone());
        tokio::select! {
            biased;
            review = &mut work => return review,
            () = sleep(self.limit) => {}
        }
        let reason = format!("its deadline of {:?} passed", self.limit);
        child.cancel.cancel();
        match timeout(GRACE, work).await {
            Ok(review) => cut(review, &reason),
            Err(_) => kept.left(&self.info().name, pass, &reason),
        }
    }
}
