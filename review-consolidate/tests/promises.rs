//! Promises 1, 2, 3, 7, 8, 9 and 12 of the design, as properties.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "helpers of tests"
)]

use proptest::prelude::*;
use review_consolidate::{Engine, NoTree, drive};
use review_core::{
    Cancel, ChangeSet, Decisions, Document, Evidence, FindingState, Input, Location, MemoryTree, Outcome,
    Quote, RawFinding, Report, Review, SectionItem, Severity, SourceTree,
};

const WORDS: &[&str] = &[
    "error",
    "lost",
    "Close",
    "watcher",
    "startWatcher",
    "retry_limit",
    "deletes",
    "namespace",
    "config",
    "race",
    "lock",
    "test",
    "missing",
    "S1",
    "I2",
    "path",
    "timeout",
    "handler",
    "nil",
    "panic",
];

fn sentence() -> impl Strategy<Value = String> {
    prop::collection::vec(prop::sample::select(WORDS), 1..9).prop_map(|words| words.join(" "))
}

fn finding() -> impl Strategy<Value = RawFinding> {
    (
        sentence(),
        sentence(),
        0u32..4,
        prop::option::of((0usize..7, 0u32..40, 0u32..6)),
        any::<bool>(),
        0u32..12,
    )
        .prop_map(|(title, body, severity, place, quoted, withdrawn)| {
            let mut finding = RawFinding::new(title).with_body(body);
            finding.severity = match severity {
                0 => Some(Severity::Critical),
                1 => Some(Severity::Important),
                2 => Some(Severity::Suggestion),
                _ => None,
            };
            if let Some((file, line, extra)) = place {
                let path =
                    ["a/x.go", "b.go", "x.go", "", "/tmp/wt/a/x.go", "../../etc/passwd", "`b.go`"][file];
                let start = if extra == 5 { u32::MAX - line } else { line };
                finding = finding.at(Location::lines(path, start, start.saturating_add(extra)));
            }
            if quoted {
                finding = finding.with_quote(Quote::new("line 7 of the file\nline 8 of the file"));
            }
            finding.withdrawn = withdrawn == 0;
            finding
        })
}

fn review() -> impl Strategy<Value = (Vec<RawFinding>, Vec<String>, Vec<String>)> {
    (
        prop::collection::vec(finding(), 0..6),
        prop::collection::vec(sentence(), 0..3),
        prop::collection::vec(sentence(), 0..2),
    )
}

/// Reviews of up to four reviewers with up to two passes each, labels unique within each.
fn reviews() -> impl Strategy<Value = Vec<Review>> {
    reviews_of(4, 0..6)
}

/// Reviews of so many reviewers, who take turns, labels unique within each.
fn reviews_of(reviewers: usize, count: std::ops::Range<usize>) -> impl Strategy<Value = Vec<Review>> {
    prop::collection::vec(review(), count).prop_map(move |all| {
        all.into_iter()
            .enumerate()
            .map(|(index, (findings, design, testing))| {
                let mut review = Review::new(format!("reviewer-{}", index % reviewers))
                    .with_pass(1 + (index / reviewers) as u32);
                for (number, finding) in findings.into_iter().enumerate() {
                    review = review.with_finding(finding.with_id(format!("S{}", number + 1)));
                }
                for (number, text) in design.into_iter().enumerate() {
                    review.sections.design.push(SectionItem::new(format!("D{}", number + 1), text));
                }
                for (number, text) in testing.into_iter().enumerate() {
                    review.sections.testing.push(SectionItem::new(format!("T{}", number + 1), text));
                }
                review
            })
            .collect()
    })
}

fn tree() -> MemoryTree {
    let text: String = (1..=30).map(|n| format!("line {n} of the file\n")).collect();
    MemoryTree::new().with_both("a/x.go", text.clone()).with_head("b.go", text)
}

fn report(reviews: &[Review], tree: Option<&MemoryTree>) -> String {
    let input = Input::new(ChangeSet::default(), reviews.to_vec());
    let engine = Engine::new();
    let driven = match tree {
        Some(tree) => drive(&engine, &input, tree, &Cancel::new()),
        None => drive(&engine, &input, &NoTree, &Cancel::new()),
    };
    driven.unwrap().report.to_json().unwrap()
}

/// Every raw finding and section item has exactly one ledger entry with a reason, and every target exists.
fn conserved(reviews: &[Review]) -> Result<(), TestCaseError> {
    let input = Input::new(ChangeSet::default(), reviews.to_vec());
    let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
    let expected: usize =
        reviews.iter().map(|r| r.findings.len() + r.sections.design.len() + r.sections.testing.len()).sum();
    prop_assert_eq!(report.ledger.len(), expected);
    let mut sources: Vec<_> = report.ledger.iter().map(|entry| &entry.source).collect();
    sources.dedup();
    prop_assert_eq!(sources.len(), expected);
    for entry in &report.ledger {
        prop_assert!(
            !entry.reason.is_empty() && !entry.reason_code.is_empty() && !entry.targets.is_empty(),
            "{entry:?}"
        );
        for target in &entry.targets {
            let sections = [&report.sections.design, &report.sections.testing];
            let there = report.finding(target).is_some()
                || sections.iter().any(|list| list.iter().any(|item| item.id == *target));
            let gone =
                matches!(entry.outcome, Outcome::Dropped | Outcome::Suppressed) && target.starts_with('X');
            prop_assert!(there || gone, "{entry:?}");
        }
    }
    // What a finding says are its sources say so themselves.
    for finding in &report.findings {
        prop_assert!(finding.sources.contains(&finding.representative));
        for source in &finding.sources {
            let entry = report.ledger.iter().find(|entry| entry.source == *source).unwrap();
            prop_assert!(entry.targets.contains(&finding.id));
        }
    }
    prop_assert!(!report.diagnostics.iter().any(|d| d.message.contains("lost by a stage")));
    Ok(())
}

