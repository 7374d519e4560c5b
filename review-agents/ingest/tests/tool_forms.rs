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

use review_core::ColumnUnit;
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
fn messages_below_the_name_of_their_file() {
    insta::assert_snapshot!(show("web/pool.js\n  12:5  error    The pool is never closed  no-leak\n  40:1  warning  x is a poor name          @acme/naming\n\n/w/web/wire.js\n  7:2  error  Parsing error: Unexpected token\n\n✖ 3 problems (2 errors, 1 warning)\n  0 errors and 1 warning potentially fixable with the `--fix` option.\n"), @"
    h… important - | The pool is never closed | web/pool.js:12
    h… suggestion - | x is a poor name | web/pool.js:40
    h… important - | Parsing error: Unexpected token | /w/web/wire.js:7
    truncated: a file could not be read: Parsing error: Unexpected token
    ");
    insta::assert_snapshot!(show("web/a.css\n  3:1  ✖  Unexpected empty block  block-no-empty\n\n1 problem (1 error, 0 warnings)\n"), @"h… important - | Unexpected empty block | web/a.css:3");
}

#[test]
fn the_trouble_of_a_linter_is_not_its_total() {
    let text = "web/pool.js\n  12:5  error  The pool is never closed  no-leak\n\nThere was a problem reading web/wire.js: out of memory\n\n✖ 1 problem (1 error, 0 warnings)\n";
    let review = read(text);
    let unplaced: Vec<&str> = review.sections.unplaced.iter().map(|one| one.text.as_str()).collect();
    assert_eq!(unplaced, ["There was a problem reading web/wire.js: out of memory"]);
}

#[test]
fn a_list_of_files_without_messages_is_a_clean_run() {
    let review = read(r#"[{"filePath":"web/b.js","messages":[]}]"#);
    assert!(review.is_complete() && review.findings.is_empty());
}

/// Every edit of the first finding, with its range, its columns and what they count.
fn edits(text: &str) -> String {
    let review = read(text);
    let fix = review.findings.first().and_then(|finding| finding.fix.clone()).unwrap_or_default();
    let edits = fix.edits.iter().map(|edit| {
        let place = &edit.location;
        let column = |column: Option<u32>| column.map_or("-".to_owned(), |column| column.to_string());
        let unit = match place.column_unit {
            None => "",
            Some(ColumnUnit::Utf16) => " utf16",
            Some(_) => " chars",
        };
        let (start, end) = (column(place.start_column), column(place.end_column));
        format!("{place} {start}-{end}{unit} {:?}", edit.replacement)
    });
    edits.collect::<Vec<_>>().join("; ")
}

#[test]
fn fixes_keep_their_exact_ranges() {
    for (text, shown) in [
        (
            r#"[{"filePath":"a.js","source":"let a;\nvar é = 1;\nvar b;\n","messages":[{"ruleId":"no-var","severity":2,"message":"m","line":3,"fix":{"range":[18,21],"text":"let"}}]}]"#,
            r#"a.js:3 1-4 "let""#,
        ),
        (
            r#"[{"filePath":"a.js","source":"é = 1\n","messages":[{"ruleId":"semi","severity":2,"message":"m","line":1,"fix":{"range":[5,5],"text":";"}}]}]"#,
            r#"a.js:1 7-7 ";""#,
        ),
        (
            r#"[{"filename":"a.py","code":"F401","message":"m","location":{"row":1,"column":8},"fix":{"edits":[{"content":"","location":{"row":1,"column":1},"end_location":{"row":2,"column":1}}]}}]"#,
            r#"a.py:1-2 1-1 chars """#,
        ),
        (
            r#"{"reason":"compiler-message","message":{"level":"warning","message":"m","code":{"code":"clippy::x"},"spans":[{"file_name":"a.rs","line_start":3,"line_end":3,"is_primary":true}],"children":[{"level":"help","message":"use it","spans":[{"file_name":"a.rs","line_start":3,"line_end":3,"column_start":5,"column_end":9,"suggested_replacement":"x"}]}]}}"#,
            r#"a.rs:3 5-9 chars "x""#,
        ),
        (
            r#"{"results":[{"check_id":"c","path":"a.py","start":{"line":6,"col":5},"end":{"line":6,"col":9},"extra":{"message":"m","severity":"ERROR","fix":"x()"}}],"errors":[],"paths":{"scanned":["a.py"]}}"#,
            r#"a.py:6 5-9 "x()""#,
        ),
        (
            r#"[{"file":"a.ts","ruleId":"r","message":"m","text":"var","replacement":"let","range":{"byteOffset":{"start":9,"end":12},"start":{"line":1,"column":2},"end":{"line":1,"column":5}}}]"#,
            r#"a.ts:2 3-6 chars "let""#,
        ),
        (
            r#"{"diagnostics":[{"message":"m","location":{"path":"a.ts","range":{"start":{"line":2}}},"suggestions":[{"range":{"start":{"line":2,"column":3},"end":{"line":2,"column":6}},"text":"let"},{"range":{"start":{"line":9,"column":1}},"text":"x"}]}]}"#,
            r#"a.ts:2 3-6 "let"; a.ts:9 1-1 "x""#,
        ),
        (
            r#"{"diagnostics":[{"message":"m","location":{"path":"a.ts"},"suggestions":[{"range":{"start":{"line":2},"end":{"line":3}},"text":"x"}]}]}"#,
            r#"a.ts:2-3 --- "x""#,
        ),
        (
            r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"results":[{"message":{"text":"m"},"fixes":[{"artifactChanges":[{"artifactLocation":{"uri":"a.ts"},"replacements":[{"deletedRegion":{"startLine":2,"startColumn":3,"endColumn":6},"insertedContent":{"text":"let"}}]},{"artifactLocation":{"uri":"b.ts"},"replacements":[{"deletedRegion":{"startLine":1,"startColumn":1,"endColumn":1},"insertedContent":{"text":"// x"}}]}]}]}]}]}"#,
            r#"a.ts:2 3-6 utf16 "let"; b.ts:1 1-1 utf16 "// x""#,
        ),
        (
            r#"{"version":"2.1.0","runs":[{"tool":{"driver":{"name":"x"}},"artifacts":[{"location":{"uri":"a.ts"},"contents":{"text":"ab\ncd\n"}}],"results":[{"message":{"text":"m"},"fixes":[{"artifactChanges":[{"artifactLocation":{"index":0},"replacements":[{"deletedRegion":{"charOffset":3,"charLength":2},"insertedContent":{"text":"x"}}]}]}]}]}]}"#,
            r#"a.ts:2 1-3 "x""#,
        ),
        (
            r#"{"Issues":[{"FromLinter":"whitespace","Text":"m","Pos":{"Filename":"a.go","Line":4},"LineRange":{"From":4,"To":6},"Replacement":{"NeedOnlyDelete":true}}],"Report":{}}"#,
            r#"a.go:4-6 --- """#,
        ),
        (
            r#"{"Issues":[{"FromLinter":"misspell","Text":"m","Pos":{"Filename":"a.go","Line":4,"Column":9},"Replacement":{"NewLines":null,"Inline":{"StartCol":8,"Length":3,"NewString":"the"}}}],"Report":{}}"#,
            r#"a.go:4 9-12 "the""#,
        ),
        (
            r#"{"Issues":[{"FromLinter":"gofmt","Text":"m","Pos":{"Filename":"a.go","Line":4},"Replacement":{"NewLines":["x()","y()"]}}],"Report":{}}"#,
            r#"a.go:4 --- "x()\ny()""#,
        ),
    ] {
        assert_eq!(edits(text), shown, "{text}");
    }
}

