//! Reads a judge's answers: any form that holds them, but only ids that were asked, each once.

use std::collections::BTreeMap;

use review_core::{
    Decision, DecisionValue, Error, ErrorKind, EvidenceNote, Question, QuestionKind, Result, SameIssue,
    Severity,
};
use serde_json::{Map, Value};

use crate::documents::documents;

/// At most so many quotes of one answer are kept.
const MAX_EVIDENCE: usize = 5;
/// Longest quote, in characters.
const MAX_QUOTE: usize = 2_000;
/// Longest reason or remark, in characters.
const MAX_REASON: usize = 400;

/// One result per question, in the order of the questions.
pub(super) fn read(text: &str, questions: &[&Question], by: &str) -> Vec<Result<Decision>> {
    let found = entries(text);
    let mut of: BTreeMap<String, Vec<&Map<String, Value>>> = BTreeMap::new();
    for (id, entry) in &found {
        of.entry(bare(id)).or_default().push(entry);
    }
    questions
        .iter()
        .map(|question| match of.get(&bare(&question.id)).map(Vec::as_slice) {
            None | Some([]) if found.is_empty() => Err(invalid("the judge's answer holds no answers")),
            None | Some([]) => Err(invalid("the judge did not answer this question")),
            Some([entry]) => decision(entry, question, by),
            Some(_) => Err(invalid("the judge answered this question more than once")),
        })
        .collect()
}

/// Whether asking again may help: somebody who is unsure stays so.
pub(super) fn worth_repair(error: &Error) -> bool {
    error.kind() == ErrorKind::InvalidAnswer && error.get("answer") != Some(UNSURE)
}

pub(super) const UNSURE: &str = "unsure";

fn invalid(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidAnswer, message)
}

/// Ids are compared without their prefix, quotes and case.
fn bare(id: &str) -> String {
    let id = id.trim_matches(|c: char| c.is_whitespace() || c == '`' || c == '"').to_lowercase();
    id.strip_prefix("q/").unwrap_or(&id).to_owned()
}

/// The answers of the last document of answers in the text; without one, of all single answers.
fn entries(text: &str) -> Vec<(String, Map<String, Value>)> {
    let mut singles = Vec::new();
    let mut list = Vec::new();
    for value in documents(text) {
        let found = list_of(&value);
        if !found.is_empty() {
            list = found;
        } else if let Value::Object(entry) = value
            && let Some(id) = id_of(&entry)
        {
            singles.push((id, entry));
        }
    }
    if list.is_empty() { singles } else { list }
}

/// `{"answers": […]}`, `[…]` or `{"q/…": {…}}`.
fn list_of(value: &Value) -> Vec<(String, Map<String, Value>)> {
    let items = match value {
        Value::Array(items) => items,
        Value::Object(map) => match map.get("answers").or_else(|| map.get("decisions")) {
            Some(Value::Array(items)) => items,
            Some(inner @ Value::Object(_)) => return list_of(inner),
            _ => {
                return map
                    .iter()
                    .filter(|(key, _)| key.trim().starts_with("q/"))
                    .map(|(key, value)| match value {
                        Value::Object(entry) => (key.clone(), entry.clone()),
                        plain => (key.clone(), Map::from_iter([("answer".to_owned(), plain.clone())])),
                    })
                    .collect();
            }
        },
        _ => return Vec::new(),
    };
    items
        .iter()
        .filter_map(|item| {
            let entry = item.as_object()?;
            Some((id_of(entry)?, entry.clone()))
        })
        .collect()
}

fn id_of(entry: &Map<String, Value>) -> Option<String> {
    ["question", "question_id", "id"].iter().find_map(|key| entry.get(*key)?.as_str()).map(str::to_owned)
}

fn decision(entry: &Map<String, Value>, question: &Question, by: &str) -> Result<Decision> {
    let given = entry.get("answer").unwrap_or(&Value::Null);
    let word = match given {
        Value::Bool(truth) => truth.to_string(),
        Value::String(word) => word.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase(),
        _ => String::new(),
    };
    let answer = match (&question.kind, word.as_str()) {
        (_, "unsure" | "unknown" | "not sure") => {
            return Err(invalid("the judge is unsure").with_context("answer", UNSURE));
        }
        (QuestionKind::Severity, word) => Severity::ALL
            .iter()
            .find(|severity| severity.as_str() == word)
            .map(|severity| DecisionValue::Severity(*severity)),
        (QuestionKind::SameIssue, "covers" | "part") => Some(DecisionValue::Same(SameIssue::Covers)),
        (QuestionKind::SameIssue, "same") | (_, "yes" | "true") => Some(DecisionValue::Truth(true)),
        (QuestionKind::SameIssue, "different") | (_, "no" | "false") => Some(DecisionValue::Truth(false)),
        _ => None,
    };
    let Some(answer) = answer else {
        let choices = match question.kind {
            QuestionKind::Severity => "critical, important, suggestion, unsure",
            QuestionKind::SameIssue => "yes, covers, no, unsure",
            _ => "yes, no, unsure",
        };
        return Err(invalid("the judge's answer is none of the choices").with_context("choices", choices));
    };
    let mut decision = Decision::new(&question.id, question.kind, answer, by);
    decision.reason = text(entry, &["reason", "why"], MAX_REASON);
    let evidence = entry.get("evidence").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    decision.evidence =
        evidence.iter().filter_map(Value::as_object).filter_map(note).take(MAX_EVIDENCE).collect();
    Ok(decision)
}

