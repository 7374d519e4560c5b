//! Which passes are still to run, given what a journal already has.

use std::sync::Arc;

use review_core::journal::JournalState;
use review_core::{Completeness, Review, Reviewer};

/// One pass to run.
pub(super) struct Pass {
    pub(super) reviewer: Arc<dyn Reviewer>,
    pub(super) name: String,
    pub(super) number: u32,
}

/// What to run, and what is there already.
pub(super) struct Plan {
    pub(super) passes: Vec<Pass>,
    pub(super) kept: Vec<Review>,
}

impl Plan {
    /// Every pass of every reviewer.
    pub(super) fn fresh(reviewers: &[Arc<dyn Reviewer>]) -> Self {
        let passes = reviewers
            .iter()
            .flat_map(|reviewer| {
                (1..=reviewer.info().passes.max(1)).map(|number| Pass {
                    reviewer: Arc::clone(reviewer),
                    name: reviewer.info().name.clone(),
                    number,
                })
            })
            .collect();
        Self { passes, kept: Vec::new() }
    }

    /// What a run that died did not get to.
    ///
    /// A pass that returned something is kept and not asked again. One that failed without a finding is asked
    /// again under its own number. One that had delivered but not returned keeps its delivery as a truncated pass, and
    /// is asked again as a *new* pass, so that nothing that was paid for is overwritten.
    pub(super) fn resumed(reviewers: &[Arc<dyn Reviewer>], state: &JournalState) -> Self {
        let mut plan = Self { passes: Vec::new(), kept: Vec::new() };
        for review in &state.finished {
            if !is_worthless(review) {
                plan.kept.push(review.clone());
            }
        }
        for review in &state.delivered {
            let kept = review
                .clone()
                .with_completeness(Completeness::Truncated)
                .with_incomplete_reason("the run died before this pass returned");
            plan.kept.push(kept);
        }
        for reviewer in reviewers {
            let name = &reviewer.info().name;
            let passes = reviewer.info().passes.max(1);
            let numbers = |reviews: &[Review]| -> Vec<u32> {
                reviews.iter().filter(|review| review.reviewer == *name).map(|review| review.pass).collect()
            };
            let kept = numbers(&plan.kept);
            let missing = (1..=passes).filter(|number| !kept.contains(number));
            // Passes beyond the configured ones are retries of deliveries; each that returned settles one.
            let settled = numbers(&state.finished).iter().filter(|number| **number > passes).count();
            let retries = numbers(&state.delivered).len().saturating_sub(settled);
            let first_new = kept.iter().copied().max().unwrap_or(0).max(passes) + 1;
            for number in missing.chain((first_new..).take(retries)) {
                plan.passes.push(Pass { reviewer: Arc::clone(reviewer), name: name.clone(), number });
            }
        }
        plan
    }
}

fn is_worthless(review: &Review) -> bool {
    review.completeness == Completeness::Failed && review.findings.is_empty()
}

#[cfg(test)]
mod tests {
    use review_core::{RawFinding, ScriptedReviewer};

    use super::*;

    fn reviewers() -> Vec<Arc<dyn Reviewer>> {
        vec![
            Arc::new(ScriptedReviewer::new(Review::new("claude")).then(Review::new("claude"))),
            Arc::new(ScriptedReviewer::new(Review::new("codex"))),
            Arc::new(ScriptedReviewer::new(Review::new("gemini"))),
        ]
    }

    fn show(plan: &Plan) -> String {
        let runs = plan.passes.iter().map(|pass| format!("run {}/{}", pass.name, pass.number));
        let keeps = plan.kept.iter().map(|r| format!("keep {}/{} {}", r.reviewer, r.pass, r.completeness));
        runs.chain(keeps).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn a_fresh_run_makes_every_pass() {
        insta::assert_snapshot!(show(&Plan::fresh(&reviewers())), @r"
        run claude/1
        run claude/2
        run codex/1
        run gemini/1
        ");
    }

    #[test]
    fn a_resumed_run_asks_only_for_what_it_lacks() {
        let mut state = JournalState::default();
        state.finished.push(Review::new("claude"));
        state.finished.push(Review::failed("codex", "rate limited"));
        state.delivered.push(Review::new("gemini").with_finding(RawFinding::new("a")));
        insta::assert_snapshot!(show(&Plan::resumed(&reviewers(), &state)), @r"
        run claude/2
        run codex/1
        run gemini/2
        keep claude/1 complete
        keep gemini/1 truncated
        ");
    }

    #[test]
    fn a_retry_that_returned_settles_its_delivery() {
        let mut state = JournalState::default();
        state.delivered.push(Review::new("gemini").with_finding(RawFinding::new("a")));
        state.finished.push(Review::new("gemini").with_pass(2));
        let gemini = reviewers().split_off(2);
        insta::assert_snapshot!(show(&Plan::resumed(&gemini, &state)), @r"
        keep gemini/2 complete
        keep gemini/1 truncated
        ");
    }
}
