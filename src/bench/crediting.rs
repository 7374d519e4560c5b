//! Which finding says what which golden comment says.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use review_consolidate::eval::Credit;
use review_consolidate::{Engine, NoTree, StandardConsolidator};
use review_core::{ChangeSet, Cx, Decisions, Input, Judge, Policy, Result, Review, SourceId};

use super::change::BenchChange;
use super::run::BenchRun;

/// Who stands for the golden comments: no reviewer can have this name.
const KNOWN: &str = "golden comments";

/// How many findings were credited by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[non_exhaustive]
pub struct CreditedBy {
    /// By labels.
    pub labels: u32,
    /// By the matcher of consolidation, with the answers of a judge where there is one.
    pub matcher: u32,
    /// Of them: in a pass that a judge was asked about.
    pub judged: u32,
}

/// The findings of a run with what is known of each.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Credited {
    /// The run. Withdrawn findings and everything beside the findings are gone from its reviews.
    pub run: BenchRun,
    /// What is known of each finding.
    pub credits: BTreeMap<SourceId, Credit>,
    /// Who credited them.
    pub by: CreditedBy,
}

/// Credits findings: by their labels; without labels, by consolidating the golden comments with a pass as if they were two reviewers. Two
/// that consolidation merges (`match_threshold` of the policy; .5 unless changed) say the same. A judge is asked about the pairs that it
/// holds for open.
pub struct Crediting {
    engine: Arc<Engine>,
    policy: Policy,
    judge: Option<Arc<dyn Judge>>,
    decisions: Decisions,
    ignore_labels: bool,
}

impl std::fmt::Debug for Crediting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Crediting").field("judge", &self.judge.is_some()).finish_non_exhaustive()
    }
}

impl Crediting {
    /// Credits by labels, and by the matcher at the thresholds of this policy.
    pub fn new(policy: Policy) -> Self {
        Self {
            engine: Arc::new(Engine::new()),
            policy,
            judge: None,
            decisions: Decisions::new(),
            ignore_labels: false,
        }
    }

    /// Asks this judge what the matcher leaves open.
    #[must_use]
    pub fn with_judge(mut self, judge: Arc<dyn Judge>) -> Self {
        self.judge = Some(judge);
        self
    }

    /// Starts from answers that were recorded: nobody is asked them again.
    #[must_use]
    pub fn with_decisions(mut self, decisions: Decisions) -> Self {
        self.decisions = decisions;
        self
    }

    /// Takes no notice of labels, for example to see how far the matcher agrees with them.
    #[must_use]
    pub fn ignoring_labels(mut self, ignore: bool) -> Self {
        self.ignore_labels = ignore;
        self
    }

    /// Every answer of the judge so far.
    pub fn decisions(&self) -> &Decisions {
        &self.decisions
    }

    /// Credits the findings of one run.
    ///
    /// # Errors
    /// When a pass occurs twice in the run. Questions that the judge does not answer stay with the matcher.
    pub async fn credit(&mut self, change: &BenchChange, run: &BenchRun, cx: &Cx) -> Result<Credited> {
        let mut run = run.clone();
        for review in &mut run.reviews {
            review.findings.retain(|finding| !finding.withdrawn);
            review.sections = review_core::Sections::default();
        }
        let mut credits = BTreeMap::new();
        let mut by = CreditedBy::default();
        for review in &run.reviews {
            let source = |id: &str| SourceId::new(&review.reviewer, review.pass, id);
            let mut open = Vec::new();
            for finding in &review.findings {
                match self.label(change, &run, &finding.id) {
                    Some(credit) => {
                        by.labels += 1;
                        credits.insert(source(&finding.id), credit);
                    }
                    None => open.push(finding.id.as_str()),
                }
            }
            if open.is_empty() {
                continue;
            }
            let same = self.matched(change, review, cx).await?;
            for id in open {
                by.matcher += 1;
                by.judged += u32::from(self.judge.is_some());
                let golden = same.get(id).cloned().unwrap_or_default();
                credits.insert(source(id), Credit::Golden(golden));
            }
        }
        Ok(Credited { run, credits, by })
    }

    fn label(&self, change: &BenchChange, run: &BenchRun, id: &str) -> Option<Credit> {
        if self.ignore_labels {
            return None;
        }
        if run.uncounted.contains(id) {
            return Some(Credit::Uncounted);
        }
        let named = run.credits.get(id)?;
        let number = |golden: &String| change.golden.iter().position(|one| one.id == *golden);
        Some(Credit::Golden(named.iter().filter_map(number).collect()))
    }

    /// The golden comments that each finding of a pass is the same as.
    async fn matched(
        &mut self,
        change: &BenchChange,
        review: &Review,
        cx: &Cx,
    ) -> Result<BTreeMap<String, BTreeSet<usize>>> {
        let mut pair = [change.golden_review(KNOWN), review.clone()];
        for finding in pair.iter_mut().flat_map(|review| &mut review.findings) {
            // How severe it is is another question, and none for the judge.
            finding.severity = None;
        }
        let input = Input::new(ChangeSet::default(), pair.into()).with_policy(self.policy.clone());
        let questions = self.policy.max_questions as usize;
        let mut standard = StandardConsolidator::new(Arc::clone(&self.engine))
            .with_decisions(self.decisions.clone())
            .with_max_questions(questions);
        // Matching alone is quick, and not what a cancel is for.
        let mut own = Cx::detached();
        if let Some(judge) = self.judge.as_ref().filter(|_| !cx.cancel.is_cancelled()) {
            standard = standard.with_judge(Arc::clone(judge));
            own = cx.clone();
        }
        let done = standard.run(&input, Arc::new(NoTree), &own).await?;
        self.decisions = done.decisions;
        let mut same: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
        for finding in &done.report.findings {
            let golden: BTreeSet<usize> = finding
                .sources
                .iter()
                .filter(|source| source.reviewer == KNOWN)
                .filter_map(|source| change.golden.iter().position(|one| one.id == source.id))
                .collect();
            for source in finding.sources.iter().filter(|source| source.reviewer != KNOWN) {
                same.entry(source.id.clone()).or_default().extend(golden.iter().copied());
            }
        }
        Ok(same)
    }
}
