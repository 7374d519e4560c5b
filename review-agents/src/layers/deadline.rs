//! Ends a review that takes too long.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{Cx, Error, ErrorKind, Layer, Result, Review, ReviewRequest, Reviewer, ReviewerInfo};
use tokio::time::sleep;

use crate::bounded::{Ended, GRACE, cut, run_until};

/// Tells a review to end when its time is over.
///
/// What it returns within five seconds is kept as truncated. Otherwise the review fails with `Timeout`; what it had
/// delivered until then went to the sink, where the runner finds it.
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

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        let child = cx.child();
        let work = self.inner.review(request, child.clone());
        let reason = || format!("its deadline of {:?} passed", self.limit);
        match run_until(work, sleep(self.limit), &child.cancel, GRACE).await {
            Ended::Returned(returned) => returned,
            Ended::Stopped { late: Some(Ok(review)), .. } => Ok(cut(review, &reason())),
            Ended::Stopped { .. } => Err(Error::new(ErrorKind::Timeout, reason())),
        }
    }
}
