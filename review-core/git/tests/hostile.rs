//! Configuration and attributes of the reviewed repository: they run nothing and change nothing.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use std::os::unix::fs::PermissionsExt;

use review_core::{Cancel, ChangeSet, Fact, Query, Side, SourceTree};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, GitRepository};

/// Everything that this crate does with a repository.
fn everything(repo: &TestRepo) -> (Vec<ChangeSet>, Vec<Fact>, String) {
    let cancel = Cancel::new();
    let repository = GitRepository::open(repo.path(), &cancel).unwrap();
    let mut changes = Vec::new();
    let mut facts = Vec::new();
    let mut patches = String::new();
    for options in [ChangeOptions::default(), ChangeOptions::working_tree(), ChangeOptions::snapshot()] {
        let comparison = repository.compare(&options, &cancel).unwrap();
        changes.push(comparison.change_set(&cancel).unwrap());
        patches.push_str(&comparison.patch(&[], usize::MAX, &cancel).unwrap().text);
        let queries = [
            Query::file(Side::Head, "code.rs"),
            Query::PathsEnding { side: Side::Head, suffix: "code.rs".to_owned() },
            Query::Search { side: Side::Head, needle: "fn".to_owned(), limit: 10 },
            Query::Blame { path: "code.rs".to_owned(), start_line: 1, end_line: 3 },
        ];
        facts.extend(comparison.tree().answer(&queries, &cancel).unwrap());
        comparison.checkout(repo.beside("checkout"), &cancel).unwrap().remove().unwrap();
    }
    (changes, facts, patches)
}

fn repo() -> TestRepo {
    let repo = TestRepo::new();
    let inner = TestRepo::new();
    inner.file("x", "1\n").commit("inner");
    repo.git(&["submodule", "--quiet", "add", &inner.path().display().to_string(), "sub"]);
    repo.file("code.rs", "fn a() {}\n\nfn b() {}\n").file("moved.rs", "1\n2\n3\n4\n5\n").commit("base");
    repo.git(&["mv", "moved.rs", "elsewhere.rs"]);
    repo.file("code.rs", "fn a() {}\n\nfn c() {}\n")
        .file("café", "x\n")
        .file("other/x.rs", "y\n")
        .commit("head");
    repo.file("code.rs", "fn a() {}\n\nfn d() {}\n").file("untracked.rs", "fn u() {}\n");
    // Of the same size, so that git would have to look inside, and so to filter.
    repo.file("sub/x", "2\n");
    repo
}

#[test]
fn nothing_that_a_repository_names_is_run() {
    let repo = repo();
    let marker = repo.beside("marker");
    let script = repo.beside("evil");
    std::fs::write(&script, format!("#!/bin/sh\necho \"$0 $@\" >> '{}'\ncat\n", marker.display())).unwrap();
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
    let evil = script.to_str().unwrap();
    let hooks = repo.beside("hooks");
    std::fs::create_dir(&hooks).unwrap();
    for hook in ["post-checkout", "post-index-change", "reference-transaction", "pre-auto-gc", "pre-commit"] {
        std::fs::copy(&script, hooks.join(hook)).unwrap();
        std::fs::create_dir_all(repo.path().join(".git/hooks")).unwrap();
        std::fs::copy(&script, repo.path().join(".git/hooks").join(hook)).unwrap();
    }
    repo.file(".gitattributes", "* filter=evil diff=evil merge=evil\n");
    repo.git(&["add", ".gitattributes"]);
    repo.git(&["commit", "--quiet", "-m", "attributes"]);
    for place in [".git/info/attributes", ".git/modules/sub/info/attributes"] {
        repo.file(place, "* filter=evil diff=evil\n");
    }
    let hostile = [
        ("core.fsmonitor", evil),
        ("core.hooksPath", hooks.to_str().unwrap()),
        ("core.pager", evil),
        ("core.editor", evil),
        ("core.sshCommand", evil),
        ("core.askPass", evil),
        ("core.gitProxy", evil),
        ("core.alternateRefsCommand", evil),
        ("credential.helper", evil),
        ("diff.external", evil),
        ("diff.evil.command", evil),
        ("diff.evil.textconv", evil),
        ("diff.evil.cachetextconv", "true"),
        ("filter.evil.smudge", evil),
        ("filter.evil.clean", evil),
        ("filter.evil.process", evil),
        ("filter.evil.required", "true"),
        ("merge.evil.driver", evil),
        ("gpg.program", evil),
        ("log.showSignature", "true"),
        ("uploadpack.packObjectsHook", evil),
        ("interactive.diffFilter", evil),
        ("pager.log", evil),
        ("pager.blame", evil),
        ("pager.grep", evil),
        ("pager.diff-tree", evil),
        ("alias.rev-parse", &format!("!{evil}")),
        ("alias.cat-file", &format!("!{evil}")),
        ("submodule.recurse", "true"),
        ("diff.submodule", "log"),
        ("core.untrackedCache", "true"),
        ("remote.origin.url", &format!("ext::{evil}")),
        ("trace2.eventTarget", marker.to_str().unwrap()),
    ];
    for folder in [".", "sub"] {
        for (key, value) in hostile {
            repo.git(&["-C", folder, "config", key, value]);
        }
    }
    drop(std::fs::remove_file(&marker));
    // The trap is armed: git as people use it does run these.
    drop(repo.command().args(["status"]).output().unwrap());
    assert!(marker.exists(), "the trap works");
    std::fs::remove_file(&marker).unwrap();

    let before = repo.fingerprint();
    everything(&repo);
    assert!(!marker.exists(), "ran: {}", std::fs::read_to_string(&marker).unwrap());
    assert_eq!(repo.fingerprint(), before, "nothing was touched");
}

