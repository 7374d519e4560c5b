//! The questions as a prompt, and the schema of the answers.

use std::fmt::Write as _;

use review_core::{Question, QuestionKind};

use super::code;
use crate::prompt::untrusted;

/// Standing instructions.
pub(super) const SYSTEM: &str = include_str!("../../templates/judge.md");

/// Longest material of one question, in characters; the engine's own texts are shorter.
const MAX_MATERIAL: usize = 4_000;

/// JSON Schema of the answers.
pub(super) fn schema() -> String {
    let text = serde_json::json!({ "type": "string" });
    let evidence = serde_json::json!({
        "type": "object",
        "properties": { "path": text, "line": { "type": "integer" }, "quote": text, "shows": text },
        "required": ["path", "line", "quote", "shows"],
        "additionalProperties": false,
    });
    serde_json::json!({
        "type": "object",
        "properties": { "answers": { "type": "array", "items": {
            "type": "object",
            "properties": {
                "question": text,
                "answer": { "type": "string", "enum": ["yes", "covers", "no", "critical", "important", "suggestion", "unsure"] },
                "evidence": { "type": "array", "items": evidence },
                "reason": text,
            },
            "required": ["question", "answer", "evidence", "reason"],
            "additionalProperties": false,
        } } },
        "required": ["answers"],
        "additionalProperties": false,
    })
    .to_string()
}

/// The task. The engine chose the order of two subjects by the question's id; here nothing is reordered.
pub(super) fn task(questions: &[&Question], change: &str, problems: &str) -> String {
    let mut out = String::new();
    if !problems.is_empty() {
        let _ = write!(
            out,
            "Your last answer could not be used for the questions below:\n\n{}\n\nAnswer them again.\n\n",
            untrusted("problems", problems)
        );
    }
    let _ = writeln!(out, "Answer each of these {} questions once.\n", questions.len());
    out.push_str(change);
    out.push_str(&code::shown(questions));
    for question in questions {
        let (asks, choices) = match question.kind {
            QuestionKind::SameIssue => {
                ("Would fixing one of the two findings also fix the other?", "yes, covers, no, unsure")
            }
            QuestionKind::Severity => {
                ("How severe is the finding?", "critical, important, suggestion, unsure")
            }
            _ => ("Is the finding true?", "yes, no, unsure"),
        };
        let material: String = question.text.chars().take(MAX_MATERIAL).collect();
        let _ = writeln!(
            out,
            "## `{}` ({})\n\n{asks} One of: {choices}.\n\n{}\n",
            question.id,
            question.kind,
            untrusted("material", &material)
        );
    }
    out.push_str(
        "## Answer\n\nWrite one JSON object and nothing else, with one entry for each question, its id copied:\n\n\
         {\"answers\": [{\"question\": \"q/…\", \"answer\": \"…\", \"evidence\": [{\"path\": \"…\", \"line\": 1, \
         \"quote\": \"…\", \"shows\": \"…\"}], \"reason\": \"one sentence\"}]}\n",
    );
    out
}
