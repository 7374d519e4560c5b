//! `consolidate`: reviews as agents wrote them become one report.

use deep_review::{Disposition, Document, Report, VerdictDecision};

use crate::{CLAUDE, CODEX, environment, repository};

fn report(text: &str) -> Report {
    Report::from_json(text).unwrap()
}

#[test]
fn two_reviews_of_one_defect_are_one_finding() {
    let env = repository();
    env.write("claude.md", CLAUDE).write("codex.md", CODEX);
    let ran = env
        .run(&[
            "consolidate",
            "--base",
            "HEAD~1",
            "--head",
            "HEAD",
            "claude=claude.md",
            "codex=codex.md",
            "--format",
            "json",
        ])
        .expect_status(0);
    let report = report(&ran.stdout);
    assert_eq!(report.findings.len(), 1, "{}", ran.stdout);
    assert_eq!(report.findings[0].reviewers, ["claude", "codex"]);
    assert_eq!(report.ledger.len(), 2);
    assert!(report.ledger.iter().all(|entry| entry.targets == [report.findings[0].id.clone()]));
    assert_eq!(report.round, 1);
    assert!(!report.excerpts.is_empty(), "the report shows the code");
}

#[test]
fn the_order_of_the_arguments_changes_no_byte() {
    let env = repository();
    env.write("claude.md", CLAUDE).write("codex.md", CODEX);
    let one =
        env.run(&["consolidate", "claude=claude.md", "codex=codex.md", "--format", "json"]).expect_status(0);
    let other =
        env.run(&["consolidate", "codex=codex.md", "claude=claude.md", "--format", "json"]).expect_status(0);
    assert_eq!(one.stdout, other.stdout);
}

#[test]
fn without_a_repository_nothing_is_dropped() {
    let env = environment();
    env.write("a.md", CLAUDE);
    let ran = env.run(&["consolidate", "claude=a.md", "--format", "json"]).expect_status(0);
    assert_eq!(report(&ran.stdout).ledger[0].disposition, Disposition::Kept);
}

#[test]
fn an_unreadable_review_makes_the_report_incomplete_and_costs_nobody_else() {
    let env = environment();
    env.write("a.md", CLAUDE).write("b.bin", [0_u8; 64]);
    let ran = env.run(&["consolidate", "claude=a.md", "broken=b.bin", "--format", "json"]).expect_status(3);
    let report = report(&ran.stdout);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.verdict.decision, VerdictDecision::Incomplete);
    assert!(
        report
            .reviewers
            .iter()
            .any(|reviewer| reviewer.name == "broken" && reviewer.incomplete_reason.is_some())
    );
    assert!(ran.stderr.contains("broken"), "{}", ran.stderr);
}

#[test]
fn fail_on_has_a_status_of_its_own() {
    let env = environment();
    env.write("a.md", CLAUDE);
    let _ = env.run(&["consolidate", "claude=a.md", "--fail-on", "important"]).expect_status(1);
    let _ = env.run(&["consolidate", "claude=a.md", "--fail-on", "critical"]).expect_status(0);
}

#[test]
fn a_second_round_knows_the_first() {
    let env = repository();
    env.write("claude.md", CLAUDE);
    let _ = env
        .run(&["consolidate", "--base", "HEAD~1", "claude=claude.md", "--format", "json", "-o", "one.json"])
        .expect_status(0);
    let ran = env
        .run(&[
            "consolidate",
            "--base",
            "HEAD~1",
            "claude=claude.md",
            "--previous",
            "one.json",
            "--format",
            "json",
        ])
        .expect_status(0);
    let report = report(&ran.stdout);
    assert_eq!(report.round, 2);
    assert_eq!(report.findings[0].state.as_str(), "still_present");
}

#[test]
fn what_forges_know_comes_from_a_file() {
    let env = environment();
    env.write("a.md", CLAUDE).write("change.json", r#"{"number": 7, "title": "Pool", "later": [1]}"#);
    let ran = env
        .run(&["consolidate", "--change", "change.json", "claude=a.md", "--format", "json"])
        .expect_status(0);
    let report = report(&ran.stdout);
    assert_eq!(report.change.notes.number, Some(7));
    assert!(report.id.contains("pr-7"), "{}", report.id);
}
