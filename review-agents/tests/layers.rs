//! What each layer adds, alone and together.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use review_agents::Runner;
use review_agents::layers::{Budget, Capable, Cassette, Deadline};
use review_core::{
    Cancel, Capabilities, ChangeSet, Completeness, Cx, Event, Layer, Limits, MemorySink, Review,
    ReviewRequest, Reviewer, ReviewerInfo, ScriptedReviewer, Usage,
};
use review_testkit::{OrFailed as _, conformance, finding, review};

fn request() -> Arc<ReviewRequest> {
    Arc::new(ReviewRequest::new(ChangeSet::default()))
}

fn partial() -> Review {
    review("claude").with_finding(finding("I1 Lost error @ a.rs:3"))
}

fn shown(review: &Review) -> String {
    let reason = review.incomplete_reason.as_deref().unwrap_or("-");
    format!("{} {} {reason}", review.completeness, review.findings.len())
}

fn used(tokens: u64) -> Event {
    let usage = Usage::default().with_output_tokens(tokens);
    Event::UsageUpdated { reviewer: "claude".into(), pass: 1, usage }
}

#[tokio::test(start_paused = true)]
async fn a_deadline_keeps_what_was_returned_or_delivered() {
    let bounded =
        |reviewer: ScriptedReviewer| Deadline::new(Duration::from_secs(60)).layer(Arc::new(reviewer));
    let review =
        bounded(ScriptedReviewer::new(partial())).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"complete 1 -");
    let returns = ScriptedReviewer::new(partial()).waiting_for_cancel();
    let review = bounded(returns).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"truncated 1 its deadline of 60s passed");
    let hangs = ScriptedReviewer::new(review_testkit::review("claude")).delivering(partial()).hanging();
    let runner = Runner::new().with_reviewer(bounded(hangs));
    let ran = runner.run(ReviewRequest::new(ChangeSet::default()), Cx::detached()).await.unwrap();
    insta::assert_snapshot!(shown(&ran.reviews[0]), @"truncated 1 its deadline of 60s passed");
    let hangs = ScriptedReviewer::new(review_testkit::review("claude")).hanging();
    let review = bounded(hangs).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"failed 0 its deadline of 60s passed");
}

#[tokio::test(start_paused = true)]
async fn a_budget_ends_a_review_that_reports_too_much() {
    let layer = Budget::new(Limits::default().with_output_tokens(1_000));
    let modest = ScriptedReviewer::new(partial()).emitting(used(1_000));
    let review = layer.layer(Arc::new(modest)).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"complete 1 -");
    let greedy = ScriptedReviewer::new(partial()).emitting(used(1_001)).waiting_for_cancel();
    let review = layer.layer(Arc::new(greedy)).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"truncated 1 its budget is used up: output tokens");
    let stubborn = ScriptedReviewer::new(partial()).emitting(used(2_000)).hanging();
    let review = layer.layer(Arc::new(stubborn)).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"failed 0 its budget is used up: output tokens");
}

/// Tells which limits it was given.
struct Asked(ReviewerInfo);

#[async_trait::async_trait]
impl Reviewer for Asked {
    fn info(&self) -> &ReviewerInfo {
        &self.0
    }
    async fn review(&self, request: Arc<ReviewRequest>, _: Cx) -> review_core::Result<Review> {
        Ok(Review::failed(&self.0.name, format!("{:?}", request.limits.turns)))
    }
}

#[tokio::test]
async fn a_budget_tells_the_backend_the_lower_limit() {
    let layered =
        Budget::new(Limits::default().with_turns(9)).layer(Arc::new(Asked(ReviewerInfo::new("asked"))));
    let mut request = ReviewRequest::new(ChangeSet::default());
    request.limits = Limits::default().with_turns(5);
    let review = layered.review(Arc::new(request), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"failed 0 Some(5)");
}

#[tokio::test]
async fn what_can_not_be_served_is_refused() {
    let info =
        ReviewerInfo::new("asked").with_capabilities(Capabilities::default().with_needs_checkout(true));
    let review =
        Capable.layer(Arc::new(Asked(info))).review(request(), Cx::detached()).await.or_failed("claude");
    insta::assert_snapshot!(shown(&review), @"failed 0 it needs a checkout to work in, and there is none");
}

