//! What the read-only tools show, and that nothing leads out of the tree.

#![allow(clippy::unwrap_used, reason = "a test")]

use std::sync::Arc;

use review_agents::tools::{FolderTree, SourceTools};
use review_core::{
    BlameGroup, Cancel, Commit, FileStatus, MemoryTree, Query, Side, SourceTree, ToolCall, ToolOutput,
    Toolbox,
};
use review_testkit::scenario;

const OLD: &str = "fn open() {}\nfn close() {}\n";
const NEW: &str = "fn open() {}\nfn close() {\n    drop();\n}\n";

fn tools() -> SourceTools {
    let scenario = scenario().file("net/pool.rs", OLD, NEW).file("net/gone.rs", "fn gone() {}\n", "").file(
        "README.md",
        "",
        "# Pool\n",
    );
    let mut change = scenario.change();
    change.commits.push(Commit::new("abcdef0123456789", "Close the pool").with_author("ann"));
    if let Some(file) = change.files.iter_mut().find(|file| file.path == "net/gone.rs") {
        file.status = FileStatus::Deleted;
    }
    let tree = scenario.tree().with_both("src/lib.rs", "mod net;\n// TODO later\n").blame(
        "net/pool.rs",
        BlameGroup { start_line: 2, end_line: 4, commit: Some("abcdef0123456789".into()), in_change: true },
    );
    SourceTools::new(Arc::new(tree), Arc::new(change))
}

fn call(tools: &SourceTools, name: &str, arguments: &str) -> ToolOutput {
    tools.call(&ToolCall::new("1", name, arguments), &Cancel::new())
}

fn said(name: &str, arguments: &str) -> String {
    let output = call(&tools(), name, arguments);
    format!("{}{}", if output.is_error { "error: " } else { "" }, output.text)
}