#[test]
fn edits_that_only_their_tool_can_place_are_told_in_words() {
    let review = read(
        r#"{"Issues":[{"FromLinter":"perfsprint","Text":"m","Pos":{"Filename":"a.go","Line":4},"SuggestedFixes":[{"Message":"Use strconv.Itoa","TextEdits":[{"Pos":5021,"End":5040,"NewText":"eA=="}]}]}],"Report":{}}"#,
    );
    let fix = review.findings[0].fix.clone().unwrap();
    assert_eq!((fix.prose.as_deref(), fix.edits.len()), (Some("Use strconv.Itoa"), 0));
}

#[test]
fn sarif_by_the_book() {
    let document = |extra: &str, results: &str| {
        format!(
            r#"{{"version":"2.1.0","runs":[{{"tool":{{"driver":{{"name":"x","rules":[{{"id":"R1","defaultConfiguration":{{"level":"error"}},"messageStrings":{{"m":{{"text":"{{0}} leaks, see [here](1)"}}}}}}]}},"extensions":[{{"name":"e","guid":"g","rules":[{{"id":"E1","defaultConfiguration":{{"level":"note"}}}}]}}]}},{extra}"results":[{results}]}}]}}"#
        )
    };
    let at =
        r#""locations":[{"physicalLocation":{"artifactLocation":{"uri":"a.rs"},"region":{"startLine":3}}}]"#;
    for (results, shown) in [
        (
            format!(r#"{{"ruleId":"R1","message":{{"id":"m","arguments":["The [guard]"]}},{at}}}"#),
            "important The [guard] leaks, see here a.rs:3",
        ),
        (
            format!(
                r#"{{"rule":{{"id":"E1","toolComponent":{{"guid":"g"}}}},"message":{{"text":"M"}},{at}}}"#
            ),
            "suggestion M a.rs:3",
        ),
        (format!(r#"{{"ruleId":"R1/sub","message":{{"text":"M"}},{at}}}"#), "important M a.rs:3"),
        (
            format!(r#"{{"ruleId":"R1","kind":"review","level":"error","message":{{"text":"M"}},{at}}}"#),
            "suggestion M a.rs:3",
        ),
        (
            format!(
                r#"{{"ruleId":"R1","suppressions":[{{"kind":"external","status":"rejected"}}],"message":{{"text":"M"}},{at}}}"#
            ),
            "important M a.rs:3",
        ),
        (
            format!(
                r#"{{"ruleId":"R1","suppressions":[{{"kind":"inSource"}}],"message":{{"text":"M"}},{at}}}"#
            ),
            "important M a.rs:3 withdrawn",
        ),
        (
            format!(r#"{{"ruleId":"R1","baselineState":"absent","message":{{"text":"M"}},{at}}}"#),
            "important M a.rs:3 withdrawn",
        ),
        (format!(r#"{{"ruleId":"R1","message":{{"id":"gone"}},{at}}}"#), "important R1 a.rs:3"),
        (r#"{"ruleId":"R1","kind":"pass","message":{"text":"M"}}"#.to_owned(), ""),
    ] {
        let review = read(&document("", &results));
        let line = |finding: &review_core::RawFinding| {
            let severity = finding.severity.map(|severity| severity.to_string()).unwrap_or_default();
            let places: Vec<String> = finding.locations.iter().map(ToString::to_string).collect();
            format!(
                "{severity} {} {}{}",
                finding.title,
                places.join(" "),
                if finding.withdrawn { " withdrawn" } else { "" }
            )
        };
        assert_eq!(review.findings.iter().map(line).collect::<Vec<_>>().join("; "), shown, "{results}");
        assert!(review.is_complete(), "{results}");
    }
    let overridden = document(
        r#""invocations":[{"executionSuccessful":true,"ruleConfigurationOverrides":[{"configuration":{"level":"note"},"descriptor":{"id":"R1"}}]}],"#,
        &format!(r#"{{"ruleId":"R1","message":{{"text":"M"}},{at}}}"#),
    );
    assert_eq!(read(&overridden).findings[0].severity, Some(review_core::Severity::Suggestion));
}
