//! Where comments and fixes go: the places in a diff, and the exact ranges of edits.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod support;

use review_core::{FileHunks, Fix, Hunk, HunkOp, LineRange, Location, RenderOptions, Report, Side};

fn render(format: &str, report: &Report) -> String {
    review_render::renderer(format).unwrap().render(report, &RenderOptions::default()).unwrap().text
}

/// A report with one finding at a place, over a file with a hunk at lines 10 to 18.
fn placed(place: Location, fix: Option<Fix>) -> Report {
    let mut report = support::one();
    use HunkOp::{Add, Context, Delete};
    let hunk = Hunk::new(10, 10, vec![Context(3), Delete(1), Add(3), Context(3)]);
    report.hunks = vec![FileHunks::new("new/a.go", Some("old/a.go".into()), vec![hunk])];
    let finding = &mut report.findings[0];
    finding.locations = vec![place];
    finding.body.clear();
    let source = finding.representative.clone();
    finding.fixes = fix.map(|fix| review_core::AttributedFix::new(source, fix)).into_iter().collect();
    let lines: String = (1..=30).map(|line| format!("line {line}\n")).collect();
    report.excerpts =
        vec![review_core::Excerpt::new("new/a.go", Side::Head, 1, LineRange::new(1, 30), lines)];
    report
}

/// Where GitHub and GitLab are told to put the remark.
fn positions(report: &Report) -> (String, String) {
    let github: serde_json::Value = serde_json::from_str(&render("github", report)).unwrap();
    let gitlab: serde_json::Value = serde_json::from_str(&render("gitlab-discussions", report)).unwrap();
    let github = match github["comments"].get(0) {
        Some(comment) => {
            format!("{}-{} {} {}", comment["start_line"], comment["line"], comment["side"], comment["path"])
        }
        None => "body".to_owned(),
    };
    let at = &gitlab[1]["position"];
    let gitlab = format!("{}/{} {} {}", at["old_line"], at["new_line"], at["old_path"], at["new_path"]);
    (github.replace('"', ""), gitlab.replace('"', ""))
}

