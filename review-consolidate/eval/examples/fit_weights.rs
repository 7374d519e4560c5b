//! Fits the weights of the pair scorer:
//! `cargo run --release --example fit_weights -- ../shared/corpus ../shared/bench/martian-dev.jsonl [L2] [short]`.
//!
//! Prints the weights, and what the whole engine makes of each change with weights that were fitted without it (of the
//! benchmark: without its repository). Then the same without each signal, unless `short` is asked for.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "an example may stop at broken data"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;

use review_consolidate::eval::{PairCounts, bootstrap, pair_counts, predictions};
use review_consolidate::{Engine, LogisticScorer, Weights};
use review_consolidate_eval::fit::{Row, fit};
use review_consolidate_eval::views::{ENSEMBLES, Rows, View, bench_rows, corpus_rows, dealt, ensemble, seen};
use review_consolidate_eval::{BenchChange, Case, Kept};
use review_core::{ChangeSet, Decisions, Evidence, Input, RawFinding, Report, Review};

/// Position of the weight that is not fitted: where there are words, the place added nothing to them in any fit.
const PLACE: usize = 7;

/// What is added to fitted weights, by position: the bias, `apart` and `bare`. See [`Weights`].
const ADDED: [(usize, f64); 3] = [(0, -0.4), (5, -6.0), (9, 6.0)];

type Fitted = [f64; Weights::COUNT];

struct Data {
    cases: Vec<Case>,
    /// Published findings of each report, with its change.
    published: Vec<(String, Vec<RawFinding>)>,
    bench: Vec<BenchChange>,
    rows: Vec<Rows>,
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let dir = PathBuf::from(args.first().map_or("../shared/corpus", String::as_str));
    let file = PathBuf::from(args.get(1).map_or("../shared/bench/martian-dev.jsonl", String::as_str));
    let l2: f64 = args.get(2).and_then(|text| text.parse().ok()).unwrap_or(0.2);
    let cases = review_consolidate_eval::corpus(&dir);
    let published = review_consolidate_eval::ids(&dir)
        .iter()
        .zip(review_consolidate_eval::published(&dir))
        .map(|(id, findings)| (review_consolidate_eval::change_of(&cases, id), findings))
        .collect();
    let mut rows = corpus_rows(&dir);
    rows.extend(bench_rows(&file));
    let data = Data { cases, published, bench: review_consolidate_eval::bench(&file), rows };
    let count = data.rows.iter().map(|group| group.rows.len()).sum::<usize>();
    println!("{count} pairs in all views");
    let everything = fit_without(&data, "", None, l2);
    println!("{:#.2?}", Weights::from_array(everything));
    println!("fitted on all");
    measure(&data, &|_| everything);
    println!("leaving one change or repository out");
    measure(&data, &left_out(&data, None, l2));
    if args.iter().any(|arg| arg == "short") {
        return;
    }
    for (index, name) in Weights::NAMES.iter().enumerate().skip(1) {
        println!("leaving one out, without {name}");
        measure(&data, &left_out(&data, Some(index), l2));
    }
}

/// The weights for each group, fitted on all others.
fn left_out(data: &Data, signal: Option<usize>, l2: f64) -> impl Fn(&str) -> Fitted {
    let mut fitted: BTreeMap<String, Fitted> = BTreeMap::new();
    for group in data.rows.iter().map(|rows| &rows.group) {
        if !fitted.contains_key(group) {
            fitted.insert(group.clone(), fit_without(data, group, signal, l2));
        }
    }
    move |group| fitted[group]
}

fn fit_without(data: &Data, group: &str, signal: Option<usize>, l2: f64) -> Fitted {
    let rows: Vec<Row> = data
        .rows
        .iter()
        .filter(|rows| rows.group != group)
        .flat_map(|rows| &rows.rows)
        .map(|(x, y, weight)| {
            let mut x = *x;
            x[PLACE] = 0.0;
            if let Some(index) = signal {
                x[index] = 0.0;
            }
            (x, *y, *weight)
        })
        .collect();
    let mut weights = fit(&rows, l2);
    weights[PLACE] = Weights::default().place;
    for (index, by) in ADDED {
        weights[index] += by;
    }
    if let Some(index) = signal {
        weights[index] = 0.0;
    }
    weights
}

fn report(weights: Fitted, reviews: Vec<Review>) -> Report {
    let engine = Engine::new().with_scorer(LogisticScorer { weights: Weights::from_array(weights) });
    engine.report(&Input::new(ChangeSet::default(), reviews), &Evidence::new(), &Decisions::new()).unwrap()
}

/// Measures the engine; `weights` gives those for a change or repository.
fn measure(data: &Data, weights: &dyn Fn(&str) -> Fitted) {
    for view in [View::Whole, View::Text, View::Titles, View::Places] {
        let counts: Vec<PairCounts> = data
            .cases
            .iter()
            .map(|case| {
                let seen = seen(case, view);
                let report = report(weights(&case.labels.change), seen.input.reviews);
                pair_counts(&case.labels, &predictions(&report))
            })
            .collect();
        let groups: Vec<String> = data.cases.iter().map(|case| case.labels.id.clone()).collect();
        let total =
            |drawn: &[usize]| drawn.iter().map(|i| counts[*i]).fold(PairCounts::default(), PairCounts::plus);
        let sum = total(&(0..counts.len()).collect::<Vec<_>>());
        let interval = bootstrap(&groups, 2000, &|drawn| total(drawn).f1());
        println!(
            "  {:<18} P {:.3} R {:.3} F1 {:.3} [{:.3}, {:.3}]",
            format!("{view:?}"),
            sum.precision(),
            sum.recall(),
            sum.f1(),
            interval.low,
            interval.high
        );
    }
    let mut over = [0; 4];
    for (change, findings) in &data.published {
        let engine =
            Engine::new().with_scorer(LogisticScorer { weights: Weights::from_array(weights(change)) });
        let [pairs, alone, together] = review_consolidate_eval::over_merged(&engine, findings, false);
        let dealt =
            review_consolidate_eval::merged_among(&report(weights(change), dealt(findings, 1)), findings);
        over = [over[0] + pairs, over[1] + alone, over[2] + together, over[3] + dealt];
    }
    println!(
        "  different findings on the same lines merged: {} alone, {} each in its own review, {} dealt out to two; of {}",
        over[1], over[2], over[3], over[0]
    );
    for products in ENSEMBLES {
        let mut sum = PairCounts::default();
        let mut kept = Kept::default();
        for change in &data.bench {
            let report = report(weights(&change.repository), ensemble(&change.findings, products));
            sum = sum.plus(review_consolidate_eval::duplicates(change, &report));
            kept = kept.plus(Kept::of(change, &report, 2));
        }
        println!(
            "  {:<2} products        P {:.3} R {:.3} F1 {:.3}; what two say: F1 {:.3} (right {}, wrong {}); first finding true {} of {}",
            products.len(),
            sum.precision(),
            sum.recall(),
            sum.f1(),
            kept.f1(),
            kept.right,
            kept.wrong,
            kept.first.0,
            kept.first.1
        );
    }
}
