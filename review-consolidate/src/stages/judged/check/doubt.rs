//! What lowers a finding's confidence without speaking against it outright. Nothing here drops.

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use crate::model::item::{Item, Role};
use review_core::Kind;

/// The place is not part of the change.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoLinkToChange;

impl ClaimChecker for NoLinkToChange {
    fn name(&self) -> &str {
        "no_link_to_change"
    }

    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        if item.role != Role::Finding || cx.anchored.in_change != Some(false) {
            return None;
        }
        let claimed = item.finding.kind == Some(Kind::Regression);
        Some(CheckResult::Doubted {
            code: "not_in_change".into(),
            reason: if claimed {
                "it is called a regression, but the change does not touch its lines".into()
            } else {
                "the change does not touch its lines".into()
            },
            weight: if claimed { 400 } else { 200 },
        })
    }
}

/// A severe finding that does not say how it fails.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoScenario;

impl ClaimChecker for NoScenario {
    fn name(&self) -> &str {
        "no_scenario"
    }

    fn check(&self, item: &Item<'_>, _: &CheckContext<'_>) -> Option<CheckResult> {
        let thin = item.is_without_scenario();
        (item.role == Role::Finding && thin && item.claimed().weight() > 1).then(|| CheckResult::Doubted {
            code: "no_scenario".into(),
            reason: "it does not say how it fails".into(),
            weight: 300,
        })
    }
}

/// None of the named files exists, or the line is beyond the end of its file.
#[derive(Clone, Copy, Debug, Default)]
pub struct Places;

impl ClaimChecker for Places {
    fn name(&self) -> &str {
        "places"
    }

    fn check(&self, _: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        let remark = cx.anchored.remarks.iter().find(|remark| remark.is_missing())?;
        Some(CheckResult::Doubted { code: "place_not_there".into(), reason: remark.to_string(), weight: 500 })
    }
}
