//! Work that can be told to end: the one place where a cancel, a grace and what came late are sorted out.

use std::pin::pin;
use std::time::Duration;

use review_core::{Cancel, Completeness, Review};
use tokio::time::timeout;

/// How long work that was told to end has to deliver and return. Part of the contract of
/// [`Reviewer`](review_core::Reviewer).
pub(crate) const GRACE: Duration = Duration::from_secs(5);

/// How bounded work ended.
#[derive(Debug)]
pub(crate) enum Ended<T, W> {
    /// On its own.
    Returned(T),
    /// It was told to end.
    Stopped {
        /// What stopped it.
        why: W,
        /// What it returned within its grace, if anything.
        late: Option<T>,
    },
}

/// Runs `work` until it returns or `stop` does. In the second case `cancel` is raised, and the work has `grace` to return
/// before it is dropped.
pub(crate) async fn run_until<T, W>(
    work: impl Future<Output = T>,
    stop: impl Future<Output = W>,
    cancel: &Cancel,
    grace: Duration,
) -> Ended<T, W> {
    let mut work = pin!(work);
    let why = tokio::select! {
        biased;
        returned = &mut work => return Ended::Returned(returned),
        why = stop => why,
    };
    cancel.cancel();
    Ended::Stopped { why, late: timeout(grace, work).await.ok() }
}

/// Marks a review as ended early; a failed one stays failed, with its own reason behind this one.
pub(crate) fn cut(review: Review, reason: &str) -> Review {
    if review.completeness == Completeness::Failed {
        let own = review.incomplete_reason.clone().unwrap_or_default();
        let reason = if own.is_empty() { reason.to_owned() } else { format!("{reason}: {own}") };
        return review.with_incomplete_reason(reason);
    }
    review.with_completeness(Completeness::Truncated).with_incomplete_reason(reason)
}

#[cfg(test)]
mod tests {
    use tokio::time::sleep;

    use super::*;

    async fn ended(work: Duration, heeds_cancel: bool) -> String {
        let cancel = Cancel::new();
        let told = cancel.clone();
        let work = async move {
            tokio::select! {
                () = sleep(work) => "done",
                () = told.cancelled(), if heeds_cancel => "partial",
            }
        };
        let stop = async {
            sleep(Duration::from_secs(60)).await;
            "deadline"
        };
        format!("{:?}", run_until(work, stop, &cancel, GRACE).await)
    }

    #[tokio::test(start_paused = true)]
    async fn work_that_heeds_the_cancel_is_heard() {
        assert_eq!(ended(Duration::from_secs(59), true).await, r#"Returned("done")"#);
        assert_eq!(
            ended(Duration::from_secs(600), true).await,
            r#"Stopped { why: "deadline", late: Some("partial") }"#
        );
        assert_eq!(
            ended(Duration::from_secs(600), false).await,
            r#"Stopped { why: "deadline", late: None }"#
        );
        assert_eq!(
            ended(Duration::from_secs(63), false).await,
            r#"Stopped { why: "deadline", late: Some("done") }"#
        );
    }
}
