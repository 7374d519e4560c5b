//! Makes a trustworthy review of whatever a reviewer returned or failed to return.

use review_core::{Completeness, Diagnostic, Review};

/// More findings than any honest review has; what is beyond is cut, and the review is truncated.
pub(super) const MAX_FINDINGS: usize = 20_000;

/// The review as returned, put under the name and pass that the runner knows.
pub(super) fn returned(mut review: Review, name: &str, pass: u32) -> Review {
    if review.reviewer != name || review.pass != pass {
        if !review.reviewer.is_empty() && review.reviewer != name {
            let note = format!("it called itself `{}`", review.reviewer);
            review.diagnostics.push(Diagnostic::new(0, note));
        }
        name.clone_into(&mut review.reviewer);
        review.pass = pass;
    }
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

/// What is left of a pass that did not return: its last delivery, truncated; else a failure.
pub(super) fn lost(delivery: Option<Review>, name: &str, pass: u32, reason: &str) -> Review {
    match delivery {
        Some(review) => truncate(review, reason),
        None => Review::failed(name, reason).with_pass(pass),
    }
}

fn truncate(review: Review, reason: &str) -> Review {
    review.with_completeness(Completeness::Truncated).with_incomplete_reason(reason)
}
