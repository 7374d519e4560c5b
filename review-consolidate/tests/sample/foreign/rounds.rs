//! Earlier rounds: which findings return, what became of the others. Nothing is resolved by absence.

use std::borrow::Cow;
use std::collections::BTreeMap;

use review_core::{
    Action, ConsolidatedFinding, EvidenceNote, FindingState, HistoryItem, RawFinding, Report, Resolved, Side,
    SourceId,
};

use crate::anchor::Sources;
use crate::anchor::paths::resolve;
use crate::anchor::quote::Snippet;
use crate::cluster::mean_score;
use crate::draft::{Draft, Removal, Removed};
use crate::intake::Intake;
use crate::item::{Item, Role};
use crate::matching::{PairScorer, match_items};

/// What is known of the code that an earlier finding spoke of.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Code {
    Unchanged,
    Changed,
    Gone,
    NotKnown,
}

/// An item of an earlier round and what became of it.
pub(crate) struct Earlier<'a> {
    report: &'a Report,
    finding: &'a ConsolidatedFinding,
    resolved: Option<&'a Resolved>,
    code: Code,
    /// The draft that takes it up.
    draft: Option<usize>,
}

/// All earlier items, in the order of round, report and reading.
pub(crate) struct Rounds<'a> {
    items: Vec<Earlier<'a>>,
}

impl<'a> Rounds<'a> {
    /// Matches the drafts with the items of earlier rounds; sets states, and suppresses what its author declined.
    pub(crate) fn new(
        intake: &Intake<'a>,
        drafts: &mut [Draft],
        places: &[Vec<review_core::Location>],
        sources: &mut Sources<'_>,
        scorer: &dyn PairScorer,
    ) -> Self {
        let input = intake.input;
        let mut reports: Vec<&Report> = input.previous.iter().collect();
        reports.sort_by(|a, b| (a.round, &a.id).cmp(&(b.round, &b.id)));
        let mut items: Vec<Earlier<'a>> = Vec::new();
        for report in reports {
            for finding in &report.findings {
                // The last resolution that names the item counts.
                let resolved = input
                    .resolutions
                    .iter()
                    .filter(|r| r.report == report.id)
                    .filter_map(|r| r.get(&finding.id))
                    .next_back();
                let code = code(report, finding, intake, sources);
                items.push(Earlier { report, finding, resolved, code, draft: None });
            }
        }
        let mut rounds = Self { items };
        rounds.link(intake, drafts, places, scorer);
        rounds.apply(drafts, input.policy.allow_drops);
        rounds
    }

    /// Which draft takes up which earlier item: same fingerprint, else alike. One draft per item of a report, and
    /// one item of a report per draft.
    fn link(
        &mut self,
        intake: &Intake<'_>,
        drafts: &[Draft],
        places: &[Vec<review_core::Location>],
        scorer: &dyn PairScorer,
    ) {
        if self.items.is_empty() {
            return;
        }
        let mut items: Vec<Item<'_>> = intake.items.clone();
        let mut all_places = places.to_vec();
        let first = items.len();
        let mut review = intake.reviews.len();
        let mut last_report: Option<&str> = None;
        for earlier in &self.items {
            if last_report != Some(earlier.report.id.as_str()) {
                review += 1;
                last_report = Some(&earlier.report.id);
            }
            let mut raw = RawFinding::new(&earlier.finding.title).with_body(earlier.finding.body.as_str());
            raw.locations.clone_from(&earlier.finding.locations);
            all_places.push(raw.locations.clone());
            items.push(Item {
                source: SourceId::new(
                    format!("round {}", earlier.report.round),
                    earlier.report.round,
                    &earlier.finding.id,
                ),
                role: Role::Finding,
                voice: usize::MAX,
                review,
                finding: Cow::Owned(raw),
                stance: None,
                scope: None,
            });
        }
        let scores: BTreeMap<(usize, usize), review_core::Ratio> = match_items(&items, &all_places, scorer)
            .into_iter()
            .filter(|pair| pair.a < first && pair.b >= first)
            .map(|pair| ((pair.a, pair.b), pair.score))
            .collect();
        let prints = crate::publish::order::fingerprints(drafts, &intake.items);
        let mut options = Vec::new();
        for (number, earlier) in self.items.iter().enumerate() {
            for (index, draft) in drafts.iter().enumerate() {
                let same = prints.get(index).is_some_and(|print| *print == earlier.finding.fingerprint);
                let score = mean_score(&scores, &draft.members, &[first + number]).millis();
                let best = draft
                    .members
                    .iter()
                    .filter_map(|m| scores.get(&(*m, first + number)))
                    .max()
                    .map_or(0, |r| r.millis());
                if same || score.max(best) >= intake.input.policy.match_threshold.millis() {
                    options.push((same, score.max(best), number, index));
                }
            }
        }
        options.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then((a.2, a.3).cmp(&(b.2, b.3))));
        let mut taken: std::collections::BTreeSet<(String, usize)> = std::collections::BTreeSet::new();
        for (_, _, number, index) in options {
            let Some(earlier) = self.items.get_mut(number) else { continue };
            if earlier.draft.is_none() && taken.insert((earlier.report.id.clone(), index)) {
                earlier.draft = Some(index);
            }
        }
    }

    fn apply(&self, drafts: &mut [Draft], allow_drops: bool) {
        // In the order of rounds, so that the latest one decides.
        for earlier in &self.items {
            let Some(draft) = earlier.draft.and_then(|index| drafts.get_mut(index)) else { continue };
            let action = earlier.resolved.map(|resolved| resolved.action);
            let id = format!("{} of round {}", earlier.finding.id, earlier.report.round);
            draft.removal = draft.removal.take().filter(|removal| removal.how != Removed::Suppressed);
            match (action, &earlier.code) {
                (Some(Action::Declined), Code::Unchanged) if !news(draft, earlier.finding) => {
                    draft.state = FindingState::Declined;
                    let why = earlier
                        .resolved
                        .and_then(|r| r.reason.as_deref())
                        .map(|r| format!(": {r}"))
                        .unwrap_or_default();
                    if allow_drops && draft.removal.is_none() {
                        let place = earlier.finding.locations.first();
                        let mut note = EvidenceNote::new("the code has not changed since it was declined");
                        note.path = place.map(|place| place.path.clone());
                        draft.removal = Some(Removal {
                            how: Removed::Suppressed,
                            code: "declined_before".into(),
                            reason: format!("its author declined {id}{why}; the code has not changed since"),
                            evidence: vec![note],
                        });
                    }
                }
                (Some(Action::Declined), _) => {
                    draft.state = FindingState::DeclinedRaisedAgain;
                    draft.because("identify", format!("its author declined {id}; it is raised again"));
                }
                (_, Code::Changed | Code::Gone) => {
                    draft.state = FindingState::CodeChanged;
                    draft.because("identify", format!("continues {id}; its code changed since"));
                }
                _ => {
                    draft.state = FindingState::StillPresent;
                    draft.because("identify", format!("continues {id}"));
                }
            }
        }
    }

    /// The fingerprint that a draft inherits from the item it continues.
    pub(crate) fn inherited(&self) -> BTreeMap<usize, &str> {
        self.items
            .iter()
            .filter(|earlier| !earlier.finding.fingerprint.is_empty())
            .filter_map(|earlier| Some((earlier.draft?, earlier.finding.fingerprint.as_str())))
            .collect()
    }

    /// The number of this round.
    pub(crate) fn round(previous: &[Report]) -> u32 {
        previous.iter().map(|report| report.round.max(1)).max().map_or(1, |round| round.saturating_add(1))
    }

    /// The table of earlier items.
    pub(crate) fn history(&self, ids: &BTreeMap<usize, String>) -> Vec<HistoryItem> {
        self.items.iter().map(|earlier| earlier.history(ids)).collect()
    }
}

