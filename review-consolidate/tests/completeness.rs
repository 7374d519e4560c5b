//! No silent success: whoever failed, was cut or is missing shows in the verdict and the summary.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_consolidate::{Engine, drive};
use review_core::{
    Answer, Cancel, ChangeSet, Completeness, CoverageNote, Decisions, Evidence, Fact, Identity, Input,
    LineRange, Location, Query, Quote, RawFinding, Report, Review, ReviewerKind, RunFacts, Severity,
    SourceTree, Unplaced, VerdictDecision,
};

fn report(reviews: Vec<Review>, missing: &[(&str, &str)]) -> Report {
    let mut run = RunFacts::default();
    run.missing = missing.iter().map(|(name, why)| ((*name).to_owned(), (*why).to_owned())).collect();
    let input = Input::new(ChangeSet::default().with_branch("topic"), reviews).with_run(run);
    Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap()
}

#[test]
fn a_clean_review_is_a_merge_and_a_failed_one_is_not() {
    let clean = report(vec![Review::new("claude")], &[]);
    assert_eq!(clean.verdict.decision, VerdictDecision::Merge);
    insta::assert_snapshot!(clean.sections.summary, @"Branch topic: claude found nothing.");
    let failed = report(vec![Review::new("claude"), Review::failed("codex", "timed out after 20 min")], &[]);
    insta::assert_snapshot!(failed.verdict.reason, @"not everybody finished: codex (failed: timed out after 20 min)");
    assert_eq!(failed.verdict.decision, VerdictDecision::Incomplete);
    assert!(failed.sections.summary.contains("codex did not finish"));
    let nobody = report(vec![], &[]);
    assert_eq!(nobody.verdict.decision, VerdictDecision::Incomplete);
}

#[test]
fn what_a_cut_review_delivered_is_kept_and_a_missing_one_is_named() {
    let cut = Review::new("gemini")
        .with_completeness(Completeness::Truncated)
        .with_incomplete_reason("stream ended")
        .with_finding(RawFinding::new("Lost update in `Merge`").with_id("I1"));
    let report = report(vec![cut, Review::new("claude")], &[("codex", "unreadable file")]);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.verdict.decision, VerdictDecision::Incomplete);
    assert!(report.verdict.reason.contains("gemini (truncated: stream ended)"));
    assert!(report.verdict.reason.contains("codex (failed: unreadable file)"));
    assert_eq!(report.reviewers.len(), 3);
}

#[test]
fn rules_alone_say_so() {
    let rules = Review::new("rules").with_identity(Identity::default().with_provider("rules"));
    let clean = report(vec![rules.clone()], &[]);
    assert_eq!(clean.verdict.decision, VerdictDecision::ToolsOnly);
    assert_eq!(clean.verdict.reason, "only rules and linters ran: no rule matched");
    let linter = Review::new("linter")
        .with_identity(Identity::default().with_kind(ReviewerKind::Tool))
        .with_finding(RawFinding::new("Unused import `x`").with_id("1").with_severity(Severity::Important));
    let found = report(vec![rules.clone(), linter], &[]);
    assert_eq!(found.verdict.reason, "only rules and linters ran: 1 important finding open");
    let with_model = report(vec![rules, Review::new("claude")], &[]);
    assert_eq!(with_model.verdict.decision, VerdictDecision::Merge);
}

#[test]
fn a_reviewer_all_of_whose_findings_were_left_out_is_not_clean() {
    let left = |reviewer: &str, kept: usize| {
        let finding = |number: usize| RawFinding::new("Odd name").with_id(format!("S{number}"));
        Review::new(reviewer).with_left_out(3).with_findings((0..kept).map(finding).collect::<Vec<_>>())
    };
    let nothing_left = report(vec![left("linter", 0), Review::new("claude")], &[]);
    assert_eq!(nothing_left.verdict.decision, VerdictDecision::Incomplete);
    assert_eq!(
        nothing_left.verdict.reason,
        "everything was left out as not about the change: linter (3 findings)"
    );
    let first = &nothing_left.diagnostics[0].message;
    assert_eq!(first, "everything that linter (3 findings) found was left out as not about the change");
    let some_left = report(vec![left("linter", 1), Review::new("claude")], &[]);
    assert_eq!(some_left.verdict.decision, VerdictDecision::Merge);
}

