//! Who gets which checkout: none, a shared one, or one of its own; and none is left.

#![cfg(feature = "git")]
#![allow(clippy::unwrap_used, reason = "a test")]

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use deep_review::{Capabilities, ChangeOptions, Cx, Review, ReviewRequest, Reviewer, ReviewerInfo, Session};
use review_testkit::TestEnvironment;

/// Who worked where, and whether the file was there.
type Seen = Arc<Mutex<Vec<(String, Option<PathBuf>, bool)>>>;

/// Notes where it worked, and writes there when it may.
struct Noting {
    info: ReviewerInfo,
    seen: Seen,
}

#[async_trait]
impl Reviewer for Noting {
    fn info(&self) -> &ReviewerInfo {
        &self.info
    }
    async fn review(&self, request: Arc<ReviewRequest>, _: Cx) -> deep_review::Result<Review> {
        let has_file = request.checkout.as_ref().is_some_and(|folder| folder.join("a.rs").is_file());
        if let Some(folder) = request.checkout.as_ref().filter(|_| self.info.capabilities.may_write) {
            std::fs::remove_file(folder.join("a.rs")).unwrap();
        }
        self.seen.lock().unwrap().push((self.info.name.clone(), request.checkout.clone(), has_file));
        Ok(Review::new(&self.info.name).with_pass(request.pass))
    }
}

#[test]
fn reviewers_share_a_checkout_unless_they_may_write() {
    let env = TestEnvironment::new("git");
    env.init().write("a.rs", "fn a() {}\n").commit("begin").write("a.rs", "fn b() {}\n").commit("change");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let reviewer = |name: &str, checkout: bool, writes: bool| Noting {
        info: ReviewerInfo::new(name)
            .with_passes(if writes { 2 } else { 1 })
            .with_capabilities(Capabilities::default().with_needs_checkout(checkout).with_may_write(writes)),
        seen: Arc::clone(&seen),
    };
    Session::open(env.path(), &ChangeOptions::range("HEAD~1", "HEAD"))
        .unwrap()
        .with_reviewer(reviewer("model", false, false))
        .with_reviewer(reviewer("one", true, false))
        .with_reviewer(reviewer("two", true, false))
        .with_reviewer(reviewer("writer", true, true))
        .run_blocking(Cx::detached())
        .unwrap();
    let mut seen = seen.lock().unwrap().clone();
    seen.sort();
    let folder = |index: usize| seen.get(index).unwrap().1.clone();
    assert_eq!(folder(0), None, "a model needs none and waits for none");
    assert!(folder(1).is_some() && folder(1) == folder(2), "readers share one");
    let writers = [folder(3), folder(4)];
    assert!(writers.iter().all(Option::is_some));
    assert!(writers.first() != writers.last() && !writers.contains(&folder(1)), "each writer has its own");
    assert!(seen.iter().skip(1).all(|(_, _, has_file)| *has_file));
    assert!(
        seen.iter().filter_map(|(_, folder, _)| folder.as_ref()).all(|folder| !folder.exists()),
        "none is left"
    );
}
