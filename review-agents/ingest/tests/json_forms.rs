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
        {"title":"Two","severity":"dire","locations":[{"path":"a.rs","start_line":-3}]},
        {"severity":"important"}]}"#), @r"
    h… - - | One | net/pool.rs:4
    h… dire - | Two | a.rs
    h… important - | (important, no title) | 
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
    3 important - | Pool leaks | net/pool.rs:4-9
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

#[test]
fn ids_are_kept_as_the_document_gives_them() {
    let ids = |text: &str| read(text).findings.iter().map(|finding| finding.id.clone()).collect::<Vec<_>>();
    assert_eq!(
        ids(r#"{"findings":[{"id":"0","title":"A"},{"id":7,"title":"B"},{"id":"x-1","title":"C"}]}"#),
        ["0", "7", "x-1"]
    );
    // A number that is printed beside a finding gets its severity's letter, as in prose.
    assert_eq!(ids(r#"{"findings":[{"number":2,"title":"A","severity":"high"}]}"#), ["I2"]);
}

#[test]
fn nothing_in_a_list_of_findings_is_lost() {
    insta::assert_snapshot!(show(r#"{"befunde":[{"schweregrad":"kritisch","beschreibung":"Schlüssel im Log","datei":"net/log.rs","zeile":8}]}"#), @"h… critical - | Schlüssel im Log | net/log.rs:8");
    insta::assert_snapshot!(show(r#"{"findings":[{"foo":"The guard leaks","bar":"net/pool.rs","baz":4}]}"#), @"h… - - | The guard leaks | net/pool.rs:4");
    insta::assert_snapshot!(show(r#"[{"severity":"critical"}]"#), @"h… critical - | (critical, no title) | ");
    insta::assert_snapshot!(show(r#"[[[[[[[[[[{"title":"Deep","path":"a.rs"}]]]]]]]]]]"#), @"h… - - | Deep | a.rs");
    insta::assert_snapshot!(show(r#"{"findings":"The guard leaks in `net/pool.rs:4`"}"#), @"h… - - | The guard leaks | net/pool.rs:4");
    for (text, reason) in [
        (r#"{"findings":[1,2,3]}"#, "3 entries"),
        (r#"{"findings":[{}]}"#, "1 entries"),
        (r#"{"findings":[null,{"title":"A"}]}"#, "1 entries"),
        (r#"{"findings":7}"#, "1 entries"),
        (r#"{"findings":null}"#, "no list"),
        (r#"{"summary":"It is fine.","issues_found":3}"#, "no list"),
    ] {
        let review = read(text);
        assert!(!review.is_complete(), "{text}");
        assert!(
            review.incomplete_reason.clone().unwrap_or_default().contains(reason),
            "{text}: {:?}",
            review.incomplete_reason
        );
    }
}

#[test]
fn a_document_says_that_its_run_failed() {
    for (text, reason, findings) in [
        (r#"{"status":"error","message":"rate limited","findings":[]}"#, "rate limited", 0),
        (
            r#"{"type":"result","subtype":"error_max_turns","is_error":true,"result":"I was looking at"}"#,
            "I was looking at",
            0,
        ),
        (r#"{"findings":[{"title":"A"}],"review_completed":false}"#, "not completed", 1),
        (r#"{"findings":[],"error":{"message":"overloaded"}}"#, "overloaded", 0),
        (r#"{"errors":[{"message":"Bad credentials"}],"data":null}"#, "Bad credentials", 0),
        (r#"{"stop_reason":"max_tokens","review":{"findings":[{"title":"A"}]}}"#, "the answer was cut", 1),
        (r#"{"status":"failed","findings":[]}"#, "the run failed", 0),
        (r#"{"success":false,"findings":[]}"#, "the run failed", 0),
        (r#"{"verdict":"needs_changes","issues":[]}"#, "lists none", 0),
        (r#"{"truncated":true,"issues":[{"title":"A","file":"a.rs"}]}"#, "not completed", 1),
        (
            "{\"type\":\"assistant\"}\n{\"type\":\"result\",\"is_error\":true,\"result\":\"Credit balance is too low\"}",
            "Credit balance",
            0,
        ),
    ] {
        let review = read(text);
        assert!(!review.is_complete(), "{text}");
        assert!(
            review.incomplete_reason.clone().unwrap_or_default().contains(reason),
            "{text}: {:?}",
            review.incomplete_reason
        );
        assert_eq!(review.findings.len(), findings, "{text}");
    }
    for text in [
        r#"{"status":"failed","findings":[{"title":"A","file":"a.rs"}]}"#,
        r#"{"type":"result","subtype":"success","is_error":false,"result":"No issues found."}"#,
        r#"{"status":"success","error":null,"errors":[],"findings":[]}"#,
        r#"{"errors":[{"message":"bad","file":"a.rs","line":3}],"warnings":[]}"#,
        r#"{"verdict":"LGTM","result":"No issues found."}"#,
    ] {
        assert!(read(text).is_complete(), "{text}: {:?}", read(text).incomplete_reason);
    }
}

#[test]
fn the_last_whole_answer_counts() {
    let cut = r#"{"findings":[{"title":"The guard leaks","path":"a.rs"},{"title":"No t"#;
    let whole = r#"{"findings":[{"title":"The guard leaks","path":"a.rs","line":4},{"title":"Retries never end","path":"b.rs"}],"summary":"s"}"#;
    for text in [
        format!("{cut}{whole}"),
        format!("{cut}\n{whole}"),
        format!("{cut} I have read the change.\n\n```json\n{whole}\n```\n"),
        format!("{whole}\n{cut}"),
    ] {
        let review = read(&text);
        let titles: Vec<&str> = review.findings.iter().map(|finding| finding.title.as_str()).collect();
        assert_eq!(titles, ["The guard leaks", "Retries never end"], "{text}");
        assert!(review.is_complete(), "{text}: {:?}", review.incomplete_reason);
        assert!(
            review.diagnostics.iter().any(|one| one.message.contains("left aside")),
            "{text}: {:?}",
            review.diagnostics
        );
    }
    let draft = r#"{"findings":[{"title":"A draft","path":"c.rs"}]}"#;
    let review = read(&format!("{draft}\n{whole}\n"));
    assert_eq!(review.findings.len(), 2);
    assert_eq!(review.sections.unplaced[0].text, draft);
    assert!(review.diagnostics.iter().any(|one| one.message.contains("A draft")), "{:?}", review.diagnostics);
    // Parts of one answer, each about its file, are no drafts of one another.
    let review = read(
        "{\"file\":\"a.rs\",\"findings\":[{\"title\":\"A\"}]}\n{\"file\":\"b.rs\",\"findings\":[{\"title\":\"B\"}]}\n",
    );
    assert_eq!(review.findings.len(), 2);
}

#[test]
fn places_of_forges_and_language_servers() {
    let places = |text: &str| {
        let review = read(text);
        let shown = review.findings.iter().flat_map(|finding| &finding.locations).map(|place| {
            let columns = place
                .start_column
                .map(|column| format!(" {column}-{}", place.end_column.unwrap_or(0)))
                .unwrap_or_default();
            let side = place.side.map(|side| format!(" {side}")).unwrap_or_default();
            format!("{place}{columns}{side}")
        });
        shown.collect::<Vec<_>>().join(", ")
    };
    for (text, shown) in [
        (
            r#"[{"message":"m","file":"a.rs","range":{"start":{"line":3,"character":4},"end":{"line":3,"character":9}}}]"#,
            "a.rs:4 5-10",
        ),
        (
            r#"[{"message":"m","file":"a.rs","range":{"start":{"line":3,"character":4},"end":{"line":5,"character":0}}}]"#,
            "a.rs:4-5",
        ),
        (
            r#"{"comments":[{"body":"b","path":"a.rs","start_line":5,"line":8,"side":"RIGHT"}]}"#,
            "a.rs:5-8 head",
        ),
        (r#"{"comments":[{"body":"b","path":"a.rs","line":8,"side":"LEFT"}]}"#, "a.rs:8 base"),
        (
            r#"{"comments":[{"body":"b","path":"a.rs","line":null,"original_line":3,"original_start_line":2}]}"#,
            "a.rs:2-3",
        ),
        (
            r#"[{"body":"b","position":{"new_path":"a.rs","old_path":"old.rs","new_line":7,"old_line":6}}]"#,
            "a.rs:7",
        ),
        (
            r#"[{"body":"b","position":{"new_path":"a.rs","old_path":"old.rs","old_line":6}}]"#,
            "old.rs:6 base",
        ),
        (
            r#"[{"body":"b","position":{"new_path":"a.rs","line_range":{"start":{"new_line":2},"end":{"new_line":4}},"new_line":4}}]"#,
            "a.rs:2-4",
        ),
        (
            r#"[{"description":"d","severity":"major","location":{"path":"a.rs","positions":{"begin":{"line":6,"column":5},"end":{"line":6,"column":9}}}}]"#,
            "a.rs:6 5-9",
        ),
        (
            r#"[{"description":"d","severity":"minor","location":{"path":"a.rs","lines":{"begin":1,"end":9}},"other_locations":[{"path":"b.rs","lines":{"begin":5,"end":8}}]}]"#,
            "a.rs:1-9, b.rs:5-8",
        ),
        (
            r#"{"findings":[{"title":"t","file":"a.rs","line":4,"column":2,"end_line":4,"end_column":7}]}"#,
            "a.rs:4 2-7",
        ),
        (r#"[{"location":"app/(shop)/[id]/page.tsx:2","message":"m"}]"#, "app/(shop)/[id]/page.tsx:2"),
        (r#"{"findings":[{"title":"t","path":" ../../etc/passwd ","line":1}]}"#, "../../etc/passwd:1"),
    ] {
        assert_eq!(places(text), shown, "{text}");
    }
}

#[test]
fn a_thread_is_one_finding() {
    let review = read(
        r#"[{"id":1,"path":"a.rs","line":3,"body":"**P1: The guard leaks.** Drop it.\n\n```suggestion\ndrop(guard);\n```","side":"RIGHT"},
        {"id":2,"in_reply_to_id":1,"path":"a.rs","line":3,"body":"Good catch."}]"#,
    );
    assert_eq!(review.findings.len(), 1);
    let finding = &review.findings[0];
    assert_eq!(finding.title, "The guard leaks.");
    assert_eq!(finding.severity, Some(review_core::Severity::Important));
    assert_eq!(finding.fix.as_ref().unwrap().suggestion.as_deref(), Some("drop(guard);"));
    assert!(finding.extensions.contains_key("replies"));
}