#[test]
fn text_of_an_incomplete_review_that_is_not_understood_shows() {
    let mut review = Review::new("claude")
        .with_completeness(Completeness::Truncated)
        .with_incomplete_reason("no findings section was recognised");
    review.sections.unplaced = vec![Unplaced::new(4, "The loop never ends."), Unplaced::new(5, "Fix it.")];
    let shown = report(vec![review.clone()], &[]);
    let message = &shown.diagnostics[0].message;
    assert!(message.contains("2 lines of its text") && message.contains("The loop never ends."), "{message}");
    review.completeness = Completeness::Complete;
    assert!(report(vec![review], &[]).diagnostics.is_empty());
}

#[test]
fn who_looked_at_every_file_is_not_listed_as_not_known() {
    let file = |path: &str| review_core::ChangedFile::new(path, review_core::FileStatus::Modified);
    let change = ChangeSet::default().with_file(file("a.rs")).with_file(file("b.rs"));
    let mut all = Review::new("claude");
    all.sections.coverage = vec![CoverageNote::new("a.rs", "fine"), CoverageNote::new("b.rs", "fine")];
    let some = Review::new("codex")
        .with_finding(RawFinding::new("Odd").with_id("S1").at(review_core::Location::line("a.rs", 3)));
    let input = Input::new(change, vec![all, some]);
    let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
    assert_eq!(report.coverage.unknown, ["codex"]);
}

#[test]
fn hunks_that_nobody_read_are_listed_and_may_be_demanded() {
    let mut review = Review::new("claude");
    review.sections.coverage = vec![CoverageNote::new("a.rs", "read").with_range(LineRange::new(1, 20))];
    let hunk = |start: u32| review_core::Hunk::new(start, start, vec![review_core::HunkOp::Add(3)]);
    let file = review_core::ChangedFile::new("a.rs", review_core::FileStatus::Modified)
        .with_hunk(hunk(5))
        .with_hunk(hunk(80));
    let mut input = Input::new(ChangeSet::default().with_file(file), vec![review]);
    let run = |input: &Input| Engine::new().report(input, &Evidence::new(), &Decisions::new()).unwrap();
    let report = run(&input);
    assert_eq!(report.coverage.unread.len(), 1);
    assert_eq!(report.coverage.unread[0].start_line, 80);
    assert_eq!(report.retro.reviewers[0].coverage_misses, Some(1));
    assert_eq!(report.verdict.decision, VerdictDecision::Merge);
    input.policy.require_hunk_coverage = true;
    assert_eq!(run(&input).verdict.decision, VerdictDecision::Incomplete);
}

#[test]
fn the_summary_is_short_and_names_what_matters() {
    let mut review = Review::new("claude");
    for number in 0..30 {
        let title = format!(
            "Issue {number} with a rather long title that goes on and on about the thing that is wrong in module {number}"
        );
        review = review.with_finding(RawFinding::new(title).with_id(format!("S{number}")));
    }
    let report = report(vec![review], &[]);
    assert!(report.sections.summary.split_whitespace().count() <= 120);
    assert!(report.sections.summary.contains("(S1)"), "{}", report.sections.summary);
}

/// A tree whose file system fails for some files.
struct Broken;

impl SourceTree for Broken {
    fn answer(&self, queries: &[Query], _: &Cancel) -> review_core::Result<Vec<Fact>> {
        let unknown = |query: &Query| {
            Fact::new(query.clone(), Answer::Unknown { reason: "the object is damaged".into() })
        };
        Ok(queries.iter().map(unknown).collect())
    }
}

#[test]
fn source_that_could_not_be_read_is_told() {
    let finding = RawFinding::new("Lost update").with_id("I1").at(Location::line("a.rs", 1));
    let finding = finding.with_quote(Quote::new("let total = 1;").with_path("a.rs").with_start_line(1));
    let input = Input::new(ChangeSet::default(), vec![Review::new("claude").with_finding(finding)]);
    let report = drive(&Engine::new(), &input, &Broken, &Cancel::new()).unwrap().report;
    let told: Vec<&str> = report.diagnostics.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    insta::assert_snapshot!(told.join("\n"), @"2 lookups in the source failed, so what they would have checked is unchecked: the object is damaged (2)");
}
