//! The diff parser on any input, and against git.
#![expect(clippy::indexing_slicing, reason = "a helper of tests that fails, fails the test")]

use std::fs;

use proptest::prelude::*;
use review_core::{FileStatus, LineMap};
use review_git::testing::TestRepo;
use review_git::{parse_diff, quote_path, unquote_path};

const A: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const O: &str = "0000000000000000000000000000000000000000";

/// Output with one of everything.
fn everything() -> String {
    format!(
        ":100644 100644 {A} {A} M\ta\n:100644 000000 {A} {O} D\t\"q\\\"\\351\\n\"\n:000000 100755 {O} {A} A\tn\n\
         :100644 100644 {A} {A} R090\told\tnew\n:100644 100644 {A} {A} C100\tx\ty\n:120000 100644 {A} {A} T\tt\n\
         :100644 100644 {A} {A} M\tbin\n:160000 160000 {A} {A} M\tsub\n\n\
         diff --git a/a b/a\nindex {A}..{A} 100644\n--- a/a\n+++ b/a\n@@ -1,3 +1,4 @@ fn a()\n x\n--- a\n+++ b\n+\n \n\
         @@ -9 +10,0 @@\n-y\n\\ No newline at end of file\n\
         diff --git \"a/q\" \"b/q\"\ndeleted file mode 100644\nindex {A}..{O}\n--- \"a/q\"\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\r\n\
         diff --git a/n b/n\nnew file mode 100755\nindex {O}..{A}\n\
         diff --git a/old b/new\nsimilarity index 90%\nrename from old\nrename to new\nindex {A}..{A} 100644\n--- a/old\n+++ b/new\n@@ -1 +1 @@\n-diff --git a/x b/x\n+@@ -1 +1 @@\n\
         diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n\
         diff --git a/t b/t\ndeleted file mode 120000\nindex {A}..{O}\n--- a/t\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\\ No newline at end of file\n\
         diff --git a/t b/t\nnew file mode 100644\nindex {O}..{A}\n--- /dev/null\n+++ b/t\n@@ -0,0 +1,2 @@\n+x\n+y\n\
         diff --git a/bin b/bin\nindex {A}..{A} 100644\nBinary files a/bin and b/bin differ\n\
         diff --git a/sub b/sub\nindex {A}..{A} 160000\n--- a/sub\n+++ b/sub\n@@ -1 +1 @@\n-Subproject commit {A}\n+Subproject commit {A}\n"
    )
}

#[test]
fn one_of_everything_is_read() {
    let diff = parse_diff(everything().as_bytes()).unwrap();
    let shown: Vec<String> = diff
        .files()
        .iter()
        .map(|file| format!("{} {} {}", file.status, file.path.escape_debug(), serde(&file.hunks)))
        .collect();
    assert_eq!(
        shown,
        [
            "modified a 1,1 +2 -1 fn a(); 9,10 +0 -1 ",
            r#"deleted \"q\\\"\\351\\n\" 1,0 +0 -1 "#,
            "added n ",
            "renamed new 1,1 +1 -1 ",
            "copied y ",
            "type-changed t 1,1 +2 -1 ",
            "modified bin ",
            "modified sub ",
        ]
    );
    assert!(diff.files()[6].binary);
    assert_eq!(diff.files()[3].old_path.as_deref(), Some("old"));
    let text = everything();
    let (_, place) = diff.with_places().nth(4).unwrap();
    assert!(text[place].starts_with("diff --git a/x b/y\n"));
}

