//! Measures consolidation on a labelled corpus: `cargo run --release -p review-consolidate-eval --example eval_corpus -- ../shared/corpus [--pairs]`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "an example may stop at broken data"
)]

use std::path::PathBuf;

use review_consolidate::Engine;
use review_consolidate::eval::{
    BCubed, PairCounts, Predicted, SeverityCounts, b_cubed, bootstrap, calibration_curve, pair_counts,
    predictions, severity_counts,
};
use review_consolidate_eval::Case;
use review_core::{Decision, DecisionValue, Decisions, Evidence, QuestionKind, Report, SourceId};

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap_or_else(|| "../shared/corpus".to_owned()));
    let verbose = args.next().is_some();
    let cases = review_consolidate_eval::corpus(&dir);
    let engine = Engine::new();
    let reports: Vec<Report> = cases
        .iter()
        .map(|case| engine.report(&case.input, &Evidence::new(), &Decisions::new()).unwrap())
        .collect();
    print(&cases, &reports);
    let judged: Vec<Report> = cases.iter().map(|case| judged(&engine, case)).collect();
    println!("with a perfect judge of sameness, ten questions a report:");
    print(&cases, &judged);
    if verbose {
        for (case, report) in cases.iter().zip(&reports) {
            explain(case, report);
        }
    }
}

/// Answers the questions on sameness among the first ten from the labels; the others stay open.
fn judged(engine: &Engine, case: &Case) -> Report {
    let mut decisions = Decisions::new();
    let mut report = engine.report(&case.input, &Evidence::new(), &decisions).unwrap();
    let label = |source: &SourceId| case.labels.items.iter().find(|item| item.source == *source).unwrap();
    let mut left = 10;
    for _ in 0..2 {
        for question in report.questions.iter().take(left.min(5)).cloned().collect::<Vec<_>>() {
            left -= 1;
            if question.kind == QuestionKind::SameIssue {
                let same = label(&question.subjects[0]).cluster == label(&question.subjects[1]).cluster;
                decisions.decisions.push(Decision::new(
                    &question.id,
                    question.kind,
                    DecisionValue::Truth(same),
                    "script",
                ));
            }
        }
        report = engine.report(&case.input, &Evidence::new(), &decisions).unwrap();
    }
    report
}

fn print(cases: &[Case], reports: &[Report]) {
    let predicted: Vec<_> = reports.iter().map(predictions).collect();
    let zip = || cases.iter().zip(&predicted);
    let groups: Vec<String> = cases.iter().map(|case| case.labels.id.clone()).collect();
    let pairs: Vec<PairCounts> = zip().map(|(case, p)| pair_counts(&case.labels, p)).collect();
    let b3: Vec<BCubed> = zip().map(|(case, p)| b_cubed(&case.labels, p)).collect();
    let severities: Vec<SeverityCounts> = zip().map(|(case, p)| severity_counts(&case.labels, p)).collect();
    let total =
        |drawn: &[usize]| drawn.iter().map(|i| pairs[*i]).fold(PairCounts::default(), PairCounts::plus);
    let all: Vec<usize> = (0..cases.len()).collect();
    let sum = total(&all);
    let interval = bootstrap(&groups, 2000, &|drawn| total(drawn).f1());
    println!(
        "pairs     P {:.3} R {:.3} F1 {:.3} [{:.3}, {:.3}]  {sum:?}",
        sum.precision(),
        sum.recall(),
        sum.f1(),
        interval.low,
        interval.high
    );
    let b = b3.iter().copied().fold(BCubed::default(), BCubed::plus);
    println!(
        "B-cubed   P {:.3} R {:.3} F1 {:.3}",
        b.precision / f64::from(b.items),
        b.recall / f64::from(b.items),
        b.f1()
    );
    let severity = |drawn: &[usize]| {
        drawn.iter().map(|i| severities[*i]).fold(SeverityCounts::default(), SeverityCounts::plus)
    };
    let s = severity(&all);
    let interval = bootstrap(&groups, 2000, &|drawn| severity(drawn).accuracy());
    println!("severity  {:.3} [{:.3}, {:.3}]  {s:?}", s.accuracy(), interval.low, interval.high);
    let mut entries = Vec::new();
    for (case, predicted) in zip() {
        for item in &case.labels.items {
            if let Some(Predicted { confidence: Some(confidence), .. }) = predicted.get(&item.source) {
                entries.push((confidence.as_f64(), item.severity.is_some()));
            }
        }
    }
    let (curve, error) = calibration_curve(&entries);
    println!("calibration error {error:.3}");
    for bin in curve {
        println!("  said {:.2}  observed {:.2}  n {}", bin.confidence, bin.observed, bin.count);
    }
}

fn explain(case: &Case, report: &Report) {
    let predicted = predictions(report);
    let raw = |source: &SourceId| {
        case.input
            .reviews
            .iter()
            .filter(|r| r.reviewer == source.reviewer && r.pass == source.pass)
            .flat_map(|r| &r.findings)
            .find(|f| f.id == source.id)
            .unwrap()
    };
    println!("== {}", case.labels.id);
    for (index, a) in case.labels.items.iter().enumerate() {
        for b in case.labels.items.iter().skip(index + 1).filter(|b| b.source.reviewer != a.source.reviewer) {
            let together = predicted[&a.source].cluster == predicted[&b.source].cluster;
            let same = a.cluster == b.cluster;
            if together != same && !a.also.contains(&b.cluster) && !b.also.contains(&a.cluster) {
                println!(
                    "{}: {} “{}” {} / {} “{}” {}",
                    if same { "MISSED" } else { "WRONG " },
                    a.source,
                    raw(&a.source).title,
                    raw(&a.source).locations.first().map(ToString::to_string).unwrap_or_default(),
                    b.source,
                    raw(&b.source).title,
                    raw(&b.source).locations.first().map(ToString::to_string).unwrap_or_default()
                );
            }
        }
        if let Some(label) = a.severity {
            let got = predicted[&a.source].severity;
            if got.map(|s| s.weight()) != Some(label.weight()) {
                println!(
                    "SEVERITY: {} claims {:?}, label {label}, got {got:?}: {}",
                    a.source,
                    raw(&a.source).severity,
                    raw(&a.source).title
                );
            }
        }
    }
}
