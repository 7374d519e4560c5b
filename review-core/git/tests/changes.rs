//! Change sets of every kind of change.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use review_core::{Cancel, ChangeSet, ChangedFile, FileStatus, HunkOp, Origin};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository};

fn open(repo: &TestRepo) -> GitRepository {
    GitRepository::open(repo.path(), &Cancel::new()).unwrap()
}

fn change(repo: &TestRepo, options: &ChangeOptions) -> ChangeSet {
    open(repo).change_set(options, &Cancel::new()).unwrap()
}

/// A file in one line: status, path, old path, modes, and runs.
fn line(file: &ChangedFile) -> String {
    let mut line = format!("{} {:?}", file.status, file.path);
    if let Some(old) = &file.old_path {
        line.push_str(&format!(" from {old:?}"));
    }
    if file.old_mode != file.new_mode {
        let mode = |mode: &Option<String>| mode.clone().unwrap_or_else(|| "-".to_owned());
        line.push_str(&format!(" {}>{}", mode(&file.old_mode), mode(&file.new_mode)));
    }
    if file.binary {
        line.push_str(" binary");
    }
    for hunk in &file.hunks {
        line.push_str(&format!(" @{},{}", hunk.old_start, hunk.new_start));
        for op in &hunk.ops {
            line.push_str(&match op {
                HunkOp::Context(n) => format!(" {n}="),
                HunkOp::Delete(n) => format!(" {n}-"),
                HunkOp::Add(n) => format!(" {n}+"),
                other => format!(" {other:?}"),
            });
        }
    }
    line
}

fn lines(change: &ChangeSet) -> Vec<String> {
    change.files.iter().map(line).collect()
}

const TEN: &str = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n";

#[test]
fn every_kind_of_change_is_told() {
    let repo = TestRepo::new();
    repo.file("mode.sh", "run\n").file("old name.txt", TEN).file("gone", "x\n").file("bin", b"\0one");
    repo.file("crlf", "a\r\nb\r\n")
        .file("latin", b"caf\xe9\n")
        .file("open", "no end")
        .link("link", "mode.sh");
    repo.file("edit", TEN).file("becomes", "text\n").file("copied", TEN.replace('1', "one"));
    let base = repo.commit("base");
    repo.executable("mode.sh", true).delete("gone").delete("becomes").link("becomes", "edit");
    repo.git(&["mv", "old name.txt", "new\nname.txt"]);
    repo.file("bin", b"\0two")
        .file("crlf", "a\r\nc\r\n")
        .file("latin", b"caf\xe9s\n")
        .file("open", "no end\n");
    repo.delete("link").link("link", "edit").file("edit", TEN.replace("5\n", "five\nand more\n"));
    repo.file("copied", TEN.replace('1', "one").replace('9', "nine")).file("copy", TEN.replace('1', "one"));
    repo.file("quo\"te\\tab\t", "q\n").file("empty", "").file("-- a.sql", "-- gone\n++ x\n");
    let head = repo.commit("head");
    let change = change(&repo, &ChangeOptions::range(&base, &head));
    assert_eq!(
        lines(&change),
        [
            r#"added "-- a.sql" ->100644 @0,1 2+"#,
            r#"type-changed "becomes" 100644>120000 @1,1 1- 1+"#,
            r#"modified "bin" binary"#,
            r#"modified "copied" @6,6 3= 1- 1+ 1="#,
            r#"copied "copy" from "copied""#,
            r#"modified "crlf" @1,1 1= 1- 1+"#,
            r#"modified "edit" @2,2 3= 1- 2+ 3="#,
            r#"added "empty" ->100644"#,
            r#"deleted "gone" 100644>- @1,0 1-"#,
            r#"modified "latin" @1,1 1- 1+"#,
            r#"modified "link" @1,1 1- 1+"#,
            r#"modified "mode.sh" 100644>100755"#,
            r#"renamed "new\nname.txt" from "old name.txt""#,
            r#"modified "open" @1,1 1- 1+"#,
            r#"added "quo\"te\\tab\t" ->100644 @0,1 1+"#,
        ]
    );
    assert_eq!((change.base.as_deref(), change.head.as_deref()), (Some(&*base), Some(&*head)));
    assert_eq!(change.branch, None, "a commit id is no branch");
    assert_eq!(change.commits.len(), 1);
    assert_eq!(change.commits[0].subject, "head");
    assert_eq!(change.commits[0].time_ms, Some(1_700_000_120_000));
    let renamed = change.file("old name.txt").unwrap();
    assert_eq!(renamed.old_blob, renamed.new_blob);
}

