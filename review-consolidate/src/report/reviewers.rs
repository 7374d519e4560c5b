//! Who took part.

use review_core::{Completeness, ReviewerSummary};

use crate::stages::intake::Intake;

/// One line per reviewer, over all of its passes, and one for each that could not be had.
pub(crate) fn reviewers(intake: &Intake<'_>) -> Vec<ReviewerSummary> {
    let mut all: Vec<ReviewerSummary> = Vec::new();
    for review in intake.reviews.values() {
        if all.last().is_none_or(|last| last.name != review.reviewer) {
            let mut summary = ReviewerSummary::new(&review.reviewer);
            summary.passes = 0;
            all.push(summary);
        }
        let Some(summary) = all.last_mut() else { continue };
        summary.passes += 1;
        let identity = &review.identity;
        for (mine, theirs) in [
            (&mut summary.provider, &identity.provider),
            (&mut summary.model, &identity.model),
            (&mut summary.effort, &identity.effort),
            (&mut summary.version, &identity.version),
            (&mut summary.isolation, &identity.isolation),
            (&mut summary.prompt, &identity.prompt),
        ] {
            if mine.is_none() {
                mine.clone_from(theirs);
            }
        }
        if rank(review.completeness) > rank(summary.completeness) {
            summary.completeness = review.completeness;
            summary.incomplete_reason = review.incomplete_reason.clone();
        }
    }
    for (name, reason) in &intake.input.run.missing {
        match all.iter_mut().find(|summary| summary.name == *name) {
            Some(summary) => {
                summary.completeness = Completeness::Failed;
                summary.incomplete_reason = Some(reason.clone());
            }
            None => {
                let mut summary = ReviewerSummary::new(name);
                summary.passes = 0;
                summary.completeness = Completeness::Failed;
                summary.incomplete_reason = Some(reason.clone());
                all.push(summary);
            }
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    all
}

fn rank(completeness: Completeness) -> u8 {
    match completeness {
        Completeness::Complete => 0,
        Completeness::Failed => 2,
        _ => 1,
    }
}
