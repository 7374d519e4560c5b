//! What the engine does beside simple rules, each measure with its interval.

use std::collections::{BTreeMap, BTreeSet};

use deep_review::consolidate::Engine;
use deep_review::consolidate::eval::{
    PairCounts, Predicted, SeverityCounts, bootstrap, pair_counts, predictions, severity_counts,
};
use deep_review::{
    ChangeSet, Decision, DecisionValue, Decisions, Evidence, Input, Policy, QuestionKind, RawFinding, Report,
    Result, Severity, SourceId,
};
use serde::Serialize;

use super::corpus::Case;
use super::measure::{DRAWS, Share};

/// Questions that the perfect judge answers, by round.
const ROUNDS: [usize; 2] = [8, 4];
/// Titles with this much of their words in common are alike.
const ALIKE: f64 = 0.15;

/// One measure of one method.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    measure: &'static str,
    method: &'static str,
    #[serde(flatten)]
    share: Share,
}

impl Row {
    /// One line of the table.
    pub(crate) fn line(&self) -> String {
        let Share { value, low, high } = self.share;
        format!("  {:<22} {:<34} {value:.3}  [{low:.3}, {high:.3}]\n", self.measure, self.method)
    }
}

/// Predictions of each case by one method.
type Predictions = Vec<BTreeMap<SourceId, Predicted>>;

/// All measures.
pub(crate) fn rows(cases: &[Case], policy: &Policy) -> Result<Vec<Row>> {
    let engine = Engine::new();
    let (mut reports, mut judged) = (Vec::new(), Vec::new());
    for case in cases {
        let input = Input::new(ChangeSet::default(), case.reviews.clone()).with_policy(policy.clone());
        let report = engine.report(&input, &Evidence::new(), &Decisions::new())?;
        judged.push(predictions(&judge(&engine, &input, case, report.clone())?));
        reports.push(report);
    }
    let engine: Predictions = reports.iter().map(predictions).collect();
    let changes: Vec<String> = cases.iter().map(|case| case.labels.change.clone()).collect();
    let mut rows = Vec::new();
    let mut add = |measure, method, of: &dyn Fn(&[usize]) -> f64| {
        let interval = bootstrap(&changes, DRAWS, of);
        let all: Vec<usize> = (0..changes.len()).collect();
        rows.push(Row {
            measure,
            method,
            share: Share { value: of(&all), low: interval.low, high: interval.high },
        });
    };
    let near = joined(cases, &|a, b| overlap(a, b).is_some_and(|overlap| overlap));
    let alike = joined(cases, &|a, b| overlap(a, b).is_some() && likeness(&a.title, &b.title) >= ALIKE);
    for (method, predicted) in [
        ("deep review", &engine),
        ("… with a perfect judge", &judged),
        ("same file, overlapping lines", &near),
        ("same file, similar titles", &alike),
    ] {
        let counts: Vec<PairCounts> = cases
            .iter()
            .zip(predicted)
            .map(|(case, predicted)| pair_counts(&case.labels, predicted))
            .collect();
        let sum = |drawn: &[usize]| {
            drawn
                .iter()
                .filter_map(|at| counts.get(*at))
                .fold(PairCounts::default(), |sum, one| sum.plus(*one))
        };
        add("pair F1", method, &|drawn| sum(drawn).f1());
        add("pair precision", method, &|drawn| sum(drawn).precision());
        add("pair recall", method, &|drawn| sum(drawn).recall());
    }
    for (method, predicted) in [
        ("deep review", engine.clone()),
        ("highest claim of the labelled issue", claimed(cases, true)),
        ("lowest claim of the labelled issue", claimed(cases, false)),
    ] {
        let counts: Vec<SeverityCounts> = cases
            .iter()
            .zip(&predicted)
            .map(|(case, predicted)| severity_counts(&case.labels, predicted))
            .collect();
        add("severity right", method, &|drawn| {
            let counts = drawn.iter().filter_map(|at| counts.get(*at));
            counts.fold(SeverityCounts::default(), |sum, one| sum.plus(*one)).accuracy()
        });
    }
    let kept = |published: bool| -> Vec<(u32, u32)> {
        let of = |(case, predicted): (&Case, &BTreeMap<SourceId, Predicted>)| {
            let items =
                case.labels.items.iter().filter(|item| !item.ignored && item.severity.is_some() == published);
            let shown = |item: &SourceId| predicted.get(item).is_some_and(|one| one.severity.is_some());
            items.fold((0, 0), |sum, item| (sum.0 + u32::from(shown(&item.source)), sum.1 + 1))
        };
        cases.iter().zip(&engine).map(of).collect()
    };
    let (true_ones, others) = (kept(true), kept(false));
    let share = |counts: &[(u32, u32)], drawn: &[usize]| {
        let sum = drawn
            .iter()
            .filter_map(|at| counts.get(*at))
            .fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
        f64::from(sum.0) / f64::from(sum.1.max(1))
    };
    add("published ones kept", "deep review", &|drawn| share(&true_ones, drawn));
    add("other ones dropped", "deep review", &|drawn| 1.0 - share(&others, drawn));
    let first: Vec<(u32, u32)> =
        cases.iter().zip(&reports).map(|(case, report)| first(case, report)).collect();
    add("first finding true", "deep review", &|drawn| share(&first, drawn));
    Ok(rows)
}

