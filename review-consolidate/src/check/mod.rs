//! True or not: checks that need no model. *Refuting* ones may drop a finding, *doubting* ones only lower its
//! confidence.

pub(crate) mod absent;
pub(crate) mod already;
pub(crate) mod apply;
pub(crate) mod claims;
pub(crate) mod cleared;
pub(crate) mod doubt;
pub(crate) mod presence;
pub(crate) mod syntax;
pub(crate) mod withdrawn;

use review_core::{ChangeSet, Evidence, EvidenceNote, Query};

use crate::anchor::Anchored;
use crate::item::Item;

pub use cleared::Clearances;

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
    /// Names of the reviewers who say the same.
    pub said_by: &'a [String],
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

/// The checks that are on by default.
pub fn standard_checkers() -> Vec<Box<dyn ClaimChecker>> {
    vec![
        Box::new(absent::AbsentQuote),
        Box::new(already::AlreadyFixed),
        Box::new(syntax::SyntaxClaim),
        Box::new(presence::PresenceClaim),
        Box::new(doubt::NoLinkToChange),
        Box::new(doubt::NoScenario),
        Box::new(doubt::Places),
        Box::new(cleared::Cleared),
    ]
}

/// Collects what all checks need to know of an item.
pub(crate) fn ask(checkers: &[Box<dyn ClaimChecker>], item: &Item<'_>, into: &mut Vec<Query>) {
    for checker in checkers {
        into.extend(checker.queries(item));
    }
}
