//! The suite of [`Reviewer`].

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use review_core::{Cx, Event, MemorySink, PartialReview, Result, Review, ReviewRequest, Reviewer, Sink};
use tokio::time::timeout;

use super::{SuiteReport, ensure};

/// Runs the suite. `make` gives a fresh reviewer; `request` is one that it can serve.
///
/// Case by case: it has a name; it serves the request; its review carries its name and the pass; labels are unique; what
/// it delivers is a review of its own; an incomplete review has a reason; it ends soon after a cancellation, with an
/// error or a review that says so; dropping it does no harm; the erased forms behave like the thing itself; and, where
/// it says that it is deterministic, twice the same is the same.
#[must_use = "call assert_conforms"]
pub async fn reviewer(make: impl Fn() -> Arc<dyn Reviewer>, request: ReviewRequest) -> SuiteReport {
    let mut report = SuiteReport::default();
    let subject = make();
    let info = subject.info().clone();
    let request = Arc::new(request);

    report.check("has a name", ensure(!info.name.trim().is_empty(), "the name is empty"));

    let sink = Arc::new(MemorySink::new());
    let cx = Cx::new(review_core::Cancel::new(), sink.clone());
    let first = subject.review(Arc::clone(&request), cx).await;
    report.check("serves the request", served(&first).map(drop));
    let review =
        first.unwrap_or_else(|error| Review::failed(&info.name, error.to_string()).with_pass(request.pass));
    report.check(
        "signs its review",
        ensure(review.reviewer == info.name, format!("it signs as `{}`", review.reviewer)),
    );
    report.check(
        "carries the pass it was asked for",
        ensure(review.pass == request.pass, format!("pass {} for {}", review.pass, request.pass)),
    );
    report.check("labels are unique", unique_labels(&review));
    report.check("has sane places", sane_places(&review));
    report.check("an incomplete review has a reason", reason(&review));
    if info.capabilities.delivers {
        let wrong = sink
            .deliveries()
            .iter()
            .find(|d| d.review.reviewer != info.name)
            .map(|d| d.review.reviewer.clone());
        report.check("delivers under its own name", ensure(wrong.is_none(), format!("{wrong:?}")));
    } else {
        report.skip("delivers under its own name", "it does not deliver");
    }

    let cancelled = Cx::detached();
    cancelled.cancel.cancel();
    match timeout(PATIENCE, make().review(Arc::clone(&request), cancelled)).await {
        Ok(ended) => {
            report.check("ends when cancelled", Ok(()));
            report.check(
                "a cancelled review has a reason",
                match &ended {
                    Ok(review) => reason(review),
                    Err(error) => ensure(!error.message().trim().is_empty(), "the error does not say why"),
                },
            );
        }
        Err(_) => report.check("ends when cancelled", Err("it ran on".into())),
    }

    // Dropped at its first await.
    let _ = timeout(Duration::ZERO, make().review(Arc::clone(&request), Cx::detached())).await;
    let after = make().review(Arc::clone(&request), Cx::detached()).await;
    report.check("dropping one does not hurt the next", served(&after).map(drop));

    // An observer's own fault ends this review at most.
    let watched = make();
    let panics = Cx::new(review_core::Cancel::new(), Arc::new(PanickingSink));
    let request_now = Arc::clone(&request);
    let task = tokio::spawn(async move { watched.review(request_now, panics).await });
    let ended = timeout(PATIENCE, task).await;
    let after_panic = make().review(Arc::clone(&request), Cx::detached()).await;
    report.check(
        "an observer that panics does not hurt the next",
        ensure(ended.is_ok(), "it hangs").and_then(|()| served(&after_panic).map(drop)),
    );

    let boxed: Box<dyn Reviewer> = Box::new(make());
    let erased = boxed.review(Arc::clone(&request), Cx::detached()).await;
    if info.capabilities.deterministic {
        report.check("same request, same review", same(&review, &after));
        report.check("erased form is the same", same(&review, &erased));
    } else {
        report.skip("same request, same review", "it does not say that it is deterministic");
        report.check(
            "erased form is the same",
            served(&erased).and_then(|erased| ensure(erased.reviewer == info.name, "it has another name")),
        );
    }
    report
}

/// How long the suite waits for something that has to happen. Generous, because machines are busy.
const PATIENCE: Duration = Duration::from_secs(60);

fn served(returned: &Result<Review>) -> std::result::Result<&Review, String> {
    returned.as_ref().map_err(|error| format!("it failed: {error}"))
}

fn same(review: &Review, other: &Result<Review>) -> std::result::Result<(), String> {
    ensure(without_times(review) == without_times(served(other)?), "two runs differ")
}

/// Panics whenever it is told something.
struct PanickingSink;

#[expect(clippy::panic, reason = "it is what is tested")]
impl Sink for PanickingSink {
    fn event(&self, _: Event) {
        panic!("the observer panics");
    }
    fn deliver(&self, _: PartialReview) {
        panic!("the observer panics");
    }
}

fn without_times(review: &Review) -> Review {
    let mut review = review.clone();
    review.duration_ms = None;
    review
}

fn unique_labels(review: &Review) -> std::result::Result<(), String> {
    let items = review.sections.items().map(|(_, item)| &item.id);
    let labels = review.findings.iter().map(|finding| &finding.id).chain(items);
    let mut seen = BTreeSet::new();
    for label in labels.filter(|label| !label.is_empty()) {
        ensure(seen.insert(label), format!("`{label}` occurs twice"))?;
    }
    Ok(())
}

fn sane_places(review: &Review) -> std::result::Result<(), String> {
    for location in review.findings.iter().flat_map(|finding| &finding.locations) {
        let (start, end) =
            (location.start_line.unwrap_or(1), location.end_line.or(location.start_line).unwrap_or(1));
        ensure(start >= 1 && end >= start, format!("`{location}` is no range of lines"))?;
        ensure(!location.path.starts_with('/'), format!("`{}` is absolute", location.path))?;
    }
    Ok(())
}

fn reason(review: &Review) -> std::result::Result<(), String> {
    let has = review.incomplete_reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    ensure(review.is_complete() || has, "it is not complete and does not say why")
}
