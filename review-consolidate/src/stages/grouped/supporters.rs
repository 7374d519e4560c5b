//! What supports a cluster beside its members: section items that say the same, and findings that cover it too.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use review_core::Ratio;

use crate::model::cluster::Group;
use crate::model::ids::{ComponentId, ItemId, ReviewId};
use crate::model::item::Role;
use crate::model::panel::Panel;
use crate::stages::matched::Matched;
use crate::stages::matched::components::ALSO;

/// From this score on, in thousandths, two findings of one review may be the same issue said twice.
const REPEATED: u16 = 50;

/// Adds the supporters to the groups of a component.
pub(crate) fn support(
    matched: &Matched<'_>,
    panel: Panel<'_>,
    component: ComponentId,
    mut groups: Vec<Group>,
) -> Vec<Group> {
    let found = Support::new(matched, panel, component, &groups);
    let (section_items, also) = (found.section_items(), found.also());
    for (supporter, at) in section_items.into_iter().chain(also) {
        groups.iter_mut().skip(at).take(1).for_each(|group| group.supporters.push(supporter));
    }
    for group in &mut groups {
        group.supporters.sort_unstable();
        group.supporters.dedup();
    }
    groups
}

/// Sums over the pairs of a component, by item and group.
struct Support<'m, 'a> {
    matched: &'m Matched<'a>,
    /// The group that each member is in.
    home: BTreeMap<ItemId, usize>,
    sizes: Vec<u64>,
    /// The reviews of each group's members.
    reviews: Vec<BTreeSet<ReviewId>>,
    /// Score of section items against all members of a group.
    sections: BTreeMap<(ItemId, usize), u64>,
    /// The same for findings of other groups, of what is very alike.
    findings: BTreeMap<(ItemId, usize), u64>,
    /// Pairs of groups in which one reviewer may have said one thing twice.
    repeated: BTreeSet<(usize, usize)>,
}

impl<'m, 'a> Support<'m, 'a> {
    fn new(matched: &'m Matched<'a>, panel: Panel<'_>, component: ComponentId, groups: &[Group]) -> Self {
        let items = matched.items();
        let mut support = Self {
            matched,
            home: BTreeMap::new(),
            sizes: groups.iter().map(|group| group.members.len() as u64).collect(),
            reviews: Vec::new(),
            sections: BTreeMap::new(),
            findings: BTreeMap::new(),
            repeated: BTreeSet::new(),
        };
        for (number, group) in groups.iter().enumerate() {
            support.home.extend(group.members.iter().map(|member| (*member, number)));
            support.reviews.push(group.members.iter().map(|member| items[*member].review).collect());
        }
        for pair in matched.components.pairs_within(component).filter(|pair| !pair.recurs()) {
            let score = u64::from(pair.score.millis());
            for (item, other) in pair.ways() {
                let Some(there) = support.home.get(&other).copied() else { continue };
                let said = &items[item];
                match support.home.get(&item).copied() {
                    Some(mine) if mine == there => {}
                    Some(mine) if pair.same_review() && pair.score.millis() >= REPEATED => {
                        support.repeated.insert((mine.min(there), mine.max(there)));
                    }
                    Some(_) if !pair.same_review() && pair.score.millis() >= ALSO => {
                        *support.findings.entry((item, there)).or_default() += score;
                    }
                    Some(_) => {}
                    None if panel.counts(said)
                        && said.role.can_support()
                        && !said.is_praise()
                        && said.role != Role::Finding =>
                    {
                        *support.sections.entry((item, there)).or_default() += score;
                    }
                    None => {}
                }
            }
        }
        support
    }

    /// Mean score of an item against all members of a group; pairs that were not compared count as zero.
    fn mean(&self, sum: u64, group: usize) -> Ratio {
        let size = self.sizes.get(group).copied().unwrap_or(1).max(1);
        Ratio::from_millis(u16::try_from(sum / size).unwrap_or(1000))
    }

    /// Each section item with the group that it says the same as, where it does.
    fn section_items(&self) -> Vec<(ItemId, usize)> {
        let threshold = self.matched.anchored.intake.input.policy.match_threshold;
        let mut best: BTreeMap<ItemId, (Ratio, Reverse<usize>)> = BTreeMap::new();
        for ((item, group), sum) in &self.sections {
            let new = (self.mean(*sum, *group), Reverse(*group));
            let slot = best.entry(*item).or_insert(new);
            *slot = (*slot).max(new);
        }
        let enough = best.into_iter().filter(|(_, (score, _))| *score >= threshold);
        enough.map(|(item, (_, Reverse(group)))| (item, group)).collect()
    }

    /// Findings that also say what another cluster says, which they could not join because their own cluster and that
    /// one have findings of one review: that reviewer told two issues apart, this one did not. They support the second.
    fn also(&self) -> Vec<(ItemId, usize)> {
        let items = self.matched.items();
        let reviews = |group: usize| self.reviews.get(group);
        let covers = |item: ItemId, mine: usize, there: usize| {
            let (Some(mine_by), Some(there_by)) = (reviews(mine), reviews(there)) else { return false };
            !there_by.contains(&items[item].review)
                && !mine_by.is_disjoint(there_by)
                // A reviewer that says one thing twice has not told two issues apart.
                && !self.repeated.contains(&(mine.min(there), mine.max(there)))
        };
        let mut found = Vec::new();
        for ((item, there), sum) in &self.findings {
            let Some(mine) = self.home.get(item).copied() else { continue };
            if self.mean(*sum, *there).millis() >= ALSO && covers(*item, mine, *there) {
                found.push((*item, *there));
            }
        }
        found
    }
}
