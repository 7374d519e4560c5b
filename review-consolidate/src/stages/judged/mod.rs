//! The fifth stage: is it true, how severe is it, how sure is it, and was it there before.

pub(crate) mod calibrate;
pub(crate) mod check;
pub(crate) mod decided;
pub(crate) mod rounds;
pub(crate) mod without;

use std::collections::BTreeSet;
use std::rc::Rc;

use review_core::{ChangeSet, FindingState, Kind, Severity};

use self::calibrate::{CalibrationContext, Claims};
use self::check::apply::Checks;
use self::check::clearances::Clearances;
use self::check::withdrawn::doubt_withdrawn;
use self::rounds::Continued;
use super::grouped::Grouped;
use super::grouped::corroboration::corroboration;
use super::grouped::merge::{elsewhere, merge};
use crate::model::cluster::{Cluster, ClusterView, Group, JudgedCluster, Judgement};
use crate::model::ids::{ClusterId, ComponentId, ItemId, ReviewerId, Table};
use crate::model::remarks::{Remark, Stage};
use crate::model::removal::{Removal, Removed};
use crate::stages::replaceable::Stages;

/// Every raw finding in a judged cluster, for one panel of reviewers.
pub(crate) struct Judged<'m, 'a> {
    pub(crate) grouped: Grouped<'m, 'a>,
    pub(crate) clusters: Table<ClusterId, JudgedCluster<'a>>,
    /// The cluster of each raw finding of the panel.
    pub(crate) home: Table<ItemId, Option<ClusterId>>,
    /// Which cluster continues which finding of an earlier round.
    pub(crate) continued: Continued,
    /// Ids of the decisions on truth and severity that were followed.
    pub(crate) used: BTreeSet<&'a str>,
    /// Whether the source looks like the one that was reviewed.
    source_fits: bool,
    /// The clusters of each component before they were judged.
    checked: Table<ComponentId, Rc<Vec<Rc<Cluster<'a>>>>>,
}

impl<'m, 'a> Judged<'m, 'a> {
    /// Judges the findings of everybody.
    pub(crate) fn everybody(grouped: Grouped<'m, 'a>, stages: &Stages) -> Self {
        Self::new(grouped, stages, None)
    }

    /// Judges the findings of everybody but one reviewer: the same stages, of which only that is done again which can
    /// come out otherwise.
    pub(crate) fn without(everybody: &Judged<'m, 'a>, stages: &Stages, reviewer: ReviewerId) -> Self {
        Self::new(Grouped::without(&everybody.grouped, reviewer), stages, Some(everybody))
    }

    fn new(grouped: Grouped<'m, 'a>, stages: &Stages, everybody: Option<&Judged<'m, 'a>>) -> Self {
        let matched = grouped.matched;
        let panel = grouped.panel;
        let source_fits = matched.anchored.source_fits(&|item| panel.counts(item));
        let checked = check_all(&grouped, stages, source_fits, everybody);
        let mut judged = Self {
            clusters: Table::new(),
            home: matched.items().map(|_, _| None),
            continued: Continued::default(),
            used: BTreeSet::new(),
            grouped,
            source_fits,
            checked,
        };
        judged.judge(stages);
        judged.continued = Continued::link(&judged.clusters, &matched.earlier, matched);
        rounds::apply(&mut judged.clusters, &judged.continued, matched);
        judged.add_withdrawn();
        judged.home = home(&judged);
        judged
    }

    /// Decides the severity and confidence of each cluster, in the order of their first members.
    fn judge(&mut self, stages: &Stages) {
        let matched = self.grouped.matched;
        let panel = self.grouped.panel;
        let (names, providers) = (panel.names(), panel.providers());
        let claims = Claims::new(matched.items().values().filter(|item| panel.counts(item)));
        let cx = CalibrationContext {
            policy: &matched.anchored.intake.input.policy,
            reviewers: &names,
            providers: &providers,
            claims: &claims,
        };
        let mut clusters: Vec<&Rc<Cluster<'a>>> = self.checked.values().flat_map(|all| all.iter()).collect();
        clusters.sort_by_key(|cluster| cluster.members.first().copied());
        for cluster in clusters {
            let mut judged = calibrate(cluster, &cx, stages, &self.grouped);
            let ruling = decided::severity(matched, &mut judged);
            self.used.extend(cluster.ruling.iter().chain(&ruling).map(|decision| decision.question.as_str()));
            reroute(&mut judged, &matched.anchored.intake.change);
            self.clusters.push(judged);
        }
    }

