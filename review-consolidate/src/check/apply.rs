//! Runs the checks on a draft.

use review_core::{ChangeSet, Evidence, Policy};

use super::{CheckContext, CheckResult, ClaimChecker, Clearances};
use crate::anchor::Anchored;
use crate::draft::{Draft, Removal, Removed};
use crate::item::Item;

/// What all drafts are checked with.
pub(crate) struct Checks<'a> {
    pub(crate) checkers: &'a [Box<dyn ClaimChecker>],
    pub(crate) items: &'a [Item<'a>],
    pub(crate) anchored: &'a [Anchored],
    pub(crate) change: &'a ChangeSet,
    pub(crate) evidence: &'a Evidence,
    pub(crate) source_fits: bool,
    pub(crate) clearances: &'a Clearances<'a>,
    pub(crate) policy: &'a Policy,
}

/// A finding that several refutations speak against is doubted by one: they are not independent.
const REFUTED_IN_PART: u32 = 800;
/// A refutation that shows nothing.
const BARE_REFUTATION: u32 = 500;

impl Checks<'_> {
    /// Checks every member: doubts of the representative count, and it is dropped when nobody's claim stands: one reviewer who
    /// got the detail wrong does not make the others wrong.
    pub(crate) fn apply(&self, draft: &mut Draft) {
        let mut refutations: Vec<Removal> = Vec::new();
        for member in draft.members.clone() {
            let (Some(item), Some(anchored)) = (self.items.get(member), self.anchored.get(member)) else {
                continue;
            };
            let mut refuted = None;
            for checker in self.checkers {
                let cx = CheckContext {
                    change: self.change,
                    evidence: self.evidence,
                    anchored,
                    source_fits: self.source_fits,
                    clearances: self.clearances,
                    said_by: &draft.reviewers,
                };
                match checker.check(item, &cx) {
                    Some(CheckResult::Refuted { code, reason, evidence }) if !evidence.is_empty() => {
                        refuted.get_or_insert(Removal { how: Removed::Refuted, code, reason, evidence });
                    }
                    Some(CheckResult::Refuted { reason, .. }) => {
                        draft.doubt = draft.doubt.saturating_add(BARE_REFUTATION);
                        draft.because(
                            "check",
                            format!("{}: {reason} (nothing shows it, so it is only a doubt)", item.source),
                        );
                    }
                    Some(CheckResult::Doubted { reason, weight, .. }) if member == draft.representative => {
                        draft.doubt = draft.doubt.saturating_add(weight);
                        draft.because("check", reason);
                    }
                    _ => {}
                }
            }
            refutations.extend(refuted);
        }
        let all = refutations.len() == draft.members.len();
        if let Some(first) = refutations.into_iter().next() {
            if all && self.policy.allow_drops {
                draft.removal = Some(first);
            } else {
                draft.doubt = draft.doubt.saturating_add(REFUTED_IN_PART);
                draft.because("check", format!("doubtful: {}", first.reason));
            }
        }
    }
}
