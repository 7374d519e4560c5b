//! A person at the terminal who answers the engine's questions.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use deep_review::{
    Cx, Decision, DecisionValue, Error, ErrorKind, Judge, Question, QuestionKind, Result, SameIssue, Severity,
};

/// Asks the person at the terminal. An empty line means *no answer*.
#[derive(Debug)]
pub(crate) struct TerminalJudge {
    name: String,
}

impl TerminalJudge {
    /// A judge, if a person is there.
    pub(crate) fn new() -> Result<Self> {
        if !std::io::stdin().is_terminal() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "--judge terminal needs a terminal on standard input",
            ));
        }
        let user = std::env::var("USER").unwrap_or_else(|_| "terminal".into());
        Ok(Self { name: format!("person:{user}") })
    }

    async fn ask(&self, question: &Question, cx: &Cx) -> Result<Decision> {
        cx.cancel.check()?;
        let choices = match question.kind {
            QuestionKind::Severity => "critical, important, suggestion",
            QuestionKind::SameIssue => "y, n, c: one covers the other",
            _ => "y, n",
        };
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "\n{}\n", harmless(&question.text));
        for excerpt in &question.excerpts {
            let _ = writeln!(stderr, "\n{} ({})", harmless(&excerpt.path), excerpt.side);
            for (number, line) in excerpt.lines() {
                let _ = writeln!(stderr, "{number:>6} {}", harmless(line));
            }
        }
        let _ = write!(stderr, "[{choices}; empty: no answer] ");
        let _ = stderr.flush();
        let line = tokio::select! {
            line = line() => line?,
            () = cx.cancel.cancelled() => return Err(Error::new(ErrorKind::Cancelled, "the person was not waited for")),
        };
        let answer = answer_of(question.kind, line.trim())
            .ok_or_else(|| Error::new(ErrorKind::InvalidAnswer, "the person gave no answer"))?;
        Ok(Decision::new(&question.id, question.kind, answer, &self.name))
    }
}

/// The next line of standard input. It is read on a thread of its own that nothing waits for, so that a cancel ends the wait.
async fn line() -> Result<String> {
    let (send, receive) = tokio::sync::oneshot::channel();
    std::thread::Builder::new().name("terminal-judge".into()).spawn(move || {
        let mut line = String::new();
        let read = std::io::stdin().lock().read_line(&mut line).map(|_| line);
        let _ = send.send(read);
    })?;
    let read = receive.await.map_err(|_| Error::new(ErrorKind::Internal, "standard input can't be read"))?;
    Ok(read?)
}

/// A text that can neither steer the terminal nor turn its own order around.
fn harmless(text: &str) -> String {
    let steers = |c: char| c.is_control() && c != '\n';
    let turns =
        |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars().map(|c| if steers(c) || turns(c) { ' ' } else { c }).collect()
}

fn answer_of(kind: QuestionKind, text: &str) -> Option<DecisionValue> {
    match (kind, text.to_lowercase().as_str()) {
        (QuestionKind::Severity, word) => Severity::ALL
            .iter()
            .find(|severity| !word.is_empty() && severity.as_str().starts_with(word))
            .map(|severity| DecisionValue::Severity(*severity)),
        (QuestionKind::SameIssue, "c" | "covers") => Some(DecisionValue::Same(SameIssue::Covers)),
        (_, "y" | "yes") => Some(DecisionValue::Truth(true)),
        (_, "n" | "no") => Some(DecisionValue::Truth(false)),
        _ => None,
    }
}

#[async_trait]
impl Judge for TerminalJudge {
    async fn decide(&self, questions: Vec<Question>, cx: Cx) -> Vec<Result<Decision>> {
        let mut answers = Vec::with_capacity(questions.len());
        for question in &questions {
            answers.push(self.ask(question, &cx).await);
        }
        answers
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_their_first_letters() {
        assert_eq!(
            answer_of(QuestionKind::Severity, "i"),
            Some(DecisionValue::Severity(Severity::Important))
        );
        assert_eq!(answer_of(QuestionKind::IsTrue, "Yes"), Some(DecisionValue::Truth(true)));
        assert_eq!(answer_of(QuestionKind::SameIssue, "c"), Some(DecisionValue::Same(SameIssue::Covers)));
        assert_eq!(answer_of(QuestionKind::IsTrue, "c"), None);
        assert_eq!(answer_of(QuestionKind::SameIssue, ""), None);
        assert_eq!(answer_of(QuestionKind::Severity, ""), None);
    }
}
