//! Asks an agent the questions, in batches, and repairs once.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{
    Agent, AgentRequest, AgentResponse, ChangeSet, Cx, Decision, Error, ErrorKind, Judge, Limits, Question,
    QuestionKind, Result,
};

use super::controls::controls;
use super::{answers, change, code, prompt};
use crate::run_within::run_within;

/// How long one ask may take unless the caller says otherwise.
const DEADLINE: Duration = Duration::from_secs(1800);
/// Output of one ask unless the caller says otherwise, in tokens: a dozen answers with their evidence, and thought.
const OUTPUT_TOKENS: u64 = 16_000;
/// Why the answers of an ask are not taken.
const UNRELIABLE: &str =
    "the judge got a question wrong whose answer is known, so what it says of sameness is not taken";

/// A [`Judge`] that asks a model through an [`Agent`].
///
/// * One ask holds up to a batch of questions; what can't be used of its answer is asked once more, with the reasons.
/// * Each question has its own result: an answer that is missing, given twice, unsure or no choice leaves only that
///   question open. Ids that were not asked are ignored.
/// * Questions about neighbouring code stand together, and the code is shown once. What the change says of itself is told where
///   it is known.
/// * Among questions of sameness stand two whose answers are known. Where one of them is answered wrong, none of the ask's answers
///   about sameness is taken: somebody who says the same to everything, or what a finding's text says, changes nothing.
/// * The findings' texts are fenced as untrusted. Which of two findings comes first was decided by the engine, by the
///   question's id, so that a model's bias for the first one has no direction.
/// * `by` is `model:` and the model as reported, else the name given here.
#[derive(Clone)]
pub struct AgentJudge {
    agent: Arc<dyn Agent>,
    name: String,
    batch: usize,
    max_questions: usize,
    repairs: usize,
    limits: Limits,
    checkout: Option<PathBuf>,
    change: String,
}

impl std::fmt::Debug for AgentJudge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentJudge").field("name", &self.name).finish_non_exhaustive()
    }
}

impl AgentJudge {
    /// A judge over an agent. The name stands for the model where the backend does not report one.
    pub fn new(name: impl Into<String>, agent: Arc<dyn Agent>) -> Self {
        let mut limits = Limits::default();
        limits.output_tokens = Some(OUTPUT_TOKENS);
        Self {
            agent,
            name: name.into(),
            batch: 12,
            max_questions: 24,
            repairs: 1,
            limits,
            checkout: None,
            change: String::new(),
        }
    }

    /// At most so many questions in one ask, at least one. Default: twelve.
    #[must_use]
    pub fn with_batch(mut self, questions: usize) -> Self {
        self.batch = questions.max(1);
        self
    }

    /// At most so many questions in one call of [`Judge::decide`]. Default: twenty-four.
    #[must_use]
    pub fn with_max_questions(mut self, questions: usize) -> Self {
        self.max_questions = questions;
        self
    }

    /// Whether what can't be used is asked once more. Default: yes.
    #[must_use]
    pub fn with_repair(mut self, repair: bool) -> Self {
        self.repairs = usize::from(repair);
        self
    }

    /// How long one ask may take. Default: half an hour: a model may think for long before
    /// it speaks.
    #[must_use]
    pub fn with_deadline(mut self, deadline: Duration) -> Self {
        self.limits.time = Some(deadline);
        self
    }

