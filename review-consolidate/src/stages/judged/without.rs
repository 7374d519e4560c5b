//! What would be otherwise without each reviewer: the stages run again with the reviewer left out.
//!
//! One thing is kept: how alike two findings are, because the weight of a word depends a little on the texts of all, and
//! ten reviewers must not cost ten comparisons.

use review_core::Severity;

use super::Judged;
use crate::model::ids::{ClusterId, ReviewerId, Table};
use crate::stages::replaceable::Stages;

/// More than this many clusters, items and pairs are not looked at again for all reviewers together: about a second's work.
const MOST_WORK: usize = 2_000_000;

/// What would be otherwise without one reviewer.
#[derive(Debug, Default)]
pub(crate) struct Without {
    /// Published clusters that would not be there.
    pub(crate) lost: Vec<ClusterId>,
    /// Those that would have another severity.
    pub(crate) changed: Vec<(ClusterId, Severity)>,
    /// The severities of all that would be published.
    pub(crate) severities: Vec<Severity>,
}

/// The difference that each reviewer makes, or nothing where that is too much work to find out. `reading` are the
/// published clusters in reading order.
pub(crate) fn leave_out(
    judged: &Judged<'_, '_>,
    stages: &Stages,
    reading: &[ClusterId],
) -> Option<Table<ReviewerId, Without>> {
    if work(judged) > MOST_WORK {
        return None;
    }
    let reviewers = judged.grouped.matched.reviewers();
    Some(reviewers.map(|reviewer, _| difference(judged, &Judged::without(judged, stages, reviewer), reading)))
}

/// How much is looked at again: every cluster for each reviewer, and what each takes part in.
fn work(judged: &Judged<'_, '_>) -> usize {
    let matched = judged.grouped.matched;
    let everywhere = matched.reviewers().len().saturating_mul(judged.clusters.len());
    let again = matched.components.all.iter().map(|(id, component)| {
        let inside = if component.items.len() > 1 { matched.components.pairs_within(id).count() } else { 0 };
        component.reviewers.len().saturating_mul(inside + component.items.len())
    });
    again.fold(everywhere, usize::saturating_add)
}

fn difference(judged: &Judged<'_, '_>, without: &Judged<'_, '_>, reading: &[ClusterId]) -> Without {
    let mut result = Without::default();
    let published = without.clusters.values().filter(|cluster| cluster.is_published());
    result.severities = published.map(|cluster| cluster.judgement.severity).collect();
    for id in reading {
        let here = &judged.clusters[*id];
        let parts = here.cluster.members.iter().filter_map(|member| without.home[*member]);
        let left = parts.map(|part| &without.clusters[part]).filter(|part| part.is_published());
        // Where it falls apart, its severest part stands for it.
        match left.map(|part| part.judgement.severity).max() {
            None => result.lost.push(*id),
            Some(severity) if severity != here.judgement.severity => result.changed.push((*id, severity)),
            Some(_) => {}
        }
    }
    result
}
