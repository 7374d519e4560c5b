//! Same, covered, recurring: how two findings relate, in the report and in the ledger.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_consolidate::Engine;
use review_core::{
    ChangeSet, Decisions, Evidence, Input, LedgerEntry, Location, RawFinding, Relation, Report, Review,
    Severity,
};

fn report(reviews: Vec<Review>) -> Report {
    Engine::new()
        .report(&Input::new(ChangeSet::default(), reviews), &Evidence::new(), &Decisions::new())
        .unwrap()
}

fn entry<'r>(report: &'r Report, reviewer: &str, id: &str) -> &'r LedgerEntry {
    report.ledger.iter().find(|entry| entry.source.reviewer == reviewer && entry.source.id == id).unwrap()
}

fn unchecked(id: &str, path: &str, line: u32) -> RawFinding {
    RawFinding::new("The result of `fs::write` is not checked")
        .with_id(id)
        .with_severity(Severity::Important)
        .with_body("The result of `fs::write` is not checked here; use `?`.")
        .at(Location::line(path, line))
}

#[test]
fn the_same_message_at_another_place_is_a_recurrence_with_its_own_comment() {
    let linter = Review::new("linter").with_findings(vec![
        unchecked("1", "src/a.rs", 10),
        unchecked("2", "src/b.rs", 80),
        unchecked("3", "src/c.rs", 7),
    ]);
    let other = Review::new("claude").with_finding(unchecked("S1", "src/b.rs", 80));
    let report = report(vec![linter, other]);
    let ids: Vec<&str> = report.findings.iter().map(|finding| finding.id.as_str()).collect();
    assert_eq!(ids, ["I1", "I2", "I3"]);
    for finding in &report.findings {
        let others: Vec<&str> = ids.iter().filter(|id| **id != finding.id).copied().collect();
        assert_eq!(finding.recurrences, others);
        assert_eq!(finding.locations.len(), 1);
    }
    // Two reviewers at one place are one finding; it recurs like the others.
    let both = report.findings.iter().find(|finding| finding.reviewers.len() == 2).unwrap();
    assert_eq!(both.locations[0].path, "src/b.rs");
    let relations: Vec<Option<Relation>> = report.ledger.iter().map(|entry| entry.relation).collect();
    assert_eq!(relations.iter().filter(|one| **one == Some(Relation::Recurrence)).count(), 2);
    assert_eq!(relations.iter().filter(|one| **one == Some(Relation::Same)).count(), 1);
    let said = report.ledger.iter().find(|one| one.relation == Some(Relation::Recurrence)).unwrap();
    assert!(said.reason.ends_with("the same kind of defect as I1, at another place"), "{}", said.reason);
}

#[test]
fn five_places_of_one_finding_stay_one_finding() {
    let mut finding = unchecked("S1", "src/a.rs", 10);
    for line in [30, 90, 150, 210] {
        finding = finding.at(Location::line("src/a.rs", line));
    }
    let report = report(vec![Review::new("claude").with_finding(finding)]);
    assert_eq!((report.findings.len(), report.findings[0].locations.len()), (1, 5));
    assert!(report.findings[0].recurrences.is_empty());
}

#[test]
fn a_broad_finding_covers_a_narrow_one() {
    let narrow = "`retryLimit` of `drainQueue` overflows: the shift `1 << retryLimit` has no upper bound.";
    let broad = format!(
        "{narrow} The shift is computed once for each attempt, so that after sixty-four failed attempts the delay wraps to zero \
         and `drainQueue` spins in a hot loop without any pause between two requests. The counter itself is a signed integer \
         that is read from the configuration file, where nothing checks its range, and a negative value panics at once. \
         Bound the counter when it is parsed, saturate the shift, and add jitter so that many clients do not return together."
    );
    let at = |id: &str, body: &str| {
        RawFinding::new("`1 << retryLimit` in `drainQueue` overflows without upper bound")
            .with_id(id)
            .with_severity(Severity::Important)
            .with_body(body)
            .at(Location::lines("queue.go", 40, 44))
    };
    let report = report(vec![
        Review::new("claude").with_finding(at("I1", &broad)),
        Review::new("codex").with_finding(at("I7", narrow)),
    ]);
    assert_eq!(report.findings.len(), 1, "{:#?}", report.ledger);
    let part = entry(&report, "codex", "I7");
    assert_eq!((part.relation, part.reason_code.as_str()), (Some(Relation::Covers), "covers"));
    assert!(part.reason.starts_with("a part of what is published"), "{}", part.reason);
}

#[test]
fn thousands_of_the_same_message_name_some_others_each() {
    let findings = (0..300).map(|n| unchecked(&format!("{n}"), &format!("src/file{n}.rs"), 5));
    let report = report(vec![Review::new("linter").with_findings(findings.collect::<Vec<_>>())]);
    assert_eq!(report.findings.len(), 300);
    assert!(report.findings.iter().all(|finding| finding.recurrences.len() == 50));
    assert_eq!(report.ledger.len(), 300);
}
