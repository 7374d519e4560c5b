//! Makes a trustworthy review of whatever a reviewer returned or failed to return.

use review_core::{Completeness, Diagnostic, PassId, Result, Review};

use crate::bounded::{Ended, cut};

/// More findings than any honest review has; what is beyond is cut, and the review is truncated.
pub(super) const MAX_FINDINGS: usize = 20_000;

/// The one review that a pass ends in: what it returned; or, when it failed or was stopped, what it had delivered,
/// truncated; or a failed review that says why.
pub(super) fn settled(
    ended: Ended<Result<Review>, String>,
    last_delivery: impl FnOnce() -> Option<Review>,
    id: &PassId,
) -> Review {
    match ended {
        Ended::Returned(Ok(review)) => returned(review, id),
        Ended::Returned(Err(error)) => lost(last_delivery(), id, &error.to_string()),
        Ended::Stopped { why, late: Some(Ok(review)) } => match returned(review, id) {
            review if is_empty_failure(&review) => lost(last_delivery(), id, &why),
            // It came back after it was told to end: what it says is kept, but it is not the whole.
            review => cut(review, &why),
        },
        Ended::Stopped { why, late: Some(Err(_)) } => lost(last_delivery(), id, &why),
        Ended::Stopped { why, late: None } => {
            lost(last_delivery(), id, &format!("{why}, and it did not stop when told to"))
        }
    }
}

fn is_empty_failure(review: &Review) -> bool {
    review.completeness == Completeness::Failed && review.findings.is_empty()
}

/// What is left of a pass that did not return: its last delivery, truncated; else a failure.
pub(super) fn lost(delivery: Option<Review>, id: &PassId, reason: &str) -> Review {
    match delivery {
        Some(review) => truncate(review, reason),
        None => Review::failed(&id.reviewer, reason).with_pass(id.pass),
    }
}

/// The review as returned, put under the name and pass that the runner knows.
fn returned(mut review: Review, id: &PassId) -> Review {
    if !review.reviewer.is_empty() && review.reviewer != id.reviewer {
        let note = format!("it called itself `{}`", review.reviewer);
        review.diagnostics.push(Diagnostic::new(0, note));
    }
    review.reviewer.clone_from(&id.reviewer);
    review.pass = id.pass;
    if review.findings.len() > MAX_FINDINGS {
        let reason =
            format!("{} findings were returned; the first {MAX_FINDINGS} are kept", review.findings.len());
        review.findings.truncate(MAX_FINDINGS);
        review = truncate(review, &reason);
    }
    if !review.completeness.is_known() {
        let reason = format!("it ended as `{}`", review.completeness);
        review = truncate(review, &reason);
    }
    if !review.is_complete() && review.incomplete_reason.as_deref().is_none_or(str::is_empty) {
        review.incomplete_reason = Some("no reason was given".into());
    }
    review.normalise();
    review
}

fn truncate(review: Review, reason: &str) -> Review {
    review.with_completeness(Completeness::Truncated).with_incomplete_reason(reason)
}
