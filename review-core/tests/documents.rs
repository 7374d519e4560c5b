//! The documents, as scripts outside of the project rely on them: golden files, tolerance for what is newer within
//! the same major version, and a clear refusal of what is not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a test that reads golden files"
)]

use std::path::PathBuf;

use review_core::journal::{JournalState, Record};
use review_core::*;

fn golden(name: &str, written: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, written).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    assert_eq!(
        written, kept,
        "{name} differs; if that is meant, run with UPDATE_GOLDEN=1 and say why in the changelog"
    );
}

/// Written, read and written again: the same bytes, and the golden ones.
fn survives<D: Document>(name: &str, document: &D) {
    let written = document.to_json().unwrap();
    golden(name, &written);
    assert_eq!(D::from_json(&written).unwrap().to_json().unwrap(), written);
}

fn source() -> SourceId {
    SourceId::new("claude", 1, "S2")
}

fn review() -> Review {
    let finding = RawFinding::new("Lost error")
        .with_id("I1")
        .with_severity(Severity::Important)
        .with_kind(Kind::Regression)
        .with_category(Category::ErrorHandling)
        .with_body("`dial` fails and nobody hears of it.")
        .at(Location::lines("a/b.go", 10, 20))
        .with_quote(Quote::new("return nil").with_path("a/b.go").with_start_line(12).with_language("go"))
        .with_fix(Fix::patch("-return nil\n+return err\n"))
        .with_scenario("The peer is down.")
        .with_introduced_by("762c1e8")
        .with_confidence(Ratio::from_f64(0.9))
        .with_reference("I2");
    let sections = Sections::default()
        .with_summary("Pools connections.")
        .with_design(
            SectionItem::new("D1", "One owner per file.")
                .with_stance(Stance::Strength)
                .with_scope(Scope::InScope),
        )
        .with_testing(SectionItem::new("T1", "No test for a refused connection."))
        .with_documentation(SectionItem::new("O1", "The default is not documented."))
        .with_commit_structure("One commit too many.")
        .with_coverage(CoverageNote::new("a/b.go", "Reviewed, no issues").with_range(LineRange::new(1, 90)))
        .with_unplaced(Unplaced::new(7, "???"));
    Review::new("claude")
        .with_identity(
            Identity::default().with_provider("anthropic").with_model("model-1").with_effort("high"),
        )
        .with_finding(finding)
        .with_sections(sections)
        .with_check(Check::new("go test ./...", "ok").with_passed(true))
        .with_tool_calls(vec![ToolCount::new("read_file", 12)])
        .with_usage(
            Usage::default().with_input_tokens(1000).with_output_tokens(200).with_cost_micro_usd(12_345),
        )
        .with_duration_ms(61_000)
        .with_diagnostic(Diagnostic::new(7, "this line could not be typed"))
        .with_lines(LineCount { total: 120, typed: 119, unplaced: 1 })
}

fn change() -> ChangeSet {
    let hunk =
        Hunk::new(10, 10, vec![HunkOp::Context(3), HunkOp::Delete(1), HunkOp::Add(2), HunkOp::Context(3)])
            .with_section("func Open()");
    ChangeSet::new(Origin::PullRequest)
        .with_repository(
            Repository::default().with_name("o/r").with_url("https://github.com/o/r").with_forge("github"),
        )
        .with_base("1111111111111111111111111111111111111111")
        .with_head("2222222222222222222222222222222222222222")
        .with_branch("pool")
        .with_commit(
            Commit::new("2222222222222222222222222222222222222222", "Pool connections")
                .with_author("A")
                .with_time_ms(1_776_014_013_000),
        )
        .with_file(ChangedFile::new("a/b.go", FileStatus::Renamed).with_old_path("a/c.go").with_hunk(hunk))
        .with_notes(ChangeNotes::default().with_number(295).with_title("Pool").with_state("open"))
}

fn report() -> Report {
    let mut report = Report::default();
    report.id = "20260412-171333-pr-295".into();
    report.round = 1;
    report.started_ms = Some(1_776_014_013_000);
    report.change = change();
    report.reviewers.push(ReviewerSummary::new("claude"));
    let anchor = Anchor::new(&Location::lines("a/b.go", 10, 20), Grade::Moved)
        .with_moved_by(3)
        .with_introduced_by("762c1e8")
        .with_in_change(true)
        .with_source(source());
    report.findings.push(
        ConsolidatedFinding::new("I1", Severity::Important, "Lost error", source())
            .with_fingerprint("fp/v1:0f0388a2db7cfda7c3d7d36cb8bc7275")
            .with_kind(Kind::Gap)
            .with_category(Category::Concurrency)
            .at(Location::lines("a/b.go", 10, 20))
            .with_confidence(Ratio::from_f64(0.93))
            .with_anchor(anchor)
            .with_fix(AttributedFix::new(source(), Fix::prose("Return the error.")))
            .with_reason(Reason::new("calibrate", "two reviewers say important")),
    );
    let entry =
        LedgerEntry::new(source(), Outcome::Merged, "same_issue", "same place and same code as codex/1/I2")
            .with_target("I1")
            .with_severities(Some(Severity::Suggestion), Some(Severity::Important))
            .with_evidence(
                EvidenceNote::new("quoted here").with_path("a/b.go").with_line(12).with_quote("return nil"),
            );
    report.ledger.push(entry);
    let subjects = vec![source(), SourceId::new("codex", 1, "I2")];
    report.questions.push(
        Question::new("q/0123456789abcdef", QuestionKind::SameIssue, subjects, Ratio::from_f64(0.31))
            .with_assumed(DecisionValue::Truth(true)),
    );
    report.verdict = Verdict::new(VerdictDecision::MergeWithFixes, "one important finding is open");
    report.excerpts.push(Excerpt::new(
        "a/b.go",
        Side::Head,
        9,
        LineRange::new(10, 11),
        "lead-in\nten\neleven\n",
    ));
    report.hunks.push(FileHunks::new("a/b.go", Some("a/c.go".into()), change().files.remove(0).hunks));
    report
}

