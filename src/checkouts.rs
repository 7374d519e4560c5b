//! Private checkouts for the reviewers that need one, made when the first of them asks.
//!
//! Reviewers that need none don't wait for one. The others share one, but for those that may write: each of their passes has
//! its own, so that it can't change what the others read.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use review_core::{Cancel, Cx, Error, ErrorKind, Result, Review, ReviewRequest, Reviewer, ReviewerInfo};
use review_git::{Checkout, Comparison};
use review_scratch::ScratchDir;
use tokio::sync::OnceCell;

/// The checkouts of one run. They go with it.
pub(crate) struct Checkouts {
    comparison: Comparison,
    shared: OnceCell<Held>,
}

/// A checkout in a folder of its own. The fields are dropped in this order.
pub(crate) struct Held {
    checkout: Checkout,
    _folder: ScratchDir,
}

impl Held {
    fn make(comparison: &Comparison, cancel: &Cancel) -> Result<Self> {
        let folder = ScratchDir::new()?;
        let checkout = comparison.checkout(folder.path().join("checkout"), cancel)?;
        Ok(Self { checkout, _folder: folder })
    }

    fn path(&self) -> &Path {
        self.checkout.path()
    }
}

impl Checkouts {
    pub(crate) fn new(comparison: Comparison) -> Arc<Self> {
        Arc::new(Self { comparison, shared: OnceCell::new() })
    }

    /// The folder that everybody shares.
    ///
    /// # Errors
    /// When it can't be made, or on cancellation. The next one to ask tries again.
    pub(crate) async fn shared(&self, cancel: &Cancel) -> Result<PathBuf> {
        let held = self.shared.get_or_try_init(|| self.make(cancel)).await?;
        Ok(held.path().to_owned())
    }

    async fn make(&self, cancel: &Cancel) -> Result<Held> {
        let (comparison, cancel) = (self.comparison.clone(), cancel.clone());
        blocking(move || Held::make(&comparison, &cancel)).await?
    }

    /// A reviewer that gets its checkout when it starts; as it is, where it needs none.
    pub(crate) fn for_reviewer(self: &Arc<Self>, reviewer: Arc<dyn Reviewer>) -> Arc<dyn Reviewer> {
        if reviewer.info().capabilities.needs_checkout {
            Arc::new(InCheckout { inner: reviewer, checkouts: Arc::clone(self) })
        } else {
            reviewer
        }
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| Error::new(ErrorKind::Internal, "making a checkout panicked").with_source(error))
}

struct InCheckout {
    inner: Arc<dyn Reviewer>,
    checkouts: Arc<Checkouts>,
}

#[async_trait]
impl Reviewer for InCheckout {
    fn info(&self) -> &ReviewerInfo {
        self.inner.info()
    }

    async fn review(&self, request: Arc<ReviewRequest>, cx: Cx) -> Result<Review> {
        let no_checkout = |error: Error| error.with_operation("making its checkout");
        let mut own = None;
        let path = if self.info().capabilities.may_write {
            let held = self.checkouts.make(&cx.cancel).await.map_err(no_checkout)?;
            own.insert(held).path().to_owned()
        } else {
            self.checkouts.shared(&cx.cancel).await.map_err(no_checkout)?
        };
        let mut request = ReviewRequest::clone(&request);
        request.checkout = Some(path);
        let returned = self.inner.review(Arc::new(request), cx).await;
        // Removing many files takes its time.
        let _ = blocking(move || drop(own)).await;
        returned
    }
}