/// The report after a judge who knows the labels.
fn judge(engine: &Engine, input: &Input, case: &Case, mut report: Report) -> Result<Report> {
    let mut decisions = Decisions::new();
    let cluster = |source: &SourceId| {
        case.labels.items.iter().find(|item| item.source == *source).map(|item| &item.cluster)
    };
    for most in ROUNDS {
        for question in report.questions.iter().take(most).filter(|one| one.kind == QuestionKind::SameIssue) {
            let known: Vec<Option<&String>> = question.subjects.iter().map(cluster).collect();
            if let [Some(a), Some(b)] = known.as_slice() {
                let answer = DecisionValue::Truth(a == b);
                decisions.decisions.push(Decision::new(&question.id, question.kind, answer, "person:labels"));
            }
        }
        report = engine.report(input, &Evidence::new(), &decisions)?;
    }
    Ok(report)
}

/// Whether the first finding was published by the labels too; nothing where there is none.
fn first(case: &Case, report: &Report) -> (u32, u32) {
    let Some(first) = report.findings.first() else { return (0, 0) };
    let known =
        |source: &SourceId| case.labels.items.iter().find(|item| item.source == *source && !item.ignored);
    let labels: Vec<bool> =
        first.sources.iter().filter_map(known).map(|item| item.severity.is_some()).collect();
    (u32::from(labels.contains(&true)), u32::from(!labels.is_empty()))
}

/// Whether two findings share a line; nothing where they share no file.
fn overlap(a: &RawFinding, b: &RawFinding) -> Option<bool> {
    let name = |path: &str| path.rsplit('/').next().unwrap_or_default().to_owned();
    let pairs = a.locations.iter().flat_map(|x| b.locations.iter().map(move |y| (x, y)));
    let shared = pairs.filter(|(x, y)| name(&x.path) == name(&y.path));
    shared.map(|(x, y)| x.range().zip(y.range()).is_some_and(|(x, y)| x.overlaps(&y))).reduce(|a, b| a || b)
}

/// Words in common against all words of both.
fn likeness(a: &str, b: &str) -> f64 {
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !c.is_alphanumeric())
            .filter(|word| word.len() > 1)
            .map(str::to_lowercase)
            .collect()
    };
    let (a, b) = (words(a), words(b));
    a.intersection(&b).count() as f64 / a.union(&b).count().max(1) as f64
}

/// Clusters by a rule for pairs of different reviewers.
fn joined(cases: &[Case], same: &dyn Fn(&RawFinding, &RawFinding) -> bool) -> Predictions {
    let of = |case: &Case| {
        let findings: Vec<(SourceId, &RawFinding)> = case
            .reviews
            .iter()
            .flat_map(|review| {
                let source = |one: &RawFinding| SourceId::new(&review.reviewer, review.pass, &one.id);
                review.findings.iter().map(move |one| (source(one), one))
            })
            .collect();
        let mut cluster: Vec<usize> = (0..findings.len()).collect();
        for (i, (a, x)) in findings.iter().enumerate() {
            for (j, (b, y)) in findings.iter().enumerate().skip(i + 1) {
                if a.reviewer != b.reviewer && same(x, y) {
                    let ends = (cluster.get(i).copied(), cluster.get(j).copied());
                    if let (Some(keep), Some(gone)) = ends {
                        cluster.iter_mut().filter(|one| **one == gone).for_each(|one| *one = keep);
                    }
                }
            }
        }
        let predicted =
            |cluster: usize| Predicted { cluster: cluster.to_string(), severity: None, confidence: None };
        findings.into_iter().map(|(source, _)| source).zip(cluster.into_iter().map(predicted)).collect()
    };
    cases.iter().map(of).collect()
}

/// Each finding with the highest or lowest claim of its labelled cluster.
fn claimed(cases: &[Case], highest: bool) -> Predictions {
    let of = |case: &Case| {
        let claims: BTreeMap<SourceId, Option<Severity>> = case
            .gold
            .iter()
            .map(|raw| (SourceId::new(&raw.agent, raw.pass, &raw.id), raw.severity))
            .collect();
        let mut of_cluster: BTreeMap<&str, Severity> = BTreeMap::new();
        for item in &case.labels.items {
            let Some(claim) = claims.get(&item.source).copied().flatten() else { continue };
            let slot = of_cluster.entry(&item.cluster).or_insert(claim);
            if (claim.weight() > slot.weight()) == highest {
                *slot = claim;
            }
        }
        let predicted = |cluster: &str| Predicted {
            cluster: cluster.to_owned(),
            severity: of_cluster.get(cluster).copied(),
            confidence: None,
        };
        case.labels.items.iter().map(|item| (item.source.clone(), predicted(&item.cluster))).collect()
    };
    cases.iter().map(of).collect()
}
