//! What holds for every format, over the shared fixtures.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test")]

mod checker;
mod support;

use review_core::{FileHunks, Hunk, HunkOp, LineRange, RenderOptions, Report};
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