#[test]
fn a_file_comes_with_its_numbers() {
    insta::assert_snapshot!(said("read_file", r#"{"path":"net/pool.rs","start_line":2,"end_line":"3"}"#), @"
    2	fn close() {
    3	    drop();
    (lines 2-3 of 4; go on with start_line 4)
    ");
    insta::assert_snapshot!(said("read_file", r#"{"path":"./net/pool.rs","version":"base"}"#), @"
    1	fn open() {}
    2	fn close() {}
    ");
    let read = call(&tools(), "read_file", r#"{"path":"net/pool.rs","start_line":2,"end_line":3}"#).reads;
    insta::assert_snapshot!(format!("{read:?}"), @r#"[FileRead { path: "net/pool.rs", range: Some(LineRange { start: 2, end: 3 }) }]"#);
}

#[test]
fn what_can_not_be_read_is_explained() {
    insta::assert_snapshot!(said("read_file", r#"{"path":"pool.rs"}"#), @"error: there is no file `pool.rs` in this version; perhaps you mean net/pool.rs");
    insta::assert_snapshot!(said("read_file", r#"{"path":"net"}"#), @"error: `net` is a folder; list_files shows what is in it");
    insta::assert_snapshot!(said("read_file", r#"{"path":"net/pool.rs","start_line":90}"#), @"error: `net/pool.rs` has 4 lines");
    insta::assert_snapshot!(said("read_file", r#"{"path":"net/pool.rs","start_line":3,"end_line":2}"#), @"error: `end_line` (2) lies before `start_line` (3)");
}

#[test]
fn bad_calls_are_answered() {
    insta::assert_snapshot!(said("read_file", r#"{"path":"#), @"error: the arguments are not JSON: EOF while parsing a value at line 1 column 8");
    insta::assert_snapshot!(said("read_file", "[]"), @"error: the arguments must be a JSON object");
    insta::assert_snapshot!(said("read_file", "{}"), @"error: `path` is missing");
    insta::assert_snapshot!(said("read_file", r#"{"path":7}"#), @"error: `path` must be a text");
    insta::assert_snapshot!(said("read_file", r#"{"path":"a","start_line":0}"#), @"error: `start_line` must be a whole number from 1");
    insta::assert_snapshot!(said("read_file", r#"{"path":"a","version":"mine"}"#), @"error: `version` must be `head` or `base`");
    insta::assert_snapshot!(said("write_file", "{}"), @"error: there is no tool `write_file`; there is git_diff, read_file, search, list_files, git_log, git_show, git_blame");
}

#[test]
fn nothing_leads_out_of_the_tree() {
    for path in ["/etc/passwd", "../secret", "net/../../secret", "C:\\\\secret", "net/.."] {
        for tool in ["read_file", "git_blame", "list_files", "git_log", "search", "git_diff"] {
            let arguments = format!(r#"{{"path":"{path}","pattern":"x","start_line":1,"end_line":2}}"#);
            let output = call(&tools(), tool, &arguments);
            assert!(output.is_error, "{tool} {path}: {}", output.text);
        }
    }
}

#[test]
fn folders_and_patterns_are_listed() {
    insta::assert_snapshot!(said("list_files", "{}"), @"
    README.md
    net/ (1 file)
    src/ (1 file)
    ");
    insta::assert_snapshot!(said("list_files", r#"{"pattern":"**/*.rs"}"#), @"
    net/pool.rs
    src/lib.rs
    ");
    insta::assert_snapshot!(said("list_files", r#"{"path":"net","pattern":"*.rs","version":"base"}"#), @"
    net/gone.rs
    net/pool.rs
    ");
    insta::assert_snapshot!(said("list_files", r#"{"path":"nowhere"}"#), @"error: there is no folder `nowhere` in this version");
}

#[test]
fn lines_are_searched_by_expression() {
    insta::assert_snapshot!(said("search", r#"{"pattern":"fn (open|close)\\("}"#), @"
    net/pool.rs:1: fn open() {}
    net/pool.rs:2: fn close() {
    ");
    insta::assert_snapshot!(said("search", r#"{"pattern":"todo","ignore_case":true}"#), @"src/lib.rs:2: // TODO later");
    insta::assert_snapshot!(said("search", r#"{"pattern":"\\w+","path":"**/lib.rs"}"#), @"
    src/lib.rs:1: mod net;
    src/lib.rs:2: // TODO later
    ");
    insta::assert_snapshot!(said("search", r#"{"pattern":"fn gone","version":"base","path":"net"}"#), @"net/gone.rs:1: fn gone() {}");
    insta::assert_snapshot!(said("search", r#"{"pattern":"nothing like it"}"#), @"(nothing matches)");
    insta::assert_snapshot!(said("search", r#"{"pattern":"("}"#), @"error: the pattern can't be used: regex parse error:     (     ^ error: unclosed group");
}

#[test]
fn the_diff_is_made_from_the_two_versions() {
    insta::assert_snapshot!(said("git_diff", "{}"), @"
    added +1 -0 README.md
    deleted +0 -1 net/gone.rs
    modified +3 -1 net/pool.rs

    --- /dev/null
    +++ b/README.md
    @@ -0,0 +1,1 @@
    +# Pool
    --- a/net/gone.rs
    +++ /dev/null
    @@ -1,1 +0,0 @@
    -fn gone() {}
    --- a/net/pool.rs
    +++ b/net/pool.rs
    @@ -1,2 +1,4 @@
     fn open() {}
    -fn close() {}
    +fn close() {
    +    drop();
    +}
    ");
    insta::assert_snapshot!(said("git_diff", r#"{"path":"src"}"#), @"error: the change does not touch `src`; without a path git_diff lists what it touches");
    let reads = call(&tools(), "git_diff", r#"{"path":"net/pool.rs"}"#).reads;
    insta::assert_snapshot!(format!("{reads:?}"), @r#"[FileRead { path: "net/pool.rs", range: Some(LineRange { start: 1, end: 4 }) }]"#);
}

#[test]
fn blame_tells_what_is_new() {
    insta::assert_snapshot!(said("git_blame", r#"{"path":"net/pool.rs","start_line":2,"end_line":3}"#), @"2-3: abcdef012345 Close the pool (ann) [part of the change]");
    insta::assert_snapshot!(said("git_log", "{}"), @"error: there is no log: this tree has no history");
    insta::assert_snapshot!(said("git_show", r#"{"commit":"HEAD"}"#), @"error: the commit can't be shown: this tree has no history");
}

#[test]
fn outputs_are_bounded_and_say_so() {
    let long = format!("{}\n", "x".repeat(5_000)).repeat(500);
    let tree = MemoryTree::new().with_head("big.txt", long);
    let tools = SourceTools::new(Arc::new(tree), Arc::default());
    let output = call(&tools, "read_file", r#"{"path":"big.txt","end_line":500}"#);
    assert!(output.text.len() < 61_000, "{}", output.text.len());
    assert!(output.text.contains("… (line cut)") && output.text.contains("go on with start_line"));
    let output = call(&tools, "search", r#"{"pattern":"x+"}"#);
    assert!(output.text.len() < 61_000 && output.text.contains("more in 1 files"), "{}", output.text.len());
}

#[cfg(unix)]
mod beside {
    use super::*;

    fn folder() -> (tempfile::TempDir, std::path::PathBuf) {
        let root = tempfile::tempdir().unwrap();
        let lib = root.path().join("lib");
        std::fs::create_dir_all(lib.join("src")).unwrap();
        std::fs::create_dir_all(lib.join(".git")).unwrap();
        std::fs::write(root.path().join("secret"), "secret").unwrap();
        std::fs::write(lib.join(".git/config"), "secret").unwrap();
        std::fs::write(lib.join("src/a.rs"), "pub fn helper() {}\n").unwrap();
        std::os::unix::fs::symlink("../../secret", lib.join("src/link")).unwrap();
        std::os::unix::fs::symlink("..", lib.join("up")).unwrap();
        rustix_fifo(&lib.join("pipe"));
        (root, lib)
    }

    fn rustix_fifo(path: &std::path::Path) {
        let made = std::process::Command::new("mkfifo").arg(path).status().unwrap();
        assert!(made.success());
    }

    #[test]
    fn a_further_folder_is_read_under_its_name() {
        let (_root, lib) = folder();
        let tools = tools().with_extra_dir(&lib).unwrap();
        let said = |name: &str, arguments: &str| call(&tools, name, arguments).text;
        insta::assert_snapshot!(said("list_files", r#"{"path":"@lib"}"#), @"src/ (1 file)");
        insta::assert_snapshot!(said("list_files", r#"{"path":"@lib","pattern":"**/*.rs"}"#), @"@lib/src/a.rs");
        insta::assert_snapshot!(said("read_file", r#"{"path":"@lib/src/a.rs"}"#), @"1	pub fn helper() {}");
        insta::assert_snapshot!(said("search", r#"{"pattern":"helper","path":"@lib"}"#), @"@lib/src/a.rs:1: pub fn helper() {}");
        insta::assert_snapshot!(said("read_file", r#"{"path":"@other/a"}"#), @"there is no `@other/`; there is @lib/");
        assert!(
            call(&tools, "read_file", r#"{"path":"@lib/src/a.rs"}"#).reads.is_empty(),
            "it is no coverage"
        );
        assert!(tools.clone().with_extra_dir(&lib).is_err(), "the name is taken");
    }

    #[test]
    fn links_pipes_and_git_are_not_read() {
        let (_root, lib) = folder();
        let tree = FolderTree::new(&lib).unwrap();
        for path in ["src/link", "up/secret", "pipe", ".git/config", "../secret", "/etc/passwd", "src", ""] {
            let fact = tree.answer(&[Query::file(Side::Head, path)], &Cancel::new()).unwrap().remove(0);
            assert!(fact.text.is_none(), "`{path}` was read");
        }
        let found = Query::Search { side: Side::Head, needle: "secret".into(), limit: 9 };
        let facts = tree.answer(&[found], &Cancel::new()).unwrap();
        assert!(format!("{facts:?}").contains("hits: []"), "{facts:?}");
    }
}
