//! What holds for every format, over the shared fixtures.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod checker;
mod support;

use review_core::{FileHunks, Fix, Hunk, HunkOp, LineRange, Location, RenderOptions, Report, Side};
use review_testkit::conformance;

fn render(format: &str, report: &Report) -> String {
    review_render::renderer(format).unwrap().render(report, &RenderOptions::default()).unwrap().text
}

#[test]
fn every_format_of_the_contract_is_there() {
    let wanted = [
        #[cfg(feature = "html")]
        "html",
        "markdown",
        "markdown-comment",
        "json",
        #[cfg(feature = "sarif")]
        "sarif",
        "terminal",
        "rdjson",
        "rdjsonl",
        "github",
        "gitlab-code-quality",
        "gitlab-discussions",
        "junit",
    ];
    assert_eq!(review_render::formats(), wanted);
    assert!(review_render::renderer("pdf").is_none());
}

#[test]
fn every_format_passes_the_suite_over_every_fixture() {
    let mut reports: Vec<_> = support::all().into_iter().map(|(_, report)| report).collect();
    for format in review_render::formats().into_iter().rev() {
        if format == "html" {
            // Colours are slow without optimisation; the biggest fixture has its own test below.
            reports.pop();
        }
        let renderer = review_render::renderer(format).unwrap();
        assert_eq!(renderer.format(), format);
        let _ = conformance::renderer(renderer.as_ref(), &reports).assert_conforms();
    }
}

#[cfg(feature = "html")]
#[test]
fn a_big_page_is_the_same_bytes_twice() {
    let options = RenderOptions::default().with_highlight(false);
    let page =
        || review_render::renderer("html").unwrap().render(&support::many(300), &options).unwrap().text;
    assert_eq!(page(), page());
    checker::html(&page()).unwrap();
}

#[test]
fn every_format_says_that_a_review_is_incomplete() {
    for format in review_render::formats() {
        let text = render(format, &support::incomplete());
        assert!(text.contains("timed out after 20 minutes"), "{format} does not say why");
    }
}

#[test]
fn every_finding_is_in_every_format() {
    let report = support::many(40);
    for format in review_render::formats() {
        let text = render(format, &report);
        for finding in &report.findings {
            assert!(text.contains(&finding.id), "{format} has no {}", finding.id);
        }
    }
}

#[test]
fn numbers_that_no_file_has_are_rendered_too() {
    let most = u32::MAX;
    let mut report = support::one();
    let place = &mut report.findings[0].locations[0];
    (place.start_line, place.end_line) = (Some(most), Some(0));
    let mut whole = report.findings[0].clone();
    (whole.locations[0].start_line, whole.locations[0].end_line) = (Some(0), Some(most));
    report.findings.push(whole);
    let excerpt = &mut report.excerpts[0];
    (excerpt.first_line, excerpt.shown) = (most - 1, LineRange { start: most, end: 0 });
    let mut odd = excerpt.clone();
    (odd.first_line, odd.shown) = (0, LineRange { start: 0, end: most });
    report.excerpts.push(odd);
    let mut hunk = Hunk::default();
    (hunk.old_start, hunk.new_start, hunk.new_lines) = (most, most, most);
    hunk.ops = vec![HunkOp::Context(most), HunkOp::Add(most), HunkOp::Delete(most)];
    report.hunks.insert(0, FileHunks::new("net/pool.go", None, vec![hunk]));
    (report.started_ms, report.wall_clock_ms) = (Some(i64::MAX), Some(u64::MAX));
    report.retro.reviewers[0].usage.cost_micro_usd = Some(u64::MAX);
    report.coverage.unread =
        vec![review_core::HunkRef::new("net/pool.go", LineRange { start: most, end: 0 })];
    for format in review_render::formats() {
        render(format, &report);
    }
    report.started_ms = Some(i64::MIN);
    for format in review_render::formats() {
        render(format, &report);
    }
}

#[test]
fn a_comment_is_cut_and_says_so() {
    let options = RenderOptions::default().with_max_chars(4_000);
    let rendered =
        review_render::renderer("markdown-comment").unwrap().render(&support::many(40), &options).unwrap();
    assert!(rendered.text.chars().count() <= 4_000);
    assert!(rendered.text.contains("Cut for length"));
    assert!(!rendered.omitted.is_empty());
    checker::markdown(&rendered.text).unwrap();
}