    /// What a reviewer took back is accounted for, and not published.
    fn add_withdrawn(&mut self) {
        let matched = self.grouped.matched;
        let items = matched.items();
        let withdrawn =
            items.iter().filter(|(_, item)| item.is_withdrawn() && self.grouped.panel.counts(item));
        for group in withdrawn.filter_map(|(id, _)| Group::of(vec![id])) {
            let change = &matched.anchored.intake.change;
            let cluster = merge(items, &matched.anchored.anchors, change, &group);
            let reason = "its reviewer took it back in the same review";
            let mut judgement = Judgement::new(Severity::Suggestion);
            judgement.removal = Some(Removal::new(Removed::Withdrawn, "withdrawn", reason));
            self.clusters.push(JudgedCluster { cluster: Rc::new(cluster), judgement, corroboration: 0 });
        }
    }
}

/// The cluster of each raw finding.
fn home(judged: &Judged<'_, '_>) -> Table<ItemId, Option<ClusterId>> {
    let mut home = Table::like(&judged.home, None);
    for (id, judged) in judged.clusters.iter() {
        for member in &judged.cluster.members {
            home[*member] = Some(id);
        }
    }
    home
}

/// Merges and checks the groups of each component.
fn check_all<'m, 'a>(
    grouped: &Grouped<'m, 'a>,
    stages: &Stages,
    source_fits: bool,
    everybody: Option<&Judged<'m, 'a>>,
) -> Table<ComponentId, Rc<Vec<Rc<Cluster<'a>>>>> {
    let matched = grouped.matched;
    let intake = &matched.anchored.intake;
    let clearances = Clearances::new(intake.reviews.values().copied().filter(|review| {
        grouped.panel.excluded.is_none_or(|excluded| intake.reviewers[excluded].name != review.reviewer)
    }));
    let checks = Checks {
        checkers: &stages.checkers,
        items: matched.items(),
        anchors: &matched.anchored.anchors,
        change: &intake.change,
        evidence: matched.anchored.sources.evidence,
        source_fits,
        clearances: &clearances,
        policy: &intake.input.policy,
    };
    let reuse = everybody.zip(grouped.panel.excluded).and_then(|(everybody, reviewer)| {
        (everybody.source_fits == source_fits).then(|| Reuse::new(everybody, reviewer))
    });
    grouped.groups.map(|component, groups| {
        if let Some(all) = reuse.as_ref().and_then(|reuse| reuse.component(component)) {
            return all;
        }
        let one = |group: &Group| {
            let known = reuse.as_ref().and_then(|reuse| reuse.group(component, group));
            known.unwrap_or_else(|| Rc::new(check(group, grouped, &checks)))
        };
        Rc::new(groups.iter().map(one).collect())
    })
}

/// The clusters of everybody that are the same without one reviewer.
struct Reuse<'j, 'm, 'a> {
    everybody: &'j Judged<'m, 'a>,
    reviewer: ReviewerId,
    name: &'m str,
    clearances: Clearances<'m>,
}

impl<'j, 'm, 'a> Reuse<'j, 'm, 'a> {
    fn new(everybody: &'j Judged<'m, 'a>, reviewer: ReviewerId) -> Self {
        let matched = everybody.grouped.matched;
        let name = matched.reviewers()[reviewer].name;
        let own = matched.anchored.intake.reviews.values().copied().filter(|review| review.reviewer == name);
        Self { everybody, reviewer, name, clearances: Clearances::new(own) }
    }