fn note(entry: &Map<String, Value>) -> Option<EvidenceNote> {
    let quote = entry.get("quote").and_then(Value::as_str).filter(|quote| !quote.trim().is_empty())?;
    let mut note = EvidenceNote::new(text(entry, &["shows", "text"], MAX_REASON).unwrap_or_default())
        .with_quote(quote.chars().take(MAX_QUOTE).collect::<String>());
    let mut line = match entry.get("line") {
        Some(Value::String(word)) => word.trim().parse().ok(),
        Some(value) => value.as_u64(),
        None => None,
    };
    if let Some(path) = text(entry, &["path", "file"], MAX_REASON) {
        let path = path.trim_start_matches("./");
        let (path, behind) = match path.rsplit_once(':') {
            Some((path, number)) if number.parse::<u64>().is_ok() => (path, number.parse().ok()),
            _ => (path, None),
        };
        line = line.or(behind);
        note.path = Some(path.to_owned());
    }
    note.line = line.and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0);
    Some(note)
}

/// The first of these fields that holds text: on one line, bounded.
fn text(entry: &Map<String, Value>, fields: &[&str], most: usize) -> Option<String> {
    let given = fields.iter().find_map(|field| entry.get(*field)?.as_str())?;
    let one_line: String = given.chars().map(|c| if c.is_control() { ' ' } else { c }).take(most).collect();
    let one_line = one_line.trim();
    (!one_line.is_empty()).then(|| one_line.to_owned())
}

#[cfg(test)]
mod tests {
    use review_core::Ratio;

    use super::*;

    fn question(id: &str, kind: QuestionKind) -> Question {
        Question::new(id, kind, Vec::new(), Ratio::ONE)
    }

    fn truth(text: &str) -> std::result::Result<bool, String> {
        let asked = question("q/00ff", QuestionKind::IsTrue);
        match read(text, &[&asked], "model:m").pop().unwrap() {
            Ok(decision) => Ok(decision.answer == DecisionValue::Truth(true)),
            Err(error) => Err(error.message().to_owned()),
        }
    }

    #[test]
    fn many_forms_are_read() {
        for text in [
            r#"{"answers":[{"question":"q/00ff","answer":"yes"}]}"#,
            "Sure [as asked]:\n```json\n[{\"id\": \"`00FF`\", \"answer\": true}]\n```\nBye {now}.",
            r#"{"q/00ff": "Yes."}"#,
            r#"{"answers": {"q/00ff": {"answer": "true"}}}"#,
            "{\"question\":\"q/00aa\",\"answer\":\"no\"}\n{\"question\":\"q/00ff\",\"answer\":\"yes\"}",
            r#"draft {"answers":[{"question":"q/00ff","answer":"no"}]} final {"answers":[{"question":"q/00ff","answer":"yes"}]}"#,
        ] {
            assert_eq!(truth(text), Ok(true), "{text}");
        }
    }

    #[test]
    fn covers_is_an_answer_to_sameness_alone() {
        let text = r#"[{"question":"q/1","answer":"Covers"}]"#;
        let answer = |kind| read(text, &[&question("q/1", kind)], "model:m").pop().unwrap();
        assert_eq!(answer(QuestionKind::SameIssue).unwrap().answer, DecisionValue::Same(SameIssue::Covers));
        assert!(answer(QuestionKind::IsTrue).is_err());
    }

    #[test]
    fn what_is_no_answer_is_an_error() {
        for (text, wanted) in [
            ("", "the judge's answer holds no answers"),
            ("{{{[[[", "the judge's answer holds no answers"),
            (r#"[{"question":"q/0001","answer":"yes"}]"#, "the judge did not answer this question"),
            (
                r#"[{"question":"q/00ff","answer":"yes"},{"id":"00ff","answer":"no"}]"#,
                "the judge answered this question more than once",
            ),
            (r#"[{"question":"q/00ff","answer":"unsure"}]"#, "the judge is unsure"),
            (r#"[{"question":"q/00ff","answer":"critical"}]"#, "the judge's answer is none of the choices"),
            (r#"[{"question":"q/00ff"}]"#, "the judge's answer is none of the choices"),
        ] {
            assert_eq!(truth(text), Err(wanted.to_owned()), "{text}");
        }
    }

    #[test]
    fn evidence_is_bounded_and_needs_a_quote() {
        let asked = question("q/1", QuestionKind::Severity);
        let text = r#"[{"question":"q/1","answer":"Important","reason":"a\nb",
            "evidence":[{"path":"./a.rs:7","quote":"let x","shows":"it"},{"path":"b.rs","line":3},{"path":"b.rs","line":"4","quote":"y()"}]}]"#;
        let decision = read(text, &[&asked], "model:m").pop().unwrap().unwrap();
        assert_eq!(decision.answer, DecisionValue::Severity(Severity::Important));
        assert_eq!((decision.by.as_str(), decision.reason.as_deref()), ("model:m", Some("a b")));
        let places: Vec<_> = decision.evidence.iter().map(|note| (note.path.as_deref(), note.line)).collect();
        assert_eq!(places, [(Some("a.rs"), Some(7)), (Some("b.rs"), Some(4))]);
    }
}
