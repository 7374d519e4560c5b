//! Formats and kinds of repositories. What a clone lacks is said to be missing, and nothing is fetched.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use review_core::{Answer, Cancel, ErrorKind, Query, Side, SourceTree};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository};

fn open(repo: &TestRepo) -> GitRepository {
    GitRepository::open(repo.path(), &Cancel::new()).unwrap()
}

fn history() -> TestRepo {
    let repo = TestRepo::new();
    for n in 1..=5 {
        repo.file("a", format!("{n}\nsame\n")).commit(&format!("commit {n}"));
    }
    repo
}

fn blame(comparison: &review_git::Comparison) -> Answer {
    let query = Query::Blame { path: "a".to_owned(), start_line: 1, end_line: 2 };
    comparison.tree().answer(&[query], &Cancel::new()).unwrap().remove(0).answer
}

#[test]
fn a_shallow_clone_is_read_as_far_as_it_goes() {
    let repo = history();
    let cancel = Cancel::new();
    let clone = repo.clone_with(&["--depth=2"]);
    let before = clone.fingerprint();
    let comparison = open(&clone).compare(&ChangeOptions::default(), &cancel).unwrap();
    assert!(comparison.repository().is_shallow());
    let change = comparison.change_set(&cancel).unwrap();
    assert_eq!((change.files.len(), change.commits.len()), (1, 1));
    let Answer::Blame { groups } = blame(&comparison) else { panic!("{:?}", blame(&comparison)) };
    assert_eq!(groups.iter().map(|group| group.in_change).collect::<Vec<_>>(), [true, false]);
    let checkout = comparison.checkout(clone.beside("checkout"), &cancel).unwrap();
    assert!(checkout.path().join(".git/shallow").exists(), "or git log fails inside");
    assert_eq!(clone.fingerprint(), before);
}

#[test]
fn what_a_shallow_clone_lacks_is_said() {
    let repo = history();
    repo.git(&["switch", "--quiet", "-c", "topic", "HEAD~3"]);
    repo.file("b", "1\n").commit("topic");
    let cancel = Cancel::new();
    let clone = repo.clone_with(&["--depth=1", "--no-single-branch", "--branch=topic"]);
    let range = open(&clone).compare(&ChangeOptions::range("origin/main", "HEAD"), &cancel).unwrap_err();
    assert!(range.to_string().contains("git fetch --unshallow"), "{range}");
    let last = open(&clone).compare(&ChangeOptions::default(), &cancel).unwrap_err();
    assert!(last.to_string().contains("shallow"), "{last}");
    let direct = ChangeOptions::range("origin/main", "HEAD").directly();
    let comparison = open(&clone).compare(&direct, &cancel).unwrap();
    assert_eq!(comparison.change_set(&cancel).unwrap().files.len(), 2);
    assert!(matches!(blame(&comparison), Answer::Unknown { .. }), "{:?}", blame(&comparison));
}

#[test]
fn a_partial_clone_is_never_fetched_into() {
    let repo = history();
    let cancel = Cancel::new();
    let clone = repo.clone_with(&["--filter=blob:none"]);
    let before = clone.fingerprint();
    let comparison = open(&clone).compare(&ChangeOptions::default(), &cancel).unwrap();
    let queries = [Query::file(Side::Head, "a"), Query::file(Side::Base, "a")];
    let facts = comparison.tree().answer(&queries, &cancel).unwrap();
    assert_eq!(facts[0].text.as_deref(), Some("5\nsame\n"));
    assert!(matches!(facts[1].answer, Answer::Unknown { .. }), "{:?}", facts[1]);
    assert!(matches!(blame(&comparison), Answer::Unknown { .. }));
    let error = comparison.change_set(&cancel).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(error.to_string().contains("partial clone"), "{error}");
    let checkout = comparison.checkout(clone.beside("checkout"), &cancel).unwrap();
    assert_eq!(std::fs::read(checkout.path().join("a")).unwrap(), b"5\nsame\n");
    assert_eq!(clone.fingerprint(), before, "nothing was fetched");

    // What the message advises.
    clone.git(&["diff", "HEAD~1", "HEAD"]);
    let change = open(&clone).change_set(&ChangeOptions::default(), &cancel).unwrap();
    assert_eq!(change.files[0].hunks.len(), 1);
    let bare = repo.clone_with(&["--filter=blob:none", "--no-checkout"]);
    let comparison = open(&bare).compare(&ChangeOptions::snapshot(), &cancel).unwrap();
    let error = comparison.checkout(bare.beside("checkout"), &cancel).unwrap_err();
    assert!(error.to_string().contains("partial clone"), "{error}");
    assert!(!bare.beside("checkout").exists());
}

