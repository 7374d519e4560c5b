//! The second stage: every place and quote of a finding, checked against head and base.

pub(crate) mod citation;
pub(crate) mod columns;
pub(crate) mod grade;
pub(crate) mod grams;
pub(crate) mod locate;
pub(crate) mod needs;
pub(crate) mod paths;
pub(crate) mod quote;
pub(crate) mod search;
pub(crate) mod source;

use review_core::{Diagnostic, Evidence, Query};

use self::grade::anchor;
use self::needs::Wanted;
use self::source::Sources;
use super::intake::Intake;
use crate::model::anchored::Anchors;

/// The input with every place checked.
pub(crate) struct AnchoredItems<'a> {
    pub(crate) intake: Intake<'a>,
    pub(crate) sources: Sources<'a>,
    pub(crate) anchors: Anchors,
}

/// Fewer quotes tell nothing of the source as a whole: one reviewer may have made them up.
const ENOUGH_QUOTES: usize = 8;

impl<'a> AnchoredItems<'a> {
    /// Checks every item with the evidence at hand; what is missing is *not checkable*.
    pub(crate) fn new(intake: Intake<'a>, evidence: &'a Evidence) -> Self {
        let sources = Sources::new(evidence);
        let anchors = intake.items.map(|_, item| {
            let mut anchored = anchor(item, &intake, &sources);
            // There are as many as findings, and most have one place.
            anchored.places.shrink_to_fit();
            anchored.anchors.shrink_to_fit();
            anchored
        });
        let mut anchored = Self { intake, sources, anchors };
        if !anchored.source_fits(&|_| true) {
            let text = "most of what the reviews quote stands nowhere in this source: it may not be the revision that they saw";
            anchored.intake.diagnostics.push(Diagnostic::new(0, text));
        }
        anchored
    }

    /// As [`new`](Self::new), or the queries that are still open.
    pub(crate) fn or_ask(
        intake: Intake<'a>,
        wanted: Wanted<'_>,
        evidence: &'a Evidence,
    ) -> Result<Self, Vec<Query>> {
        let open = needs::files(&intake, wanted, evidence);
        if !open.is_empty() {
            return Err(open);
        }
        let anchored = Self::new(intake, evidence);
        let open = needs::places(&anchored.intake, &anchored.anchors, evidence);
        if open.is_empty() { Ok(anchored) } else { Err(open) }
    }

    /// Whether at least half of the quotes of these items stand in the source.
    pub(crate) fn source_fits(&self, counts: &dyn Fn(&crate::model::item::Item<'_>) -> bool) -> bool {
        let (mut absent, mut found) = (0, 0);
        for (item, anchored) in self.intake.items.values().zip(self.anchors.values()) {
            if counts(item) {
                absent += anchored.absent.len();
                found += anchored.found as usize;
            }
        }
        absent + found < ENOUGH_QUOTES || found >= absent
    }
}
