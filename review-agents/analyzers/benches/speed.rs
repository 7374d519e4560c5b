//! The speed bar: 500 changed files with 50,000 changed lines in a git repository of 50,000 files.
//!
//! `cargo bench -p review-analyzers`. The repository is made once, in a temporary folder, with `git fast-import`.

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark")]

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, LazyLock};

use review_analyzers::RulesReviewer;
use review_core::{Cancel, ChangeSet, Cx, ReviewRequest, Reviewer as _, SourceTree};
use review_git::{ChangeOptions, GitRepository};

const FILES: usize = 50_000;
const CHANGED: usize = 500;
const LINES: usize = 100;

fn main() {
    divan::main();
}

/// A file of one of the five languages whose versions are compared: plain functions, with calls between them.
fn file(index: usize, lines: usize, salt: usize) -> (String, String) {
    let language = match index % 5 {
        0 => "py",
        1 => "go",
        2 => "ts",
        3 => "rs",
        _ => "java",
    };
    let mut text = match language {
        "go" => "package p\n".to_owned(),
        "java" => format!("class C{index} {{\n"),
        _ => String::new(),
    };
    for part in 0..lines / 5 {
        let name = format!("f{index}_{part}_{salt}");
        let _ = match language {
            "py" => write!(
                text,
                "def {name}(a, b=1):\n    if a is None:\n        return b\n    x = work(a, b)\n    return x + {part}\n"
            ),
            "go" => write!(
                text,
                "func {name}(a int, b string) (int, error) {{\n\tx, err := work(a, b)\n\tif err != nil {{ return 0, err }}\n\treturn x + {part}, nil\n}}\n"
            ),
            "ts" => write!(
                text,
                "export function {name}(a: number, b = 1) {{\n  if (a === 0) return b;\n  const x = work(a, b);\n  return x + {part};\n}}\n"
            ),
            "rs" => write!(
                text,
                "pub fn {name}(a: u32, b: &str) -> Result<u32> {{\n    if a == 0 {{ return Ok(1); }}\n    let x = work(a, b)?;\n    Ok(x + {part})\n}}\n"
            ),
            _ => write!(
                text,
                "  int {name}(int a, String b) {{\n    if (a == 0) {{ return 1; }}\n    int x = work(a, b);\n    return x + {part};\n  }}\n"
            ),
        };
    }
    if language == "java" {
        text.push_str("}\n");
    }
    (format!("m{}/d{}/f{index}.{language}", index % 40, index % 400), text)
}

/// The number of the n-th changed file: of all languages, all over the tree.
fn changed(n: usize) -> usize {
    n * (FILES / CHANGED) + n % 5
}

/// What a change does beside adding lines: one function gets another name, one another parameter, one loses its guard.
fn edited(text: &str, index: usize) -> String {
    text.replacen(&format!("f{index}_0_0"), &format!("renamed{index}"), 1)
        .replacen(&format!("f{index}_1_0(a, b=1)"), &format!("f{index}_1_0(a, c, b=1)"), 1)
        .replacen("if a == 0 { return Ok(1); }", "", 1)
        .replacen("if (a == 0) { return 1; }", "", 1)
}

/// Two commits: 50,000 files; then 500 of them edited, with 100 lines more each.
fn repository(folder: &Path) {
    let git = |args: &[&str]| {
        assert!(Command::new("git").args(args).current_dir(folder).status().unwrap().success())
    };
    git(&["init", "-q", "-b", "main"]);
    let mut import = Command::new("git")
        .args(["fast-import", "--quiet"])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stream = std::io::BufWriter::new(import.stdin.take().unwrap());
    let mut commit = |message: &str, files: &mut dyn Iterator<Item = (String, String)>| {
        write!(
            stream,
            "commit refs/heads/main\ncommitter b <b@example.invalid> 0 +0000\ndata {}\n{message}\n",
            message.len()
        )
        .unwrap();
        for (path, text) in files {
            write!(stream, "M 100644 inline {path}\ndata {}\n{text}\n", text.len()).unwrap();
        }
        writeln!(stream).unwrap();
    };
    commit(
        "base",
        &mut (0..FILES).map(|index| {
            let is_changed = changed(index / (FILES / CHANGED)) == index;
            file(index, if is_changed { 300 } else { 30 }, 0)
        }),
    );
    commit(
        "head",
        &mut (0..CHANGED).map(changed).map(|index| {
            let (path, before) = file(index, 300, 0);
            let (_, more) = file(index, LINES, 1);
            (path, edited(&before, index) + &more)
        }),
    );
    drop(stream);
    assert!(import.wait().unwrap().success());
}

static REPOSITORY: LazyLock<tempfile::TempDir> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    repository(folder.path());
    folder
});

fn change() -> (ChangeSet, Arc<dyn SourceTree>) {
    let cancel = Cancel::new();
    let repository = GitRepository::open(REPOSITORY.path(), &cancel).unwrap();
    let comparison = repository.compare(&ChangeOptions::range("main~1", "main"), &cancel).unwrap();
    (comparison.change_set(&cancel).unwrap(), Arc::new(comparison.tree()))
}

/// The reviewer alone: reads both versions from git, parses, scans, compares.
#[divan::bench(sample_count = 5, sample_size = 1)]
fn five_hundred_files(bencher: divan::Bencher<'_, '_>) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let reviewer = RulesReviewer::new("rules").unwrap();
    bencher.with_inputs(change).bench_local_values(|(change, tree)| {
        assert_eq!(change.files.len(), CHANGED);
        let request = Arc::new(ReviewRequest::new(change).with_tree(tree));
        let review = runtime.block_on(reviewer.review(request, Cx::detached())).unwrap();
        assert!(review.is_complete(), "{:?}", review.incomplete_reason);
        review.findings.len()
    });
}

/// What every run pays first: the rules are read and compiled.
#[divan::bench(sample_count = 20, sample_size = 1)]
fn reading_the_rules() -> RulesReviewer {
    RulesReviewer::new("rules").unwrap()
}