#[test]
fn a_folder_without_repository_is_told_from_one_that_is_not_there() {
    let repo = history();
    let cancel = Cancel::new();
    std::fs::create_dir(repo.beside("plain")).unwrap();
    let plain = GitRepository::open(repo.beside("plain"), &cancel).unwrap_err();
    assert!(
        plain.kind() == ErrorKind::InvalidInput && plain.to_string().contains("no git repository"),
        "{plain}"
    );
    let absent = GitRepository::open(repo.beside("absent"), &cancel).unwrap_err();
    assert_eq!(absent.kind(), ErrorKind::NotFound, "{absent}");
    let file = GitRepository::open(repo.path().join("a"), &cancel).unwrap_err();
    assert_eq!(file.kind(), ErrorKind::InvalidInput, "{file}");
    repo.file("deep/er/file", "");
    let below = GitRepository::open(repo.path().join("deep/er"), &cancel).unwrap();
    assert_eq!(below.work_tree(), Some(repo.path().canonicalize().unwrap().as_path()));
}

#[test]
fn a_repository_of_another_owner_is_read() {
    let repo = history();
    let path = repo.path();
    // Only root can give files away; elsewhere there is nothing to see.
    if std::os::unix::fs::chown(&path, Some(12345), None).is_err() {
        return;
    }
    std::os::unix::fs::chown(path.join(".git"), Some(12345), None).unwrap();
    let cancel = Cancel::new();
    let change = open(&repo).change_set(&ChangeOptions::default(), &cancel).unwrap();
    assert_eq!(change.files.len(), 1);
}

#[test]
fn every_format_of_repository_answers_the_same() {
    let answers = |arguments: &[&str]| {
        let repo = TestRepo::with_init(arguments);
        repo.file("a", "one\ntwo\n").file("b", "b\n").commit("first");
        repo.file("a", "one\nthree\n").commit("second");
        repo.file("a", "uncommitted\nthree\n");
        let cancel = Cancel::new();
        let repository = open(&repo);
        let comparison =
            repository.compare(&ChangeOptions::working_tree().with_base("HEAD~1"), &cancel).unwrap();
        let change = comparison.change_set(&cancel).unwrap();
        let queries = [
            Query::file(Side::Base, "a"),
            Query::Search { side: Side::Head, needle: "three".to_owned(), limit: 5 },
            Query::Blame { path: "a".to_owned(), start_line: 1, end_line: 2 },
        ];
        let facts = comparison.tree().answer(&queries, &cancel).unwrap();
        let Answer::Blame { groups } = &facts[2].answer else { panic!("{facts:?}") };
        let blame: Vec<_> = groups.iter().map(|g| (g.start_line, g.commit.is_some(), g.in_change)).collect();
        let hunks: Vec<_> = change.files.iter().flat_map(|file| file.hunks.clone()).collect();
        (repository.branch(&cancel).unwrap(), hunks, facts[0].text.clone(), facts[1].clone(), blame)
    };
    let expected = answers(&[]);
    assert_eq!(expected.0.as_deref(), Some("main"));
    assert_eq!(expected.4, [(1, false, true), (2, true, true)]);
    let reftable = TestRepo::knows_ref_format("reftable");
    for arguments in [&["--object-format=sha256"][..], &["--ref-format=reftable"]] {
        if arguments.contains(&"--ref-format=reftable") && !reftable {
            eprintln!("skipped: this git has no reftable");
            continue;
        }
        assert_eq!(answers(arguments), expected, "{arguments:?}");
    }
}

#[test]
fn clones_of_one_repository_can_be_used_from_many_threads() {
    let repo = history();
    repo.file("a", "dirty\n");
    let repository = open(&repo);
    let cancel = Cancel::new();
    let expected = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap();
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let change = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap();
                assert_eq!(change, expected);
            });
        }
    });
}
