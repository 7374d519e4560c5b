//! The facts that the verdict depends on.

use review_core::{Completeness, FindingState, Report, Severity};

use super::coverage::unread_without;
use super::verdict::VerdictFacts;
use crate::stages::intake::Intake;

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
    facts.rules_only = taking_part().next().is_some()
        && taking_part().all(|reviewer| {
            matches!(reviewer.provider.as_deref(), Some("rules" | "analyzer" | "sarif" | "rdjson"))
        });
    facts
}
