//! The async driver: evidence from a tree, and rounds of questions to a judge.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Cancel, Consolidator, Cx, Decisions, Event, Evidence, Fact, Input, Judge, Query, Report, Result,
    SourceTree, Step,
};

use crate::anchor::plan::{BYTES, WAVES};
use crate::drive::record;
use crate::engine::Engine;

/// At most so many rounds of questions.
const JUDGE_ROUNDS: usize = 2;
/// Questions asked in one run unless the caller says otherwise.
const QUESTIONS: usize = 10;
/// Queries per call of the tree.
const BATCH: usize = 128;

/// Where blocking calls of a tree run. An embedder with a runtime gives one that uses its blocking pool.
#[async_trait]
pub trait Blocking: Send + Sync {
    /// Answers the queries from the tree.
    async fn answer(
        &self,
        tree: Arc<dyn SourceTree>,
        queries: Vec<Query>,
        cancel: Cancel,
    ) -> Result<Vec<Fact>>;
}

/// Calls the tree where it stands: right for trees in memory and for callers without a runtime.
#[derive(Clone, Copy, Debug, Default)]
pub struct InPlace;

#[async_trait]
impl Blocking for InPlace {
    async fn answer(
        &self,
        tree: Arc<dyn SourceTree>,
        queries: Vec<Query>,
        cancel: Cancel,
    ) -> Result<Vec<Fact>> {
        tree.answer(&queries, &cancel)
    }
}

/// A report with all that it was made from.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Consolidated {
    /// The report.
    pub report: Report,
    /// What the tree said.
    pub evidence: Evidence,
    /// What was decided, the given decisions included.
    pub decisions: Decisions,
}

/// The [`Consolidator`] over an [`Engine`].
pub struct StandardConsolidator {
    engine: Engine,
    judge: Option<Arc<dyn Judge>>,
    blocking: Arc<dyn Blocking>,
    decisions: Decisions,
    evidence: Evidence,
    max_questions: usize,
}

impl Default for StandardConsolidator {
    fn default() -> Self {
        Self::new(Engine::new())
    }
}

impl std::fmt::Debug for StandardConsolidator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StandardConsolidator")
            .field("engine", &self.engine)
            .field("judge", &self.judge.is_some())
            .finish_non_exhaustive()
    }
}

impl StandardConsolidator {
    /// A consolidator without a judge that calls the tree in place.
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
            judge: None,
            blocking: Arc::new(InPlace),
            decisions: Decisions::new(),
            evidence: Evidence::new(),
            max_questions: QUESTIONS,
        }
    }

    /// Asks this judge.
    #[must_use]
    pub fn with_judge(mut self, judge: Arc<dyn Judge>) -> Self {
        self.judge = Some(judge);
        self
    }

    /// Runs blocking calls of the tree there.
    #[must_use]
    pub fn with_blocking(mut self, blocking: Arc<dyn Blocking>) -> Self {
        self.blocking = blocking;
        self
    }

    /// Starts from these decisions.
    #[must_use]
    pub fn with_decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// Starts from this evidence.
    #[must_use]
    pub fn with_evidence(mut self, evidence: Evidence) -> Self {
        self.evidence = evidence;
        self
    }

    /// Asks at most so many questions in all.
    #[must_use]
    pub fn with_max_questions(mut self, questions: usize) -> Self {
        self.max_questions = questions;
        self
    }

    /// Consolidates, and gives the evidence too, so that the run can be recorded.
    ///
    /// # Errors
    /// As [`Consolidator::consolidate`].
    pub async fn run(&self, input: &Input, tree: Arc<dyn SourceTree>, cx: &Cx) -> Result<Consolidated> {
        let findings = input.reviews.iter().map(|review| review.findings.len()).sum::<usize>();
        cx.event(Event::ConsolidationStarted { findings: u32::try_from(findings).unwrap_or(u32::MAX) });
        let mut evidence = self.evidence.clone();
        let mut decisions = self.decisions.clone();
        let mut report = self.gather(input, &mut evidence, &decisions, &tree, cx).await?;
        let mut left = self.max_questions;
        for _ in 0..JUDGE_ROUNDS {
            let Some(judge) = &self.judge else { break };
            let ask: Vec<_> = report.questions.iter().take(left).cloned().collect();
            if ask.is_empty() {
                break;
            }
            cx.cancel.check()?;
            left -= ask.len();
            cx.event(Event::JudgeAsked { questions: u32::try_from(ask.len()).unwrap_or(u32::MAX) });
            let answers = judge.decide(&ask, cx).await;
            cx.cancel.check()?;
            let mut failed = 0u32;
            let mut why = String::new();
            for (question, answer) in
                ask.iter().zip(answers.into_iter().map(Some).chain(std::iter::repeat_with(|| None)))
            {
                match answer {
                    Some(Ok(decision))
                        if decision.question == question.id && decision.kind == question.kind =>
                    {
                        decisions.decisions.push(decision);
                    }
                    Some(Err(error)) => {
                        failed += 1;
                        why = error.to_string();
                    }
                    _ => {
                        failed += 1;
                        why = "an answer is missing or belongs to another question".to_owned();
                    }
                }
            }
            let answered = ask.len() as u32 - failed;
            report = self.gather(input, &mut evidence, &decisions, &tree, cx).await?;
            if failed > 0 {
                let text = format!(
                    "the judge left {failed} of {} questions open: {why}; the engine's own assumptions stand",
                    ask.len()
                );
                cx.event(Event::Warning { text });
            }
            if answered == 0 {
                break;
            }
        }
        Ok(Consolidated { report, evidence, decisions })
    }

    async fn gather(
        &self,
        input: &Input,
        evidence: &mut Evidence,
        decisions: &Decisions,
        tree: &Arc<dyn SourceTree>,
        cx: &Cx,
    ) -> Result<Report> {
        for _ in 0..WAVES {
            cx.cancel.check()?;
            let queries = match self.engine.step(input, evidence, decisions)? {
                Step::Done(report) => return Ok(*report),
                Step::Need(queries) => queries,
                _ => break,
            };
            for batch in queries.chunks(BATCH) {
                cx.cancel.check()?;
                if evidence.content_bytes() >= BYTES {
                    record(batch, Vec::new(), "the limit on content is reached", evidence);
                    continue;
                }
                match self.blocking.answer(Arc::clone(tree), batch.to_vec(), cx.cancel.clone()).await {
                    Ok(facts) => record(batch, facts, "the tree did not answer", evidence),
                    Err(error) if error.is_cancelled() => return Err(error),
                    Err(error) => record(batch, Vec::new(), &error.to_string(), evidence),
                }
            }
        }
        cx.cancel.check()?;
        self.engine.report(input, evidence, decisions)
    }
}

#[async_trait]
impl Consolidator for StandardConsolidator {
    async fn consolidate(
        &self,
        input: Input,
        tree: Arc<dyn SourceTree>,
        cx: Cx,
    ) -> Result<(Report, Decisions)> {
        let done = self.run(&input, tree, &cx).await?;
        Ok((done.report, done.decisions))
    }
}
