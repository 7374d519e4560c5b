//! The suites run over what `review-core` itself ships, also in erased forms, and catch what they should.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Agent, AgentRequest, ChangeSet, Cx, MemoryTree, Review, ReviewRequest, Reviewer, ReviewerInfo,
    ScriptedAgent, ScriptedReviewer,
};
use review_testkit::conformance::{self, TreeFixture};
use review_testkit::{finding, review};

fn request() -> ReviewRequest {
    ReviewRequest::new(ChangeSet::default())
}

#[tokio::test]
async fn the_scripted_reviewer_conforms() {
    let make = || -> Arc<dyn Reviewer> {
        Arc::new(ScriptedReviewer::new(review("claude").with_finding(finding("I1 Lost error @ a.rs:3"))))
    };
    let report = conformance::reviewer(make, request()).await.assert_conforms();
    insta::assert_snapshot!(report.table(), @"
    ok    has a name
    ok    serves the request
    ok    signs its review
    ok    carries the pass it was asked for
    ok    labels are unique
    ok    has sane places
    ok    an incomplete review has a reason
    ok    delivers under its own name
    ok    ends when cancelled
    ok    a cancelled review has a reason
    ok    dropping one does not hurt the next
    ok    an observer that panics does not hurt the next
    ok    same request, same review
    ok    erased form is the same
    ");
}

#[tokio::test]
async fn the_scripted_agent_conforms() {
    let make = || -> Arc<dyn Agent> { Arc::new(ScriptedAgent::new().answering("{}")) };
    let report = conformance::agent(make, AgentRequest::new("review")).await.assert_conforms();
    insta::assert_snapshot!(report.table(), @"
    ok    answers
    ok    output includes reasoning
    ok    a cancelled request is an error that says so
    ok    the erased form answers too
    ");
}

#[test]
fn the_memory_tree_conforms() {
    let tree =
        TreeFixture::HEAD.iter().fold(MemoryTree::new(), |tree, (path, text)| tree.with_head(*path, *text));
    let tree = TreeFixture::BASE.iter().fold(tree, |tree, (path, text)| tree.with_base(*path, *text));
    let report = conformance::source_tree(&Box::new(tree)).assert_conforms();
    insta::assert_snapshot!(report.table(), @"
    ok    has the head
    ok    has the base
    ok    a file of the other side is missing
    ok    paths that lead out are missing
    ok    a folder is not a file
    ok    finds paths by their end
    ok    a path's end stands at a slash
    ok    lists what is below a folder
    skip  the history leads out of the tree nowhere: it has no history: this tree has no history
    ok    searches as written, ordered
    ok    a search is literal
    ok    a limited search says that there is more
    ok    same tree, same facts
    ok    keeps the order of the queries
    ok    a cancelled call ends
    ");
}

/// Signs with a false name, repeats a label, has an impossible place and no reason for its failure.
struct Sloppy(ReviewerInfo);

#[async_trait]
impl Reviewer for Sloppy {
    fn info(&self) -> &ReviewerInfo {
        &self.0
    }
    async fn review(&self, _: Arc<ReviewRequest>, _: Cx) -> review_core::Result<Review> {
        Ok(Review::failed("someone", "")
            .with_finding(finding("I1 a @ /abs.rs:3"))
            .with_finding(finding("I1 b"))
            .with_pass(9))
    }
}

#[tokio::test]
async fn a_sloppy_reviewer_is_caught() {
    let report = conformance::reviewer(|| Arc::new(Sloppy(ReviewerInfo::new("sloppy"))), request()).await;
    insta::assert_snapshot!(report.table(), @"
    ok    has a name
    ok    serves the request
    FAIL  signs its review: it signs as `someone`
    FAIL  carries the pass it was asked for: pass 9 for 1
    FAIL  labels are unique: `I1` occurs twice
    FAIL  has sane places: `/abs.rs` is absolute
    FAIL  an incomplete review has a reason: it is not complete and does not say why
    skip  delivers under its own name: it does not deliver
    ok    ends when cancelled
    FAIL  a cancelled review has a reason: it is not complete and does not say why
    ok    dropping one does not hurt the next
    ok    an observer that panics does not hurt the next
    skip  same request, same review: it does not say that it is deterministic
    FAIL  erased form is the same: it has another name
    ");
}
