//! What the report would be without one reviewer, against a run that really is without it.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "a test"
)]

use review_consolidate::{Engine, drive};
use review_core::{
    Cancel, ChangeSet, Decisions, Evidence, Input, MemoryTree, Quote, RawFinding, Report, Review, Severity,
    VerdictDecision,
};

fn token(severity: Severity) -> RawFinding {
    RawFinding::new("Session token survives `logout`")
        .with_id("F1")
        .with_severity(severity)
        .with_body("After `logout` only the cookie is cleared; the session token stays valid on the server, so that a stolen token is accepted for another hour.")
}

fn close(severity: Severity) -> RawFinding {
    RawFinding::new("Error of `file.Close` is lost in `Save`")
        .with_id("F2")
        .with_severity(severity)
        .with_body("`Save` ignores what `file.Close` returns: on a full disk the buffered data never reaches the disk, and the caller believes that it was saved.")
}

fn style(name: &str) -> RawFinding {
    RawFinding::new(format!("Rename `{name}`")).with_id("F3").with_severity(Severity::Suggestion).with_body(
        format!("The name `{name}` says nothing of what the function is for; name it after its purpose."),
    )
}

fn report(reviews: Vec<Review>) -> Report {
    let input = Input::new(ChangeSet::default(), reviews);
    Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap()
}

fn reviews() -> Vec<Review> {
    vec![
        Review::new("claude").with_findings(vec![
            token(Severity::Critical),
            close(Severity::Suggestion),
            style("doIt"),
        ]),
        Review::new("codex").with_findings(vec![token(Severity::Critical), close(Severity::Important)]),
        Review::new("gemini").with_findings(vec![token(Severity::Important), style("handleStuff")]),
    ]
}

#[test]
fn lost_findings_other_severities_and_the_verdict_are_those_of_a_run_without_the_reviewer() {
    let all = reviews();
    let whole = report(all.clone());
    for retro in &whole.retro.reviewers {
        let without =
            report(all.iter().filter(|review| review.reviewer != retro.reviewer).cloned().collect());
        let mut lost = Vec::new();
        let mut changed = Vec::new();
        for finding in &whole.findings {
            let left: Vec<_> =
                finding.sources.iter().filter(|source| source.reviewer != retro.reviewer).collect();
            let now = without
                .findings
                .iter()
                .find(|other| left.iter().any(|source| other.sources.contains(source)));
            match now {
                None => lost.push(finding.id.clone()),
                Some(now) if now.severity != finding.severity => {
                    changed.push((finding.id.clone(), now.severity))
                }
                Some(_) => {}
            }
        }
        assert_eq!(retro.lost_without, lost, "{}", retro.reviewer);
        let said: Vec<_> = retro.changed_without.iter().map(|one| (one.id.clone(), one.severity)).collect();
        assert_eq!(said, changed, "{}", retro.reviewer);
        let verdict = Some(without.verdict.decision).filter(|other| *other != whole.verdict.decision);
        assert_eq!(retro.verdict_without, verdict, "{}", retro.reviewer);
    }
    let claude = &whole.retro.reviewers[0];
    // Without claude, one of two calls the token critical, and the other one important.
    assert_eq!(claude.verdict_without, Some(VerdictDecision::MergeWithFixes));
    insta::assert_snapshot!(claude.prose, @"Raised 3 findings, 3 published. Without it C1 would be important, S1 would be important, the verdict would be merge with fixes.");
    insta::assert_snapshot!(whole.retro.reviewers[2].prose, @"Raised 2 findings, 2 published. Of what it raised, 1 more severe than claimed.");
}

#[test]
fn without_the_only_one_whose_claim_stands_the_other_is_refuted() {
    let tree =
        MemoryTree::new().with_both("a.go", "package a\n\nfunc Save() error {\n\treturn write(path)\n}\n");
    let wrong = token(Severity::Important)
        .at(review_core::Location::line("a.go", 4))
        .with_quote(Quote::new("\tsession.Invalidate(ctx, currentToken)\n\tcookies.Clear(currentUser)"));
    let right = token(Severity::Important).at(review_core::Location::line("a.go", 4));
    let input = Input::new(
        ChangeSet::default(),
        vec![Review::new("gemini").with_finding(wrong), Review::new("codex").with_finding(right)],
    );
    let report = drive(&Engine::new(), &input, &tree, &Cancel::new()).unwrap().report;
    assert_eq!(report.findings.len(), 1, "{:#?}", report.ledger);
    let codex = report.retro.reviewers.iter().find(|retro| retro.reviewer == "codex").unwrap();
    assert_eq!(codex.lost_without, ["I1"]);
    let gemini = report.retro.reviewers.iter().find(|retro| retro.reviewer == "gemini").unwrap();
    assert!(gemini.lost_without.is_empty());
}
