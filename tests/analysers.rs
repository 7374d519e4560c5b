//! Analysers by name: results from a file, or from a program that the user named.

#![cfg(all(unix, feature = "rules", feature = "command"))]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::path::PathBuf;
use std::sync::Arc;

use deep_review::{ChangeSet, ChangedFile, Cx, FileStatus, Registry, Review, ReviewRequest, ReviewerSpec};
use review_testkit::OrFailed as _;

fn recording(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("review-agents/analyzers/tests/recordings").join(name)
}

fn request() -> ReviewRequest {
    let mut change = ChangeSet::default();
    change.files = vec![ChangedFile::new("app/load.py", FileStatus::Added)];
    ReviewRequest::new(change).with_checkout(std::env::temp_dir())
}

async fn review(spec: &str, request: ReviewRequest) -> Review {
    let spec: ReviewerSpec = spec.parse().unwrap();
    Registry::builtin()
        .make(&spec)
        .unwrap()
        .review(Arc::new(request), Cx::detached())
        .await
        .or_failed("semgrep")
}

fn titles(review: &Review) -> Vec<&str> {
    review.findings.iter().map(|finding| finding.title.as_str()).collect()
}

#[tokio::test]
async fn results_are_taken_from_a_file() {
    let review = review(&format!("scan=bandit:file={}", recording("bandit.json").display()), request()).await;
    assert!(review.is_complete());
    assert_eq!((review.reviewer.as_str(), titles(&review).len()), ("scan", 3));
}

#[tokio::test]
async fn a_program_that_the_user_named_is_started() {
    let review = review(&format!("bandit:cmd=cat {}", recording("bandit.json").display()), request()).await;
    assert!(review.is_complete());
    assert_eq!(titles(&review).len(), 3);
    assert!(review.identity.isolation.is_some());
}

#[tokio::test]
async fn a_run_that_ended_badly_is_never_a_clean_one() {
    let silent = review("bandit:cmd=exit 2", request()).await;
    assert!(!silent.is_complete() && silent.findings.is_empty());
    let spoke =
        review(&format!("bandit:cmd=cat {}; exit 2", recording("bandit.json").display()), request()).await;
    assert!(!spoke.is_complete());
    assert_eq!(titles(&spoke).len(), 3);
    let missing = review("bandit:file=/nowhere/at/all.json", request()).await;
    assert!(!missing.is_complete());
}

#[tokio::test]
async fn a_tool_without_files_to_look_at_is_not_started() {
    let review = review("shellcheck", request()).await;
    assert!(review.is_complete() && review.findings.is_empty());
    insta::assert_snapshot!(review.diagnostics[0].message, @"the change has no file that it looks at, so it was not started");
}

#[test]
fn what_runs_code_of_the_repository_says_so() {
    let registry = Registry::builtin();
    let about = |name: &str| registry.backends().find(|backend| backend.name == name).unwrap().about.clone();
    assert!(about("clippy").contains("RUNS CODE OF THE REPOSITORY"));
    assert!(!about("shellcheck").contains("RUNS CODE"));
}

#[tokio::test]
async fn each_conforms_over_results_and_over_a_program() {
    let results = [
        ("bandit", "bandit.json"),
        ("clippy", "clippy.json"),
        ("eslint", "eslint.json"),
        ("gitleaks", "gitleaks.json"),
        ("golangci-lint", "golangci.json"),
        ("ruff", "ruff.sarif"),
        ("semgrep", "semgrep.sarif"),
        ("shellcheck", "shellcheck.json"),
    ];
    for (name, file) in results {
        let file = recording(file).display().to_string();
        for spec in [format!("{name}:file={file}"), format!("{name}:cmd=cat {file}")] {
            let spec: ReviewerSpec = spec.parse().unwrap();
            let make = || Registry::builtin().make(&spec).unwrap();
            review_testkit::conformance::reviewer(make, request()).await.assert_conforms();
        }
    }
}