    /// All clusters of a component in which the reviewer has no part.
    fn component(&self, component: ComponentId) -> Option<Rc<Vec<Rc<Cluster<'a>>>>> {
        let reviewers = &self.everybody.grouped.matched.components.all[component].reviewers;
        let known = &self.everybody.checked[component];
        let same = reviewers.binary_search(&self.reviewer).is_err()
            && known.iter().all(|cluster| !self.clearances.names(self.name, &cluster.places));
        same.then(|| Rc::clone(known))
    }

    /// The cluster of a group that is the same as before, where the reviewer does not speak against it.
    fn group(&self, component: ComponentId, group: &Group) -> Option<Rc<Cluster<'a>>> {
        let matched = self.everybody.grouped.matched;
        let known = &self.everybody.checked[component];
        let at = known.binary_search_by_key(&Some(&group.first), |cluster| cluster.members.first()).ok()?;
        let cluster = known.get(at)?;
        let mut near = group.members.iter().flat_map(|member| matched.components.pairs_of(*member));
        let mut spoken_against = || {
            near.any(|(other, _)| {
                let item = &matched.items()[other];
                item.reviewer == self.reviewer && !item.is_live_finding()
            })
        };
        let same = cluster.members == group.members
            && cluster.supporters == group.supporters
            && !self.clearances.names(self.name, &cluster.places)
            && !spoken_against();
        same.then(|| Rc::clone(cluster))
    }
}

/// One cluster of a group.
fn check<'a>(group: &Group, grouped: &Grouped<'_, 'a>, checks: &Checks<'_>) -> Cluster<'a> {
    let matched = grouped.matched;
    let mut cluster = merge(checks.items, checks.anchors, checks.change, group);
    cluster.corroboration = corroboration(matched, grouped.panel, &cluster);
    cluster.acknowledged_by = check::acknowledged::by(matched, grouped.panel, &cluster);
    checks.apply(&mut cluster);
    doubt_withdrawn(matched, grouped.panel, &mut cluster);
    decided::truth(matched, &mut cluster);
    cluster
}

fn calibrate<'a>(
    cluster: &Rc<Cluster<'a>>,
    cx: &CalibrationContext<'_>,
    stages: &Stages,
    grouped: &Grouped<'_, 'a>,
) -> JudgedCluster<'a> {
    let near = cluster.corroboration.iter().filter(|(reviewer, _)| grouped.panel.has(**reviewer));
    let corroboration = near.map(|(_, score)| u32::from(*score)).sum();
    let view = ClusterView::new(cluster, grouped.matched.items(), corroboration);
    let calibrated = stages.calibrator.severity(&view, cx);
    let mut judgement = Judgement::new(calibrated.severity);
    judgement.confidence = stages.calibrator.confidence(&view, cx);
    judgement.disagreements = calibrated.disagreements;
    judgement.by_evidence = calibrated.by_evidence;
    judgement.removal.clone_from(&cluster.removal);
    judgement
        .remarks
        .extend(calibrated.reasons.into_iter().map(|reason| Remark::new(Stage::Calibrate, reason)));
    JudgedCluster { cluster: Rc::clone(cluster), judgement, corroboration }
}

/// An enhancement of code in files that the change does not have is an idea for later: it goes to the design section.
/// Only where the change's hunks are known, and only what is a suggestion anyway.
fn reroute(judged: &mut JudgedCluster<'_>, change: &ChangeSet) {
    let cluster = &judged.cluster;
    let later = cluster.kind == Some(Kind::Enhancement) && judged.judgement.severity == Severity::Suggestion;
    if later
        && judged.is_published()
        && !cluster.places.is_empty()
        && cluster.in_change == Some(false)
        && elsewhere(&cluster.places, change)
    {
        judged.judgement.removal = Some(Removal::new(
            Removed::Rerouted,
            "not_about_this_change",
            "an enhancement of files that the change does not touch: a design observation for later",
        ));
    }
}

impl Judgement {
    fn new(severity: Severity) -> Self {
        Self {
            severity,
            confidence: review_core::Ratio::ZERO,
            disagreements: Vec::new(),
            remarks: Vec::new(),
            state: FindingState::New,
            removal: None,
            by_evidence: false,
        }
    }
}
