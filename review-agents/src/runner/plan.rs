//! Which passes are still to run, given what a journal already has.

use std::sync::Arc;

use review_core::journal::JournalState;
use review_core::{Completeness, Review, Reviewer};

/// One pass to run.
pub(super) struct Pass {
    pub(super) reviewer: Arc<dyn Reviewer>,
    pub(super) name: String,
    pub(super) number: u32,
    /// What it had brought before the run was interrupted.
    pub(super) earlier: Option<Arc<Review>>,
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
                    earlier: None,
                })
            })
            .collect();
        Self { passes, kept: Vec::new() }
    }

    /// What a run that died, or was ended early, did not get to.
    ///
    /// A pass that is complete is kept and not asked again. One that failed without a finding is asked again under its own
    /// number. So is one that stopped half-way, where its reviewer can go on from there; otherwise what it brought is
    /// kept as a truncated pass, and it is asked again as a *new* pass, so that nothing that was paid for is lost.
    pub(super) fn resumed(reviewers: &[Arc<dyn Reviewer>], state: &JournalState) -> Self {
        let mut plan = Self { passes: Vec::new(), kept: Vec::new() };
        let delivered = state.delivered.iter().map(|review| {
            review
                .clone()
                .with_completeness(Completeness::Truncated)
                .with_incomplete_reason("the run died before this pass returned")
        });
        let mut brought: Vec<Review> = state.finished.iter().cloned().chain(delivered).collect();
        brought.retain(|review| !is_worthless(review));
        for reviewer in reviewers {
            let info = reviewer.info();
            let (own, others): (Vec<Review>, Vec<Review>) =
                brought.into_iter().partition(|review| review.reviewer == info.name);
            brought = others;
            let passes = info.passes.max(1);
            let pass = |number, earlier| Pass {
                reviewer: Arc::clone(reviewer),
                name: info.name.clone(),
                number,
                earlier,
            };
            let there: Vec<u32> = own.iter().map(|review| review.pass).collect();
            // Complete passes beyond the configured ones are retries; each settles one that stopped half-way.
            let settled = own.iter().filter(|review| review.pass > passes && review.is_complete()).count();
            let mut retries = 0_usize;
            for review in own {
                if review.is_complete() {
                    plan.kept.push(review);
                } else if info.capabilities.resumes && !review.parts.is_empty() {
                    plan.passes.push(pass(review.pass, Some(Arc::new(review))));
                } else {
                    retries += 1;
                    plan.kept.push(review);
                }
            }
            let first_new = there.iter().copied().max().unwrap_or(0).max(passes) + 1;
            let missing = (1..=passes).filter(|number| !there.contains(number));
            let again = (first_new..).take(retries.saturating_sub(settled));
            plan.passes.extend(missing.chain(again).map(|number| pass(number, None)));
        }
        // Reviewers that only the record knows keep what they brought.
        plan.kept.append(&mut brought);
        plan
    }
}

fn is_worthless(review: &Review) -> bool {
    review.completeness == Completeness::Failed && review.findings.is_empty()
}

#[cfg(test)]
mod tests {
    use review_core::{AnsweredPart, Capabilities, RawFinding, ScriptedReviewer};

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

    #[test]
    fn a_reviewer_that_can_go_on_does_so_in_the_same_pass() {
        let capabilities = Capabilities::default().with_resumes(true);
        let reviewer: Arc<dyn Reviewer> =
            Arc::new(ScriptedReviewer::new(Review::new("parts")).with_capabilities(capabilities));
        let mut half = Review::new("parts").with_completeness(Completeness::Truncated);
        half.parts.push(AnsweredPart::new("p1"));
        let mut state = JournalState::default();
        state.finished.push(half.clone());
        let plan = Plan::resumed(&[reviewer], &state);
        insta::assert_snapshot!(show(&plan), @"run parts/1");
        assert_eq!(plan.passes[0].earlier.as_deref(), Some(&half));
    }
}
