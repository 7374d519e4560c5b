//! How fast the output of `git diff-tree` is read.

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use review_git::parse_diff;

fn main() {
    divan::main();
}

/// A diff of `files` files with ten hunks each.
fn diff(files: usize) -> Vec<u8> {
    let id = "0123456789".repeat(4);
    let mut text = String::new();
    for n in 0..files {
        text.push_str(&format!(":100644 100644 {id} {id} M\tsrc/module_{n}/file.rs\n"));
    }
    text.push('\n');
    for n in 0..files {
        let path = format!("src/module_{n}/file.rs");
        text.push_str(&format!(
            "diff --git a/{path} b/{path}\nindex {id}..{id} 100644\n--- a/{path}\n+++ b/{path}\n"
        ));
        for hunk in 0..10 {
            let at = 1 + hunk * 50;
            text.push_str(&format!(
                "@@ -{at},8 +{at},9 @@ fn function_{hunk}(argument: &str) -> String {{\n"
            ));
            text.push_str(&"     let unchanged = compute(the_same, as_before);\n".repeat(3));
            text.push_str(&"-    let removed = compute(something, else_here);\n".repeat(2));
            text.push_str(&"+    let added = compute(something, new_and_longer_than_before);\n".repeat(3));
            text.push_str(&"     }\n".repeat(3));
        }
    }
    text.into_bytes()
}

#[divan::bench(args = [10, 100, 1_000, 10_000])]
fn parse(bencher: Bencher<'_, '_>, files: usize) {
    let text = diff(files);
    bencher.counter(BytesCount::new(text.len())).bench_local(|| parse_diff(black_box(&text)));
}

/// One file of very many, very short lines.
#[divan::bench(args = [1 << 20, 1 << 24])]
fn one_hunk(bencher: Bencher<'_, '_>, bytes: usize) {
    let id = "0123456789".repeat(4);
    let lines = bytes / 2;
    let mut text = format!(":100644 100644 {id} {id} M\tf\n\ndiff --git a/f b/f\n@@ -0,0 +1,{lines} @@\n");
    text.push_str(&"+\n".repeat(lines));
    let text = text.into_bytes();
    bencher.counter(BytesCount::new(text.len())).bench_local(|| parse_diff(black_box(&text)));
}