#[tokio::test]
async fn a_cassette_asks_once_and_then_plays() {
    let folder = tempfile::tempdir().unwrap();
    let play = |layer: Cassette, reviewer: ScriptedReviewer| async move {
        layer.layer(Arc::new(reviewer)).review(request(), Cx::detached()).await.or_failed("claude")
    };
    let missing = play(Cassette::replay(folder.path()), ScriptedReviewer::new(partial())).await;
    assert!(missing.incomplete_reason.unwrap().starts_with("no review of this request is recorded"));
    let failed = ScriptedReviewer::new(Review::failed("claude", "no key"));
    play(Cassette::fill(folder.path()), failed).await;
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "failures are not recorded");
    play(Cassette::fill(folder.path()), ScriptedReviewer::new(partial())).await;
    let replayed = play(Cassette::replay(folder.path()), ScriptedReviewer::new(review("claude"))).await;
    assert_eq!(replayed, partial());
    let filled = play(Cassette::fill(folder.path()), ScriptedReviewer::new(review("claude"))).await;
    assert_eq!(filled, partial(), "what is recorded is not asked again");
    let asked = play(Cassette::record(folder.path()), ScriptedReviewer::new(review("claude"))).await;
    assert!(asked.findings.is_empty());
}

#[tokio::test]
async fn a_cassette_that_can_not_be_read_is_not_asked_over() {
    let folder = tempfile::tempdir().unwrap();
    let layered =
        |layer: Cassette| layer.layer(Arc::new(ScriptedReviewer::new(partial())) as Arc<dyn Reviewer>);
    layered(Cassette::record(folder.path())).review(request(), Cx::detached()).await.or_failed("claude");
    let file = std::fs::read_dir(folder.path()).unwrap().next().unwrap().unwrap().path();
    std::fs::write(&file, "not a review").unwrap();
    let review =
        layered(Cassette::fill(folder.path())).review(request(), Cx::detached()).await.or_failed("claude");
    assert_eq!(review.completeness, Completeness::Failed);
    assert_eq!(std::fs::read_to_string(file).unwrap(), "not a review");
}

#[tokio::test]
async fn every_layer_passes_events_on_and_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let layers: Vec<Box<dyn Layer<dyn Reviewer>>> = vec![
        Box::new(Deadline::new(Duration::from_secs(60))),
        Box::new(Budget::new(Limits::default().with_output_tokens(1_000))),
        Box::new(Capable),
        Box::new(Cassette::record(folder.path())),
        #[cfg(feature = "tracing")]
        Box::new(review_agents::layers::Trace),
    ];
    let reviewer = || ScriptedReviewer::new(partial()).emitting(used(1)).delivering(partial());
    let stacked =
        || layers.iter().fold(Arc::new(reviewer()) as Arc<dyn Reviewer>, |inner, layer| layer.layer(inner));
    for layer in &layers {
        conformance::reviewer(|| layer.layer(Arc::new(reviewer())), ReviewRequest::clone(&request()))
            .await
            .assert_conforms();
    }
    conformance::reviewer(stacked, ReviewRequest::clone(&request())).await.assert_conforms();
    let sink = Arc::new(MemorySink::new());
    stacked().review(request(), Cx::new(Cancel::new(), sink.clone())).await.or_failed("claude");
    assert_eq!((sink.events().len(), sink.deliveries().len()), (1, 1));
}

#[cfg(feature = "chat")]
mod exchange {
    use review_agents::layers::{ConcurrencyLimit, IdleTimeout, Retry};
    use review_core::{ChatModel, Error, ErrorKind, ScriptedModel, TurnEvent, TurnRequest};
    use tokio::time::Instant;

    use super::*;

    /// What came of one exchange: its events in one line each, how it ended and after how many milliseconds.
    async fn turn(model: Arc<dyn ChatModel>) -> String {
        let begun = Instant::now();
        let mut events = Vec::new();
        let mut out = |event: TurnEvent| {
            events.push(match event {
                TurnEvent::Text(text) => text,
                TurnEvent::Retrying { attempt, delay, .. } => {
                    format!("retry {attempt} in {}", delay.as_millis())
                }
                TurnEvent::End { .. } => "end".to_owned(),
                other => format!("{other:?}"),
            });
        };
        let result = model.turn(Arc::new(TurnRequest::new("hi")), &mut out, Cx::detached()).await;
        let ended = result
            .map_or_else(|error: Error| format!("{error} ({:?})", error.status()), |()| "ok".to_owned());
        format!("{} | {ended} | {}", events.join(", "), begun.elapsed().as_millis())
    }

    fn retry() -> Retry {
        Retry::new().without_jitter()
    }

