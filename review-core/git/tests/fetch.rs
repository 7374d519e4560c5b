//! A change that is not in the local clone is fetched into a private place; the clone stays as it is.
#![cfg(unix)]
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests that fails, fails the test"
)]

use review_core::{Cancel, ErrorKind};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository, OpenOptions, Remote};

/// A forge's repository: `main`, and a pull request that only a reference outside of the branches names.
fn forge() -> (TestRepo, String) {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("first");
    repo.git(&["switch", "--quiet", "-c", "topic"]);
    let head = repo.file("b", "2\n").commit("proposed");
    repo.git(&["update-ref", "refs/pull/7/head", &head]);
    repo.git(&["switch", "--quiet", "main"]);
    repo.git(&["branch", "--quiet", "-D", "topic"]);
    repo.file("c", "3\n").commit("meanwhile");
    (repo, head)
}

fn remote(repo: &TestRepo) -> Remote {
    Remote::new(format!("file://{}", repo.path().display())).unwrap()
}

const BOTH: [&str; 2] = ["refs/pull/7/head", "refs/heads/main"];

fn changed(repository: &GitRepository, ids: &[String]) -> Vec<String> {
    let options = ChangeOptions::range(&ids[1], &ids[0]);
    let comparison = repository.compare(&options, &Cancel::new()).unwrap();
    let change = comparison.change_set(&Cancel::new()).unwrap();
    let scratch = review_scratch::ScratchDir::new().unwrap();
    let checkout = comparison.checkout(scratch.path().join("c"), &Cancel::new()).unwrap();
    assert!(checkout.path().join("b").is_file(), "a checkout has what was fetched");
    change.files.into_iter().map(|file| file.path).collect()
}

#[test]
fn a_pull_request_is_fetched_beside_the_clone() {
    let (forge, head) = forge();
    let clone = forge.clone_with(&[]);
    let before = clone.fingerprint();
    let repository = GitRepository::open(clone.path(), &Cancel::new()).unwrap();
    assert!(!repository.has_commit(&head, &Cancel::new()).unwrap());
    let ids = repository.fetch(&remote(&forge), &BOTH, &Cancel::new()).unwrap();
    assert_eq!(ids[0], head);
    assert!(repository.has_commit(&head, &Cancel::new()).unwrap());
    assert_eq!(changed(&repository, &ids), ["b"], "from the merge base, not from the tip");
    assert_eq!(clone.fingerprint(), before);
}

#[test]
fn without_a_clone_and_from_a_shallow_one() {
    let (forge, _) = forge();
    let empty = GitRepository::empty(&OpenOptions::default(), &Cancel::new()).unwrap();
    let ids = empty.fetch(&remote(&forge), &BOTH, &Cancel::new()).unwrap();
    assert_eq!(changed(&empty, &ids), ["b"]);

    let clone = forge.clone_with(&["--depth=1"]);
    let before = clone.fingerprint();
    let shallow = GitRepository::open(clone.path(), &Cancel::new()).unwrap();
    assert!(shallow.is_shallow());
    let ids = shallow.fetch(&remote(&forge), &BOTH, &Cancel::new()).unwrap();
    assert!(!shallow.is_shallow(), "completed in the private repository");
    assert_eq!(changed(&shallow, &ids), ["b"]);
    assert_eq!(clone.fingerprint(), before);
}

#[test]
fn only_what_was_fetched_is_sent() {
    let (forge, _) = forge();
    let clone = forge.clone_with(&[]);
    let repository = GitRepository::open(clone.path(), &Cancel::new()).unwrap();
    repository.fetch(&remote(&forge), &BOTH, &Cancel::new()).unwrap();
    // A head moved by force is fetched again.
    forge.git(&["update-ref", "refs/pull/7/head", "refs/heads/main"]);
    let ids = repository.fetch(&remote(&forge), &BOTH, &Cancel::new()).unwrap();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn bad_remotes_and_references_are_errors() {
    for odd in ["ext::sh -c id", "ssh://h/x", "/srv/x", "https://u:p@h/x", "file:///a b", "git@h:x", ""] {
        assert_eq!(Remote::new(odd).unwrap_err().kind(), ErrorKind::InvalidInput, "{odd}");
    }
    let (forge, _) = forge();
    let empty = GitRepository::empty(&OpenOptions::default(), &Cancel::new()).unwrap();
    let fetch =
        |remote: &Remote, name: &str| empty.fetch(remote, &[name], &Cancel::new()).unwrap_err().kind();
    assert_eq!(fetch(&remote(&forge), "refs/pull/8/head"), ErrorKind::NotFound);
    assert_eq!(fetch(&remote(&forge), "main"), ErrorKind::InvalidInput);
    assert_eq!(fetch(&remote(&forge), "refs/heads/a:refs/heads/b"), ErrorKind::InvalidInput);
    assert_eq!(fetch(&Remote::new("file:///nowhere/at/all").unwrap(), BOTH[0]), ErrorKind::NotFound);
    assert_eq!(fetch(&Remote::new("http://127.0.0.1:9/x").unwrap(), BOTH[0]), ErrorKind::Unavailable);
    let secret = Remote::new("https://h/x").unwrap().with_authorization("Bearer s3cret");
    assert!(!format!("{secret:?}").contains("s3cret"));
}
