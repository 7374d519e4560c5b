//! Asks an agent the questions, in batches, and repairs once.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use review_core::{
    Agent, AgentRequest, AgentResponse, Cx, Decision, Error, ErrorKind, Judge, Question, Result,
};

use super::{answers, prompt};
use crate::run_within::run_within;

/// A [`Judge`] that asks a model through an [`Agent`].
///
/// * One ask holds up to a batch of questions; what can't be used of its answer is asked once more, with the reasons.
/// * Each question has its own result: an answer that is missing, given twice, unsure or no choice leaves only that
///   question open. Ids that were not asked are ignored.
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
    deadline: Duration,
    checkout: Option<PathBuf>,
}

impl std::fmt::Debug for AgentJudge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AgentJudge").field("name", &self.name).finish_non_exhaustive()
    }
}

impl AgentJudge {
    /// A judge over an agent. The name stands for the model where the backend does not report one.
    pub fn new(name: impl Into<String>, agent: Arc<dyn Agent>) -> Self {
        Self {
            agent,
            name: name.into(),
            batch: 10,
            max_questions: 20,
            repairs: 1,
            deadline: Duration::from_secs(1800),
            checkout: None,
        }
    }

    /// At most so many questions in one ask, at least one. Default: ten.
    #[must_use]
    pub fn with_batch(mut self, questions: usize) -> Self {
        self.batch = questions.max(1);
        self
    }

    /// At most so many questions in one call of [`Judge::decide`]. Default: twenty.
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
        self.deadline = deadline;
        self
    }

    /// The folder that the agent works in. Some agents need one.
    #[must_use]
    pub fn with_checkout(mut self, folder: impl Into<PathBuf>) -> Self {
        self.checkout = Some(folder.into());
        self
    }

    async fn ask(&self, questions: &[&Question], problems: &str, cx: &Cx) -> Result<AgentResponse> {
        let mut request = AgentRequest::new(prompt::task(questions, problems))
            .with_system(prompt::SYSTEM)
            .with_reviewer("judge")
            .with_schema(prompt::schema());
        request.checkout.clone_from(&self.checkout);
        run_within(&*self.agent, request, self.deadline, "judge", cx).await
    }

    /// One batch: asked, and what could not be used asked once more.
    async fn settle(&self, questions: &[Question], cx: &Cx) -> Vec<Result<Decision>> {
        let all: Vec<&Question> = questions.iter().collect();
        let mut results = self.results(&all, "", cx).await;
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
        let (asked, left) = questions.split_at(self.max_questions.min(questions.len()));
        let mut results = Vec::with_capacity(questions.len());
        for batch in asked.chunks(self.batch) {
            results.extend(self.settle(batch, &cx).await);
        }
        results.extend(left.iter().map(|_| {
            Err(Error::new(ErrorKind::BudgetExceeded, "the judge's budget of questions is used up"))
        }));
        results
    }
}
