//! Questions, answers and their guards; replaced stages; failing trees.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "a test"
)]

use std::future::Future;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use review_consolidate::{
    Calibrated, CalibrationContext, Calibrator, CheckContext, CheckResult, ClaimChecker, ClusterView, Engine,
    Item, NoTree, PairScorer, PairSignals, StandardConsolidator, drive,
};
use review_core::{
    Cancel, ChangeSet, Consolidator, Cx, Decision, DecisionValue, Decisions, Error, ErrorKind, Evidence,
    EvidenceNote, Fact, Input, Judge, Location, MemorySink, MemoryTree, Outcome, Query, Question,
    QuestionKind, Ratio, RawFinding, Result, Review, Severity, SourceTree,
};

fn block_on<T>(future: impl Future<Output = T>) -> T {
    let mut future = Box::pin(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
}

fn finding(id: &str, severity: Severity, title: &str, body: &str, line: u32) -> RawFinding {
    RawFinding::new(title)
        .with_id(id)
        .with_severity(severity)
        .with_body(body)
        .at(Location::line("a.rs", line))
}

fn input() -> Input {
    let mut policy = review_core::Policy::default();
    // Short texts have low scores; ask about them all the same.
    policy.question_margin = Ratio::from_millis(480);
    Input::new(
        ChangeSet::default(),
        vec![
            Review::new("claude").with_finding(finding(
                "C1",
                Severity::Critical,
                "Token survives `logout`",
                "The token stays valid after `logout` because only the cookie is cleared.",
                3,
            )),
            Review::new("codex").with_finding(finding(
                "I1",
                Severity::Important,
                "Server keeps the session after `logout`",
                "After `logout` only the cookie is cleared; the entry stays and is accepted.",
                4,
            )),
            Review::new("gemini").with_finding(finding(
                "S1",
                Severity::Suggestion,
                "Rename the module",
                "The name says nothing.",
                90,
            )),
        ],
    )
    .with_policy(policy)
}

fn tree() -> MemoryTree {
    MemoryTree::new()
        .with_head("a.rs", "fn logout() {\n    clear_cookie();\n    // the entry stays\n    keep();\n}\n")
}

struct Scripted(fn(&Question) -> Result<Decision>);

#[async_trait]
impl Judge for Scripted {
    async fn decide(&self, questions: Vec<Question>, _: Cx) -> Vec<Result<Decision>> {
        questions.iter().map(self.0).collect()
    }
}

fn judged(
    judge: fn(&Question) -> Result<Decision>,
) -> (review_core::Report, Decisions, Vec<review_core::Event>) {
    let sink = Arc::new(MemorySink::new());
    let cx = Cx::new(Cancel::new(), sink.clone());
    let consolidator = StandardConsolidator::default().with_judge(Arc::new(Scripted(judge)));
    let (report, decisions) = block_on(consolidator.consolidate(input(), Arc::new(tree()), cx)).unwrap();
    (report, decisions, sink.events())
}

fn answer(question: &Question, value: DecisionValue) -> Result<Decision> {
    Ok(Decision::new(&question.id, question.kind, value, "model:test"))
}

#[test]
fn a_judge_merges_what_has_something_in_common_and_nothing_else() {
    let engine = Engine::new();
    let report = engine.report(&input(), &Evidence::new(), &Decisions::new()).unwrap();
    let before = report.findings.len();
    let (report, decisions, _) = judged(|question| answer(question, DecisionValue::Truth(true)));
    assert!(report.findings.len() <= before);
    assert!(
        report.findings.iter().any(|finding| finding.reviewers == ["claude", "codex"]),
        "{:#?}",
        report.findings
    );
    assert!(report.findings.iter().any(|finding| finding.reviewers == ["gemini"]));
    assert!(!decisions.decisions.is_empty());
    // Recorded decisions replay.
    let again = drive(&engine, &input(), &tree(), &Cancel::new()).unwrap();
    let replayed = engine.report(&input(), &again.evidence, &decisions).unwrap();
    assert_eq!(replayed, report);
}

#[test]
fn a_question_holds_what_it_takes_to_answer_it() {
    let driven = drive(&Engine::new(), &input(), &tree(), &Cancel::new()).unwrap();
    let questions = driven.report.questions;
    assert!(!questions.is_empty());
    let same = questions.iter().filter(|question| question.kind == QuestionKind::SameIssue);
    for question in same {
        let mut lines = question.text.lines();
        let first = lines.next().unwrap();
        assert!(first.starts_with("Would fixing one also fix the other? "), "{}", question.text);
        // Which comes first follows from the id alone.
        let odd = question.id.chars().last().unwrap().to_digit(16).unwrap() % 2 == 1;
        let (a, b) = (question.subjects[0].to_string(), question.subjects[1].to_string());
        assert_eq!(first.find(&a) > first.find(&b), odd, "{}", question.text);
        assert!(question.text.contains("\n\nA. ") && question.text.contains("\n\nB. "));
    }
    let about = questions.iter().find(|question| question.text.contains("“Token survives")).unwrap();
    assert!(about.text.contains("only the cookie is cleared"), "{}", about.text);
    let shown: Vec<_> = about.excerpts.iter().flat_map(|excerpt| excerpt.lines()).collect();
    assert!(shown.contains(&(2, "    clear_cookie();")), "{shown:?}");
}

#[test]
fn a_refutation_needs_a_quote_that_stands_in_the_source() {
    let (bare, _, _) = judged(|question| match question.kind {
        QuestionKind::IsTrue => answer(question, DecisionValue::Truth(false)),
        _ => Err(Error::new(ErrorKind::InvalidAnswer, "not my field")),
    });
    assert!(bare.ledger.iter().all(|entry| entry.outcome != Outcome::Dropped));
    assert!(
        bare.findings
            .iter()
            .any(|finding| finding.reasons.iter().any(|reason| reason.text.contains("kept with a doubt")))
    );
    let (quoted, _, _) = judged(|question| match question.kind {
        QuestionKind::IsTrue => Ok(answer(question, DecisionValue::Truth(false))?.with_evidence(
            EvidenceNote::new("it is cleared")
                .with_path("a.rs")
                .with_line(2u32)
                .with_quote("clear_cookie();"),
        )),
        _ => Err(Error::new(ErrorKind::InvalidAnswer, "not my field")),
    });
    assert!(
        quoted
            .ledger
            .iter()
            .any(|entry| entry.outcome == Outcome::Dropped && entry.reason_code == "judged_false")
    );
}

#[test]
fn a_failing_judge_leaves_the_deterministic_report_and_says_so() {
    let (mut report, decisions, events) = judged(|_| Err(Error::new(ErrorKind::Unavailable, "no answer")));
    let plain = drive(&Engine::new(), &input(), &tree(), &Cancel::new()).unwrap().report;
    let note = report.diagnostics.pop().unwrap();
    assert!(note.message.contains("no answer"), "{note:?}");
    assert_eq!(report, plain);
    assert!(decisions.decisions.is_empty());
    assert!(
        events
            .iter()
            .any(|event| matches!(event, review_core::Event::Warning { text } if text.contains("no answer")))
    );
}

#[test]
fn a_severity_moves_one_step_at_most_and_stale_decisions_are_listed() {
    let mut input = input();
    let how = "The token stays valid after `logout` because only the cookie is cleared: whoever has copied the token before goes on with the \
               session of the user for as long as the server runs.";
    input.reviews[0].findings[0].body = how.into();
    input.reviews[1].findings[0] = finding("I1", Severity::Critical, "Token survives `logout`", how, 3);
    input.reviews[2].findings[0] = finding("S1", Severity::Suggestion, "Token survives `logout`", how, 3);
    let engine = Engine::new();
    let report = engine.report(&input, &Evidence::new(), &Decisions::new()).unwrap();
    assert_eq!((report.findings.len(), report.findings[0].severity), (1, Severity::Critical));
    let question = report.questions.iter().find(|question| question.kind == QuestionKind::Severity).unwrap();
    let decisions = Decisions::new()
        .with_decision(Decision::new(
            &question.id,
            question.kind,
            DecisionValue::Severity(Severity::Suggestion),
            "person:jd",
        ))
        .with_decision(Decision::new(
            "q/0000000000000000",
            QuestionKind::IsTrue,
            DecisionValue::Truth(true),
            "person:jd",
        ));
    let report = engine.report(&input, &Evidence::new(), &decisions).unwrap();
    assert_eq!(report.findings[0].severity, Severity::Important);
    assert_eq!(report.stale_decisions, ["q/0000000000000000"]);
}

/// Merges everything.
struct Eager;

impl PairScorer for Eager {
    fn score(&self, _: &PairSignals, _: &Item<'_>, _: &Item<'_>) -> Ratio {
        Ratio::ONE
    }
}

/// Refutes everything, without evidence.
struct Denier;

impl ClaimChecker for Denier {
    fn name(&self) -> &str {
        "denier"
    }
    fn check(&self, _: &Item<'_>, _: &CheckContext<'_>) -> Option<CheckResult> {
        Some(CheckResult::Refuted { code: "no".into(), reason: "no".into(), evidence: Vec::new() })
    }
}

/// Everything is critical and certain.
struct Alarmist;

impl Calibrator for Alarmist {
    fn severity(&self, _: &ClusterView<'_>, _: &CalibrationContext<'_>) -> Calibrated {
        Calibrated::new(Severity::Critical)
    }
    fn confidence(&self, _: &ClusterView<'_>, _: &CalibrationContext<'_>) -> Ratio {
        Ratio::ONE
    }
}

#[test]
fn the_ledger_holds_whatever_a_stage_does() {
    let engine = Engine::new().with_scorer(Eager).with_checker(Denier).with_calibrator(Alarmist);
    let report = engine.report(&input(), &Evidence::new(), &Decisions::new()).unwrap();
    assert_eq!(report.ledger.len(), 3);
    assert_eq!(report.findings.len(), 1);
    assert_eq!(report.findings[0].id, "C1");
    assert!(
        report.ledger.iter().all(|entry| entry.outcome != Outcome::Dropped),
        "a refutation without evidence drops nothing"
    );
}

/// Fails.
struct Broken;

impl SourceTree for Broken {
    fn answer(&self, _: &[Query], _: &Cancel) -> Result<Vec<Fact>> {
        Err(Error::new(ErrorKind::Unavailable, "the disk is gone"))
    }
}

#[test]
fn a_tree_that_fails_leaves_claims_not_checkable() {
    let mut broken = drive(&Engine::new(), &input(), &Broken, &Cancel::new()).unwrap().report;
    let mut without = drive(&Engine::new(), &input(), &NoTree, &Cancel::new()).unwrap().report;
    assert!(broken.diagnostics.remove(0).message.ends_with("unchecked: the disk is gone (2)"));
    assert!(without.diagnostics.remove(0).message.ends_with("unchecked: there is no source tree (2)"));
    assert_eq!(broken, without);
    let cancelled = Cancel::new();
    cancelled.cancel();
    assert!(drive(&Engine::new(), &input(), &NoTree, &cancelled).unwrap_err().is_cancelled());
}

#[test]
fn the_same_reviewer_and_pass_twice_is_refused() {
    let twice = Input::new(ChangeSet::default(), vec![Review::new("claude"), Review::new("claude")]);
    let error = Engine::new().report(&twice, &Evidence::new(), &Decisions::new()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidInput);
}

#[test]
fn short_messages_on_one_line_are_the_same_only_with_words_in_common() {
    let at = |who: &str, title: &str| {
        Review::new(who).with_finding(RawFinding::new(title).with_id("S1").at(Location::line("a.rs", 3)))
    };
    let merged = |a: &str, b: &str| {
        let input = Input::new(ChangeSet::default(), vec![at("rules", a), at("clippy", b)]);
        Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap().findings.len() == 1
    };
    assert!(merged("", ""), "nothing but a place");
    assert!(merged("Unused variable `counter`", "The variable `counter` is never used: unused"));
    assert!(!merged("Unused variable `counter`", "Line is longer than 100 characters"));
    assert!(!merged("Unused import of `Reader`", "Missing documentation for a public function"));
    assert!(!merged("Possible nil dereference of `conn`", "Error of `conn.Close` is ignored"));
}
