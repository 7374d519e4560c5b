//! A git repository is a source tree like any other: the public suite, for commits and for a working tree, also recorded.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test")]

use review_core::{Cancel, RecordedTree, RecordingTree};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository, GitTree};
use review_testkit::conformance::{self, TreeFixture};

/// The fixture's base as a commit, and its head in the folder, not yet committed.
fn repository() -> TestRepo {
    let repo = TestRepo::new();
    for (path, text) in TreeFixture::BASE {
        repo.file(path, text);
    }
    repo.commit("base");
    repo.delete("old.txt");
    for (path, text) in TreeFixture::HEAD {
        repo.file(path, text);
    }
    repo
}

fn tree(repo: &TestRepo, options: &ChangeOptions) -> GitTree {
    let cancel = Cancel::new();
    GitRepository::open(repo.path(), &cancel).unwrap().compare(options, &cancel).unwrap().tree()
}

#[test]
fn two_commits_conform() {
    let repo = repository();
    repo.commit("head");
    let _ = conformance::source_tree(&tree(&repo, &ChangeOptions::range("HEAD~1", "HEAD"))).assert_conforms();
}

#[test]
fn a_working_tree_conforms() {
    let repo = repository();
    let _ = conformance::source_tree(&tree(&repo, &ChangeOptions::working_tree())).assert_conforms();
}

#[test]
fn a_recording_and_its_record_conform() {
    let repo = repository();
    let recording = RecordingTree::new(tree(&repo, &ChangeOptions::working_tree()));
    let _ = conformance::source_tree(&recording).assert_conforms();
    let _ = conformance::source_tree(&RecordedTree::new(recording.evidence())).assert_conforms();
}
