//! What the report would be without each of its reviewers: the findings of the others are clustered, merged, checked and
//! calibrated anew.
//!
//! Two things are kept as they are, so that ten reviewers don't cost ten consolidations: how alike two findings are (the weight of
//! a word depends a little on the texts of all), and earlier rounds. Clusters are redone where the reviewer took part in one, or could
//! have: within the groups that are connected by pairs above the threshold, since no cluster reaches beyond.

use std::collections::BTreeMap;

use review_core::{Decisions, Severity, SeverityWithout};

use crate::assemble::reroute;
use crate::calibrate::{self, CalibrationContext, Claims};
use crate::check::apply::Checks;
use crate::cluster::{Forced, cluster};
use crate::draft::Draft;
use crate::engine::Engine;
use crate::intake::Intake;
use crate::matching::Pair;
use crate::merge::merge;
use crate::questions::Inquiry;

/// What would be otherwise without one reviewer.
#[derive(Debug, Default)]
pub(crate) struct Without {
    /// Ids of published findings that would not be there.
    pub(crate) lost: Vec<String>,
    /// Those that would have another severity.
    pub(crate) changed: Vec<SeverityWithout>,
    /// The severities of all that would be published.
    pub(crate) severities: Vec<Severity>,
}

/// The finished consolidation that reviewers are left out of.
pub(crate) struct LeaveOut<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) intake: &'a Intake<'a>,
    pub(crate) checks: &'a Checks<'a>,
    pub(crate) forced: &'a BTreeMap<(usize, usize), Forced>,
    pub(crate) decisions: &'a Decisions,
    pub(crate) drafts: &'a [Draft],
    /// Published drafts in reading order, and their ids.
    pub(crate) reading: &'a [usize],
    pub(crate) ids: &'a BTreeMap<usize, String>,
    pub(crate) providers: &'a BTreeMap<String, String>,
    pub(crate) acknowledged: &'a BTreeMap<usize, usize>,
}

/// Findings connected by pairs above the threshold.
#[derive(Default)]
struct Groups {
    /// The group of each item; items that are connected with nothing have none.
    of: Vec<Option<usize>>,
    /// Members and pairs of each group.
    groups: Vec<(Vec<usize>, Vec<Pair>)>,
}

impl Groups {
    fn new(
        items: usize,
        live: &dyn Fn(usize) -> bool,
        pairs: &[Pair],
        connected: &dyn Fn(&Pair) -> bool,
    ) -> Self {
        let mut parent: Vec<usize> = (0..items).collect();
        let mut joined = vec![false; items];
        for pair in pairs.iter().filter(|pair| live(pair.a) && live(pair.b) && connected(pair)) {
            let (a, b) = (root(&mut parent, pair.a), root(&mut parent, pair.b));
            if let Some(slot) = parent.get_mut(a.max(b)) {
                *slot = a.min(b);
            }
            for item in [pair.a, pair.b] {
                if let Some(slot) = joined.get_mut(item) {
                    *slot = true;
                }
            }
        }
        let mut groups = Self { of: vec![None; items], groups: Vec::new() };
        let mut numbers: BTreeMap<usize, usize> = BTreeMap::new();
        for item in (0..items).filter(|item| joined.get(*item) == Some(&true)) {
            let next = groups.groups.len();
            let number = *numbers.entry(root(&mut parent, item)).or_insert(next);
            if number == next {
                groups.groups.push(Default::default());
            }
            if let (Some(group), Some(slot)) = (groups.groups.get_mut(number), groups.of.get_mut(item)) {
                group.0.push(item);
                *slot = Some(number);
            }
        }
        for pair in pairs {
            let of = |item: usize| groups.of.get(item).copied().flatten();
            if let (Some(a), true) = (of(pair.a), of(pair.a) == of(pair.b))
                && let Some(group) = groups.groups.get_mut(a)
            {
                group.1.push(*pair);
            }
        }
        groups
    }
}

/// The smallest item of a group, with the way there shortened.
fn root(parent: &mut [usize], item: usize) -> usize {
    let mut at = item;
    while let Some(next) = parent.get(at).copied().filter(|next| *next != at) {
        let further = parent.get(next).copied().unwrap_or(next);
        if let Some(slot) = parent.get_mut(at) {
            *slot = further;
        }
        at = further;
    }
    at
}

