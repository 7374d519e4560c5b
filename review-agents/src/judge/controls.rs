//! Questions whose answers are known, mixed in among the others: whoever says yes to everything, no to everything, or what a
//! finding's text tells it to, gets one of them wrong.

use review_core::fingerprint::content_hash;
use review_core::{Decision, DecisionValue, Question, QuestionKind, Ratio};

/// Twice two findings about one thing in other words, and twice two about different things: who guesses gets all right once in sixteen
/// asks.
const PAIRS: [(bool, &str); 4] = [
    (
        true,
        "Would fixing one also fix the other? first: “The upload is read into memory whole”. second: “Large uploads exhaust \
         the heap”.\n\nA. The upload is read into memory whole, claimed as important\n`receive` collects the whole request \
         body in one buffer before it writes the file, so a body of a few gigabytes ends the process.\n\
         Place: storage/upload.py:31\n\nB. Large uploads exhaust the heap, claimed as important\nThe body of the request is \
         buffered completely in `receive`; it should be copied to the file in pieces, or a big file kills the server.\n\
         Place: storage/upload.py:30-34",
    ),
    (
        false,
        "Would fixing one also fix the other? first: “Typo in the greeting”. second: “The connection is never closed”.\n\n\
         A. Typo in the greeting, claimed as suggestion\nThe page says “Welcom back”.\nPlace: web/templates/home.html:4\n\n\
         B. The connection is never closed, claimed as important\n`fetch_rates` opens a connection for each call and returns \
         without closing it when the server answers with an error.\nPlace: billing/rates.py:58",
    ),
    (
        true,
        "Would fixing one also fix the other? first: “Two workers may take the same job”. second: “`claim` is not atomic”.\n\n\
         A. Two workers may take the same job, claimed as critical\nBetween the read of `state` and its update another worker \
         reads it too, so both run the job.\nPlace: queue/claim.go:77\n\nB. `claim` is not atomic, claimed as important\n\
         Reading `state` and writing it back are two statements without a lock or a transaction; a job can run twice.\n\
         Place: queue/claim.go:75-81",
    ),
    (
        false,
        "Would fixing one also fix the other? first: “`limit` is not validated”. second: “No test for an empty page”.\n\n\
         A. `limit` is not validated, claimed as important\nA negative `limit` from the query reaches the database, which \
         answers with an error.\nPlace: api/list.ts:19\n\nB. No test for an empty page, claimed as suggestion\nThe tests of the \
         page component never render it without rows.\nPlace: ui/page.test.tsx:8",
    ),
];

/// A question with its known answer.
pub(super) struct Control {
    pub(super) question: Question,
    same: bool,
}

impl Control {
    /// Whether an answer is wrong. No answer is not wrong.
    pub(super) fn is_failed_by(&self, decision: &Decision) -> bool {
        match decision.answer {
            DecisionValue::Truth(same) => same != self.same,
            DecisionValue::Same(_) => !self.same,
            _ => false,
        }
    }
}

/// The controls of an ask, where it asks for sameness. Their ids follow from the questions', and look like them.
pub(super) fn controls(questions: &[Question]) -> Vec<Control> {
    if questions.iter().all(|question| question.kind != QuestionKind::SameIssue) {
        return Vec::new();
    }
    let ids: Vec<&str> = questions.iter().map(|question| question.id.as_str()).collect();
    PAIRS
        .iter()
        .map(|(same, text)| {
            let id = format!("q/{}", content_hash(&[&ids[..], &[text]].concat(), 16));
            let question =
                Question::new(id, QuestionKind::SameIssue, Vec::new(), Ratio::ZERO).with_text(*text);
            Control { question, same: *same }
        })
        .collect()
}
