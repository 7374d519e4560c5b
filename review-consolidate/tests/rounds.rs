//! Earlier rounds: identity over rewording and moved lines, states, declined items, and that absence is not a fix.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "a test"
)]

use review_consolidate::{Engine, drive};
use review_core::{
    Action, Cancel, ChangeSet, FindingState, Input, Location, MemoryTree, Outcome, Quote, RawFinding, Report,
    Resolution, Resolved, Review, RunFacts, Severity, VerdictDecision,
};

const FIRST: &str = "package a\n\nfunc Load(path string) error {\n\tfile, _ := os.Open(path)\n\tdefer file.Close()\n\treturn parse(file)\n}\n\nfunc Stop(w *Watcher) {\n\tw.cancel()\n\tw.done = true\n}\n\nfunc Key(id int) string {\n\treturn fmt.Sprintf(\"key-%d\", id)\n}\n";

fn lost_error() -> RawFinding {
    RawFinding::new("Error of `os.Open` is thrown away in `Load`")
        .with_id("I1")
        .with_severity(Severity::Important)
        .with_body("`os.Open` may fail, and its error is discarded; `file` is nil then and `parse` dereferences it, so that a missing file ends the whole process instead of returning an error to the caller.")
        .at(Location::line("a/load.go", 4))
        .with_quote(Quote::new("\tfile, _ := os.Open(path)"))
}

fn race() -> RawFinding {
    RawFinding::new("`Stop` sets `done` without the lock")
        .with_id("S1")
        .with_severity(Severity::Suggestion)
        .with_body("`w.done` is written here and read in the watch loop without a lock: a data race that the race detector reports as soon as `Stop` runs while the loop does.")
        .at(Location::line("a/load.go", 11))
        .with_quote(Quote::new("\tw.done = true"))
}

fn key() -> RawFinding {
    RawFinding::new("`Key` could use `strconv.Itoa`")
        .with_id("S2")
        .with_severity(Severity::Suggestion)
        .with_body(
            "Formatting with `fmt.Sprintf` allocates twice; `strconv.Itoa` is enough for an integer key.",
        )
        .at(Location::line("a/load.go", 15))
        .with_quote(Quote::new("\treturn fmt.Sprintf(\"key-%d\", id)"))
}

fn run(
    id: &str,
    text: &str,
    findings: Vec<RawFinding>,
    previous: &[Report],
    resolutions: &[Resolution],
) -> Report {
    let tree = MemoryTree::new().with_head("a/load.go", text);
    let mut input =
        Input::new(ChangeSet::default().with_head(id), vec![Review::new("claude").with_findings(findings)])
            .with_run(RunFacts::default().with_report_id(id));
    input.previous = previous.to_vec();
    input.resolutions = resolutions.to_vec();
    drive(&Engine::new(), &input, &tree, &Cancel::new()).unwrap().report
}

fn first() -> Report {
    run("r1", FIRST, vec![lost_error(), race(), key()], &[], &[])
}

#[test]
fn a_finding_keeps_its_fingerprint_over_rewording_and_moved_lines() {
    let one = first();
    let moved = FIRST.replace("package a\n", "package a\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n");
    let reworded = RawFinding::new("`Load` ignores a failing open")
        .with_id("I9")
        .with_severity(Severity::Important)
        .with_body("A file that can't be opened leads to a nil dereference in `parse`.")
        .at(Location::line("load.go", 9))
        .with_quote(Quote::new("\tfile, _ := os.Open(path)"));
    let two = run("r2", &moved, vec![reworded], std::slice::from_ref(&one), &[]);
    assert_eq!(two.round, 2);
    assert_eq!(two.findings[0].fingerprint, one.findings[0].fingerprint);
    assert_eq!(two.findings[0].state, FindingState::StillPresent);
    assert_eq!(two.history[0].continued_as.as_deref(), Some("I1"));
}

