//! How each reviewer did in this review.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{
    BriefRetro, Completeness, Disposition, Report, Retro, ReviewerRetro, Severity, SeverityWithout, SourceId,
    ToolCount, Usage,
};

use super::coverage::misses;
use super::missed::missed;
use super::verdict::VerdictTable;
use super::verdict_facts::verdict_facts;
use crate::model::item::Role;
use crate::stages::intake::Intake;
use crate::stages::numbered::Numbered;
use crate::text::count::count;

/// The retro of all reviewers. `report` has its findings, ledger, coverage and verdict already.
pub(crate) fn retro(numbered: &Numbered<'_, '_>, report: &Report, table: &dyn VerdictTable) -> Retro {
    let intake = &numbered.judged.grouped.matched.anchored.intake;
    let mut retro = Retro::default();
    let mut unique: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for finding in &report.findings {
        if let [only] = finding.reviewers.as_slice() {
            unique.entry(only).or_default().push(&finding.id);
        }
    }
    let mut counted = tally(intake, report);
    for (id, member) in intake.reviewers.iter() {
        let name = member.name;
        let mut one = counted.remove(name).unwrap_or_default();
        name.clone_into(&mut one.reviewer);
        let unique = unique.remove(name).unwrap_or_default();
        one.unique = u32::try_from(unique.len()).unwrap_or(u32::MAX);
        if let Some(without) = numbered.without.as_ref().map(|all| &all[id]) {
            one.lost_without = without.lost.iter().map(|id| numbered.ids[*id].to_string()).collect();
            let changed = without.changed.iter();
            one.changed_without = changed
                .map(|(id, severity)| SeverityWithout::new(numbered.ids[*id].to_string(), *severity))
                .collect();
            let other = table.verdict(&verdict_facts(intake, report, Some((name, &without.severities))));
            one.verdict_without = Some(other.decision).filter(|other| *other != report.verdict.decision);
        }
        let files = report.coverage.files.iter();
        let reviewed = files.filter(|file| file.reviewers.iter().any(|reviewer| reviewer == name)).count();
        one.files_reviewed = u32::try_from(reviewed).unwrap_or(u32::MAX);
        one.coverage_misses = misses(intake, name);
        effort(intake, name, &mut one);
        one.briefs = briefs(intake, name, report);
        if let Some(cost) = one.usage.cost_micro_usd
            && one.published > 0
        {
            one.cost_per_published_micro_usd = Some(cost / u64::from(one.published));
        }
        one.prose = prose(&one, &unique);
        retro.reviewers.push(one);
    }
    let complete = intake.reviews.values().filter(|review| review.completeness == Completeness::Complete);
    let complete: BTreeSet<String> = complete.map(|review| review.reviewer.clone()).collect();
    retro.missed = missed(&report.findings, &complete);
    retro
}

/// What became of each reviewer's items. The ledger and the items have the same sources.
fn tally<'i>(intake: &'i Intake<'_>, report: &Report) -> BTreeMap<&'i str, ReviewerRetro> {
    let mut all: BTreeMap<&str, ReviewerRetro> = BTreeMap::new();
    let entries: BTreeMap<_, _> = report.ledger.iter().map(|entry| (&entry.source, entry)).collect();
    for item in intake.items.values() {
        let one = all.entry(&item.source.reviewer).or_default();
        if item.role == Role::Design {
            one.design += 1;
        }
        if item.role != Role::Finding {
            continue;
        }
        *match item.claimed() {
            Severity::Critical => &mut one.critical,
            Severity::Important => &mut one.important,
            _ => &mut one.suggestions,
        } += 1;
        let entry = entries.get(&item.source);
        match entry.map(|entry| entry.disposition) {
            Some(Disposition::FalsePositive) => one.false_positives += 1,
            Some(Disposition::Dropped) => one.dropped += 1,
            Some(Disposition::Suppressed) => one.suppressed += 1,
            Some(Disposition::Rerouted) => one.rerouted += 1,
            Some(Disposition::Upgraded) => one.upgraded += 1,
            Some(Disposition::Downgraded) => one.downgraded += 1,
            _ => {}
        }
        one.published += u32::from(entry.is_some_and(|entry| entry.severity_to.is_some()));
    }
    all
}

fn effort(intake: &Intake<'_>, name: &str, one: &mut ReviewerRetro) {
    let mut tools: BTreeMap<&str, u32> = BTreeMap::new();
    let mut usage = Usage::default();
    for review in intake.reviews.values().filter(|review| review.reviewer == name) {
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

/// What each pass of a reviewer that had a brief brought.
fn briefs(intake: &Intake<'_>, name: &str, report: &Report) -> Vec<BriefRetro> {
    let with_brief =
        intake.reviews.values().filter(|review| review.reviewer == name && !review.briefs.is_empty());
    let mut all: Vec<BriefRetro> =
        with_brief.map(|review| BriefRetro::new(review.pass, review.briefs.clone())).collect();
    all.sort_by_key(|one| one.pass);
    for one in &mut all {
        let own = |source: &SourceId| source.reviewer == name && source.pass == one.pass;
        let findings = intake.items.values().filter(|item| item.role == Role::Finding && own(&item.source));
        let raised: BTreeSet<&SourceId> = findings.map(|item| &item.source).collect();
        let published = report
            .ledger
            .iter()
            .filter(|entry| entry.severity_to.is_some() && raised.contains(&entry.source))
            .count();
        let raised = raised.len();
        let unique = report.findings.iter().filter(|finding| finding.sources.iter().all(own)).count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        (one.raised, one.published, one.unique) = (number(raised), number(published), number(unique));
    }
    all
}

fn briefs_prose(one: &ReviewerRetro) -> String {
    let mut text = String::new();
    for brief in &one.briefs {
        let names: Vec<String> = brief.briefs.iter().map(|name| format!("`{name}`")).collect();
        let s = if names.len() == 1 { "" } else { "s" };
        let pass = if one.briefs.len() > 1 { format!(" (pass {})", brief.pass) } else { String::new() };
        text.push_str(&format!(
            " With the brief{s} {}{pass}: {} raised, {} published, {} by nobody else.",
            names.join(", "),
            brief.raised,
            brief.published,
            brief.unique
        ));
    }
    text
}

fn prose(one: &ReviewerRetro, unique: &[&str]) -> String {
    let raised = one.critical + one.important + one.suggestions;
    if raised == 0 {
        return format!("Raised nothing.{}", briefs_prose(one));
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
    text.push_str(&briefs_prose(one));
    text
}
