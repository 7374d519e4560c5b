//! Watch a run: events for a progress bar, and cancellation. `cargo run --example embed_events`.

use std::sync::Arc;
use std::time::Duration;

use deep_review::{
    Cancel, ChangeSet, Cx, Event, MemoryTree, PartialReview, Review, ScriptedReviewer, Session, Sink,
};
use review_testkit::finding;

/// A progress bar of one line per event. A sink only shows or enqueues; it never blocks for long.
struct Bar;

impl Sink for Bar {
    fn event(&self, event: Event) {
        match event {
            Event::RunStarted { passes } => println!("[0/{passes}] started"),
            Event::Delivered { reviewer, findings, .. } => {
                println!("{reviewer}: {findings} findings so far, safely kept")
            }
            Event::ReviewerFinished { reviewer, completeness, reason, .. } => {
                println!("{reviewer}: {completeness} {}", reason.unwrap_or_default());
            }
            Event::RunFinished { complete, incomplete } => {
                println!("done: {complete} complete, {incomplete} not")
            }
            _ => {}
        }
    }

    fn deliver(&self, _: PartialReview) {}
}

fn main() -> deep_review::Result<()> {
    let quick = Review::new("quick").with_finding(finding("S1 A name that misleads @ a.rs:3"));
    let partial = Review::new("slow").with_finding(finding("I1 A lost error @ b.rs:9"));
    let session = Session::new(ChangeSet::default(), MemoryTree::new())
        .with_reviewer(ScriptedReviewer::new(quick))
        // Delivers one finding, then works until it is told to stop.
        .with_reviewer(ScriptedReviewer::new(partial.clone()).delivering(partial).waiting_for_cancel());

    let cancel = Cancel::new();
    let stop = cancel.clone();
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(300));
        stop.cancel();
    });

    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build()?;
    let outcome = runtime.block_on(session.run(Cx::new(cancel, Arc::new(Bar))))?;
    println!("{}: {}", outcome.report.verdict.decision, outcome.report.verdict.reason);
    Ok(())
}
