//! An editor's words: what is published, what is thrown away, and that a replay has the same.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test"
)]

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use async_trait::async_trait;
use review_consolidate::{
    Consolidated, Engine, NoTree, StandardConsolidator, check_prose, drive, drive_with,
};
use review_core::{
    Cancel, ChangeNotes, ChangeSet, Completeness, Cx, Decision, EditRequest, Editor, Error, ErrorKind, Input,
    Judge, Location, MemorySink, MemoryTree, Prose, Question, RawFinding, Report, Result, RetroProse, Review,
    Severity,
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

fn input() -> Input {
    let finding = RawFinding::new("Token survives `logout`")
        .with_id("X1")
        .with_severity(Severity::Important)
        .with_body("Only the cookie is cleared, so the token is accepted for 30 days.")
        .at(Location::line("src/session.rs", 4));
    let cut = Review::new("codex").with_completeness(Completeness::Truncated);
    let mut change = ChangeSet::default();
    change.notes = ChangeNotes::default().with_title("Sessions end with logout");
    Input::new(change, vec![Review::new("claude").with_finding(finding), cut])
}

fn report() -> Report {
    drive(&Engine::new(), &input(), &NoTree, &Cancel::new()).unwrap().report
}

const GOOD: &str = "The change ends sessions with `logout`, but I1 shows that the token is accepted for 30 days. \
                    Only claude finished; codex did not finish, so look again at what it left.";

/// Answers with these, in their order; then fails.
struct Script(Mutex<Vec<Prose>>, Mutex<Vec<Vec<String>>>);

impl Script {
    fn new(texts: &[&str]) -> Arc<Self> {
        let prose = texts.iter().rev().map(|text| Prose::new("model:m", *text)).collect();
        Arc::new(Self(Mutex::new(prose), Mutex::default()))
    }
}

#[async_trait]
impl Editor for Script {
    async fn write(&self, request: EditRequest, _: Cx) -> Result<Prose> {
        self.1.lock().unwrap().push(request.problems);
        self.0.lock().unwrap().pop().ok_or_else(|| Error::new(ErrorKind::Unavailable, "no more words"))
    }
}

fn edited(editor: Arc<dyn Editor>, cancel: Cancel) -> Result<Consolidated> {
    let cx = Cx::new(cancel, Arc::new(MemorySink::new()));
    block_on(StandardConsolidator::default().with_editor(editor).run(&input(), Arc::new(NoTree), &cx))
}

fn notes(report: &Report) -> Vec<&str> {
    report.diagnostics.iter().map(|one| one.message.as_str()).collect()
}

#[test]
fn words_that_hold_are_published_with_their_author_and_replay() {
    let script = Script::new(&[GOOD]);
    script.0.lock().unwrap()[0].retro.push(RetroProse::new("claude", "It found I1, which nobody else saw."));
    let done = edited(script, Cancel::new()).unwrap();
    assert_eq!(done.report.sections.summary, GOOD);
    assert_eq!(done.report.sections.summary_by.as_deref(), Some("model:m"));
    assert_eq!(done.report.retro.reviewers[0].prose, "It found I1, which nobody else saw.");
    let again = drive_with(&Engine::new(), &input(), done.evidence, &done.decisions, &NoTree, &Cancel::new())
        .unwrap();
    assert_eq!(again.report, done.report);
}

#[test]
fn what_does_not_hold_is_asked_for_once_more_with_the_reasons() {
    let script = Script::new(&["All is well with C2.", GOOD]);
    let done = edited(script.clone(), Cancel::new()).unwrap();
    assert_eq!(done.report.sections.summary, GOOD);
    let asked = script.1.lock().unwrap().clone();
    assert_eq!(asked.len(), 2);
    assert!(asked[1].iter().any(|problem| problem.contains("C2")), "{asked:?}");
}

#[test]
fn words_that_never_hold_leave_the_templates_and_a_note() {
    let plain = report();
    let done = edited(Script::new(&["C7 is bad.", "C8 is bad.", GOOD]), Cancel::new()).unwrap();
    assert_eq!(done.report.sections.summary, plain.sections.summary);
    assert!(done.report.sections.summary_by.is_none() && done.decisions.prose.is_none());
    assert!(notes(&done.report).iter().any(|note| note.contains("C8")), "{:?}", notes(&done.report));
    let failed = edited(Script::new(&[]), Cancel::new()).unwrap();
    assert_eq!(failed.report.sections.summary, plain.sections.summary);
    assert!(notes(&failed.report).iter().any(|note| note.contains("no more words")));
}

/// Raises the cancel while it is asked.
struct Interrupted(Cancel);

#[async_trait]
impl Editor for Interrupted {
    async fn write(&self, _: EditRequest, _: Cx) -> Result<Prose> {
        self.0.cancel();
        Err(Error::new(ErrorKind::Cancelled, "cancelled"))
    }
}

#[async_trait]
impl Judge for Interrupted {
    async fn decide(&self, questions: Vec<Question>, _: Cx) -> Vec<Result<Decision>> {
        self.0.cancel();
        questions.iter().map(|_| Err(Error::new(ErrorKind::Cancelled, "cancelled"))).collect()
    }
}

#[test]
fn a_cancel_while_judge_or_editor_is_asked_leaves_the_report() {
    let cancel = Cancel::new();
    let done = edited(Arc::new(Interrupted(cancel.clone())), cancel).unwrap();
    assert_eq!(done.report.findings, report().findings);
    assert!(notes(&done.report).iter().any(|note| note.contains("the editor failed")));

    let cancel = Cancel::new();
    let cx = Cx::new(cancel.clone(), Arc::new(MemorySink::new()));
    let consolidator = StandardConsolidator::default()
        .with_judge(Arc::new(Interrupted(cancel)))
        .with_editor(Script::new(&[GOOD]));
    let tree = MemoryTree::new().with_head("src/session.rs", "fn a() {\n\n\n    clear(cookie);\n}\n");
    let done = block_on(consolidator.run(&input(), Arc::new(tree), &cx)).unwrap();
    assert_eq!(done.report.findings.len(), 1);
    let notes = notes(&done.report);
    assert!(notes.iter().any(|note| note.contains("the judge left")), "{notes:?}");
    assert!(notes.iter().any(|note| note.contains("cancelled before the editor")), "{notes:?}");
}

#[test]
fn each_fact_that_words_can_get_wrong_is_held_against_the_report() {
    let report = report();
    let problems = |summary: &str| check_prose(&Prose::new("model:m", summary), &report).join("; ");
    assert_eq!(problems(GOOD), "");
    let with = |more: &str| problems(&format!("{GOOD} {more}"));
    insta::assert_snapshot!(problems(""), @"the summary is empty; the summary does not say that codex did not finish; the summary names none of I1");
    insta::assert_snapshot!(with("I3 is worse."), @"the summary names I3, which is not in the report");
    insta::assert_snapshot!(with("There are 17 findings."), @"the summary says 17, which no fact says");
    insta::assert_snapshot!(with("There are seven findings."), @"the summary says seven, which no fact says");
    insta::assert_snapshot!(with("See `log_in`."), @"the summary shows `log_in`, which is not in the report");
    insta::assert_snapshot!(with("It is safe to merge."), @"the summary calls the change “safe to merge”, and the verdict is another");
    insta::assert_snapshot!(with("See [this](x)."), @"the summary has marks, links or mentions: plain sentences only, code in single backticks");
    insta::assert_snapshot!(with(&"word ".repeat(120)), @"the summary is too long: 151 words, 120 are the most");
    insta::assert_snapshot!(with(&"x".repeat(4_000)), @"the summary is too long: 32 words, 120 are the most");
    let unknown = Prose::new("model:m", GOOD).with_retro(RetroProse::new("gemini", "It found I1."));
    insta::assert_snapshot!(check_prose(&unknown, &report).join("; "), @"there is no reviewer gemini");
}
