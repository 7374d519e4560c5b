//! Answers that were given in an earlier round of the same change.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Cx, Decision, DecisionValue, Decisions, Error, ErrorKind, Judge, Question, QuestionKind, Result,
};

/// A [`Judge`] that takes the answers of earlier rounds and asks another judge only what is new.
///
/// A question's id follows from the content of its findings, so the same id is the same question. That a finding is true is
/// asked again, because its code may have changed; that it is not true holds as long as the quoted line stands, which the
/// engine looks up.
pub struct CachedJudge {
    inner: Arc<dyn Judge>,
    known: Decisions,
}

impl std::fmt::Debug for CachedJudge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("CachedJudge").field("known", &self.known.decisions.len()).finish_non_exhaustive()
    }
}

impl CachedJudge {
    /// A judge over another one and what was decided before.
    pub fn new(inner: Arc<dyn Judge>, known: Decisions) -> Self {
        Self { inner, known }
    }

    fn known(&self, question: &Question) -> Option<&Decision> {
        let decision = self.known.get(&question.id).filter(|known| known.kind == question.kind)?;
        let holds = question.kind != QuestionKind::IsTrue || decision.answer == DecisionValue::Truth(false);
        holds.then_some(decision)
    }
}

#[async_trait]
impl Judge for CachedJudge {
    async fn decide(&self, questions: Vec<Question>, cx: Cx) -> Vec<Result<Decision>> {
        let new: Vec<Question> = questions.iter().filter(|one| self.known(one).is_none()).cloned().collect();
        let mut asked =
            if new.is_empty() { Vec::new() } else { self.inner.decide(new, cx).await }.into_iter();
        let missing = || Err(Error::new(ErrorKind::InvalidAnswer, "the judge gave fewer answers than asked"));
        questions
            .iter()
            .map(|question| match self.known(question) {
                Some(decision) => Ok(decision.clone()),
                None => asked.next().unwrap_or_else(missing),
            })
            .collect()
    }
}
