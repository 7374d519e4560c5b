//! The facts that the verdict depends on.

use review_core::{Completeness, FindingState, Report, Severity};

use super::coverage::unread_without;
use super::verdict::VerdictFacts;
use crate::model::ids::ReviewerId;
use crate::stages::intake::Intake;
use crate::text::count::count;

/// What the verdict depends on: of the report as it is, or as it would be without one reviewer.
pub(crate) fn verdict_facts(
    intake: &Intake<'_>,
    report: &Report,
    without: Option<(&str, &[Severity])>,
) -> VerdictFacts {
    let policy = &intake.input.policy;
    let left_out = without.map(|(reviewer, _)| reviewer);
    let mut facts = VerdictFacts { rework_from: policy.rework_from_criticals, ..VerdictFacts::default() };
    let mut add = |weight: u8| match weight {
        3 => facts.criticals += 1,
        2 => facts.importants += 1,
        _ => facts.suggestions += 1,
    };
    match without {
        None => report.findings.iter().for_each(|finding| add(finding.severity.weight())),
        Some((_, severities)) => severities.iter().for_each(|severity| add(severity.weight())),
    }
    let last = report.history.iter().map(|item| item.round).max();
    let open = report.history.iter().filter(|item| {
        Some(item.round) == last
            && item.continued_as.is_none()
            && item.state == FindingState::NotRechecked
            && item.severity.weight() > 1
    });
    for item in open.clone() {
        add(item.severity.weight());
    }
    facts.not_rechecked = u32::try_from(open.count()).unwrap_or(u32::MAX);
    let required = |name: &str| {
        policy.required_reviewers.is_empty()
            || policy.required_reviewers.iter().any(|required| required == name)
    };
    let taking_part = || report.reviewers.iter().filter(|reviewer| Some(reviewer.name.as_str()) != left_out);
    for reviewer in taking_part() {
        if reviewer.completeness == Completeness::Complete {
            facts.complete.push(reviewer.name.clone());
        } else if required(&reviewer.name) {
            let reason = reviewer.incomplete_reason.as_deref().unwrap_or("no reason given");
            facts.incomplete.push(format!("{} ({}: {reason})", reviewer.name, reviewer.completeness));
        }
    }
    for name in &policy.required_reviewers {
        if !taking_part().any(|reviewer| reviewer.name == *name) {
            facts.incomplete.push(format!("{name} (did not take part)"));
        }
    }
    if policy.require_hunk_coverage {
        let unread = match left_out {
            None => report.coverage.unread.len(),
            Some(reviewer) => unread_without(intake, reviewer),
        };
        facts.unread_hunks = u32::try_from(unread).unwrap_or(u32::MAX);
    }
    let members = || intake.reviewers.iter().filter(|(_, member)| Some(member.name) != left_out);
    facts.tools_only = members().next().is_some() && members().all(|(_, member)| member.is_tool);
    facts.all_left_out = members().filter_map(|(id, _)| all_left_out(intake, id)).collect();
    facts
}

/// Who found something, all of which was left out because it is not about the change.
pub(crate) fn all_left_out(intake: &Intake<'_>, reviewer: ReviewerId) -> Option<String> {
    let name = intake.reviewers[reviewer].name;
    let passes = intake.reviews.values().filter(|review| review.reviewer == name);
    let (left, kept) = passes.fold((0u32, 0), |(left, kept), review| {
        (left.saturating_add(review.left_out), kept + review.findings.len())
    });
    (left > 0 && kept == 0).then(|| format!("{name} ({})", count(left, "finding")))
}
