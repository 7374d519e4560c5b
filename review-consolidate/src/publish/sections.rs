//! The other sections: items merged over reviewers, with the findings that they support.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{
    AttributedCheck, LedgerEntry, Outcome, Remarked, ReportItem, ReportSections, Scope, SourceId, Stance,
};

use super::references::References;
use crate::anchor::Anchored;
use crate::draft::{Draft, Removed};
use crate::intake::Intake;
use crate::item::{Item, Role};

/// An item of a section before it has an id.
struct Planned {
    members: Vec<usize>,
    /// Draft number, for a rerouted finding.
    rerouted: Option<usize>,
    supports: Vec<usize>,
    rank: (u8, u8, std::cmp::Reverse<usize>, usize),
}

/// The sections' plan: which items, in which order, under which ids.
pub(crate) struct Plan {
    roles: Vec<(Role, Vec<Planned>)>,
    /// Published id of each item.
    pub(crate) ids: BTreeMap<usize, String>,
    /// Section id of each rerouted draft.
    pub(crate) rerouted: BTreeMap<usize, String>,
}

/// Orders the section items and gives them ids.
pub(crate) fn plan(items: &[Item<'_>], clusters: Vec<(Role, Vec<Vec<usize>>)>, drafts: &[Draft]) -> Plan {
    let mut supported: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, draft) in drafts.iter().enumerate().filter(|(_, draft)| draft.is_published()) {
        for section in &draft.supporters {
            supported.entry(*section).or_default().push(index);
        }
    }
    let mut plan = Plan { roles: Vec::new(), ids: BTreeMap::new(), rerouted: BTreeMap::new() };
    for (role, clusters) in clusters {
        let mut planned: Vec<Planned> = clusters
            .into_iter()
            .map(|members| {
                let supports: BTreeSet<usize> =
                    members.iter().filter_map(|item| supported.get(item)).flatten().copied().collect();
                let severest = supports
                    .iter()
                    .filter_map(|index| drafts.get(*index))
                    .map(|draft| draft.severity.weight())
                    .max()
                    .unwrap_or(0);
                let first = members.first().copied().unwrap_or(0);
                let voices: BTreeSet<usize> =
                    members.iter().filter_map(|item| items.get(*item)).map(|item| item.voice).collect();
                Planned {
                    rank: (
                        stance_rank(items.get(first)),
                        3 - severest.min(3),
                        std::cmp::Reverse(voices.len()),
                        first,
                    ),
                    rerouted: None,
                    supports: supports.into_iter().collect(),
                    members,
                }
            })
            .collect();
        if role == Role::Design {
            for (index, draft) in drafts.iter().enumerate() {
                if draft.removal.as_ref().is_some_and(|removal| removal.how == Removed::Rerouted) {
                    let rank = (1, 3, std::cmp::Reverse(draft.reviewers.len()), draft.representative);
                    planned.push(Planned {
                        members: Vec::new(),
                        rerouted: Some(index),
                        supports: Vec::new(),
                        rank,
                    });
                }
            }
        }
        planned.sort_by_key(|planned| planned.rank);
        for (number, item) in planned.iter().enumerate() {
            let id = format!("{}{}", role.letter(), number + 1);
            for member in &item.members {
                plan.ids.insert(*member, id.clone());
            }
            if let Some(draft) = item.rerouted {
                plan.rerouted.insert(draft, id);
            }
        }
        plan.roles.push((role, planned));
    }
    plan
}

fn stance_rank(item: Option<&Item<'_>>) -> u8 {
    match item.map(|item| (item.stance, item.scope)) {
        Some((Some(Stance::Strength), _)) => 2,
        Some((_, Some(Scope::Future))) => 1,
        _ => 0,
    }
}

