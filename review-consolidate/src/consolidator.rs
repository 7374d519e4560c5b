//! The async driver: evidence from a tree, rounds of questions to a judge, and an editor for the prose.

use std::sync::Arc;

use async_trait::async_trait;
use review_core::{
    Cancel, Consolidator, Cx, Decisions, Editor, Event, Evidence, Fact, Input, Judge, Query, Report, Result,
    SourceTree, Step,
};

use crate::anchor::plan::{BYTES, WAVES};
use crate::consult::{self, count};
use crate::drive::{BATCH, record};
use crate::engine::Engine;

/// At most so many rounds of questions.
const JUDGE_ROUNDS: usize = 2;
/// Questions asked in one run unless the caller says otherwise.
const QUESTIONS: usize = 10;

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
    pub fn new(engine: Engine) -> Self {
        Self {
            engine,
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
        for _ in 0..JUDGE_ROUNDS {
            let Some(judge) = &self.judge else { break };
            let ask: Vec<_> = report.questions.iter().take(left).cloned().collect();
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
