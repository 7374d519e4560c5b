//! What the engine would like to know, the question that could change most first.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{DecisionValue, Question, Ratio, Severity};

use super::question_text::{Asked, excerpt, excerpts, wording};
use super::references::References;
use crate::model::cluster::JudgedCluster;
use crate::model::ids::ClusterId;
use crate::model::relation::Pair;
use crate::stages::matched::Matched;
use crate::stages::numbered::Numbered;
use crate::stages::rulings::Subject;

/// Two findings that are each other's best match and yet apart are asked about from this probability on, in thousandths: on the
/// corpus, one in thirty of those below the margin is the same issue.
const UNLIKELY: i32 = 80;

/// A question before it has an id and a text: there are many, and few are asked.
struct Pending {
    impact: Ratio,
    subject: Subject,
    assumed: DecisionValue,
    /// What the reviewers disagree about.
    dispute: String,
}

/// The open questions.
pub(crate) fn questions(numbered: &Numbered<'_, '_>, references: &References) -> Vec<Question> {
    let matched = numbered.judged.grouped.matched;
    let items = matched.items();
    let mut pending = about_sameness(numbered);
    pending.extend(about_findings(numbered));
    pending.sort_by(|a, b| b.impact.cmp(&a.impact).then_with(|| a.subject.cmp(&b.subject)));
    let most = matched.anchored.intake.input.policy.max_questions as usize;
    let mut open: Vec<Question> = Vec::new();
    for pending in pending {
        if open.len() >= most {
            break;
        }
        let id = matched.rulings.id(pending.subject, items);
        if matched.rulings.is_decided(&id) || open.iter().any(|question| question.id == id) {
            continue;
        }
        let subjects = pending.subject.items();
        let sources = subjects.iter().map(|item| items[*item].source.clone()).collect();
        let mut asked: Vec<Asked<'_>> = subjects
            .iter()
            .map(|item| Asked {
                item: &items[*item],
                places: &matched.anchored.anchors[*item].places,
                references,
            })
            .collect();
        let kind = pending.subject.kind();
        let text = wording(&id, kind, &pending.dispute, &mut asked);
        let mut question =
            Question::new(id, kind, sources, pending.impact).with_text(text).with_assumed(pending.assumed);
        question.excerpts = excerpts(&asked, &matched.anchored.sources);
        open.push(question);
    }
    open
}

/// One question for two clusters: the pair that says most. One for a pair inside of a cluster: the weakest.
fn about_sameness(numbered: &Numbered<'_, '_>) -> Vec<Pending> {
    let judged = &numbered.judged;
    let matched = judged.grouped.matched;
    let policy = &matched.anchored.intake.input.policy;
    let threshold = i32::from(policy.match_threshold.millis());
    let margin = i32::from(policy.question_margin.millis());
    let mut best: BTreeMap<(ClusterId, ClusterId), (i32, &Pair)> = BTreeMap::new();
    for pair in matched.components.pairs().iter().filter(|pair| !pair.same_review() && !pair.recurs()) {
        let items = matched.items();
        let live = items[pair.a].is_live_finding() && items[pair.b].is_live_finding();
        let (Some(a), Some(b), true) = (judged.home[pair.a], judged.home[pair.b], live) else { continue };
        let score = i32::from(pair.score.millis());
        let inside = a == b;
        let settled = match inside {
            true => score > threshold + margin,
            false => score < if pair.signals().mutual { UNLIKELY } else { threshold - margin },
        };
        if settled {
            continue;
        }
        let strength = if inside { -score } else { score };
        let slot = best.entry((a.min(b), a.max(b))).or_insert((strength, pair));
        if strength > slot.0 {
            *slot = (strength, pair);
        }
    }
    let pending = |((a, b), (_, pair)): ((ClusterId, ClusterId), (i32, &Pair))| {
        let wrong = if a == b { 1000 - pair.score.millis() } else { pair.score.millis() };
        let both = [&judged.clusters[a], &judged.clusters[b]];
        let weight = both.map(|one| u32::from(one.judgement.severity.weight())).into_iter().max();
        let moved = both.map(|one| one.cluster.members.len().min(2) as u32).into_iter().max();
        let stake = 60 + 10 * weight.unwrap_or(1) + 5 * moved.unwrap_or(1);
        Pending {
            impact: ratio(u32::from(wrong) * stake / 100),
            subject: Subject::Same(pair.a, pair.b),
            assumed: DecisionValue::Truth(a == b),
            dispute: String::new(),
        }
    };
    best.into_iter().map(pending).collect()
}

/// What is open about the truth and severity of what is published.
fn about_findings(numbered: &Numbered<'_, '_>) -> Vec<Pending> {
    let matched = numbered.judged.grouped.matched;
    let published = numbered.judged.clusters.values().filter(|judged| judged.is_published());
    published.flat_map(|judged| about_finding(matched, judged)).collect()
}

fn about_finding(matched: &Matched<'_>, judged: &JudgedCluster<'_>) -> Vec<Pending> {
    let (cluster, judgement) = (&judged.cluster, &judged.judgement);
    let stake = match judgement.severity {
        Severity::Critical => 90,
        Severity::Important => 60,
        _ => 20,
    };
    let wrong = u32::from(1000 - judgement.confidence.millis());
    let mut open = Vec::new();
    // Only a line could tell, so without one there is nothing to ask.
    let places = &matched.anchored.anchors[cluster.representative].places;
    if places.iter().any(|place| excerpt(place, &matched.anchored.sources).is_some()) {
        open.push(Pending {
            impact: ratio(wrong * stake / 100),
            subject: Subject::Truth(cluster.representative, cluster.quote_holds()),
            assumed: DecisionValue::Truth(true),
            dispute: String::new(),
        });
    }
    if !judgement.disagreements.is_empty() {
        open.push(Pending {
            // The published claim is wrong in about one of five disagreements (README of the corpus).
            impact: ratio(200 * (stake + 20) / 100),
            subject: Subject::Severity(cluster.representative),
            assumed: DecisionValue::Severity(judgement.severity),
            dispute: judgement.disagreements.join("; "),
        });
    }
    open
}

/// Ids of the decisions whose question does not occur.
pub(crate) fn stale(numbered: &Numbered<'_, '_>) -> Vec<String> {
    let used: &BTreeSet<&str> = &numbered.judged.used;
    numbered.judged.grouped.matched.rulings.stale(used)
}

fn ratio(thousandths: u32) -> Ratio {
    Ratio::from_millis(u16::try_from(thousandths).unwrap_or(1000))
}
