//! The async driver: evidence from a tree, rounds of questions to a judge, and an editor for the prose.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Cancel, Consolidator, Cx, Decisions, Editor, Event, Evidence, Fact, Input, Judge, Query, Report, Result,
    SourceTree,
};

use super::consult::{self, count};
use super::evidence::{Gathering, Next};
use crate::engine::Engine;

/// Rounds of questions to the judge.
const JUDGE_ROUNDS: usize = 2;
/// Questions asked in one run unless the caller says otherwise.
const QUESTIONS: usize = 12;

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
    engine: Arc<Engine>,
    judge: Option<Arc<dyn Judge>>,
    editor: Option<Arc<dyn Editor>>,
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
            .field("editor", &self.editor.is_some())
            .finish_non_exhaustive()
    }
}

impl StandardConsolidator {
    /// A consolidator without judge and editor that calls the tree in place.
    pub fn new(engine: impl Into<Arc<Engine>>) -> Self {
        Self {
            engine: engine.into(),
            judge: None,
            editor: None,
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

    /// Lets this editor write the summary and the retro, from the facts of the report. What it writes is checked, and not asked for
    /// where the decisions hold prose already.
    #[must_use]
    pub fn with_editor(mut self, editor: Arc<dyn Editor>) -> Self {
        self.editor = Some(editor);
        self
    }

    /// Asks neither judge nor editor. Decisions that were given still hold.
    #[must_use]
    pub fn without_help(mut self) -> Self {
        self.judge = None;
        self.editor = None;
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

    /// Sets how many questions are asked at most.
    #[must_use]
    pub fn with_max_questions(mut self, questions: usize) -> Self {
        self.max_questions = questions;
        self
    }

    /// Consolidates, and gives the evidence too, so that the run can be recorded.
    ///
    /// # Errors
    /// As [`Consolidator::consolidate`].
    ///
    /// # Cancellation
    /// While evidence is gathered for the first report, it ends with an error of kind `Cancelled`. Later there is a report already: the
    /// judge and the editor are cut short, and the report says so.
    pub async fn run(&self, input: &Input, tree: Arc<dyn SourceTree>, cx: &Cx) -> Result<Consolidated> {
        let findings = input.reviews.iter().map(|review| review.findings.len()).sum::<usize>();
        cx.event(Event::ConsolidationStarted { findings: count(findings) });
        let mut evidence = self.evidence.clone();
        let mut decisions = self.decisions.clone();
        let mut report = self.gather(input, &mut evidence, &decisions, &tree, cx).await?;
        // What was decided until a cancel counts, so what is left to look up for it is looked up.
        let calm = Cx::new(Cancel::new(), Arc::clone(&cx.sink));
        let mut left = self.max_questions;
        for round in 1..=JUDGE_ROUNDS {
            let Some(judge) = &self.judge else { break };
            // A third is left for what the first answers raise.
            let now = if round < JUDGE_ROUNDS { left - left / 3 } else { left };
            let ask: Vec<_> = report.questions.iter().take(now).cloned().collect();
            if ask.is_empty() {
                break;
            }
            left -= ask.len();
            let answered = consult::judge(judge.as_ref(), &ask, &mut decisions, cx).await;
            report = self.gather(input, &mut evidence, &decisions, &tree, &calm).await?;
            if answered == 0 || cx.cancel.is_cancelled() {
                break;
            }
        }
        if let Some(editor) = &self.editor
            && decisions.prose.is_none()
        {
            consult::editor(editor.as_ref(), &report, &mut decisions, cx).await;
            report = self.gather(input, &mut evidence, &decisions, &tree, &calm).await?;
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
        let mut gathering = Gathering::new(&self.engine, input, evidence, decisions, &cx.cancel);
        loop {
            match gathering.next()? {
                Next::Ask(queries) => {
                    let blocking = self.blocking.answer(Arc::clone(tree), queries.clone(), cx.cancel.clone());
                    gathering.record(&queries, blocking.await)?;
                }
                Next::Done(report) => return Ok(*report),
            }
        }
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
