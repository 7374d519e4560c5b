//! Tool output that is read.
#![allow(
    unreachable_pub,
    missing_docs,
    dead_code,
    clippy::expect_used,
    reason = "helpers shared between tests"
)]

#[path = "show/mod.rs"]
mod show;

use show::{read, show};

#[test]
fn sarif_with_rule_look_ups_and_message_ids() {
    let text = r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"lint","rules":[
        {"id":"R1","messageStrings":{"default":{"text":"Value {0} leaks."}},"defaultConfiguration":{"level":"error"}}]}},
        "originalUriBaseIds":{"SRC":{"uri":"file:///w/shop/"}},
        "results":[
          {"ruleId":"R1","ruleIndex":0,"message":{"id":"default","arguments":["guard"]},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"net/pool.rs","uriBaseId":"SRC"},"region":{"startLine":4,"endLine":9,"snippet":{"text":"take()"}}}}]},
          {"ruleId":"R2","level":"odd","message":{"text":"Slow. Very."},"locations":[{"physicalLocation":{"artifactLocation":{"uri":"file:///w/shop/net/wire.rs"}}}]}]}]}"#;
    insta::assert_snapshot!(show(&format!("\u{feff}{text}")), @r"
    h… important - | Value guard leaks. | net/pool.rs:4-9
    h… suggestion - | Slow | net/wire.rs
    ");
    assert_eq!(read(text).findings[0].quotes[0].text, "take()");
}

#[test]
fn rdjson_and_rdjsonl() {
    let one = r#"{"message":"Leaks","location":{"path":"net/pool.rs","range":{"start":{"line":4,"column":1},"end":{"line":9}}},"severity":"ERROR"}"#;
    insta::assert_snapshot!(show(&format!(r#"{{"source":{{"name":"lint"}},"diagnostics":[{one}]}}"#)), @"h… important - | Leaks | net/pool.rs:4-9");
    insta::assert_snapshot!(show(&format!("{one}\n{}\n", one.replace("Leaks", "Drips"))), @r"
    h… important - | Leaks | net/pool.rs:4-9
    h… important - | Drips | net/pool.rs:4-9
    ");
}

#[test]
fn checkstyle() {
    insta::assert_snapshot!(show("<?xml version=\"1.0\"?>\n<checkstyle version=\"8\">\n<file name=\"net/pool.rs\">\n<error line=\"4\" severity=\"error\" message=\"a &lt; b > c\" source=\"R1\"/>\n</file>\n</checkstyle>\n"), @"h… important - | a < b > c | net/pool.rs:4");
    insta::assert_snapshot!(show("<checkstyle><file name=\"a.rs\"><error line=\"4\" message=\"m\"/><error li"), @r"
    h… - - | m | a.rs:4 recovered
    truncated: the checkstyle document ends in the middle
    ");
}

#[test]
fn github_annotations() {
    insta::assert_snapshot!(show("Run lint\n::error file=net/pool.rs,line=4,endLine=9,title=Leak::The guard%0Alives on.\n::warning file=a.rs::odd\n"), @r"
    h… important - | Leak | net/pool.rs:4-9
    h… suggestion - | odd | a.rs
    unplaced 1: Run lint
    ");
}

#[test]
fn plain_lines() {
    insta::assert_snapshot!(show("net/pool.rs:4:9: error: guard leaks [no-leak]\nnet/wire.rs:2: slow\n    let x = 1;\nC:\\shop\\a.cs(12,4): warning CS1: odd\n"), @r"
    h… important - | guard leaks | net/pool.rs:4
    h… - - | slow | net/wire.rs:2
    h… suggestion - | odd | C:/shop/a.cs:12
    ");
}

#[test]
fn linters_in_forms_of_their_own() {
    insta::assert_snapshot!(show(r#"[{"filePath":"web/a.js","messages":[{"ruleId":"eqeqeq","severity":2,"message":"Expected '==='.","line":3,"endLine":3}]},{"filePath":"web/b.js","messages":[]}]"#), @"h… important - | Expected '==='. | web/a.js:3");
    insta::assert_snapshot!(show(r#"{"results":[{"filename":"a.py","line_number":6,"issue_text":"shell=True","issue_severity":"HIGH","test_id":"B602"}],"metrics":{}}"#), @"h… important - | shell=True | a.py:6");
    insta::assert_snapshot!(show("{\"reason\":\"compiler-message\",\"message\":{\"message\":\"unused variable\",\"level\":\"warning\",\"code\":{\"code\":\"unused_variables\"},\"spans\":[{\"file_name\":\"src/a.rs\",\"line_start\":2,\"line_end\":2,\"is_primary\":true}]}}\n{\"reason\":\"build-finished\",\"success\":true}\n"), @"h… suggestion - | unused variable | src/a.rs:2");
    insta::assert_snapshot!(show(r#"{"Issues":[{"FromLinter":"errcheck","Text":"not checked","Pos":{"Filename":"a.go","Line":4}}],"Report":{}}"#), @"h… - - | not checked | a.go:4");
    insta::assert_snapshot!(show(r#"[{"filename":"a.py","code":"F401","location":{"row":1,"column":1},"end_location":{"row":1},"message":"unused import"}]"#), @"h… - - | unused import | a.py:1");
}

#[test]
fn a_list_of_files_without_messages_is_a_clean_run() {
    let review = read(r#"[{"filePath":"web/b.js","messages":[]}]"#);
    assert!(review.is_complete() && review.findings.is_empty());
}
