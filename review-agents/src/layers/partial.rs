//! Keeps what a review delivers on its way, so that a layer which ends it can return that.

use std::sync::{Arc, Mutex, PoisonError};

use review_core::{Completeness, Cx, Event, PartialReview, RawLine, Review, Sink};

/// A sink that passes everything on and keeps the last delivery.
pub(super) struct Keeping {
    inner: Arc<dyn Sink>,
    last: Mutex<Option<Review>>,
    watch: Box<dyn Fn(&Event) + Send + Sync>,
}

impl Keeping {
    /// The context for the inner review: a child of the caller's, whose events are looked at.
    pub(super) fn over(cx: &Cx, watch: impl Fn(&Event) + Send + Sync + 'static) -> (Arc<Self>, Cx) {
        let sink =
            Arc::new(Self { inner: Arc::clone(&cx.sink), last: Mutex::new(None), watch: Box::new(watch) });
        let child = Cx::new(cx.cancel.child(), Arc::clone(&sink) as Arc<dyn Sink>);
        (sink, child)
    }

    /// What is left of a review that did not return: its last delivery, truncated; else a failure.
    pub(super) fn left(&self, name: &str, pass: u32, reason: &str) -> Review {
        match self.last.lock().unwrap_or_else(PoisonError::into_inner).take() {
            Some(review) => cut(review, reason),
            None => Review::failed(name, reason).with_pass(pass),
        }
    }
}

impl Sink for Keeping {
    fn event(&self, event: Event) {
        (self.watch)(&event);
        self.inner.event(event);
    }

    fn deliver(&self, partial: PartialReview) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(partial.review.clone());
        self.inner.deliver(partial);
    }

    fn raw(&self, line: RawLine) {
        self.inner.raw(line);
    }
}

/// The review, marked as not whole; a failed one stays failed, with its own reason behind the layer's.
pub(super) fn cut(review: Review, reason: &str) -> Review {
    if review.completeness == Completeness::Failed {
        let own = review.incomplete_reason.clone().unwrap_or_default();
        let reason = if own.is_empty() { reason.to_owned() } else { format!("{reason}: {own}") };
        return review.with_incomplete_reason(reason);
    }
    review.with_completeness(Completeness::Truncated).with_incomplete_reason(reason)
}
