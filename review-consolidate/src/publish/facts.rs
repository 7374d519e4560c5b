//! The report's findings, reviewers, appendix and the facts of its verdict.

use std::collections::BTreeMap;

use review_core::{
    Completeness, ConsolidatedFinding, Diagnostic, Extensions, Original, Report, ReviewerSummary, SourceId,
};

use super::references::References;
use super::verdict::VerdictFacts;
use super::{body, order};
use crate::draft::Draft;
use crate::intake::Intake;
use crate::item::Role;
use crate::leave_out::Without;
use crate::rounds::Rounds;

/// The published findings in reading order.
pub(crate) fn findings(
    intake: &Intake<'_>,
    drafts: &[Draft],
    reading: &[usize],
    ids: &BTreeMap<usize, String>,
    references: &References,
    rounds: &Rounds<'_>,
) -> Vec<ConsolidatedFinding> {
    let prints = order::fingerprints(drafts, &intake.items);
    let inherited = rounds.inherited();
    let quota = intake.input.policy.quota as usize;
    let mut found = Vec::new();
    for (position, index) in reading.iter().enumerate() {
        let (Some(draft), Some(id)) = (drafts.get(*index), ids.get(index)) else { continue };
        let Some(item) = intake.items.get(draft.representative) else { continue };
        let raw = item.finding.as_ref();
        let title = references.rewrite(raw.title.trim(), &item.source);
        let mut finding = ConsolidatedFinding::new(id, draft.severity, title, item.source.clone())
            .with_body(references.rewrite(&body::published(raw, &draft.anchors), &item.source))
            .with_confidence(draft.confidence)
            .with_state(draft.state)
            .with_reviewers(draft.reviewers.clone());
        finding.fingerprint = inherited
            .get(index)
            .map(|print| (*print).to_owned())
            .or_else(|| prints.get(*index).cloned())
            .unwrap_or_default();
        finding.kind = draft.kind;
        finding.category = draft.category;
        finding.locations.clone_from(&draft.places);
        finding.anchors.clone_from(&draft.anchors);
        finding.scenario = raw.scenario.as_deref().map(|scenario| references.rewrite(scenario, &item.source));
        finding.fixes.clone_from(&draft.fixes);
        finding.reasons.clone_from(&draft.reasons);
        finding.disagreements.clone_from(&draft.disagreements);
        finding.folded = quota > 0 && position >= quota;
        let mut behind: Vec<SourceId> = draft
            .members
            .iter()
            .chain(&draft.supporters)
            .filter_map(|member| intake.items.get(*member))
            .map(|item| item.source.clone())
            .collect();
        behind.sort();
        finding.sources = behind;
        finding.extensions = extensions(intake, draft);
        found.push(finding);
    }
    found
}

/// Unknown fields of the sources; the representative's win.
fn extensions(intake: &Intake<'_>, draft: &Draft) -> Extensions {
    let mut all = Extensions::new();
    let others = draft.members.iter().filter(|member| **member != draft.representative);
    for item in
        std::iter::once(&draft.representative).chain(others).filter_map(|member| intake.items.get(*member))
    {
        for (name, value) in &item.finding.extensions {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    all
}

/// One line per reviewer, over all of its passes, and one for each that could not be had.
pub(crate) fn reviewers(intake: &Intake<'_>) -> Vec<ReviewerSummary> {
    let mut all: Vec<ReviewerSummary> = Vec::new();
    for review in &intake.reviews {
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

/// What the verdict depends on: of the report as it is, or as it would be without one reviewer.
pub(crate) fn verdict_facts(
    intake: &Intake<'_>,
    report: &Report,
    without: Option<(&str, &Without)>,
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
        Some((_, without)) => without.severities.iter().for_each(|severity| add(severity.weight())),
    }
    let last = report.history.iter().map(|item| item.round).max();
    let open = report.history.iter().filter(|item| {
        Some(item.round) == last
            && item.continued_as.is_none()
            && item.state == review_core::FindingState::NotRechecked
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
            Some(reviewer) => super::coverage::unread_without(intake, &intake.input.change, reviewer),
        };
        facts.unread_hunks = u32::try_from(unread).unwrap_or(u32::MAX);
    }
    facts.rules_only = taking_part().next().is_some()
        && taking_part().all(|reviewer| {
            matches!(reviewer.provider.as_deref(), Some("rules" | "analyzer" | "sarif" | "rdjson"))
        });
    facts
}

/// The reviews as they came in.
pub(crate) fn appendix(intake: &Intake<'_>) -> Vec<Original> {
    intake
        .reviews
        .iter()
        .enumerate()
        .map(|(index, review)| {
            let findings = intake
                .items
                .iter()
                .filter(|item| item.review == index && item.role == Role::Finding)
                .map(|item| {
                    let mut finding = item.finding.clone().into_owned();
                    finding.id.clone_from(&item.source.id);
                    finding
                })
                .collect();
            let mut original = Original::new(&review.reviewer, review.pass, findings)
                .with_unplaced(review.sections.unplaced.clone());
            original.transcript.clone_from(&review.transcript);
            original
        })
        .collect()
}

/// What was odd about the run or its inputs.
pub(crate) fn diagnostics(intake: &Intake<'_>) -> Vec<Diagnostic> {
    let mut all = intake.diagnostics.clone();
    for review in &intake.reviews {
        for diagnostic in &review.diagnostics {
            let message = format!("{} pass {}: {}", review.reviewer, review.pass, diagnostic.message);
            all.push(Diagnostic::new(diagnostic.line, message));
        }
    }
    all
}

/// Most paths that one sentence names.
const NAMED_PATHS: usize = 20;

/// Which changed files configuration leaves out.
pub(crate) fn left_out(excluded: &[String]) -> String {
    let named: Vec<&str> = excluded.iter().take(NAMED_PATHS).map(String::as_str).collect();
    let more = excluded.len() - named.len();
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    let (files, were) = if excluded.len() == 1 { ("file", "was") } else { ("files", "were") };
    format!(
        "{} changed {files} {were} left out of the review by configuration: {}{more}",
        excluded.len(),
        named.join(", ")
    )
}
