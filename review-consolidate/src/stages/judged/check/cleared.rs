//! What the others say of a place: that they looked at it and found it right.

use super::checker::{CheckContext, CheckResult, ClaimChecker};
use crate::model::item::{Item, Role};

/// A note that says so of a whole file says little of one line of it: of lone findings of the corpus, 81 % were published
/// where nobody had cleared the file, 78 % where somebody had.
const FILE: u32 = 150;
/// Praise of the very lines.
const LINES: u32 = 300;

/// Another reviewer looked at the place and found nothing.
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
        let who = clearance.reviewer;
        let (code, reason, weight) = match clearance.range {
            Some(_) => ("lines_praised", format!("{who} looked at these lines and calls them right"), LINES),
            None => ("file_cleared", format!("{who} looked at {} and found nothing", place.path), FILE),
        };
        Some(CheckResult::Doubted { code: code.into(), reason, weight })
    }
}
