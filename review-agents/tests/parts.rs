//! A large change in parts: nothing is lost, nothing is shown twice, everything fits, kin stay together.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::collections::BTreeSet;

use proptest::prelude::*;
use review_agents::parts::{Split, split};
use review_agents::patches::patches;
use review_core::{Cancel, ChangeSet, FilePatch};
use review_testkit::{Scenario, scenario};

/// A file of `lines` lines of which every thirtieth changes, so that each change is a hunk of its own.
fn versions(name: &str, lines: usize) -> (String, String) {
    let line = |index: usize, mark: &str| format!("{name} line {index}{mark}\n");
    let old = (0..lines).map(|index| line(index, "")).collect();
    let new = (0..lines).map(|index| line(index, if index % 30 == 15 { " changed" } else { "" })).collect();
    (old, new)
}

fn with_file(scenario: Scenario, path: &str, lines: usize) -> Scenario {
    let (old, new) = versions(path, lines);
    scenario.file(path, &old, &new)
}

fn cut(scenario: &Scenario, budget: usize, max_parts: usize) -> (ChangeSet, Vec<FilePatch>, Split) {
    let change = scenario.change();
    let patches = patches(&change, &scenario.tree(), &Cancel::new()).unwrap();
    let split = split(&change, &patches, budget, max_parts);
    (change, patches, split)
}

/// Every hunk is in exactly one place, every part fits, and what a part says that it shows is in its diff.
fn assert_whole(change: &ChangeSet, split: &Split, budget: usize, max_parts: usize) {
    let mut seen = BTreeSet::new();
    let shown = split.parts.iter().flat_map(|part| &part.hunks);
    for hunk in shown.chain(split.uncovered.iter().map(|left| &left.hunk)) {
        assert!(seen.insert((hunk.path.clone(), hunk.index)), "{hunk:?} is in two places");
    }
    let all: BTreeSet<(String, usize)> = change
        .files
        .iter()
        .flat_map(|file| (0..file.hunks.len()).map(|index| (file.path.clone(), index)))
        .collect();
    assert_eq!(seen, all);
    assert!(split.parts.len() <= max_parts);
    for part in &split.parts {
        assert!(part.diff.len() <= budget, "{} bytes", part.diff.len());
        assert_eq!(part.diff.matches("\n@@ ").count(), part.hunks.len());
        for hunk in &part.hunks {
            assert!(part.diff.contains(&format!("+++ b/{}\n", hunk.path)), "{} has no header", hunk.path);
        }
    }
}

#[test]
fn four_hundred_files_are_all_in_exactly_one_part() {
    let mut change = scenario();
    for index in 0..400 {
        change = with_file(change, &format!("src/m{}/file{index}.rs", index % 20), 30 + index % 7 * 40);
    }
    let (change, _, split) = cut(&change, 40_000, 100);
    assert!(split.uncovered.is_empty() && split.parts.len() > 3, "{} parts", split.parts.len());
    assert_whole(&change, &split, 40_000, 100);
    let full = split.parts.iter().rev().skip(1).filter(|part| part.diff.len() > 30_000).count();
    assert!(full * 10 >= (split.parts.len() - 1) * 9, "parts are well filled");
}

#[test]
fn kin_come_into_one_part() {
    let mut change = scenario();
    for path in ["a/one.go", "a/pool.go", "a/two.go", "z/deep/pool_test.go", "z/other.go", "web/pool.spec.ts"]
    {
        change = with_file(change, path, 60);
    }
    let (_, patches, _) = cut(&change, 100_000, 1);
    let budget = patches.iter().map(|patch| patch.text.len()).max().unwrap() * 3 + 10;
    let (_, _, split) = cut(&change, budget, 10);
    let home = split.parts.iter().position(|part| part.hunks.iter().any(|hunk| hunk.path == "a/pool.go"));
    for kin in ["z/deep/pool_test.go", "web/pool.spec.ts"] {
        let part = split.parts.iter().position(|part| part.hunks.iter().any(|hunk| hunk.path == kin));
        assert_eq!(part, home, "{kin}");
    }
}

#[test]
fn what_nobody_reads_is_left_out_first() {
    let change = with_file(scenario(), "Cargo.lock", 600);
    let change = with_file(change, "src/lib.rs", 600);
    let (_, patches, _) = cut(&change, 1 << 20, 1);
    let (change, _, split) = cut(&change, patches[1].text.len() + 100, 1);
    assert!(split.parts[0].hunks.iter().all(|hunk| hunk.path == "src/lib.rs"));
    assert!(split.uncovered.iter().all(|left| left.hunk.path == "Cargo.lock"));
    insta::assert_snapshot!(split.uncovered[0].reason, @"the change has too many parts");
    assert_whole(&change, &split, patches[1].text.len() + 100, 1);
}

#[test]
fn a_file_that_is_too_large_is_cut_between_hunks_and_a_hunk_never() {
    let (old, new) = ("a\n".to_owned(), format!("a\n{}", "long line of text\n".repeat(500)));
    let change = with_file(scenario(), "long.rs", 3_000).file("one.rs", &old, &new);
    let (change, _, split) = cut(&change, 4_000, 20);
    assert_whole(&change, &split, 4_000, 20);
    assert_eq!(split.uncovered.len(), 1);
    insta::assert_snapshot!(format!("{} {}", split.uncovered[0].hunk.path, split.uncovered[0].reason), @"one.rs it is too large for a part");
}

#[test]
fn a_patch_is_taken_apart_at_its_headers_only() {
    let text = "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-@@ old\n+@@ new\n@@ -9 +9 @@ fn f\n a\n";
    let patch = FilePatch::new("x", text);
    let (header, hunks) = patch.pieces();
    assert_eq!(header, "--- a/x\n+++ b/x\n");
    assert_eq!(hunks, ["@@ -1 +1 @@\n-@@ old\n+@@ new\n", "@@ -9 +9 @@ fn f\n a\n"]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn nothing_is_lost_and_everything_fits(
        files in prop::collection::btree_map("[ab]/[a-c]{1,2}(_test)?\\.(go|lock|min\\.js)", 1_usize..200, 0..12),
        budget in 50_usize..6_000,
        max_parts in 1_usize..6,
    ) {
        let change = files.iter().fold(scenario(), |change, (path, lines)| with_file(change, path, *lines));
        let (change, _, split) = cut(&change, budget, max_parts);
        assert_whole(&change, &split, budget, max_parts);
    }
}