/// No order of reviews, findings or items changes a byte.
fn independent_of_order(reviews: &[Review], seed: u64) -> Result<(), TestCaseError> {
    let tree = tree();
    let expected = report(reviews, Some(&tree));
    let mut shuffled = reviews.to_vec();
    let mut state = seed;
    let mut next = |n: usize| {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 33) as usize % n.max(1)
    };
    for index in (1..shuffled.len()).rev() {
        let other = next(index + 1);
        shuffled.swap(index, other);
    }
    for review in &mut shuffled {
        for index in (1..review.findings.len()).rev() {
            let other = next(index + 1);
            review.findings.swap(index, other);
        }
        review.sections.design.reverse();
        review.sections.testing.reverse();
    }
    prop_assert_eq!(report(&shuffled, Some(&tree)), expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn conservation(reviews in reviews()) {
        conserved(&reviews)?;
    }

    #[test]
    fn order_independence(reviews in reviews(), seed in any::<u64>()) {
        independent_of_order(&reviews, seed)?;
    }

    /// Same input, evidence and decisions: same bytes, also after the evidence went through its document.
    #[test]
    fn replay(reviews in reviews()) {
        let input = Input::new(ChangeSet::default(), reviews);
        let engine = Engine::new();
        let first = drive(&engine, &input, &tree(), &Cancel::new()).unwrap();
        let recorded = serde_json::to_string(&first.evidence).unwrap();
        let evidence: Evidence = serde_json::from_str(&recorded).unwrap();
        let again = engine.report(&input, &evidence, &Decisions::new()).unwrap();
        prop_assert_eq!(first.report.to_json().unwrap(), again.to_json().unwrap());
        let complete = matches!(engine.step(&input, &evidence, &Decisions::new()).unwrap(), review_core::Step::Done(_));
        prop_assert!(complete, "a recorded run asks for nothing");
    }

    /// Without a tree nothing is dropped but what its own reviewer took back.
    #[test]
    fn no_drop_without_a_tree(reviews in reviews()) {
        let input = Input::new(ChangeSet::default(), reviews);
        let report = drive(&Engine::new(), &input, &NoTree, &Cancel::new()).unwrap().report;
        for entry in report.ledger.iter().filter(|entry| matches!(entry.outcome, Outcome::Dropped | Outcome::Suppressed)) {
            prop_assert_eq!(&entry.reason_code, "withdrawn");
        }
    }

    /// A reviewer's own label in published prose is a published id, or says whose it is.
    #[test]
    fn references_never_dangle(reviews in reviews()) {
        let input = Input::new(ChangeSet::default(), reviews);
        let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
        for finding in &report.findings {
            // `S1` is a label of every review that has findings; `I2` is nobody's.
            for word in finding.body.split_whitespace().filter(|word| word.starts_with('S') && word.len() == 2) {
                prop_assert!(report.finding(word).is_some(), "{word} in {finding:?}");
            }
        }
    }

    /// Ids count up in reading order, and the order is by severity.
    #[test]
    fn ids_follow_reading_order(reviews in reviews()) {
        let input = Input::new(ChangeSet::default(), reviews);
        let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
        for severity in [Severity::Critical, Severity::Important, Severity::Suggestion] {
            let ids: Vec<String> = report.of_severity(severity).map(|finding| finding.id.clone()).collect();
            let expected: Vec<String> = (1..=ids.len()).map(|n| format!("{}{n}", severity.letter())).collect();
            prop_assert_eq!(ids, expected);
        }
        prop_assert!(report.findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity.weight())));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, failure_persistence: None, ..ProptestConfig::default() })]

    /// Forty reviewers, some with two passes.
    #[test]
    fn many_reviewers(reviews in reviews_of(40, 2..60), seed in any::<u64>()) {
        conserved(&reviews)?;
        independent_of_order(&reviews, seed)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    /// Every finding of an earlier round has one state in the next one, and none is fixed because nobody speaks of it.
    #[test]
    fn absence_fixes_nothing(first in reviews(), second in reviews(), with_tree in any::<bool>()) {
        let run = |reviews: &[Review], previous: Vec<Report>| {
            let mut input = Input::new(ChangeSet::default(), reviews.to_vec());
            input.run.report_id = format!("r{}", previous.len() + 1);
            input.previous = previous;
            let tree: &dyn SourceTree = if with_tree { &tree() } else { &NoTree };
            drive(&Engine::new(), &input, tree, &Cancel::new()).unwrap().report
        };
        let one = run(&first, Vec::new());
        let two = run(&second, vec![one.clone()]);
        let items: Vec<&str> = two.history.iter().map(|item| item.item.as_str()).collect();
        let mut expected: Vec<&str> = one.findings.iter().map(|finding| finding.id.as_str()).collect();
        let mut sorted = items.clone();
        sorted.sort_unstable();
        expected.sort_unstable();
        prop_assert_eq!(sorted, expected);
        for item in &two.history {
            // The source is the same in both rounds, so no code is gone or mended.
            prop_assert!(matches!(item.state, FindingState::NotRechecked | FindingState::StillPresent), "{item:?}");
            prop_assert_eq!(item.state == FindingState::StillPresent, item.continued_as.is_some());
        }
        // Said again word for word, each keeps its identity.
        let again = run(&first, vec![one.clone()]);
        let prints = |report: &Report| report.findings.iter().map(|finding| finding.fingerprint.clone()).collect::<Vec<_>>();
        prop_assert_eq!(prints(&again), prints(&one));
    }
}
