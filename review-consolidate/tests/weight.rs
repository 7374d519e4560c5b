//! Promise 13: nobody's presence weakens what somebody else found.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "helpers of tests"
)]

use proptest::prelude::*;
use review_consolidate::{Engine, drive};
use review_core::{
    Cancel, ChangeSet, ChangedFile, Completeness, Decisions, Evidence, FileStatus, Identity, Input, Kind,
    Location, MemoryTree, Policy, Quote, RawFinding, Report, Review, ReviewerKind, SectionItem, Severity,
    Stance,
};

/// What the reviews speak of, and what the unrelated one speaks of.
const WORDS: [&str; 16] = [
    "error",
    "lost",
    "Close",
    "startWatcher",
    "retry_limit",
    "deletes",
    "namespace",
    "config",
    "race",
    "lock",
    "missing",
    "timeout",
    "handler",
    "nil",
    "panic",
    "buffer",
];
const OTHER_WORDS: [&str; 8] =
    ["typography", "margin", "palette", "renderGlyph", "kerning", "baseline", "serif", "ligature"];

fn sentence(words: &'static [&'static str], most: usize) -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(words), 1..most).prop_map(|words| words.join(" "))
}

fn severity() -> impl Strategy<Value = Option<Severity>> {
    prop::sample::select(vec![
        Some(Severity::Critical),
        Some(Severity::Critical),
        Some(Severity::Important),
        Some(Severity::Suggestion),
        None,
    ])
}

fn finding(
    words: &'static [&'static str],
    files: &'static [&'static str],
) -> impl Strategy<Value = RawFinding> {
    let kind =
        prop::sample::select(vec![None, Some(Kind::Regression), Some(Kind::Gap), Some(Kind::Enhancement)]);
    let place = prop::option::of((prop::sample::select(files), 1u32..30, 0u32..4));
    (sentence(words, 8), sentence(words, 40), severity(), kind, place, any::<bool>()).prop_map(
        |(title, body, severity, kind, place, quoted)| {
            let mut finding = RawFinding::new(title).with_body(body);
            (finding.severity, finding.kind) = (severity, kind);
            if let Some((path, line, more)) = place {
                finding = finding.at(Location::lines(path, line, line + more));
                if quoted {
                    finding = finding.with_quote(Quote::new(format!("line {line} of the file {path}")));
                }
            }
            finding
        },
    )
}

fn review(
    words: &'static [&'static str],
    files: &'static [&'static str],
) -> impl Strategy<Value = (Vec<RawFinding>, Vec<String>, bool)> {
    let design = prop::collection::vec(sentence(words, 12), 0..2);
    (prop::collection::vec(finding(words, files), 0..7), design, any::<bool>())
}

fn named(name: String, (findings, design, is_tool): (Vec<RawFinding>, Vec<String>, bool)) -> Review {
    let mut review = Review::new(name);
    for (number, finding) in findings.into_iter().enumerate() {
        review = review.with_finding(finding.with_id(format!("F{number}")));
    }
    for (number, text) in design.into_iter().enumerate() {
        review.sections.design.push(SectionItem::new(format!("D{number}"), text));
    }
    if is_tool {
        review.identity = Identity::default().with_kind(ReviewerKind::Tool);
    }
    review
}

fn reviews() -> impl Strategy<Value = Vec<Review>> {
    let all = prop::collection::vec(review(&WORDS, &["a.go", "b.go"]), 1..5);
    all.prop_map(|all| {
        all.into_iter().enumerate().map(|(n, one)| named(format!("reviewer-{n}"), one)).collect()
    })
}

/// Reviews of somebody who can say nothing about what the others found.
fn bystander() -> impl Strategy<Value = Review> {
    let name = prop::sample::select(vec!["aaron", "reviewer-2b", "zoe"]);
    let unrelated = review(&OTHER_WORDS, &["site/print.css"]);
    (0u8..5, name, unrelated).prop_map(|(what, name, unrelated)| match what {
        0 => Review::failed(name, "timed out"),
        1 => Review::new(name).with_completeness(Completeness::Truncated).with_incomplete_reason("cancelled"),
        2 => Review::new(name),
        _ => named(name.to_owned(), unrelated),
    })
}

fn report(reviews: Vec<Review>) -> Report {
    let file = |path: &str| ChangedFile::new(path, FileStatus::Modified);
    let change = ChangeSet::default().with_file(file("a.go")).with_file(file("b.go"));
    let text = |path: &str| (1..=40).map(|n| format!("line {n} of the file {path}\n")).collect::<String>();
    let tree = MemoryTree::new().with_both("a.go", text("a.go")).with_both("b.go", text("b.go"));
    drive(&Engine::new(), &Input::new(change, reviews), &tree, &Cancel::new()).unwrap().report
}