    #[tokio::test(start_paused = true)]
    async fn what_may_work_later_is_tried_again() {
        let model = ScriptedModel::new()
            .failing(ErrorKind::Unavailable)
            .failing_for(ErrorKind::RateLimited, Duration::from_secs(7))
            .answering("yes");
        insta::assert_snapshot!(turn(retry().layer(Arc::new(model))).await, @"retry 2 in 1000, retry 3 in 7000, yes, end | ok | 8000");
    }

    #[tokio::test(start_paused = true)]
    async fn what_will_fail_again_is_not() {
        let model = ScriptedModel::new().failing(ErrorKind::Unauthorized);
        insta::assert_snapshot!(turn(retry().layer(Arc::new(model))).await, @" | it was told to fail (Permanent) | 0");
        let model = ScriptedModel::new().failing_for(ErrorKind::RateLimited, Duration::from_secs(86_400));
        insta::assert_snapshot!(turn(retry().layer(Arc::new(model))).await, @" | it was told to fail (attempts: 1) (Persistent) | 0");
    }

    #[tokio::test(start_paused = true)]
    async fn tries_end_and_billed_ones_sooner() {
        let model = ScriptedModel::new().failing(ErrorKind::Unavailable);
        insta::assert_snapshot!(turn(retry().layer(Arc::new(model))).await, @"retry 2 in 1000, retry 3 in 2000, retry 4 in 4000 | it was told to fail (attempts: 4) (Persistent) | 7000");
        let model = ScriptedModel::new().breaking_off("a", ErrorKind::Unavailable);
        insta::assert_snapshot!(turn(retry().layer(Arc::new(model))).await, @"a, retry 2 in 1000, a | it was told to fail (attempts: 2) (Persistent) | 1000");
    }

    #[tokio::test(start_paused = true)]
    async fn an_exchange_without_its_end_is_tried_again() {
        let model = ScriptedModel::new().saying([TurnEvent::Alive]).answering("yes");
        insta::assert_snapshot!(turn(retry().layer(Arc::new(model))).await, @"Alive, retry 2 in 1000, yes, end | ok | 1000");
    }

    #[tokio::test(start_paused = true)]
    async fn silence_ends_an_exchange() {
        let idle = IdleTimeout::new(Duration::from_secs(30));
        let model = ScriptedModel::new().hanging("a").answering("yes");
        insta::assert_snapshot!(turn(idle.layer(Arc::new(model.clone()))).await, @"a | the model said nothing for too long (limit: 30s) (Temporary) | 30000");
        let model = ScriptedModel::new().hanging("a").answering("yes");
        insta::assert_snapshot!(turn(retry().layer(idle.layer(Arc::new(model)))).await, @"a, retry 2 in 1000, yes, end | ok | 31000");
    }

    #[tokio::test(start_paused = true)]
    async fn a_rate_limit_holds_every_model_that_shares_it() {
        let rate = ConcurrencyLimit::new(2);
        let slow = ScriptedModel::new().failing_for(ErrorKind::RateLimited, Duration::from_secs(5));
        let other = ScriptedModel::new().answering("yes");
        turn(rate.layer(Arc::new(slow))).await;
        insta::assert_snapshot!(turn(rate.layer(Arc::new(other))).await, @"yes, end | ok | 5000");
    }

    #[tokio::test(start_paused = true)]
    async fn so_many_exchanges_run_at_once() {
        let rate = ConcurrencyLimit::new(1);
        let hanging = rate.layer(Arc::new(ScriptedModel::new().hanging("a")));
        let cx = Cx::detached();
        let first = tokio::spawn({
            let cx = cx.clone();
            async move { hanging.turn(Arc::new(TurnRequest::new("hi")), &mut |_| {}, cx.clone()).await }
        });
        tokio::time::sleep(Duration::from_secs(1)).await;
        let waiting = tokio::spawn(turn(rate.layer(Arc::new(ScriptedModel::new().answering("yes")))));
        tokio::time::sleep(Duration::from_secs(1)).await;
        assert!(!waiting.is_finished());
        cx.cancel.cancel();
        assert!(first.await.unwrap().unwrap_err().is_cancelled());
        insta::assert_snapshot!(waiting.await.unwrap(), @"yes, end | ok | 1000");
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_pause_ends_at_once() {
        let model = retry().layer(Arc::new(ScriptedModel::new().failing(ErrorKind::Unavailable)));
        let cx = Cx::detached();
        let cancel = cx.cancel.clone();
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(500)).await;
            cancel.cancel();
        });
        let begun = Instant::now();
        let error = model.turn(Arc::new(TurnRequest::new("hi")), &mut |_| {}, cx.clone()).await.unwrap_err();
        assert!(error.is_cancelled() && begun.elapsed() == Duration::from_millis(500));
    }
}