/// Builds the sections.
pub(crate) fn sections(
    intake: &Intake<'_>,
    anchored: &[Anchored],
    drafts: &[Draft],
    plan: &Plan,
    finding_ids: &BTreeMap<usize, String>,
    references: &References,
) -> ReportSections {
    let mut result = ReportSections::default();
    for (role, planned) in &plan.roles {
        let list = match role {
            Role::Design => &mut result.design,
            Role::Testing => &mut result.testing,
            Role::Documentation => &mut result.documentation,
            Role::Limitation => &mut result.limitations,
            _ => &mut result.unresolved_feedback,
        };
        for planned in planned {
            if let Some(item) = report_item(planned, intake, anchored, drafts, plan, finding_ids, references)
            {
                list.push(item);
            }
        }
    }
    for review in &intake.reviews {
        let own = SourceId::new(&review.reviewer, review.pass, "");
        for (text, list) in [
            (&review.sections.commit_structure, &mut result.commit_structure),
            (&review.sections.summary, &mut result.summaries),
        ] {
            if !text.trim().is_empty() {
                list.push(Remarked::new(
                    &review.reviewer,
                    review.pass,
                    references.rewrite(text.trim(), &own),
                ));
            }
        }
        for check in &review.checks {
            let check = AttributedCheck::new(&review.reviewer, check.clone());
            if !result.checks.contains(&check) {
                result.checks.push(check);
            }
        }
    }
    result
}

fn report_item(
    planned: &Planned,
    intake: &Intake<'_>,
    anchored: &[Anchored],
    drafts: &[Draft],
    plan: &Plan,
    finding_ids: &BTreeMap<usize, String>,
    references: &References,
) -> Option<ReportItem> {
    let (members, id, text) = match planned.rerouted {
        Some(index) => {
            let draft = drafts.get(index)?;
            let finding = &intake.items.get(draft.representative)?.finding;
            (
                draft.members.clone(),
                plan.rerouted.get(&index)?,
                format!("**{}**\n\n{}", finding.title, finding.body),
            )
        }
        None => {
            let longest = planned
                .members
                .iter()
                .filter_map(|member| intake.items.get(*member))
                .max_by_key(|item| (item.finding.body.len(), std::cmp::Reverse(item.source.clone())))?;
            (planned.members.clone(), plan.ids.get(planned.members.first()?)?, longest.finding.body.clone())
        }
    };
    let speaker = members
        .iter()
        .filter_map(|member| intake.items.get(*member))
        .max_by_key(|item| (item.finding.body.len(), std::cmp::Reverse(item.source.clone())))?;
    let mut item =
        ReportItem::new(id, references.rewrite(text.trim(), &speaker.source), speaker.source.clone());
    item.sources = members
        .iter()
        .filter_map(|member| intake.items.get(*member))
        .map(|item| item.source.clone())
        .collect();
    let who: BTreeSet<String> = item.sources.iter().map(|source| source.reviewer.clone()).collect();
    item.reviewers = who.into_iter().collect();
    item.stance = speaker.stance.or_else(|| planned.rerouted.map(|_| Stance::Concern));
    item.scope = speaker.scope.or_else(|| planned.rerouted.map(|_| Scope::Future));
    for place in
        members.iter().filter_map(|member| anchored.get(*member)).flat_map(|anchored| &anchored.places)
    {
        if !item.locations.contains(place) {
            item.locations.push(place.clone());
        }
    }
    item.supports = planned.supports.iter().filter_map(|draft| finding_ids.get(draft)).cloned().collect();
    Some(item)
}

/// Ledger entries of the section items.
pub(crate) fn entries(
    items: &[Item<'_>],
    plan: &Plan,
    finding_ids: &BTreeMap<usize, String>,
) -> Vec<LedgerEntry> {
    let mut entries = Vec::new();
    for (_, planned) in &plan.roles {
        for planned in planned {
            let supports: Vec<String> =
                planned.supports.iter().filter_map(|draft| finding_ids.get(draft)).cloned().collect();
            let longest = planned.members.iter().copied().max_by_key(|member| {
                items
                    .get(*member)
                    .map(|item| (item.finding.body.len(), std::cmp::Reverse(item.source.clone())))
            });
            for member in &planned.members {
                let (Some(item), Some(id)) = (items.get(*member), plan.ids.get(member)) else { continue };
                let (outcome, code, mut reason) = if Some(*member) == longest {
                    (Outcome::Representative, "section_item", format!("published as {id}"))
                } else {
                    (Outcome::Merged, "section_merged", format!("says what {id} says"))
                };
                if !supports.is_empty() {
                    reason.push_str(&format!("; supports {}", supports.join(", ")));
                }
                let mut targets = vec![id.clone()];
                targets.extend(supports.iter().cloned());
                entries
                    .push(LedgerEntry::new(item.source.clone(), outcome, code, reason).with_targets(targets));
            }
        }
    }
    entries
}