/// Whether a draft brings what the author did not know when declining: more reviewers, or a higher severity.
fn news(draft: &Draft, earlier: &ConsolidatedFinding) -> bool {
    draft.severity.weight() > earlier.severity.weight()
        || draft.reviewers.len() > earlier.reviewers.len().max(1)
}

impl Earlier<'_> {
    fn history(&self, ids: &BTreeMap<usize, String>) -> HistoryItem {
        let action = self.resolved.map(|resolved| resolved.action);
        let continued = self.draft.and_then(|index| ids.get(&index));
        let (state, reason) = match (continued, action, &self.code) {
            (Some(id), Some(Action::Declined), Code::Unchanged) if id.starts_with('X') => {
                (FindingState::Declined, "raised again without anything new; the author had declined it")
            }
            (Some(_), Some(Action::Declined), _) => (FindingState::DeclinedRaisedAgain, "raised again"),
            (Some(_), _, Code::Changed | Code::Gone) => {
                (FindingState::CodeChanged, "raised again; its code changed since")
            }
            (Some(_), _, _) => (FindingState::StillPresent, "raised again"),
            (None, Some(Action::Fixed), Code::Changed | Code::Gone) => {
                (FindingState::FixedAndVerified, "the author fixed it, and its code changed")
            }
            (None, Some(Action::Declined), _) => (FindingState::Declined, "the author declined it"),
            (None, _, Code::Gone) => (FindingState::CodeGone, "its code is gone"),
            (None, _, Code::Changed) => {
                (FindingState::CodeChanged, "its code changed; nobody raised it again")
            }
            (None, _, Code::Unchanged) => (
                FindingState::NotRechecked,
                "its code is as it was; nobody raised it again, which does not mean that it is gone",
            ),
            (None, _, Code::NotKnown) => (
                FindingState::NotRechecked,
                "nobody raised it again, and what became of its code is not known",
            ),
        };
        let mut item =
            HistoryItem::new(&self.report.id, self.report.round, self.finding, state).with_reason(reason);
        item.action = action;
        item.action_reason = self.resolved.and_then(|resolved| resolved.reason.clone());
        item.continued_as = continued.filter(|id| !id.starts_with('X')).cloned();
        item
    }
}

/// Compares the lines that the earlier report shows with the file as it is now.
fn code(
    report: &Report,
    finding: &ConsolidatedFinding,
    intake: &Intake<'_>,
    sources: &mut Sources<'_>,
) -> Code {
    let change = &intake.input.change;
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
    let resolved = resolve(&place.path, change, sources.evidence);
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
