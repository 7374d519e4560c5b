//! Where a change starts, and why there.

#![allow(clippy::unwrap_used, reason = "a test")]

use review_core::{Cancel, Error, Origin};
use review_git::testing::TestRepo;
use review_git::{BaseChoice, ChangeOptions, Comparison, GitRepository};

fn compare(repo: &TestRepo, options: &ChangeOptions) -> Result<Comparison, Error> {
    let cancel = Cancel::new();
    GitRepository::open(repo.path(), &cancel).unwrap().compare(options, &cancel)
}

fn start(repo: &TestRepo, options: &ChangeOptions) -> (String, String) {
    let comparison = compare(repo, options).unwrap();
    let base =
        comparison.base().map_or_else(|| "-".to_owned(), |id| repo.git(&["log", "-1", "--format=%s", id]));
    (base, comparison.base_choice().to_string())
}

/// `main` has one commit, `work` two more.
fn branched() -> TestRepo {
    let repo = TestRepo::new();
    repo.file("a", "0\n").commit("fork");
    repo.git(&["checkout", "-q", "-b", "work"]);
    repo.file("a", "1\n").commit("one");
    repo.file("a", "2\n").commit("two");
    repo
}

fn pair(base: &str, choice: &str) -> (String, String) {
    (base.to_owned(), choice.to_owned())
}

#[test]
fn a_branch_starts_where_it_left_the_default_branch() {
    let repo = branched();
    assert_eq!(
        start(&repo, &ChangeOptions::default()),
        pair("fork", "the merge base with the default branch main")
    );
    repo.git(&["checkout", "-q", "main"]);
    repo.file("b", "1\n").commit("on main");
    assert_eq!(
        start(&repo, &ChangeOptions::default()),
        pair("fork", "the commit before head, because head has nothing that main does not have")
    );
    assert!(compare(&repo, &ChangeOptions::default()).unwrap().base_choice().is_guess());
    // The base branch has moved on: what it gained is not part of the change.
    assert_eq!(start(&repo, &ChangeOptions::range("main", "work")), pair("fork", "the merge base with main"));
}

#[test]
fn without_a_default_branch_the_upstream_counts_and_else_a_base_is_asked_for() {
    let repo = branched();
    repo.git(&["branch", "-m", "main", "integration"]);
    let error = compare(&repo, &ChangeOptions::default()).unwrap_err();
    assert!(error.message().contains("name a base"), "{error}");
    repo.git(&["branch", "--set-upstream-to=integration"]);
    let comparison = compare(&repo, &ChangeOptions::default()).unwrap();
    assert_eq!(comparison.base_choice(), &BaseChoice::Upstream("integration".to_owned()));
    assert_eq!(repo.git(&["log", "-1", "--format=%s", comparison.base().unwrap()]), "fork");
}

#[test]
fn ranges_read_as_in_git() {
    let repo = branched();
    let range = |text: &str| ChangeOptions::from_range(text).unwrap();
    assert_eq!(start(&repo, &range("main..work")), pair("fork", "as named"));
    assert_eq!(start(&repo, &range("main...")), pair("fork", "as named"));
    repo.git(&["checkout", "-q", "main"]);
    repo.file("b", "1\n").commit("moved on");
    assert_eq!(start(&repo, &range("main..work")), pair("moved on", "as named"));
    assert_eq!(start(&repo, &range("main...work")), pair("fork", "the merge base with main"));
    assert!(ChangeOptions::from_range("main").is_none());
}

#[test]
fn the_empty_tree_is_a_base() {
    let repo = branched();
    let options = ChangeOptions::default().with_base("4b825dc642cb6eb9a060e54bf8d69288fbee4904");
    let comparison = compare(&repo, &options).unwrap();
    assert_eq!((comparison.base(), comparison.origin()), (None, Origin::Snapshot));
}

#[test]
fn a_head_behind_its_base_is_told_so() {
    let repo = branched();
    let error = compare(&repo, &ChangeOptions::range("work", "main")).unwrap_err();
    assert!(error.message().starts_with("head is behind base"), "{error}");
}

#[test]
fn grafts_do_not_change_what_a_name_means() {
    let repo = branched();
    let (fork, two) = (repo.git(&["rev-parse", "main"]), repo.git(&["rev-parse", "work"]));
    std::fs::create_dir_all(repo.path().join(".git/info")).unwrap();
    std::fs::write(repo.path().join(".git/info/grafts"), format!("{two} {fork}\n")).unwrap();
    assert_eq!(start(&repo, &ChangeOptions::range("work~1", "work")), pair("one", "as named"));
}

#[test]
fn uncommitted_work_and_the_number_of_commits_are_known() {
    let repo = branched();
    let comparison = compare(&repo, &ChangeOptions::default()).unwrap();
    assert_eq!(comparison.commit_count(&Cancel::new()).unwrap(), 2);
    let dirty = || comparison.repository().has_uncommitted(&Cancel::new()).unwrap();
    assert!(!dirty());
    repo.file("untracked", "x\n");
    assert!(!dirty(), "files that git does not track are not the author's last edit");
    repo.file("a", "3\n");
    assert!(dirty());
    repo.git(&["add", "a"]);
    assert!(dirty());
}
