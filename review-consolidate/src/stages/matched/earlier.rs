//! Findings of earlier rounds: what became of their code, and which items are like them.

use std::collections::BTreeMap;

use review_core::{
    ConsolidatedFinding, Location, Original, Ratio, RawFinding, Report, Resolved, Side, SourceId,
};

use super::pairs::match_items;
use super::scorer::PairScorer;
use crate::model::ids::{EarlierId, Id as _, ItemId, ReviewId, ReviewerId, Table};
use crate::model::item::{Held, Item, Items, Role};
use crate::stages::anchored::AnchoredItems;
use crate::stages::anchored::paths::resolve;
use crate::stages::anchored::quote::Snippet;

/// What is known of the code that an earlier finding spoke of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    Unchanged,
    Changed,
    Gone,
    NotKnown,
}

/// A finding of an earlier round.
pub(crate) struct Earlier<'a> {
    pub(crate) report: &'a Report,
    pub(crate) finding: &'a ConsolidatedFinding,
    pub(crate) resolved: Option<&'a Resolved>,
    pub(crate) code: Code,
}

/// An item that is like a finding of an earlier round.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Return {
    pub(crate) item: ItemId,
    pub(crate) earlier: EarlierId,
    pub(crate) score: Ratio,
}

/// All findings of earlier rounds, in the order of round, report and reading.
pub(crate) struct EarlierRounds<'a> {
    pub(crate) findings: Table<EarlierId, Earlier<'a>>,
    pub(crate) returns: Vec<Return>,
}

impl<'a> EarlierRounds<'a> {
    pub(crate) fn new(anchored: &AnchoredItems<'a>, scorer: &dyn PairScorer) -> Self {
        let input = anchored.intake.input;
        let mut reports: Vec<&Report> = input.previous.iter().collect();
        reports.sort_by(|a, b| (a.round, &a.id).cmp(&(b.round, &b.id)));
        let mut findings = Table::new();
        for report in reports {
            for finding in &report.findings {
                // The last resolution that names the item counts.
                let of_report = input.resolutions.iter().filter(|resolution| resolution.report == report.id);
                let resolved = of_report.filter_map(|resolution| resolution.get(&finding.id)).next_back();
                findings.push(Earlier { report, finding, resolved, code: code(report, finding, anchored) });
            }
        }
        let returns = returns(anchored, &findings, scorer);
        Self { findings, returns }
    }
}

/// Compares the items with those of earlier rounds: each earlier report is a further review.
fn returns(
    anchored: &AnchoredItems<'_>,
    earlier: &Table<EarlierId, Earlier<'_>>,
    scorer: &dyn PairScorer,
) -> Vec<Return> {
    if earlier.is_empty() {
        return Vec::new();
    }
    let intake = &anchored.intake;
    let first = intake.items.len();
    let mut items: Items<'_> = intake.items.clone();
    let mut places: Table<ItemId, &[Location]> =
        anchored.anchors.map(|_, anchored| anchored.places.as_slice());
    let mut review = intake.reviews.len();
    let mut last: Option<&str> = None;
    // A report speaks of other findings by its own labels, and an editor words it anew: what a reviewer wrote is compared with
    // what a reviewer wrote, where the report still has it.
    let mut originals = BTreeMap::new();
    for one in earlier.values() {
        if last != Some(one.report.id.as_str()) {
            review += 1;
            last = Some(&one.report.id);
            originals = raw_findings(one.report);
        }
        let mut raw = match originals.get(&one.finding.representative) {
            Some(raw) => RawFinding::clone(raw),
            None => RawFinding::new(&one.finding.title).with_body(one.finding.body.as_str()),
        };
        raw.locations.clone_from(&one.finding.locations);
        places.push(&one.finding.locations);
        items.push(Item {
            source: SourceId::new(format!("round {}", one.report.round), one.report.round, &one.finding.id),
            role: Role::Finding,
            finding: Held::Made(Box::new(raw)),
            stance: None,
            scope: None,
            from_tool: false,
            reviewer: ReviewerId::from_row(intake.reviewers.len()),
            review: ReviewId::from_row(review),
        });
    }
    match_items(&items, &places, scorer)
        .into_iter()
        .filter(|pair| pair.a.row() < first && pair.b.row() >= first)
        .map(|pair| Return {
            item: pair.a,
            earlier: EarlierId::from_row(pair.b.row() - first),
            score: pair.score,
        })
        .collect()
}

/// What the reviewers wrote, as far as a report keeps it.
fn raw_findings(report: &Report) -> BTreeMap<SourceId, &RawFinding> {
    let mut all = BTreeMap::new();
    for Original { reviewer, pass, findings, .. } in &report.appendix {
        all.extend(findings.iter().map(|raw| (SourceId::new(reviewer, *pass, &raw.id), raw)));
    }
    all
}

/// Compares the lines that the earlier report shows with the file as it is now.
fn code(report: &Report, finding: &ConsolidatedFinding, anchored: &AnchoredItems<'_>) -> Code {
    let change = &anchored.intake.change;
    let sources = &anchored.sources;
    if report.change.head.is_some() && report.change.head == change.head {
        return Code::Unchanged;
    }
    let Some(place) = finding.locations.first() else { return Code::NotKnown };
    let Some(range) = place.range() else { return Code::NotKnown };
    let Some(excerpt) = report.excerpt(&place.path, place.side.unwrap_or(Side::Head), range) else {
        return Code::NotKnown;
    };
    let text: Vec<&str> =
        excerpt.lines().filter(|(number, _)| range.contains(*number)).map(|(_, line)| line).collect();
    let snippet = Snippet::read(&text.join("\n"));
    if snippet.is_empty() {
        return Code::NotKnown;
    }
    let resolved = resolve(&place.path, &anchored.intake, sources.evidence);
    if resolved.missing {
        return Code::Gone;
    }
    if let Some(file) = sources.file(Side::Head, &resolved.path) {
        let found = file.find_whole(&snippet);
        return match (found.ranges.is_empty(), found.partly) {
            (false, false) => Code::Unchanged,
            (false, true) => Code::Changed,
            (true, _) => Code::Gone,
        };
    }
    if sources.is_known(Side::Head, &resolved.path) { Code::Gone } else { Code::NotKnown }
}