    /// What one ask may use. Default: sixteen thousand tokens of output.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = limits.lower(self.limits);
        self
    }

    /// Tells the judge what the change says of itself: its title and description, its commits, and what was said about it.
    #[must_use]
    pub fn with_change(mut self, change: &ChangeSet) -> Self {
        self.change = change::described(change);
        self
    }

    /// The folder that the agent works in. Some agents need one.
    #[must_use]
    pub fn with_checkout(mut self, folder: impl Into<PathBuf>) -> Self {
        self.checkout = Some(folder.into());
        self
    }

    async fn ask(&self, questions: &[&Question], problems: &str, cx: &Cx) -> Result<AgentResponse> {
        let mut request = AgentRequest::new(prompt::task(questions, &self.change, problems))
            .with_system(prompt::SYSTEM)
            .with_reviewer("judge")
            .with_schema(prompt::schema())
            .with_limits(self.limits);
        request.checkout.clone_from(&self.checkout);
        run_within(&*self.agent, request, self.limits.time.unwrap_or(DEADLINE), "judge", cx).await
    }

    /// One batch: asked, and what could not be used asked once more.
    async fn settle(&self, questions: &[Question], cx: &Cx) -> Vec<Result<Decision>> {
        let controls = controls(questions);
        let mut mixed: Vec<&Question> = questions.iter().collect();
        mixed.extend(controls.iter().map(|control| &control.question));
        // An order without a direction, in which controls have no place of their own.
        mixed.sort_by_key(|question| code::place(question));
        let answers = self.results(&mixed, "", cx).await;
        let mut of: BTreeMap<&str, Result<Decision>> =
            mixed.iter().map(|question| question.id.as_str()).zip(answers).collect();
        let failed = controls.iter().any(|control| {
            of.get(control.question.id.as_str())
                .is_some_and(|result| result.as_ref().is_ok_and(|answer| control.is_failed_by(answer)))
        });
        let all: Vec<&Question> = questions.iter().collect();
        let mut results: Vec<Result<Decision>> = all
            .iter()
            .map(|question| {
                if failed && question.kind == QuestionKind::SameIssue {
                    return Err(Error::new(ErrorKind::InvalidAnswer, UNRELIABLE)
                        .with_context("answer", answers::UNSURE));
                }
                of.remove(question.id.as_str()).unwrap_or_else(|| {
                    Err(Error::new(ErrorKind::InvalidAnswer, "the question was asked twice"))
                })
            })
            .collect();
        for _ in 0..self.repairs {
            let mut problems = String::new();
            let mut open = Vec::new();
            for (index, (question, result)) in all.iter().zip(&results).enumerate() {
                if let Err(error) = result
                    && answers::worth_repair(error)
                {
                    let _ = writeln!(problems, "{}: {error}", question.id);
                    open.push((index, *question));
                }
            }
            if open.is_empty() {
                break;
            }
            let again: Vec<&Question> = open.iter().map(|(_, question)| *question).collect();
            for ((index, _), result) in open.iter().zip(self.results(&again, &problems, cx).await) {
                if let Some(slot) = results.get_mut(*index) {
                    *slot = result;
                }
            }
        }
        results
    }

    async fn results(&self, questions: &[&Question], problems: &str, cx: &Cx) -> Vec<Result<Decision>> {
        match self.ask(questions, problems, cx).await {
            Ok(response) => {
                let model = response.identity.model.as_deref().unwrap_or(&self.name);
                answers::read(&response.text, questions, &format!("model:{model}"))
            }
            // A backend that says its answer is no answer will not get better by explaining the form.
            Err(error) => questions.iter().map(|_| Err(failed(&error))).collect(),
        }
    }
}

/// The failure of an ask, once for each of its questions.
fn failed(error: &Error) -> Error {
    let kind = match error.kind() {
        ErrorKind::InvalidAnswer => ErrorKind::Unavailable,
        kind => kind,
    };
    Error::new(kind, error.to_string()).with_operation("asking the judge")
}

#[async_trait]
impl Judge for AgentJudge {
    async fn decide(&self, questions: Vec<Question>, cx: Cx) -> Vec<Result<Decision>> {
        let mut results: Vec<Result<Decision>> = questions
            .iter()
            .map(|_| Err(Error::new(ErrorKind::BudgetExceeded, "the judge's budget of questions is used up")))
            .collect();
        // Questions come in the order of what they change; those that are asked are batched by place.
        let mut order: Vec<(usize, &Question)> =
            questions.iter().enumerate().take(self.max_questions).collect();
        order.sort_by_key(|(_, question)| code::place(question));
        for batch in order.chunks(self.batch) {
            let asked: Vec<Question> = batch.iter().map(|(_, question)| (*question).clone()).collect();
            for ((index, _), result) in batch.iter().zip(self.settle(&asked, &cx).await) {
                if let Some(slot) = results.get_mut(*index) {
                    *slot = result;
                }
            }
        }
        results
    }
}