/// How severe a finding counts for a threshold such as `--fail-on`.
fn counted(report: &Report, policy: &Policy, id: &str) -> Severity {
    report.finding(id).unwrap().threshold_severity(policy)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nobodys_presence_weakens_what_others_found(reviews in reviews(), bystander in bystander()) {
        let alone = report(reviews.clone());
        let mut all = reviews;
        all.push(bystander);
        let together = report(all);
        let policy = Policy::default();
        for finding in &alone.findings {
            let entry = together.ledger.iter().find(|entry| entry.source == finding.representative);
            let same = entry.and_then(|entry| together.finding(&entry.targets[0]));
            prop_assert!(same.is_some(), "{finding:?} is gone");
            let same = same.unwrap();
            prop_assert!(same.severity >= finding.severity, "{finding:?} became {same:?}");
            prop_assert!(same.confidence >= finding.confidence, "{finding:?} became {same:?}");
            prop_assert!(counted(&together, &policy, &same.id) >= counted(&alone, &policy, &finding.id));
        }
    }

    /// A deterministic finding whose quote holds is never less severe than it was found, whoever says the same.
    #[test]
    fn deterministic_findings_are_not_demoted(others in reviews(), found in finding(&WORDS, &["a.go"])) {
        let found = found.with_id("R1").with_quote(Quote::new("line 7 of the file a.go")).at(Location::line("a.go", 7));
        let claim = found.severity.unwrap_or(Severity::Suggestion);
        let rules = Review::new("rules").with_identity(Identity::default().with_kind(ReviewerKind::Tool));
        let mut all = others;
        all.push(rules.with_finding(found));
        let report = report(all);
        let entry = report.ledger.iter().find(|entry| entry.source.reviewer == "rules").unwrap();
        prop_assert!(entry.severity_to.is_none_or(|published| published >= claim), "{entry:?}");
    }
}

fn lock(severity: Severity) -> RawFinding {
    RawFinding::new("The lock of `drainQueue` is never released")
        .with_id("F1")
        .with_severity(severity)
        .with_body("When two requests come at once, `drainQueue` keeps the lock and the second request waits for ever, so the whole server hangs until it is restarted.")
}

#[test]
fn a_lowered_severity_says_whose_claim_it_was() {
    let input = Input::new(
        ChangeSet::default(),
        vec![
            Review::new("claude").with_finding(lock(Severity::Important)),
            Review::new("gemini").with_finding(lock(Severity::Critical)),
        ],
    );
    let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
    let claim = report.findings[0].claimed_severity.as_ref().unwrap();
    assert_eq!((report.findings[0].severity, claim.severity), (Severity::Important, Severity::Critical));
    assert_eq!(claim.reviewers, ["gemini"]);
    assert!(!claim.by_evidence, "somebody else's claim is not evidence");
}

#[test]
fn a_lone_critical_without_a_scenario_is_lowered_only_where_its_review_calls_most_things_critical() {
    let thin = |n: usize| {
        RawFinding::new(format!("Wrong `value{n}` in `module{n}`"))
            .with_id(format!("C{n}"))
            .with_severity(Severity::Critical)
            .with_body("It is wrong.")
    };
    let severities = |count: usize| {
        let review = Review::new("gemini").with_findings((0..count).map(thin).collect::<Vec<_>>());
        let input = Input::new(ChangeSet::default(), vec![review]);
        let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
        report.findings.iter().map(|finding| finding.severity).collect::<Vec<_>>()
    };
    assert_eq!(severities(3), [Severity::Critical; 3]);
    assert_eq!(severities(5), [Severity::Important; 5]);
}

#[test]
fn praise_of_a_review_that_failed_clears_nothing() {
    let praise = |completeness: Completeness| {
        let mut item = SectionItem::new("D1", "The locking of `drainQueue` is right.");
        item.stance = Some(Stance::Strength);
        item.locations = vec![Location::lines("q.go", 5, 9)];
        let mut review = Review::new("codex").with_completeness(completeness);
        review.sections.design = vec![item];
        let found = lock(Severity::Critical).at(Location::line("q.go", 7));
        let input = Input::new(ChangeSet::default(), vec![Review::new("claude").with_finding(found), review]);
        Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap().findings[0].confidence
    };
    assert!(praise(Completeness::Complete) < praise(Completeness::Failed));
}
