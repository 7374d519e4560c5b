//! The reviews as they came in.

use review_core::{Original, RawFinding};

use crate::model::item::Role;
use crate::stages::intake::Intake;

/// The reviews as they came in.
pub(crate) fn appendix(intake: &Intake<'_>) -> Vec<Original> {
    intake
        .reviews
        .iter()
        .map(|(id, review)| {
            let mut findings: Vec<RawFinding> = intake
                .items
                .values()
                .filter(|item| item.review == id && item.role == Role::Finding)
                .map(|item| {
                    let mut finding = RawFinding::clone(&item.finding);
                    finding.id.clone_from(&item.source.id);
                    finding
                })
                .collect();
            findings.shrink_to_fit();
            let mut original = Original::new(&review.reviewer, review.pass, findings)
                .with_unplaced(review.sections.unplaced.clone());
            original.transcript.clone_from(&review.transcript);
            original
        })
        .collect()
}
