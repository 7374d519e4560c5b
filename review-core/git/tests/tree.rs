//! The source tree: files, paths, search and blame.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a helper of tests that fails, fails the test")]

use review_core::{Answer, Cancel, Fact, Query, Side, SourceTree};
use review_git::testing::TestRepo;
use review_git::{ChangeOptions, Comparison, GitRepository};

fn compare(repo: &TestRepo, options: &ChangeOptions) -> Comparison {
    let cancel = Cancel::new();
    GitRepository::open(repo.path(), &cancel).unwrap().compare(options, &cancel).unwrap()
}

fn ask(comparison: &Comparison, queries: &[Query]) -> Vec<Fact> {
    let facts = comparison.tree().answer(queries, &Cancel::new()).unwrap();
    assert!(facts.iter().map(|fact| &fact.query).eq(queries), "one fact per query, in order");
    facts
}

/// The answers as JSON without the queries, ids cut to seven digits.
fn shown(facts: &[Fact]) -> Vec<String> {
    let cut = |id: &str| id.chars().take(7).collect::<String>();
    facts
        .iter()
        .map(|fact| match &fact.answer {
            Answer::Text { .. } => format!("text {:?}", fact.text.as_deref().unwrap()),
            Answer::Missing => "missing".to_owned(),
            Answer::NotText { what } => format!("not text: {what}"),
            Answer::TooLarge { bytes } => format!("too large: {bytes}"),
            Answer::Paths { paths, complete } => format!("{paths:?} {complete}"),
            Answer::Hits { hits, complete } => {
                let hits: Vec<_> = hits.iter().map(|h| format!("{}:{}:{}", h.path, h.line, h.text)).collect();
                format!("{hits:?} {complete}")
            }
            Answer::Blame { groups } => groups
                .iter()
                .map(|g| {
                    let commit = g.commit.as_deref().map_or("-".to_owned(), cut);
                    format!("{}-{} {commit} {}", g.start_line, g.end_line, g.in_change)
                })
                .collect::<Vec<_>>()
                .join(", "),
            Answer::Unknown { reason } => format!("unknown: {reason}"),
            other => format!("{other:?}"),
        })
        .collect()
}

fn files(side: Side, paths: &[&str]) -> Vec<Query> {
    paths.iter().map(|path| Query::file(side, *path)).collect()
}