#[test]
fn every_forge_body_stands_on_lines_of_the_diff() {
    for (name, report) in support::all() {
        checker::github(&render("github", &report), &report).unwrap_or_else(|why| panic!("{name}: {why}"));
        checker::gitlab_discussions(&render("gitlab-discussions", &report), &report)
            .unwrap_or_else(|why| panic!("{name}: {why}"));
    }
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
        at(Location::line("old/a.go", 13).on_side(Side::Base)),
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

#[test]
fn markers_are_the_same_in_every_run_and_survive_other_wording() {
    let mut report = support::one();
    let marker = "<!-- deep-review:finding fp/v1:00112233445566778899aabbccddeeff -->";
    report.findings[0].title = "another wording".into();
    for format in ["github", "gitlab-discussions", "markdown-comment"] {
        assert!(render(format, &report).contains(marker), "{format}");
    }
}

#[test]
fn the_terminal_shows_code_with_its_lines() {
    let text = render("terminal", &support::one());
    let start = text.find("important I1").unwrap();
    let end = text.find("  Fix (claude)").unwrap();
    insta::assert_snapshot!(&text[start..end], @r#"
    important I1  `Get` returns with the lock held when an idle connection exists
      regression · concurrency · raised by claude, codex · confidence 93 % · quote found 3 lines down
      --> net/pool.go:20-23
      --> net/pool.go:34

      The early return at net/pool.go:23 leaves `p.mu` locked; the next caller waits for ever.

      - see also `pool.go:29`, commit 762c1e8 and #12
      - and T1

      ```go
      p.mu.Unlock()
      ```
      How it fails: Two goroutines call `Get`; the second never returns.

      net/pool.go:20-23
        18 | func (p *Pool) Get(ctx context.Context) (*Conn, error) {
        19 |     p.mu.Lock()
      > 20 |     if n := len(p.idle); n > 0 {
      > 21 |         c := p.idle[n-1]
      > 22 |         p.idle = p.idle[:n-1]
      > 23 |         return c, nil
        24 |     }
        25 |     p.mu.Unlock()

      net/pool.go:34
        32 |         return errors.New("no connection")
        33 |     }
      > 34 |     p.mu.Lock()
        35 |     defer p.mu.Unlock()
        36 |     if len(p.idle) >= p.max {
    "#);
}

fn terminal(report: &Report, options: &RenderOptions) -> String {
    review_render::renderer("terminal").unwrap().render(report, options).unwrap().text
}

#[test]
fn a_terminal_is_filled_and_no_word_is_broken() {
    let mut report = support::many(16);
    let path = format!("a/{}/pool.go", "deep/".repeat(12).trim_end_matches('/'));
    report.findings[3].locations = vec![Location::lines(&path, 3, 9)];
    report.findings[4].title =
        format!("The caller of {path} waits for ever, because nobody gives its lock back in time");
    for width in [40, 80, 200] {
        let text = terminal(&report, &RenderOptions::default().with_width(width).with_full(true));
        let wide = text.lines().filter(|line| {
            // What stands before the last word has room.
            let words = line.rsplit_once(' ').map_or("", |(before, _)| before);
            words.trim().chars().count() > usize::from(width) && !line.contains(" | ")
        });
        assert_eq!(wide.collect::<Vec<_>>(), Vec::<&str>::new(), "{width}");
        assert!(text.contains(&format!("{path}:3-9")), "{width}");
        let broken = report.findings.iter().flat_map(|finding| finding.title.split(' '));
        let missing = broken.filter(|word| !text.contains(word)).collect::<Vec<_>>();
        assert!(missing.is_empty(), "{width}: {missing:?}");
        assert!(
            text.lines().any(|line| line.chars().count() > usize::from(width) * 4 / 5),
            "{width} is not filled"
        );
    }
}

#[test]
fn sixteen_findings_fit_two_screens() {
    let report = support::many(16);
    for width in [80, 200] {
        let options = RenderOptions::default().with_width(width);
        let short = terminal(&report, &options);
        assert!(short.lines().count() <= 100, "{width}: {} lines", short.lines().count());
        assert!(short.contains("in short") && short.contains("disagree about who"), "{width}");
        let full = terminal(&report, &options.with_full(true));
        assert!(full.lines().count() > 200 && !full.contains("in short"));
    }
    // Few findings are shown with all they say.
    assert!(!terminal(&support::many(2), &RenderOptions::default()).contains("in short"));
}

#[test]
fn a_terminal_ends_with_ids_and_places() {
    let report = support::many(16);
    let text = terminal(&report, &RenderOptions::default());
    let end: Vec<&str> = text.lines().rev().take(30).collect();
    for finding in &report.findings {
        let place = finding.locations[0].to_string();
        assert!(
            end.iter().any(|line| line.starts_with(&finding.id) && line.ends_with(&place)),
            "{}",
            finding.id
        );
    }
}

#[test]
fn who_wrote_the_summary_is_said() {
    let mut report = support::one();
    assert!(!render("markdown", &report).contains("checked against the facts"));
    report.sections.summary_by = Some("model:opus-*9*".into());
    assert!(
        render("markdown", &report).contains("*Written by model:opus-\\*9\\*, checked against the facts.*")
    );
    #[cfg(feature = "html")]
    assert!(render("html", &report).contains("Written by model:opus-*9*, checked against the facts."));
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

#[test]
fn a_changed_severity_is_shown_with_its_claim() {
    let mut report = support::many(3);
    report.findings[1].claimed_severity =
        Some(review_core::ClaimedSeverity::new(review_core::Severity::Critical, vec!["gemini".into()]));
    report.findings[1].severity = review_core::Severity::Important;
    report.findings[1].recurrences = vec!["C1".into()];
    for format in review_render::formats() {
        let text = render(format, &report);
        if matches!(format, "json" | "gitlab-code-quality" | "junit") {
            continue;
        }
        assert!(text.contains("claimed critical by gemini"), "{format}");
    }
    for format in ["html", "markdown", "markdown-comment", "terminal", "github", "gitlab-discussions"] {
        let Some(renderer) = review_render::renderer(format) else { continue };
        let text = renderer.render(&report, &RenderOptions::default()).unwrap().text;
        assert!(text.contains("Same defect elsewhere"), "{format}");
    }
}

#[test]
fn what_makes_a_review_incomplete_stands_before_the_findings() {
    let mut report = support::incomplete();
    report
        .diagnostics
        .push(review_core::Diagnostic::new(0, "all of codex's findings were outside of the change"));
    for format in ["html", "markdown", "markdown-comment", "terminal", "github", "gitlab-discussions"] {
        let Some(renderer) = review_render::renderer(format) else { continue };
        let text = renderer.render(&report, &RenderOptions::default()).unwrap().text;
        let note =
            text.find("findings were outside of the change").unwrap_or_else(|| panic!("{format}: not said"));
        let summary = text.find("The change bounds the pool").unwrap();
        assert!(note < summary, "{format}");
    }
}

#[test]
fn testing_gaps_are_ranked_by_what_they_leave_open() {
    let mut report = support::many(10);
    let item = |id: &str, text: &str| {
        review_core::ReportItem::new(id, text, review_core::SourceId::new("claude", 1, id))
    };
    report.sections.testing = vec![
        item("T1", "Nothing covers the empty pool."),
        item("T2", "S2 has no test."),
        item("T3", "Nobody tests what C1 describes."),
    ];
    for format in ["markdown", "html"] {
        let Some(renderer) = review_render::renderer(format) else { continue };
        let text = renderer.render(&report, &RenderOptions::default()).unwrap().text;
        let at = |words: &str| text.find(words).unwrap();
        assert!(
            at("Nobody tests what") < at("has no test") && at("has no test") < at("Nothing covers"),
            "{format}"
        );
    }
}

#[test]
fn a_change_without_a_name_is_called_by_its_branch_or_first_commit() {
    let mut report = support::one();
    report.change.notes.title = None;
    let title = |report: &Report| {
        let text = render("markdown", report);
        text.lines().next().unwrap().to_owned()
    };
    assert_eq!(title(&report), "# Review: pool-limits");
    report.change.branch = None;
    report.change.commits.insert(0, review_core::Commit::new("1".repeat(40), "A later fix"));
    assert_eq!(title(&report), "# Review: Pool: keep at most max connections");
}

#[cfg(feature = "html")]
#[test]
fn addresses_in_code_stay_code() {
    let mut report = support::one();
    report.findings[0].body =
        "Served at `https://localhost:8080/x`, see https://docs.example/y and `net/pool.go:23`.".into();
    let page = render("html", &report);
    assert!(page.contains("<code>https://localhost:8080/x</code>"));
    assert!(page.contains("href=\"https://docs.example/y\"") && page.contains("net/pool.go#L23\""));
}
