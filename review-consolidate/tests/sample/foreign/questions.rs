//! What the engine would like to know, and how far it follows the answers.

use std::collections::{BTreeMap, BTreeSet};

use review_core::fingerprint::content_hash;
use review_core::{
    AnswerValue, Decision, Decisions, Evidence, Grade, Location, Policy, Question, QuestionKind, Ratio,
    Severity, Side,
};

use crate::anchor::Sources;
use crate::anchor::quote::squeeze;
use crate::cluster::Forced;
use crate::draft::{Draft, Removal, Removed};
use crate::item::Item;
use crate::matching::Pair;
use crate::material::{Subject, wording};

/// A merge needs this much common wording, or overlapping lines, whoever asks for it.
const LEAST_WORDS: f64 = 0.08;

/// A question before it has an id and a text: there are many, and few are asked.
struct Pending {
    impact: Ratio,
    kind: QuestionKind,
    subjects: Vec<usize>,
    /// Part of the id.
    evidence: &'static str,
    assumed: AnswerValue,
    /// What the reviewers disagree about.
    dispute: String,
}

/// Questions and answers of one consolidation.
pub(crate) struct Inquiry<'a> {
    decisions: &'a Decisions,
    /// Content hash of each item.
    keys: Vec<Option<String>>,
    /// Ids of decisions whose question occurs.
    used: BTreeSet<String>,
    open: Vec<Pending>,
}

