//! Analysers as reviewers, from what they really wrote.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_analyzers::tools::{review_of, tool, tools};
use review_core::{ChangeSet, ChangedFile, FileStatus, Hunk, HunkOp, Review};

fn new_files(paths: &[&str]) -> ChangeSet {
    let mut change = ChangeSet::default();
    change.files = paths.iter().map(|path| ChangedFile::new(*path, FileStatus::Added)).collect();
    change
}

fn recorded(name: &str, file: &str, change: &ChangeSet) -> Review {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/recordings").join(file);
    review_of(&tool(name).unwrap(), &std::fs::read(path).unwrap(), Some("/w/shop"), change).unwrap()
}

fn show(review: &Review) -> String {
    let line = |finding: &review_core::RawFinding| {
        let places: Vec<String> = finding.locations.iter().map(ToString::to_string).collect();
        let word = |word: Option<String>| word.unwrap_or_else(|| "-".to_owned());
        format!(
            "{} {} | {} | {}",
            word(finding.severity.map(|severity| severity.to_string())),
            word(finding.category.map(|category| category.to_string())),
            finding.title,
            places.join(" ")
        )
    };
    review.findings.iter().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn each_tool_reads_its_own_recording() {
    let python = new_files(&["app/load.py"]);
    insta::assert_snapshot!(show(&recorded("ruff", "ruff.sarif", &python)), @"
    suggestion maintainability | `os` imported but unused | app/load.py:1
    important correctness | Do not use mutable data structures for argument defaults | app/load.py:5
    important security | `subprocess` call with `shell=True` identified, security issue | app/load.py:6
    important security | Use of `assert` detected | app/load.py:7
    ");
    insta::assert_snapshot!(show(&recorded("bandit", "bandit.json", &python)), @"
    suggestion security | Consider possible security implications associated with the subprocess module. | app/load.py:2
    important security | subprocess call with shell=True identified, security issue. | app/load.py:6
    suggestion maintainability | Use of assert detected. The enclosed code will be removed when compiling to optimised byte code. | app/load.py:7
    ");
    insta::assert_snapshot!(show(&recorded("semgrep", "semgrep.sarif", &python)), @"important - | Shell is used. | app/load.py:6");
    insta::assert_snapshot!(show(&recorded("eslint", "eslint.json", &new_files(&["web/a.js"]))), @"
    suggestion maintainability | 'unused' is assigned a value but never used. | web/a.js:1
    suggestion maintainability | 'f' is defined but never used. | web/a.js:2
    suggestion - | Expected '===' and instead saw '=='. | web/a.js:3
    important maintainability | Unexpected 'debugger' statement. | web/a.js:3
    ");
    insta::assert_snapshot!(show(&recorded("shellcheck", "shellcheck.json", &new_files(&["run.sh"]))), @r#"
    important error-handling | Use 'cd ... || exit' or 'cd ... || return' in case cd fails. | run.sh:2
    important correctness | Double quote to prevent globbing and word splitting. | run.sh:2
    important correctness | Double quote to prevent globbing and word splitting. | run.sh:3
    critical correctness | Use "${var:?}" to ensure this never expands to /* . | run.sh:3
    "#);
    insta::assert_snapshot!(show(&recorded("clippy", "clippy.json", &new_files(&["src/lib.rs"]))), @"
    suggestion maintainability | writing `&Vec` instead of `&[_]` involves a new object where a slice will do | src/lib.rs:1
    suggestion - | unused variable: `unused` | src/lib.rs:2
    suggestion maintainability | unneeded `return` statement | src/lib.rs:3
    ");
    insta::assert_snapshot!(show(&recorded("golangci-lint", "golangci.json", &new_files(&["pkg/a.go"]))), @"important error-handling | Error return value of `f.Close` is not checked | pkg/a.go:4");
    insta::assert_snapshot!(show(&recorded("gitleaks", "gitleaks.json", &new_files(&["app/conf.py"]))), @"critical security | Detected a Generic API Key | app/conf.py:3");
}

#[test]
fn a_secret_is_not_shown() {
    let review = recorded("gitleaks", "gitleaks.json", &new_files(&["app/conf.py"]));
    assert!(!serde_json::to_string(&review).unwrap().contains("do-not-show-me"));
}

#[test]
fn only_the_change_counts() {
    let mut file = ChangedFile::new("app/load.py", FileStatus::Modified);
    file.hunks = vec![Hunk::new(1, 1, vec![HunkOp::Context(6), HunkOp::Add(1)])];
    let mut change = ChangeSet::default();
    change.files.push(file);
    let review = recorded("bandit", "bandit.json", &change);
    insta::assert_snapshot!(show(&review), @"suggestion maintainability | Use of assert detected. The enclosed code will be removed when compiling to optimised byte code. | app/load.py:7");
    insta::assert_snapshot!(review.diagnostics[0].message, @"2 findings on lines that the change did not touch were left out");
    assert_eq!(show(&recorded("bandit", "bandit.json", &ChangeSet::default())), "");
}

#[test]
fn one_rule_that_speaks_forty_times_is_one_finding() {
    let lines: Vec<String> = (1..=40)
        .map(|line| format!(r#"{{"RuleID":"aws","Description":"AWS key","File":"a.py","StartLine":{line},"EndLine":{line}}}"#))
        .collect();
    let output = format!("[{}]", lines.join(","));
    let review =
        review_of(&tool("gitleaks").unwrap(), output.as_bytes(), None, &new_files(&["a.py"])).unwrap();
    assert_eq!((review.findings.len(), review.findings[0].locations.len()), (1, 40));
    insta::assert_snapshot!(review.findings[0].body, @"
    Rule `aws` of gitleaks.

    The rule speaks 40 times in this change.
    ");
}

#[test]
fn nothing_found_is_a_clean_review_and_nonsense_is_not() {
    let change = new_files(&["a.py"]);
    for output in [
        "",
        "[]",
        "{\"results\": [], \"generated_at\": \"now\"}",
        "{\"reason\":\"build-finished\",\"success\":true}\n{\"reason\":\"build-finished\",\"success\":true}",
    ] {
        let review = review_of(&tool("bandit").unwrap(), output.as_bytes(), None, &change).unwrap();
        assert!(review.is_complete() && review.findings.is_empty(), "{output}: {review:?}");
    }
    let review = review_of(&tool("bandit").unwrap(), b"{\"oops\": 1}", None, &change).unwrap();
    assert!(!review.is_complete());
}

#[test]
fn a_command_names_the_changed_files_of_its_kind() {
    let change = new_files(&["app/load.py", "-x.py", "web/a.js"]);
    let command = tool("bandit").unwrap().command_for(&change).unwrap();
    assert_eq!(command.join(" "), "bandit --quiet --format json --exit-zero ./app/load.py ./-x.py");
    assert_eq!(tool("shellcheck").unwrap().command_for(&change), None);
    assert_eq!(tools().unwrap().len(), 8);
}

#[test]
fn results_of_another_checkout_find_their_files() {
    let mut file = ChangedFile::new("packages/web/src/cart.ts", FileStatus::Added);
    file.status = FileStatus::Added;
    let mut change = ChangeSet::default();
    change.files = vec![file];
    let output = |path: &str| {
        format!(
            r#"[{{"filePath":"{path}","messages":[{{"ruleId":"no-eval","severity":2,"message":"eval can be harmful.","line":3,"column":5}}]}}]"#
        )
    };
    for path in ["/builds/g/shop/packages/web/src/cart.ts", "C:\\\\w\\\\packages\\\\web\\\\src\\\\cart.ts"] {
        let review = review_of(&tool("eslint").unwrap(), output(path).as_bytes(), None, &change).unwrap();
        assert!(review.is_complete(), "{path}: {:?}", review.incomplete_reason);
        assert_eq!(review.findings[0].locations[0].path, "packages/web/src/cart.ts");
    }
    // Nothing fits: that is no clean run.
    for path in ["/builds/g/shop/lib/other.ts", "lib/other.ts"] {
        let review = review_of(&tool("eslint").unwrap(), output(path).as_bytes(), None, &change).unwrap();
        assert!(!review.is_complete(), "{path}");
        assert!(review.findings.is_empty());
    }
}

#[test]
fn a_macro_of_another_crate_is_placed_where_it_is_used() {
    let output = r#"{"reason":"compiler-message","message":{"level":"warning","message":"used `unwrap`","code":{"code":"clippy::unwrap_used"},"children":[],"spans":[{"file_name":"/rustc/1a/library/core/src/macros/mod.rs","line_start":40,"line_end":40,"is_primary":true,"expansion":{"span":{"file_name":"src/lib.rs","line_start":9,"line_end":9,"column_start":5,"column_end":30,"expansion":null}}}]}}
{"reason":"build-finished","success":true}"#;
    let review =
        review_of(&tool("clippy").unwrap(), output.as_bytes(), None, &new_files(&["src/lib.rs"])).unwrap();
    assert!(review.is_complete(), "{:?}", review.incomplete_reason);
    assert_eq!(review.findings[0].locations[0].to_string(), "src/lib.rs:9");
}
