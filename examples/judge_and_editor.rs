//! Answer the open questions and write the summary yourself: a judge and an editor of one's own.
//!
//! Here both are scripts; [`AgentJudge`](deep_review::agents::AgentJudge) and [`AgentEditor`](deep_review::agents::AgentEditor) ask a model.
//! `cargo run --example judge_and_editor`.

use std::sync::Arc;

use async_trait::async_trait;
use deep_review::{
    Cx, Decision, DecisionValue, EditRequest, Editor, Error, ErrorKind, EvidenceNote, Judge, Prose, Question,
    QuestionKind, Result, Session, replay,
};
use review_testkit::{finding, review, scenario};

/// Knows one thing: the limit is checked two lines above.
struct Colleague;

#[async_trait]
impl Judge for Colleague {
    async fn decide(&self, questions: Vec<Question>, _: Cx) -> Vec<Result<Decision>> {
        let answer = |question: &Question| {
            if question.kind != QuestionKind::IsTrue || !question.text.contains("Limit is not checked") {
                return Err(Error::new(ErrorKind::InvalidAnswer, "I can't tell"));
            }
            let shown = EvidenceNote::new("it is checked here")
                .with_path("take.go")
                .with_line(4u32)
                .with_quote("if n > limit {");
            let no = DecisionValue::Truth(false);
            // Without the quoted line, which must stand in the source, a *no* would only be a doubt.
            Ok(Decision::new(&question.id, question.kind, no, "person:colleague").with_evidence(shown))
        };
        questions.iter().map(answer).collect()
    }
}

/// Exaggerates, until it is told what does not hold.
struct Writer;

#[async_trait]
impl Editor for Writer {
    async fn write(&self, request: EditRequest, _: Cx) -> Result<Prose> {
        let first = request.report.findings.first().map_or("nothing", |finding| finding.id.as_str());
        let text = if request.problems.is_empty() {
            "There are 99 findings, and C7 is the worst.".to_owned()
        } else {
            println!("told: {}", request.problems.join("; "));
            format!("Look at {first} before anything else.")
        };
        Ok(Prose::new("person:writer", text))
    }
}

fn main() -> Result<()> {
    let source = "package a\n\nfunc Take(n int) ([]byte, error) {\n\tif n > limit {\n\t\treturn nil, errTooMany\n\t}\n\tb, _ := read(n)\n\treturn b, nil\n}\n";
    let change = scenario().file("take.go", "", source);
    let claude = review("claude")
        .with_finding(finding("I1 Limit is not checked @ take.go:7 `b, _ := read(n)`"))
        .with_finding(finding("I2 The error of read is lost @ take.go:7 `b, _ := read(n)`"));
    let outcome = Session::new(change.change(), change.tree())
        .with_judge(Arc::new(Colleague))
        .with_editor(Arc::new(Writer))
        .with_report_id("example")
        .with_started_ms(0)
        .consolidate_blocking(vec![claude], Cx::detached())?;
    let report = &outcome.report;
    println!(
        "{} (by {})",
        report.sections.summary,
        report.sections.summary_by.as_deref().unwrap_or("the facts")
    );
    for entry in &report.ledger {
        println!("{} {} {}", entry.source, entry.disposition, entry.reason);
    }
    // Answers and words are part of the record.
    assert_eq!(replay(&outcome.record)?, *report);
    Ok(())
}
