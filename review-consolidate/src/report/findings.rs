//! The published findings.

use std::collections::BTreeSet;

use review_core::{AttributedFix, ClaimedSeverity, ConsolidatedFinding, Extensions, Fix, Side, SourceId};

use super::body;
use super::references::References;
use crate::model::cluster::{Cluster, JudgedCluster};
use crate::model::ids::ClusterId;
use crate::model::item::{Item, Items};
use crate::stages::anchored::columns::in_bytes;
use crate::stages::anchored::paths::resolve;
use crate::stages::numbered::Numbered;

/// The published findings in reading order.
pub(crate) fn findings(numbered: &Numbered<'_, '_>, references: &References) -> Vec<ConsolidatedFinding> {
    let matched = numbered.judged.grouped.matched;
    let items = matched.items();
    let inherited = numbered.judged.continued.inherited(&matched.earlier);
    let quota = matched.anchored.intake.input.policy.quota as usize;
    let mut found = Vec::new();
    for (position, id) in numbered.reading.iter().enumerate() {
        let judged = &numbered.judged.clusters[*id];
        let (cluster, judgement) = (&judged.cluster, &judged.judgement);
        let item = &items[cluster.representative];
        let raw = &*item.finding;
        let title = references.rewrite(raw.title.trim(), &item.source);
        let mut finding = ConsolidatedFinding::new(
            numbered.ids[*id].to_string(),
            judgement.severity,
            title,
            item.source.clone(),
        )
        .with_body(references.rewrite(&body::published(raw, &cluster.anchors), &item.source))
        .with_confidence(judgement.confidence)
        .with_state(judgement.state)
        .with_reviewers(cluster.reviewers.clone());
        finding.fingerprint =
            inherited.get(id).map_or_else(|| numbered.fingerprints[*id].clone(), |print| (*print).to_owned());
        finding.kind = cluster.kind;
        finding.category = cluster.category;
        finding.locations = cluster.places.clone();
        finding.anchors = cluster.anchors.clone();
        finding.scenario = raw.scenario.as_deref().map(|scenario| references.rewrite(scenario, &item.source));
        finding.fixes = cluster.fixes.iter().map(|fix| published(fix, numbered, references)).collect();
        finding.reasons = judged.remarks().map(Into::into).collect();
        finding.disagreements.clone_from(&judgement.disagreements);
        finding.recurrences = recurrences(numbered, *id);
        finding.claimed_severity = claimed(items, judged);
        finding.folded = quota > 0 && position >= quota;
        let behind = cluster.members.iter().chain(&cluster.supporters);
        let mut sources: Vec<SourceId> = behind.map(|item| items[*item].source.clone()).collect();
        sources.sort();
        finding.sources = sources;
        finding.extensions = extensions(items, cluster);
        found.push(finding);
    }
    found
}

/// Most recurrences that one finding names: thousands of the same message would make the report grow with their square.
const RECURRENCES: usize = 50;

/// Ids of the findings that are the same kind of defect at other places.
fn recurrences(numbered: &Numbered<'_, '_>, id: ClusterId) -> Vec<String> {
    let group = numbered.recurrences.get(&id).into_iter().flat_map(|group| group.iter());
    let others = group.filter(|other| **other != id).take(RECURRENCES);
    others.map(|other| numbered.ids[*other].to_string()).collect()
}

/// A fix whose prose has the published ids, and whose edits name files and count columns as the report does. An edit whose columns can't be those of
/// its line is a part of a fix that does not fit: all of its edits become words.
fn published(fix: &AttributedFix, numbered: &Numbered<'_, '_>, references: &References) -> AttributedFix {
    let mut fix = fix.clone();
    let anchored = &numbered.judged.grouped.matched.anchored;
    let mut fits = true;
    for edit in &mut fix.fix.edits {
        let side = edit.location.side.unwrap_or(Side::Head);
        let file = resolve(&edit.location.path, &anchored.intake, anchored.sources.evidence);
        if !file.missing {
            edit.location.path = file.path;
        }
        let counted = in_bytes(&edit.location, side, &anchored.sources);
        fits &= counted.start_column.is_some() == edit.location.start_column.is_some();
        edit.location = counted;
    }
    if !fits {
        in_words(&mut fix.fix);
    }
    if let Some(prose) = &mut fix.fix.prose {
        *prose = references.rewrite(prose, &fix.source);
    }
    fix
}

/// Most edits that are told in words.
const MOST_WORDS: usize = 10;

/// Tells edits in words. Without its columns an edit would replace whole lines.
fn in_words(fix: &mut Fix) {
    let mut words: Vec<String> = fix.prose.take().into_iter().collect();
    let edits = std::mem::take(&mut fix.edits);
    for edit in edits.iter().take(MOST_WORDS) {
        words.push(match edit.replacement.trim() {
            "" => format!("Remove the marked part of {}.", edit.location),
            text => {
                let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
                let fence = "`".repeat(ticks.max(3) + 1);
                format!("At {}, put this in its place:\n\n{fence}\n{text}\n{fence}", edit.location)
            }
        });
    }
    match edits.len().saturating_sub(MOST_WORDS) {
        0 => {}
        more => words.push(format!("And {more} more edits; the raw finding has them.")),
    }
    fix.prose = Some(words.join("\n\n"));
}

/// The severest claim and whose it is, where it is not what is published.
fn claimed(items: &Items<'_>, judged: &JudgedCluster<'_>) -> Option<ClaimedSeverity> {
    let members = || judged.cluster.members.iter().map(|member| &items[*member]);
    let severest = members().map(Item::claimed).max()?;
    if severest == judged.judgement.severity {
        return None;
    }
    let who: BTreeSet<&str> = members()
        .filter(|item| item.claimed() == severest)
        .map(|item| item.source.reviewer.as_str())
        .collect();
    let who = who.into_iter().map(str::to_owned).collect();
    Some(ClaimedSeverity::new(severest, who).with_by_evidence(judged.judgement.by_evidence))
}

/// Unknown fields of the sources; the representative's win.
fn extensions(items: &Items<'_>, cluster: &Cluster<'_>) -> Extensions {
    let mut all = Extensions::new();
    let others = cluster.members.iter().filter(|member| **member != cluster.representative);
    for item in std::iter::once(&cluster.representative).chain(others) {
        for (name, value) in &items[*item].finding.extensions {
            all.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
    all
}
