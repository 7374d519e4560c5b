//! What a check is.

use review_core::{ChangeSet, Evidence, EvidenceNote, Query};

use super::clearances::Clearances;
use crate::model::anchored::Anchored;
use crate::model::cluster::ClusterView;
use crate::model::item::Item;

/// What a check says of one finding.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckResult {
    /// The source contradicts it. The notes must show where; without notes it counts as a doubt.
    Refuted {
        /// Stable code, for machines.
        code: String,
        /// One sentence.
        reason: String,
        /// What shows it.
        evidence: Vec<EvidenceNote>,
    },
    /// Something speaks against it.
    Doubted {
        /// Stable code, for machines.
        code: String,
        /// One sentence.
        reason: String,
        /// Its weight, in thousandths of log odds taken off the confidence.
        weight: u32,
    },
}

/// What a check may look at.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct CheckContext<'a> {
    /// The change.
    pub change: &'a ChangeSet,
    /// The recorded answers.
    pub evidence: &'a Evidence,
    /// The finding's places and quotes after checking.
    pub anchored: &'a Anchored,
    /// Whether the source looks like the one that was reviewed. Where most of all quotes are nowhere in it, it is another revision
    /// or another project, and that something is missing proves nothing.
    pub source_fits: bool,
    /// Which places the reviewers cleared.
    pub clearances: &'a Clearances<'a>,
    /// The cluster that the finding is in.
    pub cluster: ClusterView<'a>,
}

/// Checks a claim against the source, without a model.
///
/// # Contract
/// * A function of its arguments. What is not in the evidence is not known: it never refutes.
/// * [`queries`](Self::queries) depends on the item alone; each is asked once.
/// * A refutation carries the place that shows it. The engine turns one without evidence into a doubt, and only
///   drops a finding where the policy allows it.
pub trait ClaimChecker: Send + Sync {
    /// Stable name.
    fn name(&self) -> &str;

    /// What it needs to know.
    fn queries(&self, item: &Item<'_>) -> Vec<Query> {
        let _ = item;
        Vec::new()
    }

    /// Checks.
    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult>;
}
