//! Earlier rounds: which clusters continue a finding of one. Nothing is resolved by absence.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{Action, ConsolidatedFinding, EvidenceNote, FindingState, Ratio};

use crate::model::cluster::JudgedCluster;
use crate::model::ids::{ClusterId, EarlierId, ItemId, Table};
use crate::model::remarks::Stage;
use crate::model::removal::{Removal, Removed};
use crate::stages::fingerprints::fingerprints;
use crate::stages::matched::Matched;
use crate::stages::matched::earlier::{Code, Earlier, EarlierRounds};

/// Which cluster takes up which finding of an earlier round.
#[derive(Clone, Debug, Default)]
pub(crate) struct Continued {
    by_earlier: BTreeMap<EarlierId, ClusterId>,
}

/// How well a cluster and an earlier finding fit; the largest is the best.
type Fit = (bool, Ratio);

impl Continued {
    /// Same fingerprint, else alike. One cluster for a finding of a report, and one finding of a report for a cluster.
    pub(crate) fn link(
        clusters: &Table<ClusterId, JudgedCluster<'_>>,
        earlier: &EarlierRounds<'_>,
        matched: &Matched<'_>,
    ) -> Self {
        if earlier.findings.is_empty() {
            return Self::default();
        }
        let mut home: BTreeMap<ItemId, ClusterId> = BTreeMap::new();
        for (id, judged) in clusters.iter() {
            home.extend(judged.cluster.members.iter().map(|member| (*member, id)));
        }
        // The best member speaks for its cluster: its mean is never larger.
        let mut options: BTreeMap<(EarlierId, ClusterId), Fit> = BTreeMap::new();
        let mut offer = |earlier: EarlierId, cluster: ClusterId, fit: Fit| {
            let slot = options.entry((earlier, cluster)).or_insert(fit);
            *slot = (slot.0 || fit.0, slot.1.max(fit.1));
        };
        let threshold = matched.anchored.intake.input.policy.match_threshold;
        for one in &earlier.returns {
            if let Some(cluster) = home.get(&one.item) {
                offer(one.earlier, *cluster, (false, one.score));
            }
        }
        let prints = fingerprints(clusters, matched.items());
        let mut by_print: BTreeMap<&str, Vec<ClusterId>> = BTreeMap::new();
        for (id, print) in prints.iter() {
            by_print.entry(print).or_default().push(id);
        }
        for (number, one) in earlier.findings.iter() {
            for cluster in by_print.get(one.finding.fingerprint.as_str()).into_iter().flatten() {
                offer(number, *cluster, (true, Ratio::ZERO));
            }
        }
        let mut ranked: Vec<(Fit, EarlierId, ClusterId)> = options
            .into_iter()
            .filter(|(_, (same, score))| *same || *score >= threshold)
            .map(|((earlier, cluster), fit)| (fit, earlier, cluster))
            .collect();
        ranked.sort_by(|a, b| b.0.cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut continued = Self::default();
        let mut taken: BTreeSet<(&str, ClusterId)> = BTreeSet::new();
        for (_, number, cluster) in ranked {
            let report = earlier.findings[number].report.id.as_str();
            if !continued.by_earlier.contains_key(&number) && taken.insert((report, cluster)) {
                continued.by_earlier.insert(number, cluster);
            }
        }
        continued
    }

    /// The cluster that continues an earlier finding.
    pub(crate) fn of(&self, earlier: EarlierId) -> Option<ClusterId> {
        self.by_earlier.get(&earlier).copied()
    }

    /// The fingerprint that each cluster inherits from the finding it continues.
    pub(crate) fn inherited<'r>(&self, earlier: &EarlierRounds<'r>) -> BTreeMap<ClusterId, &'r str> {
        self.by_earlier
            .iter()
            .map(|(number, cluster)| (*cluster, earlier.findings[*number].finding.fingerprint.as_str()))
            .filter(|(_, print)| !print.is_empty())
            .collect()
    }
}

/// Sets states, and suppresses what its author declined.
pub(crate) fn apply(
    clusters: &mut Table<ClusterId, JudgedCluster<'_>>,
    continued: &Continued,
    matched: &Matched<'_>,
) {
    let allow_drops = matched.anchored.intake.input.policy.allow_drops;
    // In the order of rounds, so that the latest one decides.
    for (number, earlier) in matched.earlier.findings.iter() {
        if let Some(cluster) = continued.of(number) {
            continues(&mut clusters[cluster], earlier, allow_drops);
        }
    }
}

fn continues(judged: &mut JudgedCluster<'_>, earlier: &Earlier<'_>, allow_drops: bool) {
    let id = format!("{} of round {}", earlier.finding.id, earlier.report.round);
    let removal = judged.judgement.removal.take();
    judged.judgement.removal = removal.filter(|removal| removal.how != Removed::Suppressed);
    let until_changed = earlier.resolved.is_some_and(|resolved| resolved.until_changed);
    let holds = match earlier.code {
        Code::Unchanged => until_changed || !news(judged, earlier.finding),
        // Without a place nothing can change.
        Code::NotKnown => until_changed,
        Code::Changed | Code::Gone => false,
    };
    match (earlier.resolved.map(|resolved| resolved.action), earlier.code) {
        (Some(Action::Declined), _) if holds => {
            judged.judgement.state = FindingState::Declined;
            if allow_drops && judged.judgement.removal.is_none() {
                let why = earlier.resolved.and_then(|resolved| resolved.reason.as_deref());
                let why = why.map(|reason| format!(": {reason}")).unwrap_or_default();
                let unchanged = earlier.code == Code::Unchanged;
                let code =
                    if unchanged { "the code has not changed" } else { "it has no code that could change" };
                let mut note = EvidenceNote::new(format!("{code} since it was declined"));
                note.path = earlier.finding.locations.first().map(|place| place.path.clone());
                let reason = if until_changed {
                    format!("{id} is declined{why}; {code} since")
                } else {
                    format!("its author declined {id}{why}; {code} since")
                };
                judged.judgement.removal = Some(
                    Removal::new(Removed::Suppressed, "declined_before", reason).with_evidence(vec![note]),
                );
            }
        }
        (Some(Action::Declined), _) => {
            judged.judgement.state = FindingState::DeclinedRaisedAgain;
            judged.because(Stage::Identify, format!("its author declined {id}; it is raised again"));
        }
        (_, Code::Changed | Code::Gone) => {
            judged.judgement.state = FindingState::CodeChanged;
            judged.because(Stage::Identify, format!("continues {id}; its code changed since"));
        }
        _ => {
            judged.judgement.state = FindingState::StillPresent;
            judged.because(Stage::Identify, format!("continues {id}"));
        }
    }
}

/// Whether a cluster brings what the author did not know when declining: more reviewers, or a higher severity.
fn news(judged: &JudgedCluster<'_>, earlier: &ConsolidatedFinding) -> bool {
    judged.judgement.severity > earlier.severity
        || judged.cluster.reviewers.len() > earlier.reviewers.len().max(1)
}
