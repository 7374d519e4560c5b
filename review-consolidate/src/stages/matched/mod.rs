//! The third stage: which items are alike, and what was decided of them.

pub(crate) mod candidates;
pub(crate) mod components;
pub(crate) mod earlier;
pub(crate) mod pairs;
pub(crate) mod scorer;
pub(crate) mod vectors;

use review_core::{Decisions, Diagnostic};

use self::components::Components;
use self::earlier::EarlierRounds;
use self::pairs::match_items;
use super::anchored::AnchoredItems;
use super::rulings::Rulings;
use crate::model::ids::{ReviewerId, Table};
use crate::model::item::{Item, Items};
use crate::model::panel::{Member, Panel};
use crate::stages::replaceable::Stages;

/// The items with everything that is known of pairs. It does not depend on who takes part: how alike two findings are is
/// told by the texts of all reviewers, whichever of them is left out later.
pub(crate) struct Matched<'a> {
    pub(crate) anchored: AnchoredItems<'a>,
    pub(crate) components: Components,
    pub(crate) rulings: Rulings<'a>,
    pub(crate) earlier: EarlierRounds<'a>,
}

impl<'a> Matched<'a> {
    /// Compares the items with each other and with those of earlier rounds.
    pub(crate) fn new(mut anchored: AnchoredItems<'a>, stages: &Stages, decisions: &'a Decisions) -> Self {
        let items = &anchored.intake.items;
        let places = anchored.anchors.map(|_, anchored| anchored.places.as_slice());
        let mut pairs = match_items(items, &places, stages.scorer.as_ref());
        let mut rulings = Rulings::new(decisions, items);
        let remarks = rulings.decide(items, &mut pairs, &anchored.intake.input.policy);
        let earlier = EarlierRounds::new(&anchored, stages.scorer.as_ref());
        let components = Components::new(&anchored.intake, pairs);
        anchored.intake.diagnostics.extend(remarks.into_iter().map(|text| Diagnostic::new(0, text)));
        Self { anchored, components, rulings, earlier }
    }

    pub(crate) fn items(&self) -> &Items<'a> {
        &self.anchored.intake.items
    }

    pub(crate) fn reviewers(&self) -> &Table<ReviewerId, Member<'a>> {
        &self.anchored.intake.reviewers
    }

    /// Whether an item can speak against others: its reviewer takes part, and its review is complete.
    pub(crate) fn may_doubt(&self, panel: Panel<'_>, item: &Item<'_>) -> bool {
        panel.counts(item) && self.anchored.intake.reviews[item.review].is_complete()
    }

    pub(crate) fn everybody(&self) -> Panel<'_> {
        Panel::everybody(self.reviewers())
    }
}