#[test]
fn files_are_text_or_say_what_they_are() {
    let repo = TestRepo::new();
    repo.file("a/old", "1\r\n").commit("base");
    std::fs::write(repo.beside("secret"), "secret").unwrap();
    repo.file("a/new", "2\n")
        .delete("a/old")
        .file("bin", b"a\0b")
        .file("latin", b"caf\xe9")
        .file("empty", "");
    repo.file("big", "x".repeat(3 << 20)).file("line\nfeed", "n").file("café", "c");
    repo.link("out", "../secret").link("dir", "a").commit("head");
    let comparison = compare(&repo, &ChangeOptions::default());
    let paths = [
        "a/new",
        "a/old",
        "a",
        "bin",
        "latin",
        "empty",
        "big",
        "line\nfeed",
        "café",
        r#""caf\303\251""#,
        "out",
        "dir/new",
        "../secret",
        "a/../a/new",
        "/etc/passwd",
        "./a/new",
        "",
        "a/new/",
        ".git/config",
    ];
    assert_eq!(
        shown(&ask(&comparison, &files(Side::Head, &paths))),
        [
            r#"text "2\n""#,
            "missing",
            "missing",
            "not text: binary",
            "not text: not UTF-8",
            r#"text """#,
            "too large: 3145728",
            r#"text "n""#,
            r#"text "c""#,
            r#"text "c""#,
            "not text: link",
            "missing",
            "missing",
            "missing",
            "missing",
            "missing",
            "missing",
            "missing",
            "missing",
        ]
    );
    assert_eq!(
        shown(&ask(&comparison, &files(Side::Base, &["a/old", "a/new"]))),
        [r#"text "1\r\n""#, "missing"],
        "line feeds are as in the file"
    );
    assert_eq!(comparison.file_at(Side::Head, "out", 100, &Cancel::new()).unwrap().unwrap(), b"../secret");
    assert_eq!(comparison.file_at(Side::Head, "../secret", 100, &Cancel::new()).unwrap(), None);
}

#[test]
fn paths_end_at_a_slash() {
    let repo = TestRepo::new();
    repo.file("src/lib.rs", "").file("a/src/lib.rs", "").file("notlib.rs", "").file("lib.rs", "").commit("x");
    let comparison = compare(&repo, &ChangeOptions::snapshot());
    let ending = |suffix: &str| Query::PathsEnding { side: Side::Head, suffix: suffix.to_owned() };
    assert_eq!(
        shown(&ask(&comparison, &[ending("lib.rs"), ending("src/lib.rs"), ending("nope"), ending("")])),
        [
            r#"["a/src/lib.rs", "lib.rs", "src/lib.rs"] true"#,
            r#"["a/src/lib.rs", "src/lib.rs"] true"#,
            "[] true",
            "[] true"
        ]
    );
}

#[test]
fn a_search_takes_the_text_as_it_stands() {
    let repo = TestRepo::new();
    repo.file("b", "one.*\nx\n").file("a/z", "-e one.* --open\n").file("a.b", "ONE.* oneXX\n");
    repo.file("odd\npath", "one.*\n")
        .file("bin", b"\0one.*\n")
        .file("long", format!("one.*{}", "é".repeat(500)));
    repo.commit("x");
    let comparison = compare(&repo, &ChangeOptions::snapshot());
    let search = |needle: &str, limit| Query::Search { side: Side::Head, needle: needle.to_owned(), limit };
    let long = format!("long:1:one.*{}", "é".repeat(395));
    let queries =
        [search("one.*", 10), search("one.*", 2), search("-e one", 9), search("zzz", 9), search("", 9)];
    assert_eq!(
        shown(&ask(&comparison, &queries)),
        [
            format!(r#"["a/z:1:-e one.* --open", "b:1:one.*", "{long}", "odd\npath:1:one.*"] true"#),
            r#"["a/z:1:-e one.* --open", "b:1:one.*"] false"#.to_owned(),
            r#"["a/z:1:-e one.* --open"] true"#.to_owned(),
            "[] true".to_owned(),
            "unknown: a search needs a text that is not empty and has no line feed".to_owned(),
        ]
    );
    let base = Query::Search { side: Side::Base, needle: "one".to_owned(), limit: 9 };
    assert_eq!(shown(&ask(&comparison, &[base])), ["[] true"], "nothing is before a snapshot");
}

#[test]
fn a_text_with_too_many_hits_costs_the_others_nothing() {
    let repo = TestRepo::new();
    repo.file("flood", "the same line again and again, needle or not\n".repeat(160_000));
    repo.file("a", "rare needle\n").commit("x");
    let comparison = compare(&repo, &ChangeOptions::snapshot());
    let search = |needle: &str| Query::Search { side: Side::Head, needle: needle.to_owned(), limit: 9 };
    let answers = ask(&comparison, &["rare", "again", "zzz"].map(search));
    assert_eq!(shown(&answers[..1]), [r#"["a:1:rare needle"] true"#]);
    assert!(shown(&answers[1..2])[0].ends_with(" false"));
    assert_eq!(shown(&answers[2..]), ["[] true"]);
}

#[test]
fn blame_tells_the_change_from_what_was_there() {
    let repo = TestRepo::new();
    let first = repo.file("f", "1\n2\na third line that git knows again\n").commit("first");
    let base = repo.file("f", "1\ntwo\na third line that git knows again\n").commit("second");
    repo.git(&["mv", "f", "g"]);
    let head = repo
        .file("g", "1\ntwo\na third line that git knows again\nnew\nnew\nlast")
        .link("link", "g")
        .file("bin", b"\0")
        .commit("third");
    let blame =
        |path: &str, start_line, end_line| Query::Blame { path: path.to_owned(), start_line, end_line };
    let comparison = compare(&repo, &ChangeOptions::range(&base, &head));
    let (a, b, c) = (&first[..7], &base[..7], &head[..7]);
    let queries = [
        blame("g", 1, 99),
        blame("g", 4, 4),
        blame("g", 7, 9),
        blame("f", 1, 1),
        blame("link", 1, 1),
        blame("bin", 1, 1),
        blame("../g", 1, 1),
    ];
    assert_eq!(
        shown(&ask(&comparison, &queries)),
        [
            format!("1-1 {a} false, 2-2 {b} false, 3-3 {a} false, 4-6 {c} true"),
            format!("4-4 {c} true"),
            String::new(),
            "missing".to_owned(),
            "not text: link".to_owned(),
            "not text: binary".to_owned(),
            "missing".to_owned(),
        ]
    );
    repo.file("g", "uncommitted\ntwo\na third line that git knows again\nnew\nnew\nlast");
    let dirty = compare(&repo, &ChangeOptions::working_tree().with_base(&base));
    assert_eq!(
        shown(&ask(&dirty, &[blame("g", 1, 4), Query::file(Side::Head, "g")])),
        [
            format!("1-1 - true, 2-2 {b} false, 3-3 {a} false, 4-4 {c} true"),
            r#"text "uncommitted\ntwo\na third line that git knows again\nnew\nnew\nlast""#.to_owned(),
        ]
    );
}

#[test]
fn a_path_that_is_a_pattern_or_an_option_is_only_a_path() {
    let repo = TestRepo::new();
    repo.file("*", "star\n").file("b", "b\n").file(":(top)x", "top\n").file("--help", "h\n");
    let id = repo.commit("x");
    let comparison = compare(&repo, &ChangeOptions::snapshot());
    for path in ["*", ":(top)x", "--help"] {
        let query = Query::Blame { path: path.to_owned(), start_line: 1, end_line: 1 };
        assert_eq!(shown(&ask(&comparison, &[query])), [format!("1-1 {} true", &id[..7])]);
    }
}

#[test]
fn the_patch_holds_whole_files_and_names_the_rest() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("base");
    repo.file("a", "2\n").file("b", "x".repeat(1000)).file("c", b"caf\xe9\n").commit("head");
    let comparison = compare(&repo, &ChangeOptions::default());
    let cancel = Cancel::new();
    let all = comparison.patch(&[], usize::MAX, &cancel).unwrap();
    assert_eq!(all.text.matches("diff --git ").count(), 3);
    let some = comparison.patch(&[], 500, &cancel).unwrap();
    assert_eq!(
        (some.text.matches("diff --git ").count(), some.left_out.as_slice()),
        (2, &["b".to_owned()][..])
    );
    let one = comparison.patch(&["a"], 500, &cancel).unwrap();
    assert!(
        one.text.starts_with("diff --git a/a b/a\nindex ") && one.text.ends_with("@@ -1 +1 @@\n-1\n+2\n")
    );
}

#[test]
fn a_cancelled_question_is_not_answered() {
    let repo = TestRepo::new();
    repo.file("a", "1\n").commit("x");
    let comparison = compare(&repo, &ChangeOptions::snapshot());
    let cancel = Cancel::new();
    cancel.cancel();
    let error = comparison.tree().answer(&files(Side::Head, &["a"]), &cancel).unwrap_err();
    assert!(error.is_cancelled());
}
