//! Working trees with an index out of the ordinary.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use review_core::{Cancel, ErrorKind};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository, OpenOptions};

/// Status and path of each file that a working tree changes; the repository must stay as it is.
fn work(repo: &TestRepo) -> Vec<String> {
    let before = repo.fingerprint();
    let cancel = Cancel::new();
    let repository = GitRepository::open(repo.path(), &cancel).unwrap();
    let change = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap();
    assert_eq!(repo.fingerprint(), before);
    change.files.iter().map(|file| format!("{} {}", file.status, file.path)).collect()
}

fn two_files() -> TestRepo {
    let repo = TestRepo::new();
    repo.file("in/a", "a\n").file("out/b", "b\n").commit("x");
    repo
}

#[test]
fn an_index_may_be_split_sparse_or_of_another_version() {
    for settings in [
        &["update-index", "--split-index"][..],
        &["update-index", "--index-version=4"],
        &["update-index", "--untracked-cache"],
        &["sparse-checkout", "set", "in"],
        &["sparse-checkout", "set", "--sparse-index", "in"],
    ] {
        let repo = two_files();
        repo.git(settings);
        assert_eq!(work(&repo), [""; 0], "{settings:?}");
        repo.file("in/a", "changed\n").file("in/new", "new\n");
        assert_eq!(work(&repo), ["modified in/a", "added in/new"], "{settings:?}");
    }
}

#[test]
fn conflicts_and_intentions_count_as_they_stand_in_the_files() {
    let repo = two_files();
    repo.git(&["switch", "--quiet", "-c", "other"]);
    repo.file("in/a", "theirs\n").commit("theirs");
    repo.git(&["switch", "--quiet", "main"]);
    repo.file("in/a", "ours\n").commit("ours");
    assert!(!repo.command().args(["merge", "--quiet", "other"]).output().unwrap().status.success());
    std::fs::remove_file(repo.path().join("out/b")).unwrap();
    repo.file("meant", "m\n").git(&["add", "--intent-to-add", "meant"]);
    assert_eq!(work(&repo), ["modified in/a", "added meant", "deleted out/b"]);
}

#[test]
fn a_file_may_become_a_folder_and_the_other_way_round() {
    let repo = two_files();
    repo.delete("in/a").file("in/a/deep", "new\n").delete("out/b");
    std::fs::remove_dir(repo.path().join("out")).unwrap();
    repo.file("out", "file\n");
    assert_eq!(work(&repo), ["deleted in/a", "added in/a/deep", "added out", "deleted out/b"]);
}

#[test]
fn a_folder_behind_a_link_is_not_entered() {
    let repo = two_files();
    std::fs::create_dir(repo.beside("secrets")).unwrap();
    std::fs::write(repo.beside("secrets/b"), "secret").unwrap();
    repo.delete("out/b");
    std::fs::remove_dir(repo.path().join("out")).unwrap();
    repo.link("out", "../secrets");
    assert_eq!(work(&repo), ["added out", "deleted out/b"]);
}

#[test]
fn what_is_ignored_anywhere_is_ignored() {
    let repo = two_files();
    std::fs::write(repo.beside("ignored"), "by-user\n").unwrap();
    repo.config("core.excludesFile", repo.beside("ignored").to_str().unwrap());
    repo.file(".git/info/exclude", "by-repo\n").file("in/.gitignore", "by-folder\n");
    repo.file("by-user", "").file("by-repo", "").file("in/by-folder", "").file("seen", "");
    assert_eq!(work(&repo), ["added in/.gitignore", "added seen"]);
}

#[test]
fn settings_about_files_are_heeded() {
    let repo = two_files();
    repo.config("core.fileMode", "false").executable("in/a", true);
    assert_eq!(work(&repo), [""; 0]);
    repo.config("core.autocrlf", "true").file("in/a", "a\r\n");
    assert_eq!(work(&repo), [""; 0], "line endings of this machine are no change");
}

#[test]
fn an_edit_in_the_same_instant_and_of_the_same_size_is_seen() {
    for _ in 0..20 {
        let repo = two_files();
        repo.file("in/a", "b\n");
        assert_eq!(work(&repo), ["modified in/a"]);
    }
}

#[test]
fn our_own_scratch_folder_is_no_work() {
    let repo = two_files();
    let cancel = Cancel::new();
    let options = OpenOptions::default().with_scratch(repo.path().join("run"));
    let repository = GitRepository::open_with(repo.path(), &options, &cancel).unwrap();
    let change = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap();
    assert!(change.files.is_empty(), "{:?}", change.files);
}

#[test]
fn a_repository_can_not_claim_the_files_around_it() {
    let repo = two_files();
    std::fs::write(repo.beside("secret"), "secret").unwrap();
    repo.config("core.worktree", "../..");
    let cancel = Cancel::new();
    let repository = GitRepository::open(repo.path(), &cancel).unwrap();
    assert_eq!(repository.work_tree(), None);
    let error = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput, "{error}");
    assert_eq!(repository.change_set(&ChangeOptions::snapshot(), &cancel).unwrap().files.len(), 2);
}

#[test]
fn a_linked_worktree_and_a_submodule_have_their_own_work() {
    let repo = two_files();
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap()]);
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./.git", "sub"]);
    std::fs::write(linked.join("in/a"), "linked\n").unwrap();
    std::fs::write(repo.path().join("sub/in/a"), "sub\n").unwrap();
    let cancel = Cancel::new();
    for folder in [linked, repo.path().join("sub")] {
        let repository = GitRepository::open(&folder, &cancel).unwrap();
        let change = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap();
        let paths: Vec<_> = change.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["in/a"], "{folder:?}");
    }
}
