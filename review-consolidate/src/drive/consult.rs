//! Asks a judge and an editor. Whatever they do, there is a report without them, and what they failed at is noted for its readers.

use std::collections::BTreeSet;
use std::sync::Arc;

use review_core::{Cx, Decisions, EditRequest, Editor, Event, Judge, Question, Report};

use crate::report::prose::check_prose;

/// How often an editor is asked.
const EDITOR_ATTEMPTS: u32 = 2;
/// Problems of an editor's words that a note names.
const NAMED_PROBLEMS: usize = 3;

/// Puts the answers of a judge to the decisions; gives how many there are.
pub(crate) async fn judge(judge: &dyn Judge, ask: &[Question], decisions: &mut Decisions, cx: &Cx) -> usize {
    if cx.cancel.is_cancelled() {
        note(
            "the run was cancelled before the judge was asked; the engine's own assumptions stand".into(),
            decisions,
            cx,
        );
        return 0;
    }
    cx.event(Event::JudgeAsked { questions: count(ask.len()) });
    let answers = judge.decide(ask.to_vec(), cx.clone()).await;
    let mut answered = 0;
    let mut why = String::new();
    let answers = answers.into_iter().map(Some).chain(std::iter::repeat_with(|| None));
    for (question, answer) in ask.iter().zip(answers) {
        match answer {
            Some(Ok(decision)) if decision.question == question.id && decision.kind == question.kind => {
                decisions.decisions.push(decision);
                answered += 1;
            }
            Some(Err(error)) => why = error.to_string(),
            _ => why = "an answer is missing or belongs to another question".to_owned(),
        }
    }
    if answered > 0 {
        let by: BTreeSet<&str> =
            decisions.decisions.iter().rev().take(answered).map(|one| one.by.as_str()).collect();
        let by: Vec<&str> = by.into_iter().collect();
        decisions.notes.push(format!(
            "{answered} of {} open questions were answered by {}",
            ask.len(),
            by.join(", ")
        ));
    }
    let open = ask.len() - answered;
    if open > 0 {
        let asked = ask.len();
        let text = format!(
            "the judge left {open} of {asked} questions open: {why}; the engine's own assumptions stand"
        );
        note(text, decisions, cx);
    }
    answered
}

/// Puts the words of an editor to the decisions, where they hold. What does not hold is said once, and asked for again.
pub(crate) async fn editor(editor: &dyn Editor, report: &Report, decisions: &mut Decisions, cx: &Cx) {
    let mut problems = Vec::new();
    let facts = Arc::new(report.clone());
    for attempt in 1..=EDITOR_ATTEMPTS {
        if cx.cancel.is_cancelled() {
            let text = "the run was cancelled before the editor was done; the summary is made from the facts";
            return note(text.into(), decisions, cx);
        }
        cx.event(Event::EditorAsked { attempt });
        let request = EditRequest::new(Arc::clone(&facts)).with_problems(problems);
        match editor.write(request, cx.clone()).await {
            Ok(prose) => {
                problems = check_prose(&prose, report);
                if problems.is_empty() {
                    decisions.prose = Some(prose);
                    return;
                }
            }
            Err(error) => {
                return note(
                    format!("the editor failed: {error}; the summary is made from the facts"),
                    decisions,
                    cx,
                );
            }
        }
    }
    problems.truncate(NAMED_PROBLEMS);
    let text = format!(
        "what the editor wrote does not hold, so the summary is made from the facts: {}",
        problems.join("; ")
    );
    note(text, decisions, cx);
}

/// Tells whoever watches the run and whoever reads the report.
fn note(text: String, decisions: &mut Decisions, cx: &Cx) {
    cx.event(Event::Warning { text: text.clone() });
    decisions.notes.push(text);
}

pub(crate) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