#[test]
fn settings_that_change_output_change_nothing() {
    let repo = repo();
    let expected = everything(&repo);
    for (key, value) in [
        ("diff.noprefix", "true"),
        ("diff.mnemonicPrefix", "true"),
        ("diff.srcPrefix", "x/"),
        ("diff.dstPrefix", "y/"),
        ("diff.renames", "false"),
        ("diff.renameLimit", "1"),
        ("diff.context", "0"),
        ("diff.interHunkContext", "9"),
        ("diff.algorithm", "patience"),
        ("diff.orderFile", "order"),
        ("diff.suppressBlankEmpty", "true"),
        ("diff.ignoreSubmodules", "all"),
        ("diff.relative", "true"),
        ("diff.colorMoved", "zebra"),
        ("diff.wsErrorHighlight", "all"),
        ("diff.submodule", "diff"),
        ("diff.indentHeuristic", "false"),
        ("diff.statGraphWidth", "1"),
        ("color.ui", "always"),
        ("color.diff", "always"),
        ("color.grep", "always"),
        ("core.quotePath", "false"),
        ("core.abbrev", "4"),
        ("core.bigFileThreshold", "1"),
        ("core.precomposeUnicode", "true"),
        ("log.date", "relative"),
        ("log.mailmap", "true"),
        ("log.follow", "true"),
        ("log.decorate", "full"),
        ("log.showRoot", "false"),
        ("i18n.logOutputEncoding", "latin1"),
        ("blame.showRoot", "true"),
        ("blame.date", "relative"),
        ("blame.ignoreRevsFile", "/nonexistent"),
        ("grep.lineNumber", "false"),
        ("grep.column", "true"),
        ("grep.patternType", "perl"),
        ("grep.fullName", "false"),
        ("status.showUntrackedFiles", "no"),
        ("core.splitIndex", "true"),
        ("index.version", "4"),
        ("feature.manyFiles", "true"),
    ] {
        repo.config(key, value);
        assert_eq!(everything(&repo), expected, "{key}={value}");
        repo.git(&["config", "--unset-all", key]);
    }
}

#[test]
fn attributes_in_the_change_hide_nothing() {
    let repo = repo();
    let paths = |changes: &[ChangeSet]| changes[0].files.iter().filter(|file| !file.hunks.is_empty()).count();
    let before = paths(&everything(&repo).0);
    repo.file(".git/info/attributes", "*.rs -diff binary\n");
    assert_eq!(paths(&everything(&repo).0), before);
    repo.delete(".git/info/attributes").file(".gitattributes", "*.rs -diff binary linguist-generated\n");
    let changes = everything(&repo).0;
    assert_eq!(paths(&changes), before);
    let code = changes[1].file("code.rs").unwrap();
    assert!(!code.binary && code.hunks.len() == 1);
}

#[test]
fn replacements_and_grafts_are_not_heeded() {
    let repo = repo();
    let expected = everything(&repo);
    let (blob, other) =
        (repo.git(&["rev-parse", "HEAD:code.rs"]), repo.git(&["rev-parse", "HEAD:other/x.rs"]));
    repo.git(&["replace", "-f", &blob, &other]);
    let head = repo.git(&["rev-parse", "HEAD"]);
    repo.file(".git/info/grafts", format!("{head}\n"));
    assert_eq!(everything(&repo), expected);
}

#[test]
fn a_program_in_the_reviewed_folder_is_not_taken_for_git() {
    let repo = repo();
    repo.file("git", "#!/bin/sh\ntouch ran\n").executable("git", true);
    everything(&repo);
    assert!(!repo.path().join("ran").exists());
    let error = GitRepository::open_with(
        repo.path(),
        &review_git::OpenOptions::default().with_program("no-such-git"),
        &Cancel::new(),
    )
    .unwrap_err();
    assert_eq!(error.kind(), review_core::ErrorKind::NotFound);
}

#[test]
fn named_pipes_in_place_of_files_hold_nobody_up() {
    let repo = repo();
    let pipe = |path: &str| {
        let path = repo.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        drop(std::fs::remove_file(&path));
        assert!(std::process::Command::new("mkfifo").arg(path).status().unwrap().success());
    };
    for path in
        [".git/shallow", ".git/info/exclude", ".git/objects/info/alternates", ".git/sharedindex.x", "pipe"]
    {
        pipe(path);
    }
    pipe("ignored");
    repo.config("core.excludesFile", repo.path().join("ignored").to_str().unwrap());
    let cancel = Cancel::new();
    let options = review_git::OpenOptions::default().with_time_limit(std::time::Duration::from_secs(5));
    // Git itself waits for some of these; then the limit ends it.
    if let Ok(repository) = GitRepository::open_with(repo.path(), &options, &cancel) {
        drop(repository.change_set(&ChangeOptions::working_tree(), &cancel));
    }
    for path in [".git/shallow", ".git/objects/info/alternates"] {
        repo.delete(path);
    }
    let repository = GitRepository::open_with(repo.path(), &options, &cancel).unwrap();
    let change = repository.change_set(&ChangeOptions::working_tree(), &cancel).unwrap();
    let paths: Vec<_> = change.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["code.rs", "untracked.rs"]);
}