#[test]
fn golden_review() {
    survives("review.json", &review());
}

#[test]
fn golden_report() {
    survives("report.json", &report());
}

#[test]
fn golden_policy() {
    survives("policy.json", &Policy::default());
    assert_eq!(Policy::from_json("{}").unwrap(), Policy::default());
}

#[test]
fn golden_decisions() {
    let evidence = EvidenceNote::default().with_path("a/b.go").with_line(12).with_quote("return err");
    let decisions = Decisions::new()
        .with_decision(
            Decision::new("q/1", QuestionKind::SameIssue, DecisionValue::Truth(true), "person:jd")
                .with_reason("one cause"),
        )
        .with_decision(
            Decision::new("q/2", QuestionKind::IsTrue, DecisionValue::Truth(false), "model:m")
                .with_evidence(evidence),
        )
        .with_decision(Decision::new(
            "q/3",
            QuestionKind::Severity,
            DecisionValue::Severity(Severity::Suggestion),
            "script",
        ));
    survives("decisions.json", &decisions);
}

#[test]
fn golden_resolution() {
    let resolution = Resolution::new("20260412-171333-pr-295")
        .with_item(Resolved::new("I1", Action::Fixed).with_commit("66eb50e"))
        .with_item(Resolved::new("S4", Action::Declined).with_reason("measured: not hot"));
    survives("resolution.json", &resolution);
}

#[test]
fn golden_journal() {
    let records = [
        Record::Opened {
            schema_version: SchemaVersion::default(),
            report_id: "20260412-171333-pr-295".into(),
            started_ms: 1_776_014_013_000,
            change: Box::new(change()),
            reviewers: vec![("claude".into(), 1)],
        },
        Record::Event {
            event: TimedEvent {
                at_ms: 1,
                seq: 1,
                event: Event::ReviewerStarted { reviewer: "claude".into(), pass: 1 },
            },
        },
        Record::Delivered { review: Box::new(Review::new("claude")) },
        Record::Finished { review: Box::new(review()) },
        Record::Closed { wall_clock_ms: 61_000 },
    ];
    let text: String = records.iter().map(|record| record.to_line().unwrap()).collect();
    golden("journal.jsonl", &text);
    let state = JournalState::read(&text).unwrap();
    assert_eq!((state.finished.len(), state.delivered.len(), state.damaged.len()), (1, 0, 0));
}

#[test]
fn only_the_title_of_a_finding_is_required() {
    let review = Review::from_json(r#"{"findings":[{"title":"a"}]}"#).unwrap();
    assert_eq!((review.pass, review.findings[0].title.as_str()), (1, "a"));
}

#[test]
fn a_newer_minor_version_is_read_and_its_words_survive() {
    let text = r#"{"schema_version":"1.7","reviewer":"x","findings":[{"title":"a","severity":"blocker","mood":"bad"}],"later":true}"#;
    let review = Review::from_json(text).unwrap();
    assert_eq!(review.findings[0].severity.unwrap().as_str(), "blocker");
    assert!(review.to_json().unwrap().contains("\"severity\": \"blocker\""));
}

#[test]
fn a_newer_major_version_is_refused_before_its_shape_is_looked_at() {
    let error = Report::from_json(r#"{"schema_version":"2","findings":"another shape"}"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnsupportedDocument);
    insta::assert_snapshot!(error, @"this report document was written by a newer version; update deep-review to read it (schema_version: 2, readable: 1)");
}

#[test]
fn what_is_no_document_says_why() {
    for text in ["", "[]", "{", "{\"findings\":3}", &"[".repeat(100_000)] {
        assert_eq!(Review::from_json(text).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
}

#[cfg(feature = "schema")]
#[test]
fn the_committed_schemas_are_those_of_the_code() {
    for name in review_core::schema::DOCUMENTS {
        let schema = review_core::schema::document_schema(name).unwrap();
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.schema.json"));
        if std::env::var_os("UPDATE_SCHEMAS").is_some() {
            std::fs::write(&path, &schema).unwrap();
        }
        let kept = std::fs::read_to_string(&path).unwrap_or_default();
        assert_eq!(schema, kept, "schemas/{name}.schema.json differs; run with UPDATE_SCHEMAS=1");
    }
}
