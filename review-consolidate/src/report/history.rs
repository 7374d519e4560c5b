//! The table of what became of the findings of earlier rounds.

use review_core::{Action, FindingState, HistoryItem, Report};

use crate::model::published_id::PublishedId;
use crate::stages::matched::earlier::{Code, Earlier};
use crate::stages::numbered::Numbered;

/// The number of this round.
pub(crate) fn round(previous: &[Report]) -> u32 {
    previous.iter().map(|report| report.round.max(1)).max().map_or(1, |round| round.saturating_add(1))
}

/// What became of each finding of an earlier round.
pub(crate) fn history(numbered: &Numbered<'_, '_>) -> Vec<HistoryItem> {
    let judged = &numbered.judged;
    let earlier = judged.grouped.matched.earlier.findings.iter();
    earlier
        .map(|(id, earlier)| item(earlier, judged.continued.of(id).map(|cluster| numbered.ids[cluster])))
        .collect()
}

fn item(earlier: &Earlier<'_>, continued: Option<PublishedId>) -> HistoryItem {
    let action = earlier.resolved.map(|resolved| resolved.action);
    let (state, reason) = match (continued, action, earlier.code) {
        (Some(PublishedId::Removed(_)), Some(Action::Declined), Code::Unchanged | Code::NotKnown) => {
            (FindingState::Declined, "raised again without anything new; it had been declined")
        }
        (Some(_), Some(Action::Declined), _) => (FindingState::DeclinedRaisedAgain, "raised again"),
        (Some(_), _, Code::Changed | Code::Gone) => {
            (FindingState::CodeChanged, "raised again; its code changed since")
        }
        (Some(_), _, _) => (FindingState::StillPresent, "raised again"),
        (None, Some(Action::Fixed), Code::Changed | Code::Gone) => {
            (FindingState::FixedAndVerified, "the author fixed it, and its code changed")
        }
        (None, Some(Action::Declined), _) => (FindingState::Declined, "the author declined it"),
        (None, _, Code::Gone) => (FindingState::CodeGone, "its code is gone"),
        (None, _, Code::Changed) => (FindingState::CodeChanged, "its code changed; nobody raised it again"),
        (None, _, Code::Unchanged) => (
            FindingState::NotRechecked,
            "its code is as it was; nobody raised it again, which does not mean that it is gone",
        ),
        (None, _, Code::NotKnown) => {
            (FindingState::NotRechecked, "nobody raised it again, and what became of its code is not known")
        }
    };
    let mut item = HistoryItem::new(&earlier.report.id, earlier.report.round, earlier.finding, state)
        .with_reason(reason);
    item.action = action;
    item.action_reason = earlier.resolved.and_then(|resolved| resolved.reason.clone());
    item.continued_as =
        continued.filter(|id| !matches!(id, PublishedId::Removed(_))).map(|id| id.to_string());
    item
}
