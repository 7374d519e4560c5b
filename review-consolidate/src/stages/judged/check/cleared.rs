//! What the others say of a place: that its lines are right.

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use crate::model::item::{Item, Role};

/// Praise of the very lines, in thousandths of log odds. That somebody looked at the file and found nothing does not count.
const LINES: u32 = 300;

/// Another reviewer praises the very lines.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cleared;

impl ClaimChecker for Cleared {
    fn name(&self) -> &str {
        "cleared"
    }

    fn check(&self, item: &Item<'_>, cx: &CheckContext<'_>) -> Option<CheckResult> {
        if item.role != Role::Finding {
            return None;
        }
        let place = cx.anchored.places.first()?;
        let clearance = cx.clearances.of(place, cx.cluster.reviewers())?;
        let reason = format!("{} looked at these lines and calls them right", clearance.reviewer);
        Some(CheckResult::Doubted { code: "lines_praised".into(), reason, weight: LINES })
    }
}
