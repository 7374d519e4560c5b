//! The runner's promises: one review per pass, whatever reviewers do.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;
use std::time::Duration;

use review_agents::{Journal, RunOutcome, Runner};
use review_core::{
    ChangeSet, Completeness, Cx, Event, MemorySink, RawFinding, Review, ReviewRequest, ScriptedReviewer,
};

fn review(name: &str, findings: usize) -> Review {
    let findings = (1..=findings).map(|n| RawFinding::new(format!("finding {n}")).with_id(format!("S{n}")));
    Review::new(name).with_findings(findings.collect::<Vec<_>>())
}

fn request() -> ReviewRequest {
    ReviewRequest::new(ChangeSet::default())
}

async fn run(runner: Runner) -> RunOutcome {
    runner.with_grace(Duration::from_millis(500)).run(request(), Cx::detached()).await.unwrap()
}

/// One line per pass.
fn show(outcome: &RunOutcome) -> String {
    let lines = outcome.reviews.iter().map(|review| {
        let reason =
            review.incomplete_reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default();
        let (name, pass, findings) = (&review.reviewer, review.pass, review.findings.len());
        format!("{name}/{pass} {} with {findings}{reason}", review.completeness)
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[tokio::test(start_paused = true)]
async fn one_that_panics_hangs_or_fails_takes_nobody_down() {
    let outcome = run(Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("good", 2)).then(review("good", 1)))
        .with_reviewer(ScriptedReviewer::new(review("bomb", 1)).panicking("index out of bounds"))
        .with_reviewer(ScriptedReviewer::new(review("stuck", 1)).hanging())
        .with_reviewer(ScriptedReviewer::new(Review::failed("broke", "no key")))
        .with_reviewer(ScriptedReviewer::new(review("late", 3)).waiting_for_cancel())
        .with_reviewer_deadline(Duration::from_secs(60)))
    .await;
    insta::assert_snapshot!(show(&outcome), @r"
    good/1 complete with 2
    good/2 complete with 1
    bomb/1 failed with 0: it panicked: index out of bounds
    stuck/1 failed with 0: it took longer than 60 s, and it did not stop when told to
    broke/1 failed with 0: no key
    late/1 truncated with 3: it took longer than 60 s
    ");
}

#[tokio::test(start_paused = true)]
async fn what_was_delivered_survives() {
    let outcome = run(Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("bomb", 9)).delivering(review("bomb", 1)).panicking("oh"))
        .with_reviewer(
            ScriptedReviewer::new(review("stuck", 9))
                .delivering(review("stuck", 1))
                .delivering(review("stuck", 2))
                .hanging(),
        )
        .with_total_deadline(Duration::from_secs(10)))
    .await;
    insta::assert_snapshot!(show(&outcome), @r"
    bomb/1 truncated with 1: it panicked: oh
    stuck/1 truncated with 2: the time for the whole run was over, and it did not stop when told to
    ");
}

// In real time: a paused clock jumps ahead while the dispatcher's thread writes.
#[tokio::test]
async fn cancelling_ends_everything_soon_and_keeps_what_is_there() {
    let cx = Cx::detached();
    let runner = Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("quick", 1)))
        .with_reviewer(ScriptedReviewer::new(review("polite", 2)).waiting_for_cancel())
        .with_reviewer(ScriptedReviewer::new(review("waiting", 2)))
        .with_concurrency(2)
        .with_grace(Duration::from_secs(5));
    let cancel = cx.cancel.clone();
    let canceller = async move {
        tokio::time::sleep(Duration::from_millis(300)).await;
        cancel.cancel();
    };
    let (outcome, ()) = tokio::join!(runner.run(request(), cx), canceller);
    insta::assert_snapshot!(show(&outcome.unwrap()), @r"
    quick/1 complete with 1
    polite/1 truncated with 2: it was cancelled
    waiting/1 complete with 2
    ");
}

#[tokio::test(start_paused = true)]
async fn a_pass_that_never_got_its_seat_is_not_a_clean_review() {
    let outcome = run(Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("first", 0)).hanging())
        .with_reviewer(ScriptedReviewer::new(review("second", 0)))
        .with_concurrency(1)
        .with_total_deadline(Duration::from_secs(1)))
    .await;
    assert_eq!(outcome.reviews[1].completeness, Completeness::Failed);
    insta::assert_snapshot!(outcome.reviews[1].incomplete_reason.as_deref().unwrap(), @"the run ended before it could begin");
}

