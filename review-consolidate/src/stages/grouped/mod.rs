//! The fourth stage: which raw findings are one issue, and what supports it.

pub(crate) mod corroboration;
pub(crate) mod linkage;
pub(crate) mod merge;
pub(crate) mod supporters;

use std::rc::Rc;

use self::linkage::cluster;
use self::supporters::support;
use super::matched::Matched;
use crate::model::cluster::Group;
use crate::model::ids::{ComponentId, ItemId, ReviewerId, Table};
use crate::model::item::Role;
use crate::model::panel::Panel;

/// The groups of each component, for one panel of reviewers.
pub(crate) struct Grouped<'m, 'a> {
    pub(crate) matched: &'m Matched<'a>,
    pub(crate) panel: Panel<'m>,
    pub(crate) groups: Table<ComponentId, Rc<Vec<Group>>>,
}

impl<'m, 'a> Grouped<'m, 'a> {
    /// Groups the findings of everybody.
    pub(crate) fn everybody(matched: &'m Matched<'a>) -> Self {
        let panel = matched.everybody();
        let groups = matched.components.all.map(|component, _| Rc::new(groups(matched, panel, component)));
        Self { matched, panel, groups }
    }

    /// Groups the findings of everybody but one reviewer. Only components in which the reviewer has a part can differ.
    pub(crate) fn without(everybody: &Grouped<'m, 'a>, reviewer: ReviewerId) -> Self {
        let matched = everybody.matched;
        let panel = Panel::without(matched.reviewers(), reviewer);
        let groups = matched.components.all.map(|id, component| {
            if component.reviewers.binary_search(&reviewer).is_ok() {
                Rc::new(groups(matched, panel, id))
            } else {
                Rc::clone(&everybody.groups[id])
            }
        });
        Self { matched, panel, groups }
    }
}

/// The groups of a component, ordered by their first members.
fn groups(matched: &Matched<'_>, panel: Panel<'_>, component: ComponentId) -> Vec<Group> {
    let items = matched.items();
    let live: Vec<ItemId> = matched.components.all[component]
        .items
        .iter()
        .copied()
        .filter(|item| items[*item].is_live_finding() && panel.counts(&items[*item]))
        .collect();
    if let [only] = live.as_slice() {
        // Most components are a single finding.
        if matched.components.all[component].items.len() == 1 {
            return Group::of(vec![*only]).into_iter().collect();
        }
    }
    let policy = &matched.anchored.intake.input.policy;
    let groups = cluster(items, matched.components.pairs_within(component), policy, &live);
    support(matched, panel, component, groups)
}

/// Section items of one role, clustered.
pub(crate) fn section_groups(matched: &Matched<'_>, role: Role) -> Vec<Group> {
    let items = matched.items();
    let of_role: Vec<ItemId> = items.iter().filter(|(_, item)| item.role == role).map(|(id, _)| id).collect();
    let comparable = matched.components.pairs().iter().filter(|pair| {
        let (a, b) = (&items[pair.a], &items[pair.b]);
        a.role == role && b.role == role && a.stance == b.stance && a.scope == b.scope
    });
    cluster(items, comparable, &matched.anchored.intake.input.policy, &of_role)
}
