//! What was decided of the engine's questions, found by the content that they are about.

use std::cell::OnceCell;
use std::collections::BTreeSet;

use review_core::fingerprint::content_hash;
use review_core::{Decision, DecisionValue, Decisions, Policy, QuestionKind, SameIssue};

use crate::model::ids::{ItemId, Table};
use crate::model::item::{Item, Items};
use crate::model::relation::{Decided, Pair};
use crate::stages::anchored::quote::squeeze;

/// A merge needs this much common wording, or overlapping lines, whoever asks for it.
const LEAST_WORDS: f64 = 0.08;

/// A model that joins two findings which the engine holds for different shows something of this many bytes, blanks aside, that both
/// of them say.
const SHORTEST_SHARED: usize = 5;

/// What a question is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Subject {
    /// Whether two findings are the same issue.
    Same(ItemId, ItemId),
    /// Whether a finding is true; its quote holds or does not.
    Truth(ItemId, bool),
    /// How severe a finding is.
    Severity(ItemId),
}

impl Subject {
    pub(crate) fn kind(self) -> QuestionKind {
        match self {
            Self::Same(..) => QuestionKind::SameIssue,
            Self::Truth(..) => QuestionKind::IsTrue,
            Self::Severity(_) => QuestionKind::Severity,
        }
    }

    /// The findings that it is about.
    pub(crate) fn items(self) -> Vec<ItemId> {
        match self {
            Self::Same(a, b) => vec![a, b],
            Self::Truth(item, _) | Self::Severity(item) => vec![item],
        }
    }
}

/// The decisions of a run.
pub(crate) struct Rulings<'a> {
    decisions: &'a Decisions,
    /// Content hash of each item.
    keys: Table<ItemId, OnceCell<String>>,
    /// Ids of decisions on pairs whose question occurs.
    used: BTreeSet<String>,
}

impl<'a> Rulings<'a> {
    pub(crate) fn new(decisions: &'a Decisions, items: &Items<'_>) -> Self {
        Self { decisions, keys: items.map(|_, _| OnceCell::new()), used: BTreeSet::new() }
    }

    /// The question's id, from the content of its subjects.
    pub(crate) fn id(&self, subject: Subject, items: &Items<'_>) -> String {
        let evidence = match subject {
            Subject::Truth(_, true) => "anchored",
            Subject::Truth(_, false) => "not anchored",
            Subject::Same(..) | Subject::Severity(_) => "",
        };
        let subjects = subject.items();
        let mut keys: Vec<&str> = subjects
            .iter()
            .map(|item| self.keys[*item].get_or_init(|| content_key(&items[*item])).as_str())
            .collect();
        keys.sort_unstable();
        let mut parts = vec![subject.kind().as_str().to_owned(), evidence.to_owned()];
        parts.extend(keys.into_iter().map(str::to_owned));
        let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
        format!("q/{}", content_hash(&parts, 16))
    }

    /// The decision on a question, where there is one.
    pub(crate) fn on(&self, subject: Subject, items: &Items<'_>) -> Option<&'a Decision> {
        if self.decisions.decisions.is_empty() {
            return None;
        }
        self.decisions.get(&self.id(subject, items))
    }

    /// Whether a question is decided.
    pub(crate) fn is_decided(&self, id: &str) -> bool {
        self.decisions.get(id).is_some()
    }

    /// Notes on each pair what was decided of it; gives a remark for each decision that is not followed.
    pub(crate) fn decide(&mut self, items: &Items<'_>, pairs: &mut [Pair], policy: &Policy) -> Vec<String> {
        let unlikely = policy.match_threshold.millis().saturating_sub(policy.question_margin.millis());
        let mut remarks = Vec::new();
        let any = self.decisions.decisions.iter().any(|decision| decision.kind == QuestionKind::SameIssue);
        for pair in pairs.iter_mut().filter(|_| any) {
            let Some(decision) = self.on(Subject::Same(pair.a, pair.b), items) else { continue };
            self.used.insert(decision.question.clone());
            let signals = pair.signals();
            let nothing_in_common = signals.words < LEAST_WORDS && !signals.place.overlap;
            match decision.answer {
                DecisionValue::Truth(true) | DecisionValue::Same(_) if nothing_in_common => {
                    remarks.push(format!(
                        "{}: {} says same issue, but the two have nothing in common; not followed",
                        decision.question, decision.by
                    ))
                }
                DecisionValue::Truth(true) | DecisionValue::Same(_)
                    if pair.score.millis() < unlikely
                        && decision.by.starts_with("model:")
                        && !shows_what_both_say(decision, &items[pair.a], &items[pair.b]) =>
                {
                    remarks.push(format!(
                        "{}: {} says same issue, which is unlikely, and quotes nothing that both say; not followed",
                        decision.question, decision.by
                    ));
                }
                DecisionValue::Truth(true) => pair.decided = Some(Decided::Same),
                DecisionValue::Same(SameIssue::Covers) => pair.decided = Some(Decided::Covers),
                DecisionValue::Truth(false) => pair.decided = Some(Decided::Different),
                _ => remarks
                    .push(format!("{}: the answer is none of the choices; not followed", decision.question)),
            }
        }
        remarks
    }

    /// Ids of the decisions whose question does not occur; `used` are those on truth and severity that do.
    pub(crate) fn stale(&self, used: &BTreeSet<&str>) -> Vec<String> {
        let ids = self.decisions.decisions.iter().map(|decision| &decision.question);
        let stale: BTreeSet<&String> =
            ids.filter(|id| !self.used.contains(*id) && !used.contains(id.as_str())).collect();
        stale.into_iter().cloned().collect()
    }

    pub(crate) fn decisions(&self) -> &'a Decisions {
        self.decisions
    }
}

/// Whether a quote of the decision stands in the words of both findings.
fn shows_what_both_say(decision: &Decision, a: &Item<'_>, b: &Item<'_>) -> bool {
    let words = |item: &Item<'_>| {
        let finding = &item.finding;
        let quotes = finding.quotes.iter().map(|quote| quote.text.as_str());
        let all: Vec<&str> = [finding.title.as_str(), &finding.body].into_iter().chain(quotes).collect();
        squeeze(&all.join("\n"))
    };
    let (a, b) = (words(a), words(b));
    let quotes = decision.evidence.iter().filter_map(|note| note.quote.as_deref()).map(squeeze);
    quotes.into_iter().any(|quote| quote.len() >= SHORTEST_SHARED && a.contains(&quote) && b.contains(&quote))
}

fn content_key(item: &Item<'_>) -> String {
    let place = item.finding.locations.first().map(ToString::to_string).unwrap_or_default();
    content_hash(&[&item.source.reviewer, &item.finding.title, &item.finding.body, &place], 32)
}
