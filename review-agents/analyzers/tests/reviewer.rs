//! The rules as a reviewer: only what the change touched, in order, and honest about what it did not look at.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_analyzers::RulesReviewer;
use review_core::{Cx, Review, ReviewRequest, Reviewer};
use review_testkit::{Scenario, conformance, scenario};

fn request(scenario: &Scenario) -> ReviewRequest {
    ReviewRequest::new(scenario.change())
        .with_tree(Arc::new(scenario.tree()) as Arc<dyn review_core::SourceTree>)
}

async fn review(scenario: &Scenario) -> Review {
    RulesReviewer::new("rules").unwrap().review(Arc::new(request(scenario)), Cx::detached()).await
}

fn show(review: &Review) -> String {
    let line = |finding: &review_core::RawFinding| {
        format!("{} {} @ {}", finding.id, finding.title, finding.locations[0])
    };
    review.findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

const OLD: &str =
    "package p\n\nfunc a() error {\n\tif err := f(); err != nil {\n\t\treturn nil\n\t}\n\treturn nil\n}\n";

#[tokio::test]
async fn only_what_the_change_touched_is_reported() {
    let new = format!(
        "{OLD}\nfunc b() error {{\n\tif err := g(); err != nil {{\n\t\treturn nil\n\t}}\n\treturn nil\n}}\n"
    );
    let scenario = scenario().file("p/a.go", OLD, &new).file("old.go", OLD, OLD);
    insta::assert_snapshot!(show(&review(&scenario).await), @"I1 `err` is checked and then lost: the function returns nil @ p/a.go:11-13");
}

#[tokio::test]
async fn the_message_names_the_code_that_matched() {
    let scenario = scenario().file("web/a.test.ts", "", "describe.only(\"x\", () => {});\n").file(
        "notes.md",
        "",
        "a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> x\n",
    );
    insta::assert_snapshot!(show(&review(&scenario).await), @"
    C1 A merge conflict is committed @ notes.md:2
    I1 `describe.only` silences every other test of the file @ web/a.test.ts:1
    ");
}

#[tokio::test]
async fn without_a_source_it_fails_and_says_so() {
    let reviewer = RulesReviewer::new("rules").unwrap();
    let review = reviewer.review(Arc::new(ReviewRequest::default()), Cx::detached()).await;
    insta::assert_snapshot!(review.incomplete_reason.unwrap(), @"the rules need the source, and no source tree was given");
}

#[tokio::test]
async fn a_file_that_is_too_large_makes_the_review_incomplete() {
    let large = format!("# {}\n", "x".repeat(2 << 20));
    let review = review(&scenario().file("big.py", "", &large)).await;
    assert!(!review.is_complete());
    insta::assert_snapshot!(review.incomplete_reason.unwrap(), @"some files were not looked at, big.py among them: 2097155 bytes");
}

#[tokio::test]
async fn it_conforms() {
    let scenario = scenario().file("p/a.go", "", OLD);
    let make = || -> Arc<dyn Reviewer> { Arc::new(RulesReviewer::new("rules").unwrap()) };
    let report = conformance::reviewer(make, request(&scenario)).await.assert_conforms();
    insta::assert_snapshot!(report.table(), @"
    ok    has a name
    ok    signs its review
    ok    carries the pass it was asked for
    ok    labels are unique
    ok    has sane places
    ok    an incomplete review has a reason
    skip  delivers under its own name: it does not deliver
    ok    ends when cancelled
    ok    a cancelled review has a reason
    ok    dropping one does not hurt the next
    ok    same request, same review
    ok    erased form is the same
    ");
}