#[tokio::test]
async fn a_review_under_a_false_name_is_put_under_its_own() {
    struct Liar(review_core::ReviewerInfo);
    #[async_trait::async_trait]
    impl review_core::Reviewer for Liar {
        fn info(&self) -> &review_core::ReviewerInfo {
            &self.0
        }
        async fn review(&self, _: Arc<ReviewRequest>, _: Cx) -> review_core::Result<Review> {
            Ok(review("somebody else", 1).with_pass(7).with_completeness(Completeness::from_text("splendid")))
        }
    }
    let outcome = run(Runner::new().with_reviewer(Liar(review_core::ReviewerInfo::new("liar")))).await;
    insta::assert_snapshot!(show(&outcome), @"liar/1 truncated with 1: it ended as `splendid`");
}

#[tokio::test]
async fn a_delivery_is_on_disk_before_it_is_announced() {
    use std::sync::Mutex;
    struct Watch {
        folder: std::path::PathBuf,
        seen: Mutex<Vec<usize>>,
    }
    impl review_core::Sink for Watch {
        fn event(&self, event: Event) {
            if let Event::Delivered { .. } = event {
                let state = Journal::load(&self.folder).unwrap();
                self.seen.lock().unwrap().push(state.delivered[0].findings.len());
            }
        }
        fn deliver(&self, _: review_core::PartialReview) {}
    }
    let dir = tempfile::tempdir().unwrap();
    let watch = Arc::new(Watch { folder: dir.path().to_owned(), seen: Mutex::default() });
    let runner = Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("claude", 3)).delivering(review("claude", 2)))
        .with_journal(Journal::create(dir.path()).unwrap(), "r", 0);
    runner.run(request(), Cx::new(review_core::Cancel::new(), watch.clone())).await.unwrap();
    assert_eq!(*watch.seen.lock().unwrap(), [2]);
}

#[tokio::test(start_paused = true)]
async fn a_run_that_died_is_continued_without_asking_again() {
    let dir = tempfile::tempdir().unwrap();
    let dying = Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("claude", 1)))
        .with_reviewer(ScriptedReviewer::new(review("codex", 5)).delivering(review("codex", 2)).hanging())
        .with_journal(Journal::create(dir.path()).unwrap(), "r", 0);
    // Dropping the future is what a kill looks like from inside.
    let died = tokio::time::timeout(Duration::from_secs(1), dying.run(request(), Cx::detached())).await;
    assert!(died.is_err());
    // The dispatcher writes on a thread of its own.
    let state = loop {
        let state = Journal::load(dir.path()).unwrap();
        if state.finished.len() == 1 && state.delivered.len() == 1 {
            break state;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    let (journal, _) = Journal::resume(dir.path()).unwrap();
    let outcome = run(Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("claude", 0)).panicking("asked again"))
        .with_reviewer(ScriptedReviewer::new(review("codex", 5)))
        .with_resumed(journal, state, 1))
    .await;
    insta::assert_snapshot!(show(&outcome), @r"
    claude/1 complete with 1
    codex/1 truncated with 2: the run died before this pass returned
    codex/2 complete with 5
    ");
    let state = Journal::load(dir.path()).unwrap();
    assert!(state.wall_clock_ms.is_some());
}

#[tokio::test]
async fn a_flood_of_events_and_deliveries_is_bounded() {
    struct Flood(review_core::ReviewerInfo);
    #[async_trait::async_trait]
    impl review_core::Reviewer for Flood {
        fn info(&self) -> &review_core::ReviewerInfo {
            &self.0
        }
        async fn review(&self, _: Arc<ReviewRequest>, cx: Cx) -> review_core::Result<Review> {
            for n in 0..50_000_u32 {
                cx.event(Event::Progress { reviewer: "flood".into(), pass: 1, text: n.to_string() });
            }
            Ok(review("flood", 30_000))
        }
    }
    let sink = Arc::new(MemorySink::new());
    let runner = Runner::new().with_reviewer(Flood(review_core::ReviewerInfo::new("flood")));
    let outcome = runner.run(request(), Cx::new(review_core::Cancel::new(), sink.clone())).await.unwrap();
    insta::assert_snapshot!(show(&outcome), @"flood/1 truncated with 20000: 30000 findings were returned; the first 20000 are kept");
    assert!(sink.events().len() < 20_010);
    assert!(sink.events().iter().any(|event| matches!(event, Event::Warning { .. })));
}

#[tokio::test]
async fn names_must_differ_and_somebody_must_be_there() {
    let twice = Runner::new()
        .with_reviewer(ScriptedReviewer::new(review("a", 0)))
        .with_reviewer(ScriptedReviewer::new(review("a", 0)));
    let error = twice.run(request(), Cx::detached()).await.unwrap_err();
    insta::assert_snapshot!(error, @"each reviewer needs a name of its own; give one as NAME=BACKEND (name: a)");
    let error = Runner::new().run(request(), Cx::detached()).await.unwrap_err();
    insta::assert_snapshot!(error, @"there is no reviewer to run");
}
