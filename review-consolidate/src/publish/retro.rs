//! How each reviewer did in this review.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{
    Completeness, Disposition, LedgerEntry, Report, Retro, ReviewerRetro, Severity, ToolCount, Usage,
    VerdictDecision,
};

use super::coverage::misses;
use super::missed::missed;
use super::verdict::count;
use crate::intake::Intake;
use crate::item::Role;
use crate::leave_out::Without;

/// The retro of all reviewers. `report` has its findings, ledger and coverage already; `without` tells what would be otherwise
/// without each of them, in the order of their names, and `verdict` whether the verdict would be.
pub(crate) fn retro(
    intake: &Intake<'_>,
    report: &Report,
    without: &[Without],
    verdict: &dyn Fn(&str, &Without) -> Option<VerdictDecision>,
) -> Retro {
    let mut retro = Retro::default();
    let entries: BTreeMap<_, &LedgerEntry> =
        report.ledger.iter().map(|entry| (&entry.source, entry)).collect();
    let mut unique: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in &report.findings {
        if let [only] = finding.reviewers.as_slice() {
            unique.entry(only).or_default().push(&finding.id);
        }
    }
    for (voice, without) in intake.voices.iter().zip(without) {
        let mut one = ReviewerRetro::default();
        (*voice).clone_into(&mut one.reviewer);
        for item in intake.items.iter().filter(|item| item.source.reviewer == *voice) {
            if item.role == Role::Design {
                one.design += 1;
            }
            if item.role != Role::Finding {
                continue;
            }
            *match item.finding.severity {
                Some(Severity::Critical) => &mut one.critical,
                Some(Severity::Important) => &mut one.important,
                _ => &mut one.suggestions,
            } += 1;
            let Some(entry) = entries.get(&item.source) else { continue };
            match entry.disposition {
                Disposition::FalsePositive => one.false_positives += 1,
                Disposition::Dropped => one.dropped += 1,
                Disposition::Suppressed => one.suppressed += 1,
                Disposition::Rerouted => one.rerouted += 1,
                Disposition::Upgraded => one.upgraded += 1,
                Disposition::Downgraded => one.downgraded += 1,
                _ => {}
            }
            if entry.severity_to.is_some() {
                one.published += 1;
            }
        }
        let unique = unique.remove(voice).unwrap_or_default();
        one.unique = u32::try_from(unique.len()).unwrap_or(u32::MAX);
        one.lost_without.clone_from(&without.lost);
        one.changed_without.clone_from(&without.changed);
        one.verdict_without = verdict(voice, without);
        one.files_reviewed = u32::try_from(
            report
                .coverage
                .files
                .iter()
                .filter(|file| file.reviewers.iter().any(|name| name == voice))
                .count(),
        )
        .unwrap_or(u32::MAX);
        one.coverage_misses = misses(intake, &intake.input.change, voice);
        effort(intake, voice, &mut one);
        if let Some(cost) = one.usage.cost_micro_usd
            && one.published > 0
        {
            one.cost_per_published_micro_usd = Some(cost / u64::from(one.published));
        }
        one.prose = prose(&one, &unique);
        retro.reviewers.push(one);
    }
    let complete: BTreeSet<String> = intake
        .reviews
        .iter()
        .filter(|review| review.completeness == Completeness::Complete)
        .map(|review| review.reviewer.clone())
        .collect();
    retro.missed = missed(&report.findings, &complete);
    retro
}

fn effort(intake: &Intake<'_>, voice: &str, one: &mut ReviewerRetro) {
    let mut tools: BTreeMap<&str, u32> = BTreeMap::new();
    let mut usage = Usage::default();
    for review in intake.reviews.iter().filter(|review| review.reviewer == voice) {
        for tool in &review.tool_calls {
            let calls = tools.entry(&tool.tool).or_insert(0);
            *calls = calls.saturating_add(tool.calls);
        }
        one.checks += u32::try_from(review.checks.len()).unwrap_or(0);
        if let Some(duration) = review.duration_ms {
            one.duration_ms = Some(one.duration_ms.unwrap_or(0).saturating_add(duration));
        }
        usage = usage.plus(review.usage);
    }
    one.tool_calls = tools.into_iter().map(|(tool, calls)| ToolCount::new(tool, calls)).collect();
    one.usage = usage;
}

fn prose(one: &ReviewerRetro, unique: &[&str]) -> String {
    let raised = one.critical + one.important + one.suggestions;
    if raised == 0 {
        return "Raised nothing.".to_owned();
    }
    let mut text = format!("Raised {}, {} published", count(raised, "finding"), one.published);
    if one.unique > 0 {
        text.push_str(&format!(
            ", {} of them by nobody else ({})",
            one.unique,
            unique.iter().take(6).copied().collect::<Vec<_>>().join(", ")
        ));
    }
    text.push('.');
    let mut against = Vec::new();
    for (number, what) in [
        (one.false_positives, "refuted"),
        (one.dropped, "dropped"),
        (one.suppressed, "suppressed"),
        (one.downgraded, "less severe than claimed"),
        (one.upgraded, "more severe than claimed"),
    ] {
        if number > 0 {
            against.push(format!("{number} {what}"));
        }
    }
    if !against.is_empty() {
        text.push_str(&format!(" Of what it raised, {}.", against.join(", ")));
    }
    let mut otherwise: Vec<String> = one
        .changed_without
        .iter()
        .take(3)
        .map(|other| format!("{} would be {}", other.id, other.severity))
        .collect();
    otherwise.extend(
        one.verdict_without
            .map(|verdict| format!("the verdict would be {}", verdict.as_str().replace('_', " "))),
    );
    if !otherwise.is_empty() {
        text.push_str(&format!(" Without it {}.", otherwise.join(", ")));
    }
    if let Some(misses) = one.coverage_misses.filter(|misses| *misses > 0) {
        text.push_str(&format!(" It did not open {}.", count(misses, "changed hunk")));
    }
    text
}
