//! Runs the checks on a cluster.

use review_core::{ChangeSet, Evidence, Policy};

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use super::clearances::Clearances;
use crate::model::anchored::Anchors;
use crate::model::cluster::{Cluster, ClusterView};
use crate::model::item::Items;
use crate::model::removal::{Removal, Removed};

/// What all clusters are checked with.
pub(crate) struct Checks<'a> {
    pub(crate) checkers: &'a [Box<dyn ClaimChecker>],
    pub(crate) items: &'a Items<'a>,
    pub(crate) anchors: &'a Anchors,
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
    /// Checks every member: doubts of the representative count, and the cluster is dropped when nobody's claim stands: one
    /// reviewer who got the detail wrong does not make the others wrong.
    pub(crate) fn apply(&self, cluster: &mut Cluster<'_>) {
        let mut doubts: Vec<(u32, String)> = Vec::new();
        let mut refutations: Vec<Removal> = Vec::new();
        let view = ClusterView::new(cluster, self.items, 0);
        for member in cluster.members.iter().copied() {
            let item = &self.items[member];
            let cx = CheckContext {
                change: self.change,
                evidence: self.evidence,
                anchored: &self.anchors[member],
                source_fits: self.source_fits,
                clearances: self.clearances,
                cluster: view,
            };
            let mut refuted = None;
            for checker in self.checkers {
                match checker.check(item, &cx) {
                    Some(CheckResult::Refuted { code, reason, evidence }) if !evidence.is_empty() => {
                        refuted.get_or_insert_with(|| {
                            Removal::new(Removed::Refuted, code, reason).with_evidence(evidence)
                        });
                    }
                    Some(CheckResult::Refuted { reason, .. }) => doubts.push((
                        BARE_REFUTATION,
                        format!("{reason} (nothing shows it, so it is only a doubt)"),
                    )),
                    Some(CheckResult::Doubted { reason, weight, .. }) if member == cluster.representative => {
                        doubts.push((weight, reason));
                    }
                    Some(CheckResult::Doubted { .. }) | None => {}
                }
            }
            refutations.extend(refuted);
        }
        for (weight, reason) in doubts {
            cluster.doubted(weight, reason);
        }
        let all = refutations.len() == cluster.members.len();
        match refutations.into_iter().next() {
            Some(first) if all && self.policy.allow_drops => cluster.removal = Some(first),
            Some(first) => cluster.doubted(REFUTED_IN_PART, format!("doubtful: {}", first.reason)),
            None => {}
        }
    }
}