#[test]
fn an_earlier_finding_is_known_by_what_its_reviewer_wrote() {
    // The report speaks of S2 by its own label, and an editor has written it anew.
    let short =
        || RawFinding::new("as S2").with_id("S1").with_body("copied").with_severity(Severity::Important);
    let mut one = run("r1", FIRST, vec![short(), key()], &[], &[]);
    for finding in &mut one.findings {
        finding.title = format!("Edited: {}", finding.title.len());
        finding.body = "An editor wrote this.".to_owned();
    }
    let two = run("r2", FIRST, vec![short(), key()], &[one.clone()], &[]);
    let prints = |report: &Report| {
        report.findings.iter().map(|finding| finding.fingerprint.clone()).collect::<Vec<_>>()
    };
    assert_eq!(prints(&one), prints(&two));
    assert!(two.history.iter().all(|item| item.state == FindingState::StillPresent), "{:?}", two.history);
}

#[test]
fn absence_is_not_a_fix() {
    let two = run("r2", FIRST, vec![], &[first()], &[]);
    let states: Vec<_> = two.history.iter().map(|item| (item.item.as_str(), item.state)).collect();
    assert_eq!(
        states,
        [
            ("I1", FindingState::NotRechecked),
            ("S1", FindingState::NotRechecked),
            ("S2", FindingState::NotRechecked)
        ]
    );
    // What is important and not rechecked still stands against the merge.
    assert_eq!(two.verdict.decision, VerdictDecision::MergeWithFixes);
    insta::assert_snapshot!(two.verdict.reason, @"1 important finding open (1 from earlier rounds, not rechecked)");
}

#[test]
fn fixed_gone_and_changed_code_are_told_apart() {
    let text = FIRST
        .replace(
            "\tfile, _ := os.Open(path)\n",
            "\tfile, err := os.Open(path)\n\tif err != nil {\n\t\treturn err\n\t}\n",
        )
        .replace("func Key(id int) string {\n\treturn fmt.Sprintf(\"key-%d\", id)\n}\n", "");
    let resolution = Resolution::new("r1").with_item(Resolved::new("I1", Action::Fixed));
    let two = run("r2", &text, vec![], &[first()], &[resolution]);
    let states: Vec<_> = two.history.iter().map(|item| (item.title.as_str(), item.state)).collect();
    assert_eq!(states[0].1, FindingState::FixedAndVerified);
    assert_eq!(states[1], ("`Stop` sets `done` without the lock", FindingState::NotRechecked));
    assert_eq!(states[2].1, FindingState::CodeGone);
    assert_eq!(two.verdict.decision, VerdictDecision::Merge);
}

#[test]
fn declined_items_stay_away_until_something_is_new() {
    let declined = Resolution::new("r1")
        .with_item(Resolved::new("S1", Action::Declined).with_reason("only used in tests"));
    let again = run("r2", FIRST, vec![race()], &[first()], std::slice::from_ref(&declined));
    assert!(again.findings.is_empty());
    assert_eq!(again.ledger[0].outcome, Outcome::Suppressed);
    insta::assert_snapshot!(again.ledger[0].reason, @"its author declined S1 of round 1: only used in tests; the code has not changed since");
    // The code changed: it is raised again, and says so.
    let changed =
        FIRST.replace("\tw.done = true\n", "\tw.finished = true\n\tw.done = true // tell the loop\n");
    let text = run(
        "r2",
        &changed,
        vec![race().with_quote(Quote::new("\tw.done = true // tell the loop"))],
        &[first()],
        std::slice::from_ref(&declined),
    );
    assert_eq!(text.findings.len(), 1);
    // A higher severity is news, too.
    let worse = run("r2", FIRST, vec![race().with_severity(Severity::Important)], &[first()], &[declined]);
    assert_eq!(worse.findings[0].state, FindingState::DeclinedRaisedAgain);
}

#[test]
fn the_order_of_earlier_reports_does_not_matter() {
    let one = first();
    let two = run("r2", FIRST, vec![race()], std::slice::from_ref(&one), &[]);
    let forth = run("r3", FIRST, vec![key()], &[one.clone(), two.clone()], &[]);
    let back = run("r3", FIRST, vec![key()], &[two, one], &[]);
    assert_eq!(forth, back);
    assert_eq!(forth.round, 3);
}
