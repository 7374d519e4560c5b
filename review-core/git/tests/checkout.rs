//! Isolated checkouts.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use std::path::Path;
use std::process::Command;

use review_core::{Cancel, ErrorKind};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, Checkout, GitRepository, OpenOptions};

fn check_out(repo: &TestRepo, options: &ChangeOptions) -> Checkout {
    let cancel = Cancel::new();
    let comparison = GitRepository::open(repo.path(), &cancel).unwrap().compare(options, &cancel).unwrap();
    comparison.checkout(repo.beside("checkout"), &cancel).unwrap()
}

/// Runs git in a checkout as an agent would.
fn git(folder: &Path, arguments: &[&str]) -> String {
    let mut command = Command::new("git");
    command.current_dir(folder).args(arguments).env("GIT_CONFIG_GLOBAL", "/dev/null");
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}

fn history(repo: &TestRepo) -> (String, String) {
    repo.file("a", "1\n").file("d/b", "1\n").commit("before");
    let base = repo.file("a", "2\n").commit("base");
    repo.file("crlf", "a\r\nb\n").file("lf", "a\n").file("x.lfs", "big\n").file("id", "$Id$\n");
    repo.file(".gitattributes", "* text=auto eol=crlf\nid ident\n*.lfs filter=lfs diff=lfs -text\n");
    let attributes = ["-c", "core.attributesFile=/dev/null"];
    repo.git(&[&attributes[..], &["add", "lf"]].concat());
    repo.link("link", "a").link("out", "/etc/passwd").file("run", "#!\n").executable("run", true);
    (base, repo.commit("head"))
}

#[test]
fn a_checkout_is_clean_and_knows_base_and_head() {
    let reftable = TestRepo::knows_ref_format("reftable");
    for init in [&[][..], &["--object-format=sha256"], &["--ref-format=reftable"]] {
        if init.contains(&"--ref-format=reftable") && !reftable {
            eprintln!("skipped: this git has no reftable");
            continue;
        }
        let repo = TestRepo::with_init(init);
        let (base, head) = history(&repo);
        let before = repo.fingerprint();
        let checkout = check_out(&repo, &ChangeOptions::default());
        assert_eq!(repo.fingerprint(), before, "the reviewed repository is as it was");
        let path = checkout.path().to_owned();
        assert_eq!(git(&path, &["status", "--porcelain", "--ignored"]), "");
        assert_eq!(git(&path, &["rev-parse", "HEAD", "head", "base"]), format!("{head}\n{head}\n{base}"));
        assert_eq!(git(&path, &["log", "--format=%s", "base..head"]), "head");
        let names = git(&path, &["diff", "--name-only", "base...head"]);
        assert_eq!(names, ".gitattributes\ncrlf\nid\nlf\nlink\nout\nrun\nx.lfs");
        assert_eq!(git(&path, &["blame", "-s", "a"]).len(), "01234567 1) 2".len());
        assert_eq!(std::fs::read(path.join("lf")).unwrap(), b"a\n", "no line ending conversion");
        assert_eq!(std::fs::read(path.join("id")).unwrap(), b"$Id$\n", "no keywords");
        assert_eq!(std::fs::read(path.join("out")).unwrap(), b"/etc/passwd", "a link leads nowhere");
        assert!(
            std::os::unix::fs::PermissionsExt::mode(&path.join("run").metadata().unwrap().permissions())
                & 0o100
                != 0
        );
        assert_eq!(git(&path, &["remote"]), "");
        checkout.remove().unwrap();
        assert!(!path.exists());
        assert_eq!(repo.fingerprint(), before);
    }
}

#[test]
fn what_an_agent_does_stays_in_the_checkout_and_goes_with_it() {
    let repo = TestRepo::new();
    history(&repo);
    let before = repo.fingerprint();
    let checkout = check_out(&repo, &ChangeOptions::default());
    let path = checkout.path().to_owned();
    std::fs::create_dir(path.join("locked")).unwrap();
    std::fs::write(path.join("locked/file"), "x").unwrap();
    git(&path, &["add", "--all"]);
    git(&path, &["-c", "user.name=a", "-c", "user.email=b", "commit", "-qm", "mine"]);
    git(&path, &["gc", "--quiet", "--prune=now"]);
    let read_only = |path: &Path, mode| {
        std::fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
    };
    read_only(&path.join("locked/file"), 0o400);
    read_only(&path.join("locked"), 0o500);
    drop(checkout);
    assert!(!path.exists());
    assert_eq!(repo.fingerprint(), before);
}