fn serde(hunks: &[review_core::Hunk]) -> String {
    let line = |h: &review_core::Hunk| {
        format!("{},{} +{} -{} {}", h.old_start, h.new_start, h.added(), h.deleted(), h.section)
    };
    hunks.iter().map(line).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_is_not_a_diff_is_refused() {
    let raw = format!(":100644 100644 {A} {A} M\ta\n\n");
    for bad in [
        "x",
        &raw,
        "diff --git a/a b/a\n",
        &format!("{raw}diff --git a/a b/a\n@@ -1 +1 @@\n-x\n"),
        &format!("{raw}diff --git a/a b/a\n@@ -1 +1 @@\n-x\n-y\n+z\n"),
        &format!("{raw}diff --git a/a b/a\n@@ -1,4294967295 +1 @@\n-x\n"),
        &format!("{raw}diff --git a/a b/a\n@@ -99999999999999999999 +1 @@\n"),
        &format!("{raw}diff --git a/a b/a\n@@ -0 +1 @@\n-x\n+y\n"),
        &format!("{raw}diff --cc a\n"),
        ":100644 100644 x y M\ta\n",
        &format!(":100644 100644 {A} {A} R100\ta\n"),
        &format!(":100644 100644 {A} {A} M\t\"open\n"),
        &format!(":100644 100644 {A} {A} M\t\n"),
    ] {
        assert!(parse_diff(bad.as_bytes()).is_err(), "{bad:?}");
    }
    assert!(parse_diff(b"").unwrap().files().is_empty());
}

#[derive(Clone, Debug)]
enum Mutation {
    Set(usize, u8),
    Insert(usize, u8),
    Cut(usize),
    Remove(usize, usize),
    Repeat(usize, usize),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let byte = prop_oneof![any::<u8>(), prop::sample::select(b"@+-, \n\\0123456789:\t\"".to_vec())];
    let at = 0..4000usize;
    prop_oneof![
        (at.clone(), byte.clone()).prop_map(|(at, byte)| Mutation::Set(at, byte)),
        (at.clone(), byte).prop_map(|(at, byte)| Mutation::Insert(at, byte)),
        at.clone().prop_map(Mutation::Cut),
        (at.clone(), 1..80usize).prop_map(|(at, n)| Mutation::Remove(at, n)),
        (at, 1..80usize).prop_map(|(at, n)| Mutation::Repeat(at, n)),
    ]
}

fn mutate(text: &mut Vec<u8>, mutation: &Mutation) {
    let end = text.len();
    match *mutation {
        Mutation::Set(at, byte) if at < end => text[at] = byte,
        Mutation::Insert(at, byte) => text.insert(at.min(end), byte),
        Mutation::Cut(at) => text.truncate(at),
        Mutation::Remove(at, n) if at < end => drop(text.drain(at..(at + n).min(end))),
        Mutation::Repeat(at, n) if at < end => {
            let part = text[at..(at + n).min(end)].to_vec();
            text.splice(at..at, part);
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2000) })]

    #[test]
    fn mutated_output_never_panics(mutations in prop::collection::vec(mutation(), 1..6)) {
        let mut text = everything().into_bytes();
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        if let Ok(diff) = parse_diff(&text) {
            for file in diff.files() {
                let map = LineMap::new(&file.hunks);
                for line in [1, 2, 3, 10, 1_000_000] {
                    map.old_to_new(line);
                    map.new_to_old(line);
                }
                prop_assert!(file.hunks.iter().all(|hunk| hunk.added_ranges().count() <= hunk.ops.len()));
            }
        }
    }

    #[test]
    fn any_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        drop(parse_diff(&bytes));
        drop(unquote_path(&bytes));
        if std::str::from_utf8(&bytes).is_err() {
            let quoted = quote_path(&bytes);
            prop_assert_eq!(unquote_path(quoted.as_bytes()).unwrap(), bytes);
        }
    }
}

fn text() -> impl Strategy<Value = String> {
    let line = prop::sample::select(vec!["a", "b", "", "-- x", "++ y", "@@ -1 +1 @@", "\\ No", "c\r", "é"]);
    (prop::collection::vec(line, 0..40), any::<bool>()).prop_map(|(lines, end)| {
        let mut text = lines.join("\n");
        if end && !text.is_empty() {
            text.push('\n');
        }
        text
    })
}

fn lines(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(100) })]

    #[test]
    fn the_line_map_agrees_with_git(old in text(), new in text()) {
        let repo = TestRepo::new();
        fs::write(repo.path().join("old"), &old).unwrap();
        fs::write(repo.path().join("new"), &new).unwrap();
        let output = repo
            .command()
            .args(["diff", "--no-index", "--text", "--full-index", "--no-color", "old", "new"])
            .output()
            .unwrap();
        prop_assume!(!output.stdout.is_empty());
        let mut text = format!(":100644 100644 {A} {A} M\tf\n\n").into_bytes();
        text.extend_from_slice(&output.stdout);
        let diff = parse_diff(&text).unwrap();
        let file = &diff.files()[0];
        prop_assert_eq!(file.status, FileStatus::Modified);

        let map = LineMap::new(&file.hunks);
        let (old, new) = (lines(&old), lines(&new));
        let (mut kept, mut last) = (0, 0);
        for line in 1..=u32::try_from(old.len()).unwrap() {
            let Some(to) = map.old_to_new(line) else { continue };
            prop_assert!(to > last, "the map keeps the order");
            prop_assert_eq!(old[line as usize - 1], new[to as usize - 1]);
            prop_assert_eq!(map.new_to_old(to), Some(line));
            (kept, last) = (kept + 1, to);
        }
        let added = (1..=u32::try_from(new.len()).unwrap()).filter(|line| map.new_to_old(*line).is_none()).count();
        prop_assert_eq!(kept + added, new.len(), "every line is kept or added");
        let counted: u32 = file.hunks.iter().map(review_core::Hunk::added).sum();
        prop_assert_eq!(counted as usize, added);
    }
}