#[test]
fn a_remark_goes_to_the_line_then_the_hunk_then_the_file_then_the_body() {
    let at = |place: Location| positions(&placed(place, None));
    insta::assert_debug_snapshot!([
        at(Location::lines("new/a.go", 13, 15)),
        at(Location::line("new/a.go", 12)),
        at(Location::line("old/a.go", 13).with_side(Side::Base)),
        at(Location::lines("new/a.go", 18, 25)),
        at(Location::line("new/a.go", 29)),
        at(Location::file("new/a.go")),
        at(Location::line("elsewhere.go", 1)),
    ], @r#"
    [
        (
            "13-15 RIGHT new/a.go",
            "null/15 old/a.go new/a.go",
        ),
        (
            "null-12 RIGHT new/a.go",
            "12/12 old/a.go new/a.go",
        ),
        (
            "null-13 LEFT new/a.go",
            "13/null old/a.go new/a.go",
        ),
        (
            "null-18 RIGHT new/a.go",
            "16/18 old/a.go new/a.go",
        ),
        (
            "null-13 RIGHT new/a.go",
            "null/13 old/a.go new/a.go",
        ),
        (
            "null-13 RIGHT new/a.go",
            "null/13 old/a.go new/a.go",
        ),
        (
            "body",
            "null/null null null",
        ),
    ]
    "#);
}

#[test]
fn a_suggestion_stands_on_exactly_the_lines_that_it_replaces() {
    let report = placed(Location::lines("new/a.go", 13, 15), Some(Fix::suggestion("```\nnew\n")));
    let body: serde_json::Value = serde_json::from_str(&render("github", &report)).unwrap();
    let text = body["comments"][0]["body"].as_str().unwrap();
    assert!(text.ends_with("````suggestion\n```\nnew\n````\n"), "{text}");
    let outside = placed(Location::lines("new/a.go", 25, 26), Some(Fix::suggestion("new\n")));
    assert!(!render("github", &outside).contains("```suggestion"), "only where the diff shows the lines");
}

/// A finding at lines 13 to 15 of the placed report with these edits as its fix.
fn with_edits(edits: Vec<review_core::TextEdit>) -> Report {
    let mut fix = Fix::default();
    fix.edits = edits;
    placed(Location::lines("new/a.go", 13, 15), Some(fix))
}

fn edit(path: &str, lines: (u32, u32), columns: Option<(u32, u32)>, text: &str) -> review_core::TextEdit {
    let place = Location::lines(path, lines.0, lines.1);
    let place = columns.map_or(place.clone(), |(start, end)| place.with_columns(start, end));
    review_core::TextEdit::new(place, text)
}

/// The suggestion block of the first GitHub comment, and where that stands.
fn suggestion(report: &Report) -> String {
    let review: serde_json::Value = serde_json::from_str(&render("github", report)).unwrap();
    let comment = &review["comments"][0];
    let block = comment["body"].as_str().unwrap().split("```suggestion\n").nth(1);
    let block = block.map_or("none", |rest| rest.split("```").next().unwrap());
    format!("{}-{}: {block}", comment["start_line"], comment["line"])
}

#[test]
fn a_suggestion_keeps_the_rest_of_the_line() {
    let part = with_edits(vec![edit("new/a.go", (14, 14), Some((6, 8)), "forteen")]);
    assert_eq!(suggestion(&part), "null-14: line forteen\n");
    let insertion = with_edits(vec![edit("new/a.go", (14, 14), Some((1, 1)), "before\n")]);
    assert_eq!(suggestion(&insertion), "null-14: before\nline 14\n");
    let several = with_edits(vec![
        edit("new/a.go", (15, 15), Some((1, 5)), "LINE"),
        edit("new/a.go", (13, 13), Some((6, 8)), "thirteen"),
    ]);
    assert_eq!(suggestion(&several), "13-15: line thirteen\nline 14\nLINE 15\n");
}

#[test]
fn an_edit_of_another_place_is_no_suggestion() {
    for edits in [
        vec![edit("new/b.go", (14, 14), Some((6, 8)), "OTHER-FILE")],
        vec![edit("new/a.go", (17, 17), Some((6, 8)), "OTHER-LINE")],
        vec![edit("new/a.go", (14, 14), Some((6, 8)), "x"), edit("new/b.go", (1, 1), None, "OTHER-FILE")],
        vec![edit("new/a.go", (14, 14), Some((6, 99)), "NOT-THERE")],
    ] {
        let wanted = edits.last().unwrap().replacement.clone();
        let report = with_edits(edits);
        assert!(suggestion(&report).ends_with(": none"), "{wanted}");
        for format in ["github", "gitlab-discussions", "markdown", "terminal"] {
            let text = render(format, &report);
            assert!(text.contains(&wanted) && !text.contains("```suggestion"), "{format} {wanted}: {text}");
        }
    }
    // Columns of a place, and lines that replace "the place": which of them is not known.
    let odd =
        placed(Location::lines("new/a.go", 14, 14).with_columns(6, 8), Some(Fix::suggestion("forteen")));
    assert!(suggestion(&odd).ends_with(": none"));
}

#[test]
fn machine_formats_keep_exact_ranges() {
    let report = with_edits(vec![edit("new/a.go", (14, 14), Some((6, 8)), "forteen")]);
    let rdjson: serde_json::Value = serde_json::from_str(&render("rdjson", &report)).unwrap();
    let wanted =
        r#"[{"range":{"start":{"line":14,"column":6},"end":{"line":14,"column":8}},"text":"forteen"}]"#;
    let wanted: serde_json::Value = serde_json::from_str(wanted).unwrap();
    assert_eq!(rdjson["diagnostics"][0]["suggestions"], wanted);
    let elsewhere = with_edits(vec![edit("new/b.go", (14, 14), Some((6, 8)), "forteen")]);
    let rdjson: serde_json::Value = serde_json::from_str(&render("rdjson", &elsewhere)).unwrap();
    assert!(rdjson["diagnostics"][0]["suggestions"].is_null(), "it has no field for a file");
    assert!(rdjson["diagnostics"][0]["message"].as_str().unwrap().contains("forteen"));
}

#[cfg(feature = "sarif")]
#[test]
fn sarif_keeps_files_and_columns() {
    let mut report = with_edits(vec![
        edit("new/a.go", (14, 14), Some((8, 10)), "forteen"),
        edit("new/b.go", (2, 3), Some((4, 1)), "x\n"),
        edit("new/a.go", (15, 15), None, ""),
    ]);
    // Four bytes more than letters before the edit.
    report.excerpts[0].text = report.excerpts[0].text.replace("line 14", "“” 14");
    let sarif: serde_json::Value = serde_json::from_str(&render("sarif", &report)).unwrap();
    let changes = &sarif["runs"][0]["results"][0]["fixes"][0]["artifactChanges"];
    insta::assert_snapshot!(serde_json::to_string(changes).unwrap(), @r#"[{"artifactLocation":{"uri":"new/a.go","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"endColumn":6,"endLine":14,"startColumn":4,"startLine":14},"insertedContent":{"text":"forteen"}},{"deletedRegion":{"endColumn":1,"endLine":16,"startColumn":1,"startLine":15},"insertedContent":{"text":""}}]},{"artifactLocation":{"uri":"new/b.go","uriBaseId":"%SRCROOT%"},"replacements":[{"deletedRegion":{"endColumn":1,"endLine":3,"startColumn":4,"startLine":2},"insertedContent":{"text":"x\n"}}]}]"#);
    let inside = with_edits(vec![edit("new/a.go", (14, 14), Some((6, 99)), "x")]);
    assert!(!render("sarif", &inside).contains("artifactChanges"), "the line has no such column");
}