#[test]
fn uncommitted_work_is_a_private_commit() {
    let repo = TestRepo::new();
    let (_, head) = history(&repo);
    repo.file("a", "uncommitted\n").file("untracked", "u\n").delete("crlf");
    let before = repo.fingerprint();
    let cancel = Cancel::new();
    let comparison = GitRepository::open(repo.path(), &cancel)
        .unwrap()
        .compare(&ChangeOptions::working_tree(), &cancel)
        .unwrap();
    let checkout = comparison.checkout(repo.beside("checkout"), &cancel).unwrap();
    drop(comparison);
    let path = checkout.path();
    assert_eq!(git(path, &["status", "--porcelain"]), "");
    assert_eq!(git(path, &["rev-parse", "base", "HEAD~1"]), format!("{head}\n{head}"));
    assert_eq!(git(path, &["diff", "--name-status", "base...head"]), "M\ta\nD\tcrlf\nA\tuntracked");
    assert_eq!(std::fs::read(path.join("a")).unwrap(), b"uncommitted\n");
    assert_eq!(git(path, &["fsck", "--connectivity-only"]), "");
    assert_eq!(repo.fingerprint(), before);
}

#[test]
fn linked_worktrees_and_borrowing_clones_can_be_borrowed_from() {
    let repo = TestRepo::new();
    let (_, head) = history(&repo);
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap(), "HEAD~1"]);
    let shared = repo.beside("shared");
    repo.git(&["clone", "--quiet", "--shared", &repo.path().display().to_string(), shared.to_str().unwrap()]);
    let bare = repo.beside("bare.git");
    repo.git(&["clone", "--quiet", "--bare", &shared.display().to_string(), bare.to_str().unwrap()]);
    let cancel = Cancel::new();
    for (from, expected) in
        [(&linked, "base"), (&shared, "head"), (&bare, "head"), (&linked.join("d"), "base")]
    {
        let repository = GitRepository::open(from, &cancel).unwrap();
        let comparison = repository.compare(&ChangeOptions::default(), &cancel).unwrap();
        let checkout = comparison.checkout(repo.beside("checkout"), &cancel).unwrap();
        assert_eq!(git(checkout.path(), &["log", "-1", "--format=%s"]), expected, "{from:?}");
        assert_eq!(git(checkout.path(), &["status", "--porcelain"]), "");
    }
    assert_eq!(repo.git(&["rev-parse", "HEAD"]), head);
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("x");
    std::fs::create_dir(repo.beside("full")).unwrap();
    std::fs::write(repo.beside("full").join("mine"), "x").unwrap();
    let cancel = Cancel::new();
    let comparison = GitRepository::open(repo.path(), &cancel)
        .unwrap()
        .compare(&ChangeOptions::snapshot(), &cancel)
        .unwrap();
    let error = comparison.checkout(repo.beside("full"), &cancel).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
    assert!(repo.beside("full").join("mine").exists());
    let kept = comparison.checkout(repo.beside("new/folder"), &cancel).unwrap().keep();
    assert!(kept.join("a").exists());
}

#[test]
fn the_scratch_folder_goes_with_the_last_owner() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("x");
    let cancel = Cancel::new();
    let scratch = repo.beside("scratch");
    let options = OpenOptions::default().with_scratch(&scratch);
    let repository = GitRepository::open_with(repo.path(), &options, &cancel).unwrap();
    let tree = repository.compare(&ChangeOptions::snapshot(), &cancel).unwrap().tree();
    drop(repository);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 1);
    drop(tree);
    assert_eq!(std::fs::read_dir(&scratch).unwrap().count(), 0);
}

#[test]
fn submodule_settings_of_the_change_stop_no_command() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("base");
    let bad = "[submodule \"x\"]\n\tpath = x\n\turl = ../x\n\tupdate = !touch ran\n";
    repo.file(".gitmodules", bad).commit("head");
    let checkout = check_out(&repo, &ChangeOptions::default());
    assert_eq!(git(checkout.path(), &["status", "--porcelain"]), "");
    assert_eq!(git(checkout.path(), &["diff", "--name-only", "base...head"]), ".gitmodules");
    assert!(!checkout.path().join("ran").exists());
}