#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_not_utf8_is_spelled_as_git_quotes_it() {
    use std::os::unix::ffi::OsStrExt;
    let repo = TestRepo::new();
    repo.commit("empty");
    repo.file(std::ffi::OsStr::from_bytes(b"caf\xe9.txt"), "x\n").commit("odd");
    let change = change(&repo, &ChangeOptions::default());
    assert_eq!(lines(&change), [r#"added "\"caf\\351.txt\"" ->100644 @0,1 1+"#]);
}

#[test]
fn base_and_head_default_to_the_default_branch_and_head() {
    let repo = TestRepo::new();
    let first = repo.file("a", "1\n").commit("first");
    let only = change(&repo, &ChangeOptions::default());
    assert_eq!((only.origin, only.files.len()), (Origin::Snapshot, 1), "nothing is before a first commit");

    let second = repo.file("a", "2\n").commit("second");
    let last = change(&repo, &ChangeOptions::default());
    assert_eq!(
        (last.base.as_ref(), last.head.as_ref()),
        (Some(&first), Some(&second)),
        "on main: the last commit"
    );

    repo.git(&["switch", "--quiet", "-c", "topic", "HEAD~1"]);
    let first_on_topic = repo.file("b", "1\n").commit("topic 1");
    repo.git(&["merge", "--quiet", "--no-edit", "main"]);
    let head = repo.file("b", "2\n").commit("topic 3");
    let topic = change(&repo, &ChangeOptions::default());
    assert_eq!((topic.base.as_ref(), topic.head.as_ref()), (Some(&second), Some(&head)));
    assert_eq!((topic.origin, topic.branch.as_deref()), (Origin::Branch, Some("topic")));
    let subjects: Vec<_> = topic.commits.iter().map(|commit| commit.subject.as_str()).collect();
    assert_eq!(subjects, ["topic 3", "Merge branch 'main' into topic", "topic 1"]);
    assert_eq!(topic.commits[1].parents, Some(2));
    assert_eq!(lines(&topic), [r#"added "b" ->100644 @0,1 1+"#], "what came by the merge is not shown");

    let clone = repo.clone_with(&[]);
    clone.git(&["switch", "--quiet", "--detach", "origin/topic~1"]);
    let remote = change(&clone, &ChangeOptions::default());
    assert_eq!(
        (remote.branch, remote.base.as_deref()),
        (None, Some(&*first_on_topic)),
        "origin/HEAD is topic: empty range"
    );
}

#[test]
fn the_outcomes_without_a_change_are_clear() {
    let repo = TestRepo::new();
    let cancel = Cancel::new();
    let unborn = open(&repo).change_set(&ChangeOptions::default(), &cancel).unwrap_err();
    assert!(unborn.to_string().contains("HEAD has no commit yet"), "{unborn}");
    repo.file("a", "1\n");
    let dirty = change(&repo, &ChangeOptions::working_tree());
    assert_eq!((dirty.files.len(), dirty.base.as_ref()), (1, None), "an unborn branch has a working tree");

    let head = repo.commit("first");
    let empty = change(&repo, &ChangeOptions::range("HEAD", "HEAD"));
    assert!(empty.files.is_empty() && empty.commits.is_empty() && empty.base == Some(head));
    assert!(change(&repo, &ChangeOptions::working_tree()).files.is_empty(), "a clean working tree");
    for name in ["nope", "--upload-pack=touch x", "-h", "HEAD..HEAD", ""] {
        let error = open(&repo).change_set(&ChangeOptions::range(name, "HEAD"), &cancel).unwrap_err();
        assert_eq!(error.kind(), review_core::ErrorKind::InvalidInput);
        assert_eq!(error.get("revision"), Some(name));
    }
    repo.git(&["switch", "--quiet", "--orphan", "other"]);
    repo.file("b", "other\n").commit("unrelated");
    let unrelated = open(&repo).change_set(&ChangeOptions::range("main", "other"), &cancel).unwrap_err();
    assert!(unrelated.to_string().contains("no common ancestor"), "{unrelated}");
    let direct = change(&repo, &ChangeOptions::range("main", "other").directly());
    assert_eq!(direct.files.len(), 2);
}

#[test]
fn a_working_tree_shows_staged_unstaged_and_untracked_work() {
    let repo = TestRepo::new();
    let head = repo
        .file("staged", "1\n")
        .file("edited", "1\n")
        .file("gone", "old\n")
        .file(".gitignore", "*.log\n")
        .commit("x");
    repo.file("staged", "2\n").git(&["add", "staged"]);
    repo.file("edited", "2\n")
        .delete("gone")
        .file("new/file", "new\n")
        .file("x.log", "1\n")
        .file("reports/r", "1\n");
    std::fs::create_dir(repo.path().join("nested")).unwrap();
    repo.git(&["init", "--quiet", "nested"]);
    let before = repo.fingerprint();
    let change = change(&repo, &ChangeOptions::working_tree().without_untracked_in("reports"));
    assert_eq!(repo.fingerprint(), before);
    assert_eq!(
        lines(&change),
        [
            r#"modified "edited" @1,1 1- 1+"#,
            r#"deleted "gone" 100644>- @1,0 1-"#,
            r#"added "new/file" ->100644 @0,1 1+"#,
            r#"modified "staged" @1,1 1- 1+"#,
        ]
    );
    assert_eq!((change.origin, change.base, change.head), (Origin::WorkingTree, Some(head), None));
    assert!(change.files.iter().all(|file| file.new_blob.is_none()), "no commit has this content");
    assert!(change.files.iter().all(|file| file.status == FileStatus::Added || file.old_blob.is_some()));
}

#[test]
fn a_snapshot_is_every_file() {
    for format in ["sha1", "sha256"] {
        let repo = TestRepo::with_init(&[&format!("--object-format={format}")]);
        repo.file("a", "1\n2\n").file("d/b", "1\n").commit("x");
        let change = change(&repo, &ChangeOptions::snapshot());
        assert_eq!(lines(&change), [r#"added "a" ->100644 @0,1 2+"#, r#"added "d/b" ->100644 @0,1 1+"#]);
        assert_eq!((change.origin, change.base), (Origin::Snapshot, None));
    }
}

#[test]
fn submodules_have_commits_and_no_lines() {
    let inner = TestRepo::new();
    inner.file("x", "1\n").commit("inner 1");
    let repo = TestRepo::new();
    repo.git(&["submodule", "--quiet", "add", &inner.path().display().to_string(), "sub"]);
    repo.commit("with submodule");
    let moved = inner.file("x", "2\n").commit("inner 2");
    repo.git(&["-C", "sub", "pull", "--quiet"]);
    let dirty = change(&repo, &ChangeOptions::working_tree());
    assert_eq!(lines(&dirty), [r#"modified "sub""#]);
    repo.commit("moved");
    let change = change(&repo, &ChangeOptions::default());
    assert_eq!(lines(&change), [r#"modified "sub""#]);
    assert_eq!(change.files[0].new_blob, Some(moved));
    assert_eq!(change.files[0].new_mode.as_deref(), Some("160000"));
}

#[test]
fn commits_have_their_whole_message() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("begin");
    repo.file("a", "2\n").commit("subject\n\nWhy: because.\n\nMore.\n");
    repo.file("a", "3\n").commit("without");
    let change = change(&repo, &ChangeOptions::range("HEAD~2", "HEAD"));
    let bodies: Vec<Option<&str>> = change.commits.iter().map(|commit| commit.body.as_deref()).collect();
    assert_eq!(bodies, [None, Some("Why: because.\n\nMore.")]);
}
