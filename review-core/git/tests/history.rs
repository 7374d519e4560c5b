//! The history behind a change, as the tools of a model ask for it: who touched a path, and what a commit did.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use review_core::{Answer, Cancel, Query, SourceTree};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository};

/// Three commits: two files, then one of them changed, then an uncommitted change.
fn repository() -> TestRepo {
    let repo = TestRepo::new();
    repo.file("net/pool.rs", "a\n").file("notes.md", "n\n").commit("begin");
    repo.file("net/pool.rs", "a\nb\n").commit("grow the pool");
    repo.file("notes.md", "n\nm\n");
    repo
}

fn ask(repo: &TestRepo, options: &ChangeOptions, query: Query) -> Answer {
    let cancel = Cancel::new();
    let tree = GitRepository::open(repo.path(), &cancel).unwrap().compare(options, &cancel).unwrap().tree();
    tree.answer(&[query], &cancel).unwrap().remove(0).answer
}

fn log(repo: &TestRepo, path: &str, limit: u32) -> String {
    match ask(repo, &ChangeOptions::working_tree(), Query::Log { path: path.into(), limit }) {
        Answer::Commits { commits, complete } => {
            let subjects: Vec<&str> = commits.iter().map(|commit| commit.subject.as_str()).collect();
            format!("{} {complete}", subjects.join(", "))
        }
        other => format!("{other:?}"),
    }
}

fn patch(repo: &TestRepo, commit: &str, path: &str) -> String {
    let query = Query::Patch { commit: commit.into(), path: path.into() };
    match ask(repo, &ChangeOptions::working_tree(), query) {
        Answer::Patch { commit, message, patch, complete } => {
            let lines: Vec<&str> = patch.lines().filter(|line| !line.starts_with("index ")).collect();
            format!("{} [{message}] {complete}\n{}", commit.subject, lines.join("\n"))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn a_log_names_the_commits_that_touched_a_path() {
    let repo = repository();
    insta::assert_snapshot!(log(&repo, "", 9), @"grow the pool, begin true");
    insta::assert_snapshot!(log(&repo, "net", 9), @"grow the pool, begin true");
    insta::assert_snapshot!(log(&repo, "notes.md", 9), @"begin true");
    insta::assert_snapshot!(log(&repo, "", 1), @"grow the pool false");
    insta::assert_snapshot!(log(&repo, "no/such", 9), @" true");
    insta::assert_snapshot!(log(&repo, "--all", 9), @" true");
}

#[test]
fn a_patch_shows_what_a_commit_did() {
    let repo = repository();
    insta::assert_snapshot!(patch(&repo, "HEAD", ""), @r"
    grow the pool [] true
    diff --git a/net/pool.rs b/net/pool.rs
    --- a/net/pool.rs
    +++ b/net/pool.rs
    @@ -1 +1,2 @@
     a
    +b
    ");
    insta::assert_snapshot!(patch(&repo, "HEAD~1", "notes.md"), @r"
    begin [] true
    diff --git a/notes.md b/notes.md
    new file mode 100644
    --- /dev/null
    +++ b/notes.md
    @@ -0,0 +1 @@
    +n
    ");
}

#[test]
fn a_message_has_its_body() {
    let repo = repository();
    repo.commit("subject\n\nWhy: because.\nSecond line.");
    insta::assert_snapshot!(patch(&repo, "HEAD", "net"), @r"
    subject [Why: because.
    Second line.] true
    ");
}

#[test]
fn what_names_no_commit_is_missing() {
    let repo = repository();
    for name in ["HEAD~9", "HEAD^{/x}", "main", "--output=x", "abc", "dead", "", "HEAD:notes.md", "HEAD~-1"] {
        assert_eq!(patch(&repo, name, ""), "Missing", "{name}");
    }
    assert_eq!(patch(&repo, "HEAD", "../x"), "Missing");
}
