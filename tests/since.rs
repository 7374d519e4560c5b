//! What has changed since the round before is told to reviewers.
#![cfg(feature = "git")]
#![allow(clippy::unwrap_used, reason = "a test")]

use deep_review::{Cancel, ChangeOptions, GitRepository, Session};
use review_git::testing::TestRepo;

fn session(repo: &TestRepo) -> Session {
    let repository = GitRepository::open(repo.path(), &Cancel::new()).unwrap();
    let comparison = repository.compare(&ChangeOptions::range("main", "topic"), &Cancel::new()).unwrap();
    Session::compare(comparison).unwrap()
}

fn since(repo: &TestRepo, commit: &str) -> String {
    let request = session(repo).with_since(commit).request(&Cancel::new()).unwrap();
    let since = request.since.unwrap();
    let files: Vec<&str> = since.files.iter().map(|file| file.path.as_str()).collect();
    format!("{}{}", if since.rewritten { "rewritten: " } else { "" }, files.join(" "))
}

#[test]
fn a_push_and_a_rebase_are_told_apart() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("base");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    let first = repo.file("b", "1\n").file("c", "1\n").commit("first round");
    repo.file("c", "2\n").commit("second round");
    assert_eq!(since(&repo, &first), "c");
    assert_eq!(since(&repo, "topic"), "", "nothing has changed since the head");
    // The base moves on, and the branch is written anew on top of it.
    repo.git(&["switch", "--quiet", "main"]);
    repo.file("elsewhere", "1\n").commit("meanwhile");
    repo.git(&["switch", "--quiet", "topic"]);
    repo.git(&["rebase", "--quiet", "main"]);
    assert_eq!(since(&repo, &first), "rewritten: c", "what the base brought is not part of the change");
    assert!(session(&repo).with_since("nowhere").request(&Cancel::new()).is_err());
    assert!(session(&repo).request(&Cancel::new()).unwrap().since.is_none());
}
