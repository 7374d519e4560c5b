//! What the engine would like to know, who answers, and the recorded answers.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::builder::setters;
use crate::cx::Cx;
use crate::document::SchemaVersion;
use crate::error::Result;
use crate::ledger::EvidenceNote;
use crate::prose::Prose;
use crate::report::Excerpt;
use crate::source::SourceId;
use crate::vocabulary::{Ratio, Severity, open_enum};

open_enum! {
    #[derive(PartialOrd, Ord)]
    /// What is asked.
    QuestionKind {
        /// Do the subjects speak of the same issue: does fixing one fix the other?
        SameIssue = "same_issue",
        /// Is the subject true?
        IsTrue = "is_true",
        /// How severe is the subject?
        Severity = "severity",
    }
}

/// Something the engine would like to know.
///
/// The id hashes the kind, the content of the sources and their evidence, never an index: the same question
/// has the same id in every run, and a changed finding makes a new question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Question {
    /// `q/` and sixteen hexadecimal digits.
    pub id: String,
    /// What is asked.
    pub kind: QuestionKind,
    /// What it is asked about.
    pub subjects: Vec<SourceId>,
    /// How much of the report the answer could change, 0 to 1.
    pub impact: Ratio,
    /// The question in words, with what is needed to answer it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// The code that its findings point at. A line of code may be in the excerpts of several questions.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub excerpts: Vec<Excerpt>,
    /// What the engine assumes without an answer: `true`, `false`, or a severity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assumed: Option<DecisionValue>,
}

impl Question {
    /// A question.
    pub fn new(id: impl Into<String>, kind: QuestionKind, subjects: Vec<SourceId>, impact: Ratio) -> Self {
        Self {
            id: id.into(),
            kind,
            subjects,
            impact,
            text: String::new(),
            excerpts: Vec::new(),
            assumed: None,
        }
    }
}

setters!(Question { set with_text = text: String, push with_excerpt = excerpts: Excerpt, some with_assumed = assumed: DecisionValue, });

/// An answer to whether two findings are the same issue that says more than yes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum SameIssue {
    /// One of the two is a part of the other: settling the broader one settles both.
    Covers,
}

/// The value of an answer: a truth value, a severity, or `covers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
#[non_exhaustive]
pub enum DecisionValue {
    /// Yes or no.
    Truth(bool),
    /// The same issue, and how.
    Same(SameIssue),
    /// How severe.
    Severity(Severity),
}

/// A recorded answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Decision {
    /// Id of the question. A decision whose question no longer occurs is reported stale and ignored.
    pub question: String,
    /// What was asked.
    pub kind: QuestionKind,
    /// The answer.
    pub answer: DecisionValue,
    /// What the answer rests on. A refutation needs a quoted contradiction that anchors.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<EvidenceNote>,
    /// Who answered: `person:jd`, `model:…`, `script`.
    #[serde(default)]
    pub by: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Decision {
    /// An answer by somebody.
    pub fn new(
        question: impl Into<String>,
        kind: QuestionKind,
        answer: DecisionValue,
        by: impl Into<String>,
    ) -> Self {
        Self { question: question.into(), kind, answer, evidence: Vec::new(), by: by.into(), reason: None }
    }
}

setters!(Decision { push with_evidence = evidence: EvidenceNote, opt with_reason = reason: String, });

/// The decisions document.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Decisions {
    /// Version of this document's format.
    #[serde(default)]
    pub schema_version: SchemaVersion,
    /// The answers.
    #[serde(default)]
    pub decisions: Vec<Decision>,
    /// What an editor wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prose: Option<Prose>,
    /// What readers should know of the judge and the editor: that one failed, or was cut short.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
}

impl Decisions {
    /// No answers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The answer to a question: the last one recorded, so that a person can overrule a model.
    pub fn get(&self, question: &str) -> Option<&Decision> {
        self.decisions.iter().rev().find(|decision| decision.question == question)
    }
}

setters!(Decisions {
    push with_decision = decisions: Decision,
    opt with_prose = prose: Prose,
    push with_note = notes: String,
});

/// Answers questions: a model through an agent, a person, a recording, a script.
///
/// # Contract
/// * One result per question, in the order of the questions. An error in place of a decision means *no answer to this
///   one*; the engine keeps its own assumption and says so.
/// * An answer is advice: the engine bounds it (a merge needs some similarity, a refutation needs a quote that
///   anchors, a severity moves one step).
///
/// # Cancellation
/// On cancel, return promptly with errors of kind `Cancelled` for what is unanswered.
#[async_trait]
pub trait Judge: Send + Sync {
    /// Answers what it can.
    async fn decide(&self, questions: Vec<Question>, cx: Cx) -> Vec<Result<Decision>>;
}

/// Pins object safety.
const _: fn(&dyn Judge) = |_| {};