impl<'a> Inquiry<'a> {
    pub(crate) fn new(decisions: &'a Decisions, items: &[Item<'_>]) -> Self {
        Self { decisions, keys: vec![None; items.len()], used: BTreeSet::new(), open: Vec::new() }
    }

    /// The question's id, from the content of its subjects.
    fn id(&mut self, kind: QuestionKind, subjects: &[usize], evidence: &str, items: &[Item<'_>]) -> String {
        let mut keys = Vec::new();
        for subject in subjects {
            let (Some(slot), Some(item)) = (self.keys.get_mut(*subject), items.get(*subject)) else {
                continue;
            };
            let key = slot.get_or_insert_with(|| {
                let place = item.finding.locations.first().map(ToString::to_string).unwrap_or_default();
                content_hash(&[&item.source.reviewer, &item.finding.title, &item.finding.body, &place], 32)
            });
            keys.push(key.clone());
        }
        keys.sort_unstable();
        let mut parts = vec![kind.as_str(), evidence];
        parts.extend(keys.iter().map(String::as_str));
        format!("q/{}", content_hash(&parts, 16))
    }

    fn decision(&mut self, id: &str) -> Option<&'a Decision> {
        let decision = self.decisions.get(id)?;
        self.used.insert(id.to_owned());
        Some(decision)
    }

    /// What the decisions say of pairs, within the guard; with a remark for each that was not followed.
    pub(crate) fn forced(
        &mut self,
        items: &[Item<'_>],
        pairs: &[Pair],
    ) -> (BTreeMap<(usize, usize), Forced>, Vec<String>) {
        let mut forced = BTreeMap::new();
        let mut remarks = Vec::new();
        if !self.decisions.decisions.iter().any(|decision| decision.kind == QuestionKind::SameIssue) {
            return (forced, remarks);
        }
        for pair in pairs {
            let id = self.id(QuestionKind::SameIssue, &[pair.a, pair.b], "", items);
            let Some(decision) = self.decision(&id) else { continue };
            match decision.answer {
                AnswerValue::Truth(true)
                    if pair.signals.words < LEAST_WORDS && !pair.signals.place.overlap =>
                {
                    remarks.push(format!(
                        "{id}: {} says same issue, but the two have nothing in common; not followed",
                        decision.by
                    ));
                }
                AnswerValue::Truth(same) => {
                    forced.insert((pair.a, pair.b), if same { Forced::Same } else { Forced::Different });
                }
                _ => remarks.push(format!("{id}: the answer is not yes or no; not followed")),
            }
        }
        (forced, remarks)
    }

    /// Applies answers on truth. A refutation needs a quote that stands in the source.
    pub(crate) fn truth(
        &mut self,
        items: &[Item<'_>],
        draft: &mut Draft,
        evidence: &Evidence,
        policy: &Policy,
    ) {
        if self.decisions.decisions.is_empty() {
            return;
        }
        let id = self.id(QuestionKind::IsTrue, &[draft.representative], grade(draft), items);
        let Some(decision) = self.decision(&id) else { return };
        match decision.answer {
            AnswerValue::Truth(true) => {
                draft.doubt = 0;
                if draft.removal.as_ref().is_some_and(|removal| removal.how == Removed::Refuted) {
                    draft.removal = None;
                }
                draft.because("check", format!("{} says that it is true{}", decision.by, because(decision)));
            }
            AnswerValue::Truth(false) => {
                let anchored = decision.evidence.iter().any(|note| stands(note, evidence));
                if anchored && policy.allow_drops {
                    draft.removal.get_or_insert(Removal {
                        how: Removed::Refuted,
                        code: "judged_false".into(),
                        reason: format!("{} refutes it{}", decision.by, because(decision)),
                        evidence: decision.evidence.clone(),
                    });
                } else {
                    draft.doubt += 1_500;
                    draft.because(
                        "check",
                        format!("{} says that it is not true, without a quote that stands in the source; kept with a doubt{}", decision.by, because(decision)),
                    );
                }
            }
            _ => {}
        }
    }

    /// Applies answers on severity: one step at most.
    pub(crate) fn severity(&mut self, items: &[Item<'_>], draft: &mut Draft) {
        if self.decisions.decisions.is_empty() {
            return;
        }
        let id = self.id(QuestionKind::Severity, &[draft.representative], "", items);
        let Some(decision) = self.decision(&id) else { return };
        let AnswerValue::Severity(wanted) = decision.answer else { return };
        let now = draft.severity.weight();
        let bounded = wanted.weight().clamp(now.saturating_sub(1), now + 1);
        let severity = match bounded {
            3 => Severity::Critical,
            2 => Severity::Important,
            _ => Severity::Suggestion,
        };
        if severity != draft.severity {
            let limit = if severity.weight() == wanted.weight() { "" } else { ", one step at most" };
            draft.because(
                "calibrate",
                format!("{} says {wanted}: {severity}{limit}{}", decision.by, because(decision)),
            );
            draft.severity = severity;
        }
    }

    /// Collects what is still open about sameness. `home` is the cluster of each item.
    pub(crate) fn ask_same(
        &mut self,
        pairs: &[Pair],
        home: &BTreeMap<usize, usize>,
        drafts: &[Draft],
        policy: &Policy,
    ) {
        let threshold = i32::from(policy.match_threshold.millis());
        let margin = i32::from(policy.question_margin.millis());
        // One question for two clusters: the pair that says most. One for a pair inside: the weakest.
        let mut best: BTreeMap<(usize, usize), (i32, &Pair)> = BTreeMap::new();
        for pair in pairs.iter().filter(|pair| !pair.signals.same_review) {
            let (Some(a), Some(b)) = (home.get(&pair.a), home.get(&pair.b)) else { continue };
            let score = i32::from(pair.score.millis());
            let inside = a == b;
            if (score - threshold).abs() > margin && !(inside && score < threshold) {
                continue;
            }
            let strength = if inside { -score } else { score };
            let slot = best.entry((*a.min(b), *a.max(b))).or_insert((strength, pair));
            if strength > slot.0 {
                *slot = (strength, pair);
            }
        }
        for ((a, b), (_, pair)) in best {
            let wrong = if a == b { 1000 - pair.score.millis() } else { pair.score.millis() };
            let weight = [a, b]
                .iter()
                .filter_map(|index| drafts.get(*index))
                .map(|draft| u32::from(draft.severity.weight()))
                .max()
                .unwrap_or(1);
            let moved = [a, b]
                .iter()
                .filter_map(|index| drafts.get(*index))
                .map(|draft| draft.members.len())
                .max()
                .unwrap_or(1);
            let impact = u32::from(wrong) * (60 + 10 * weight + 5 * moved.min(2) as u32) / 100;
            self.open.push(Pending {
                impact: ratio(impact),
                kind: QuestionKind::SameIssue,
                subjects: vec![pair.a, pair.b],
                evidence: "",
                assumed: AnswerValue::Truth(a == b),
                dispute: String::new(),
            });
        }
    }

    /// Collects what is still open about truth and severity of what is published.
    pub(crate) fn ask_about(&mut self, drafts: &[Draft]) {
        for draft in drafts.iter().filter(|draft| draft.is_published()) {
            let stake = match draft.severity {
                Severity::Critical => 90,
                Severity::Important => 60,
                _ => 20,
            };
            let wrong = u32::from(1000 - draft.confidence.millis());
            self.open.push(Pending {
                impact: ratio(wrong * stake / 100),
                kind: QuestionKind::IsTrue,
                subjects: vec![draft.representative],
                evidence: grade(draft),
                assumed: AnswerValue::Truth(true),
                dispute: String::new(),
            });
            if !draft.disagreements.is_empty() {
                self.open.push(Pending {
                    // The published claim is wrong in about one of five disagreements (README of the corpus).
                    impact: ratio(200 * (stake + 20) / 100),
                    kind: QuestionKind::Severity,
                    subjects: vec![draft.representative],
                    evidence: "",
                    assumed: AnswerValue::Severity(draft.severity),
                    dispute: draft.disagreements.join("; "),
                });
            }
        }
    }

    /// The open questions, the one that could change most first, and the stale decisions.
    pub(crate) fn finish(
        mut self,
        items: &[Item<'_>],
        places: &[Vec<Location>],
        sources: &mut Sources<'_>,
        policy: &Policy,
    ) -> (Vec<Question>, Vec<String>) {
        let mut pending = std::mem::take(&mut self.open);
        pending.sort_by(|a, b| {
            b.impact.cmp(&a.impact).then_with(|| (a.kind, &a.subjects).cmp(&(b.kind, &b.subjects)))
        });
        let mut open: Vec<Question> = Vec::new();
        for pending in pending {
            if open.len() >= policy.max_questions as usize {
                break;
            }
            let id = self.id(pending.kind, &pending.subjects, pending.evidence, items);
            if self.decisions.get(&id).is_some() || open.iter().any(|question| question.id == id) {
                continue;
            }
            let named = pending.subjects.iter().filter_map(|item| items.get(*item));
            let asked = named.clone().map(|item| item.source.clone()).collect();
            let of = pending.subjects.iter().map(|item| places.get(*item).map_or(&[][..], Vec::as_slice));
            let mut subjects: Vec<_> = named.zip(of).map(|(item, places)| Subject { item, places }).collect();
            let text = wording(&id, pending.kind, &pending.dispute, &mut subjects, sources);
            open.push(
                Question::new(id, pending.kind, asked, pending.impact)
                    .with_text(text)
                    .with_assumed(pending.assumed),
            );
        }
        let stale: BTreeSet<String> = self
            .decisions
            .decisions
            .iter()
            .filter(|decision| !self.used.contains(&decision.question))
            .map(|decision| decision.question.clone())
            .collect();
        (open, stale.into_iter().collect())
    }
}

fn because(decision: &Decision) -> String {
    decision.reason.as_deref().map(|reason| format!(": {reason}")).unwrap_or_default()
}

fn ratio(thousandths: u32) -> Ratio {
    Ratio::from_millis(u16::try_from(thousandths).unwrap_or(1000))
}

/// The best grade of the representative's evidence: part of a question's identity.
fn grade(draft: &Draft) -> &'static str {
    let holds = draft.anchors.iter().any(|anchor| matches!(anchor.grade, Grade::Exact | Grade::Moved));
    if holds { "anchored" } else { "not anchored" }
}

/// Whether a quote stands in the file that it names, at head or base.
fn stands(note: &review_core::EvidenceNote, evidence: &Evidence) -> bool {
    let (Some(path), Some(quote)) = (&note.path, &note.quote) else { return false };
    let wanted = squeeze(quote);
    wanted.len() >= 4
        && [Side::Head, Side::Base]
            .into_iter()
            .any(|side| evidence.file(side, path).is_some_and(|text| squeeze(text).contains(&wanted)))
}
