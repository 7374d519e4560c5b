//! Refuses what a reviewer can't serve.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{Cx, Error, ErrorKind, Layer, Result, Review, ReviewRequest, Reviewer, ReviewerInfo};

/// Refuses a request that lacks what the reviewer says it needs, before it starts and before money is spent.
#[derive(Clone, Copy, Debug, Default)]
pub struct Capable;

impl Layer<dyn Reviewer> for Capable {
    fn layer(&self, inner: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        Arc::new(Checked { inner })
    }
}

struct Checked {
    inner: Arc<dyn Reviewer>,
}

/// What is missing.
fn missing(info: &ReviewerInfo, request: &ReviewRequest) -> Option<&'static str> {
    let can = &info.capabilities;
    if can.needs_checkout && request.checkout.is_none() {
        Some("it needs a checkout to work in, and there is none")
    } else if can.needs_tree && request.tree.is_none() {
        Some("it needs the source, and there is none")
    } else {
        None
    }
}

#[async_trait]
impl Reviewer for Checked {
    fn info(&self) -> &ReviewerInfo {
        self.inner.info()
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        match missing(self.info(), &request) {
            Some(reason) => Err(Error::new(ErrorKind::Unsupported, reason)),
            None => self.inner.review(request, cx).await,
        }
    }
}