impl<'a> LeaveOut<'a> {
    fn groups(&self, pairs: &[Pair]) -> Groups {
        let items = &self.intake.items;
        let live = |item: usize| items.get(item).is_some_and(|item| item.is_live_finding());
        let threshold = self.checks.policy.match_threshold;
        let connected = |pair: &Pair| match self.forced.get(&(pair.a, pair.b)) {
            Some(decided) => *decided == Forced::Same,
            None => pair.score >= threshold,
        };
        Groups::new(items.len(), &live, pairs, &connected)
    }

    /// The report without each reviewer, in the order of their names.
    pub(crate) fn each(&self, pairs: &[Pair]) -> Vec<Without> {
        let groups = self.groups(pairs);
        self.intake.voices.iter().map(|reviewer| self.without(reviewer, &groups)).collect()
    }

    fn without(&self, reviewer: &str, groups: &Groups) -> Without {
        let items = &self.intake.items;
        let own = |item: usize| items.get(item).is_some_and(|item| item.source.reviewer == reviewer);
        let voices: Vec<&str> =
            self.intake.voices.iter().copied().filter(|voice| *voice != reviewer).collect();
        let claims = Claims::new(items.iter().filter(|item| item.source.reviewer != reviewer));
        let theirs = |(_, item): &(&usize, &usize)| !own(**item);
        let acknowledged: BTreeMap<usize, usize> =
            self.acknowledged.iter().filter(theirs).map(|(finding, item)| (*finding, *item)).collect();
        let cx = CalibrationContext {
            items,
            policy: &self.intake.input.policy,
            voices: &voices,
            providers: self.providers,
            claims: &claims,
            acknowledged: &acknowledged,
        };
        let mut again: BTreeMap<usize, Option<Severity>> = BTreeMap::new();
        let mut inquiry = Inquiry::new(self.decisions, items);
        for (members, pairs) in &groups.groups {
            if members.iter().any(|member| own(*member)) {
                let left: Vec<usize> = members.iter().copied().filter(|member| !own(*member)).collect();
                self.regroup(&left, pairs, &cx, &mut inquiry, &mut again);
            }
        }
        let mut result = Without::default();
        for index in self.reading {
            let (Some(draft), Some(id)) = (self.drafts.get(*index), self.ids.get(index)) else { continue };
            let severity = if draft.members.iter().all(|member| own(*member)) {
                None
            } else if draft.members.iter().any(|member| again.contains_key(member)) {
                // Where it falls apart, its severest part stands for it.
                let parts = draft.members.iter().filter_map(|member| again.get(member).copied().flatten());
                parts.max_by_key(|severity| severity.weight())
            } else {
                let calibrated = self.engine.calibrator.severity(draft, &cx).severity;
                Some(if Some(calibrated) == draft.calibrated { draft.severity } else { calibrated })
            };
            match severity {
                None => result.lost.push(id.clone()),
                Some(severity) => {
                    result.severities.push(severity);
                    if severity != draft.severity {
                        result.changed.push(SeverityWithout::new(id, severity));
                    }
                }
            }
        }
        result
    }

    /// Clusters what is left of a group; the severity of each member's new finding, where it is published.
    fn regroup(
        &self,
        left: &[usize],
        pairs: &[Pair],
        cx: &CalibrationContext<'_>,
        inquiry: &mut Inquiry<'_>,
        again: &mut BTreeMap<usize, Option<Severity>>,
    ) {
        let items = &self.intake.items;
        for members in cluster(items, pairs, self.forced, cx.policy, left) {
            let mut draft = merge(items, self.checks.anchored, self.checks.change, members, Vec::new());
            self.checks.apply(&mut draft);
            inquiry.truth(items, &mut draft, self.checks.evidence, cx.policy);
            calibrate::apply(self.engine.calibrator.as_ref(), &mut draft, cx);
            inquiry.severity(items, &mut draft);
            reroute(&mut draft, self.checks.change);
            let severity = draft.is_published().then_some(draft.severity);
            again.extend(draft.members.iter().map(|member| (*member, severity)));
        }
    }
}
