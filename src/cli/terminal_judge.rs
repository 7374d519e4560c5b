//! A person at the terminal who answers the engine's questions.

use std::io::{BufRead as _, IsTerminal as _, Write as _};

use async_trait::async_trait;
use deep_review::{
    AnswerValue, Cx, Decision, Error, ErrorKind, Judge, Question, QuestionKind, Result, Severity,
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

    fn ask(&self, question: &Question) -> Result<Decision> {
        let choices = match question.kind {
            QuestionKind::Severity => "critical, important, suggestion",
            _ => "y, n",
        };
        let text: String =
            question.text.chars().map(|c| if c.is_control() && c != '\n' { ' ' } else { c }).collect();
        let mut stderr = std::io::stderr();
        let _ = write!(stderr, "\n{text}\n[{choices}; empty: no answer] ");
        let _ = stderr.flush();
        let mut line = String::new();
        std::io::stdin().lock().read_line(&mut line)?;
        let answer = answer_of(question.kind, line.trim())
            .ok_or_else(|| Error::new(ErrorKind::InvalidAnswer, "the person gave no answer"))?;
        Ok(Decision::new(&question.id, question.kind, answer, &self.name))
    }
}

fn answer_of(kind: QuestionKind, text: &str) -> Option<AnswerValue> {
    match (kind, text.to_lowercase().as_str()) {
        (QuestionKind::Severity, word) => Severity::ALL
            .iter()
            .find(|severity| !word.is_empty() && severity.as_str().starts_with(word))
            .map(|severity| AnswerValue::Severity(*severity)),
        (_, "y" | "yes") => Some(AnswerValue::Truth(true)),
        (_, "n" | "no") => Some(AnswerValue::Truth(false)),
        _ => None,
    }
}

#[async_trait]
impl Judge for TerminalJudge {
    async fn decide(&self, questions: &[Question], cx: &Cx) -> Vec<Result<Decision>> {
        questions.iter().map(|question| cx.cancel.check().and_then(|()| self.ask(question))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_by_their_first_letters() {
        assert_eq!(answer_of(QuestionKind::Severity, "i"), Some(AnswerValue::Severity(Severity::Important)));
        assert_eq!(answer_of(QuestionKind::IsTrue, "Yes"), Some(AnswerValue::Truth(true)));
        assert_eq!(answer_of(QuestionKind::SameIssue, ""), None);
        assert_eq!(answer_of(QuestionKind::Severity, ""), None);
    }
}
