//! The other sections: items merged over reviewers, with the findings that they support.

use std::collections::BTreeSet;

use review_core::{AttributedCheck, Remarked, ReportItem, ReportSections, Scope, SourceId, Stance};

use super::ledger::speaker;
use super::references::References;
use crate::model::item::Role;
use crate::stages::numbered::{Numbered, SectionContent, SectionEntry};

/// Builds the sections.
pub(crate) fn sections(numbered: &Numbered<'_, '_>, references: &References) -> ReportSections {
    let mut result = ReportSections::default();
    for entry in &numbered.sections {
        let list = match entry.role {
            Role::Design => &mut result.design,
            Role::Testing => &mut result.testing,
            Role::Documentation => &mut result.documentation,
            Role::Limitation => &mut result.limitations,
            Role::Finding | Role::Feedback => &mut result.unresolved_feedback,
        };
        list.extend(report_item(numbered, entry, references));
    }
    for review in numbered.judged.grouped.matched.anchored.intake.reviews.values() {
        let own = SourceId::new(&review.reviewer, review.pass, "");
        for (text, list) in [
            (&review.sections.commit_structure, &mut result.commit_structure),
            (&review.sections.summary, &mut result.summaries),
        ] {
            if !text.trim().is_empty() {
                let text = references.rewrite(text.trim(), &own);
                list.push(Remarked::new(&review.reviewer, review.pass, text));
            }
        }
        for check in &review.checks {
            let mut check = AttributedCheck::new(&review.reviewer, check.clone());
            check.check.result = references.rewrite(&check.check.result, &own);
            if !result.checks.contains(&check) {
                result.checks.push(check);
            }
        }
    }
    result
}

fn report_item(
    numbered: &Numbered<'_, '_>,
    entry: &SectionEntry,
    references: &References,
) -> Option<ReportItem> {
    let anchored = &numbered.judged.grouped.matched.anchored;
    let items = &anchored.intake.items;
    let (members, rerouted) = match &entry.content {
        SectionContent::Items(members) => (members, None),
        SectionContent::Rerouted(id) => {
            let cluster = &numbered.judged.clusters[*id].cluster;
            (&cluster.members, Some(&items[cluster.representative].finding))
        }
    };
    let speaker = &items[speaker(items, members)?];
    let text = match rerouted {
        Some(finding) => format!("**{}**\n\n{}", finding.title, finding.body),
        None => speaker.finding.body.clone(),
    };
    let text = references.rewrite(text.trim(), &speaker.source);
    let mut item = ReportItem::new(entry.id.to_string(), text, speaker.source.clone());
    item.sources = members.iter().map(|member| items[*member].source.clone()).collect();
    let who: BTreeSet<String> = item.sources.iter().map(|source| source.reviewer.clone()).collect();
    item.reviewers = who.into_iter().collect();
    item.stance = speaker.stance.or(rerouted.map(|_| Stance::Concern));
    item.scope = speaker.scope.or(rerouted.map(|_| Scope::Future));
    for place in members.iter().flat_map(|member| &anchored.anchors[*member].places) {
        if !item.locations.contains(place) {
            item.locations.push(place.clone());
        }
    }
    item.supports = entry.supports.iter().map(|id| numbered.ids[*id].to_string()).collect();
    Some(item)
}
