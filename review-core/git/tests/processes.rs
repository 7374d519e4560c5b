//! Child processes: cancelled, limited, and gone afterwards. A script stands in for git.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use std::path::Path;
use std::time::Duration;

use review_core::{Cancel, ErrorKind, Result};
use review_git::testing::TestRepo;
use review_git::{GitRepository, OpenOptions};

/// Opens a repository with a script in git's place, which writes its process id first.
fn open(repo: &TestRepo, script: &str, limit: Duration, cancel: &Cancel) -> Result<GitRepository> {
    let pid = repo.beside("pid");
    repo.file("fake", format!("#!/bin/sh\necho $$ > '{}'\n{script}\n", pid.display()))
        .executable("fake", true);
    let options = OpenOptions::default()
        .with_program(repo.path().join("fake"))
        .with_scratch(repo.beside("scratch"))
        .with_time_limit(limit);
    GitRepository::open_with(repo.path(), &options, cancel)
}

fn assert_nothing_left(repo: &TestRepo) {
    let pid = std::fs::read_to_string(repo.beside("pid")).unwrap();
    assert!(!Path::new("/proc").join(pid.trim()).exists(), "the process is gone");
    assert_eq!(std::fs::read_dir(repo.beside("scratch")).unwrap().count(), 0, "so is the scratch folder");
}

#[test]
fn a_child_that_hangs_is_ended_at_the_limit() {
    let repo = TestRepo::new();
    let error = open(&repo, "exec sleep 60", Duration::from_millis(300), &Cancel::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert_nothing_left(&repo);
}

#[test]
fn a_cancelled_child_is_ended_at_once() {
    let repo = TestRepo::new();
    let cancel = Cancel::new();
    let flag = cancel.clone();
    let thread = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(200));
        flag.cancel();
    });
    let error = open(&repo, "exec sleep 60", Duration::from_secs(60), &cancel).unwrap_err();
    thread.join().unwrap();
    // Waiting for the child or for the limit would end otherwise.
    assert!(error.is_cancelled());
    assert_nothing_left(&repo);
}

#[test]
fn a_child_that_floods_is_ended() {
    let repo = TestRepo::new();
    let error = open(&repo, "exec yes", Duration::from_secs(60), &Cancel::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BudgetExceeded);
    assert_nothing_left(&repo);
}

#[test]
fn a_child_that_talks_on_the_side_is_heard_out() {
    let repo = TestRepo::new();
    let script = "head -c 1000000 /dev/zero | tr '\\0' x >&2; exit 3";
    let error = open(&repo, script, Duration::from_secs(60), &Cancel::new()).unwrap_err();
    assert_eq!((error.kind(), error.get("exit status")), (ErrorKind::Io, Some("3")));
    assert_nothing_left(&repo);
}

#[test]
fn a_grandchild_that_holds_the_pipe_does_not_hold_us() {
    let repo = TestRepo::new();
    // The limit comes before the grandchild's end: held by it, this would be a time-out.
    let error = open(&repo, "sleep 90 & exit 0", Duration::from_secs(60), &Cancel::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Internal, "{error}");
    assert_nothing_left(&repo);
}
