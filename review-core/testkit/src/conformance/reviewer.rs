//! The suite of [`Reviewer`].

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use review_core::{Cx, Event, MemorySink, PartialReview, Review, ReviewRequest, Reviewer, Sink};
use tokio::time::timeout;

use super::{SuiteReport, ensure};

/// Runs the suite. `make` gives a fresh reviewer; `request` is one that it can serve.
///
/// Case by case: it has a name; its review carries its name and the pass; labels are unique; what it delivers is a
/// review of its own; an incomplete review has a reason; it ends soon after a cancellation; a cancelled review does
/// not look clean; dropping it does no harm; the erased forms behave like the thing itself; and, where it says that it
/// is deterministic, twice the same is the same.
#[must_use = "call assert_conforms"]
pub async fn reviewer(make: impl Fn() -> Arc<dyn Reviewer>, request: ReviewRequest) -> SuiteReport {
    let mut report = SuiteReport::default();
    let subject = make();
    let info = subject.info().clone();
    let request = Arc::new(request);

    report.check("has a name", ensure(!info.name.trim().is_empty(), "the name is empty"));

    let sink = Arc::new(MemorySink::new());
    let cx = Cx::new(review_core::Cancel::new(), sink.clone());
    let review = subject.review(Arc::clone(&request), cx).await;
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
    let ended = timeout(Duration::from_secs(5), make().review(Arc::clone(&request), cancelled)).await;
    match &ended {
        Ok(review) => {
            report.check("ends when cancelled", Ok(()));
            report.check("a cancelled review has a reason", reason(review));
        }
        Err(_) => report.check("ends when cancelled", Err("it ran on for five seconds".into())),
    }

    // Dropped at its first await.
    let _ = timeout(Duration::ZERO, make().review(Arc::clone(&request), Cx::detached())).await;
    let after = make().review(Arc::clone(&request), Cx::detached()).await;
    report.check(
        "dropping one does not hurt the next",
        ensure(after.reviewer == info.name, "it does not answer any more"),
    );

    // An observer's own fault ends this review at most.
    let watched = make();
    let panics = Cx::new(review_core::Cancel::new(), Arc::new(PanickingSink));
    let request_now = Arc::clone(&request);
    let task = tokio::spawn(async move { watched.review(request_now, panics).await });
    let ended = timeout(Duration::from_secs(30), task).await;
    let after_panic = make().review(Arc::clone(&request), Cx::detached()).await;
    report.check(
        "an observer that panics does not hurt the next",
        ensure(ended.is_ok(), "it hangs")
            .and_then(|()| ensure(after_panic.reviewer == info.name, "it does not answer any more")),
    );

    let boxed: Box<dyn Reviewer> = Box::new(make());
    let erased = boxed.review(Arc::clone(&request), Cx::detached()).await;
    if info.capabilities.deterministic {
        report.check(
            "same request, same review",
            ensure(without_times(&review) == without_times(&after), "two runs differ"),
        );
        report.check(
            "erased form is the same",
            ensure(without_times(&review) == without_times(&erased), "it differs"),
        );
    } else {
        report.skip("same request, same review", "it does not say that it is deterministic");
        report.check("erased form is the same", ensure(erased.reviewer == info.name, "it has another name"));
    }
    report
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

fn unique_labels(review: &Review) -> Result<(), String> {
    let sections = &review.sections;
    let items = [
        &sections.design,
        &sections.testing,
        &sections.documentation,
        &sections.limitations,
        &sections.unresolved_feedback,
    ];
    let labels =
        review.findings.iter().map(|f| &f.id).chain(items.into_iter().flatten().map(|item| &item.id));
    let mut seen = BTreeSet::new();
    for label in labels.filter(|label| !label.is_empty()) {
        ensure(seen.insert(label), format!("`{label}` occurs twice"))?;
    }
    Ok(())
}

fn sane_places(review: &Review) -> Result<(), String> {
    for location in review.findings.iter().flat_map(|finding| &finding.locations) {
        let (start, end) =
            (location.start_line.unwrap_or(1), location.end_line.or(location.start_line).unwrap_or(1));
        ensure(start >= 1 && end >= start, format!("`{location}` is no range of lines"))?;
        ensure(!location.path.starts_with('/'), format!("`{}` is absolute", location.path))?;
    }
    Ok(())
}

fn reason(review: &Review) -> Result<(), String> {
    let has = review.incomplete_reason.as_deref().is_some_and(|reason| !reason.trim().is_empty());
    ensure(review.is_complete() || has, "it is not complete and does not say why")
}
