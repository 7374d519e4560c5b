//! JSON of every shape that is read.
#![allow(unreachable_pub, missing_docs, clippy::expect_used, reason = "helpers shared between tests")]

#[path = "show/mod.rs"]
mod show;

use review_ingest::{IngestOptions, ingest};
use show::{read, show};

#[test]
fn the_native_document_comes_back_as_it_was() {
    let text = r#"{"schema_version":"1","reviewer":"a","pass":1,
      "findings":[{"id":"I1","severity":"important","kind":"gap","category":null,"title":"Pool leaks","body":"b",
        "locations":[{"path":"net/pool.rs","start_line":4,"end_line":9}],"quotes":[{"text":"take()","path":"net/pool.rs"}],"fix":{"patch":"-a\n+b"},"scenario":null,"mood":"sad"}],
      "sections":{"summary":"s","design":[{"id":"D1","stance":"concern","scope":"in-scope","text":"d"}]}}"#;
    let review = read(text);
    insta::assert_snapshot!(show(text), @"I1 important gap | Pool leaks | net/pool.rs:4-9");
    assert_eq!(review.findings[0].fix.as_ref().unwrap().patch.as_deref(), Some("-a\n+b"));
    assert!(review.findings[0].extensions.contains_key("mood"), "unknown fields are carried");
    assert_eq!(review.sections.design[0].id, "D1");
    let again = read(&serde_json::to_string(&review).unwrap());
    assert_eq!(again, review);
}

#[test]
fn a_newer_native_document_is_refused_clearly() {
    let error = ingest(br#"{"schema_version":"2","findings":[]}"#, &IngestOptions::default()).unwrap_err();
    assert_eq!(error.kind(), review_core::ErrorKind::UnsupportedDocument);
}

#[test]
fn one_bad_field_never_costs_the_finding() {
    insta::assert_snapshot!(show(r#"{"schema_version":"1","reviewer":"a","findings":[
        {"title":"One","severity":{"level":"odd"},"locations":"net/pool.rs:4"},
        {"title":"Two","severity":"grave","locations":[{"path":"a.rs","start_line":-3}]},
        {"severity":"important"}]}"#), @r"
    h… - - | One | net/pool.rs:4
    h… grave - | Two | a.rs
    ");
}

#[test]
fn codex_review_output() {
    insta::assert_snapshot!(show(r#"{"findings":[{"title":"[P1] Pool leaks","body":"The guard lives on.","confidence_score":0.8,"priority":1,
        "code_location":{"absolute_file_path":"/w/net/pool.rs","line_range":{"start":4,"end":9}}}],
        "overall_correctness":"patch is incorrect","overall_explanation":"One leak.","overall_confidence_score":0.9}"#), @"h… important - | Pool leaks | /w/net/pool.rs:4-9");
    let options = IngestOptions::new("a").with_root("/w");
    let review = ingest(br#"{"findings":[{"title":"t","body":"b","code_location":{"absolute_file_path":"/w/net/pool.rs","line_range":{"start":4,"end":9}}}],"overall_explanation":"One leak."}"#, &options).unwrap();
    assert_eq!(review.findings[0].locations[0].to_string(), "net/pool.rs:4-9");
    assert!(review.sections.summary.contains("One leak."));
}

#[test]
fn unknown_keys_groups_and_nests() {
    insta::assert_snapshot!(show(r#"[{"issue":"Pool leaks","filename":"net/pool.rs","lineNumber":"4-9","priority":"high","id":3},
        {"message":"Wire is slow.\nVery.","file":"./net/wire.rs","start_line":2,"end_line":5,"level":"warning"}]"#), @r"
    I3 important - | Pool leaks | net/pool.rs:4-9
    h… suggestion - | Wire is slow. | net/wire.rs:2-5
    ");
    insta::assert_snapshot!(show(r#"{"review":{"critical":[{"title":"A","location":"net/pool.rs:4"}],"suggestions":["`net/wire.rs:9` — rename"],"testing":["no test"]}}"#), @r"
    h… critical - | A | net/pool.rs:4
    h… suggestion - | rename | net/wire.rs:9
    ");
    insta::assert_snapshot!(show(r#"[{"filePath":"/w/a.ts","messages":[{"ruleId":"eqeqeq","severity":2,"message":"Use ===","line":3,"endLine":3}]}]"#), @"h… important - | Use === | /w/a.ts:3");
    insta::assert_snapshot!(show(r#"{"net/pool.rs":[{"comment":"Leaks","line":4}]}"#), @"h… - - | Leaks | net/pool.rs:4");
}

#[test]
fn damaged_json() {
    insta::assert_snapshot!(show("// review\n{findings: [{'title': 'A', file: \"a.rs\", line: 3,}, /* two */ {\"title\": \"The \"big\" one\", \"path\": \"b.rs\"},],}"), @r#"
    h… - - | A | a.rs:3
    h… - - | The "big" one | b.rs
    "#);
    insta::assert_snapshot!(show("{\"findings\":[{\"title\":\"A\",\"path\":\"a.rs\"},{\"title\":\"B\",\"path\":\"b.rs\"},{\"title\":\"Cu"), @r"
    h… - - | A | a.rs recovered
    h… - - | B | b.rs recovered
    h… - - | Cu |  recovered
    truncated: the JSON ends in the middle
    ");
}

#[test]
fn json_in_prose_fences_strings_and_lines() {
    let json = r#"{"findings":[{"title":"A","path":"a.rs","line":1}]}"#;
    let fenced = format!("Here is my review.\n\n```json\n{json}\n```\n\nDone.");
    insta::assert_snapshot!(show(&fenced), @"h… - - | A | a.rs:1");
    insta::assert_snapshot!(show(&format!("My answer: {json}")), @"h… - - | A | a.rs:1");
    insta::assert_snapshot!(show(&serde_json::to_string(json).unwrap()), @"h… - - | A | a.rs:1");
    let wrapped = serde_json::json!({"type": "result", "usage": {"turns": 3}, "result": "## Findings\n\n**I1. Pool leaks** — `net/pool.rs:4` (important, gap)\n"});
    insta::assert_snapshot!(show(&wrapped.to_string()), @"I1 important gap | Pool leaks | net/pool.rs:4");
    insta::assert_snapshot!(show("{\"title\":\"A\",\"path\":\"a.rs\"}\n{\"title\":\"B\",\"path\":\"b.rs\"}\n"), @r"
    h… - - | A | a.rs
    h… - - | B | b.rs
    ");
}

#[test]
fn clean_and_strange_documents() {
    insta::assert_snapshot!(show(r#"{"findings":[]}"#), @"");
    insta::assert_snapshot!(show(r#"{"weather":"rain"}"#), @"failed: this JSON holds no list of findings");
}
