//! Fits the weights of the pair scorer: `cargo run --release --example fit_weights -- ../shared/corpus [L2]`.
//!
//! Logistic regression by gradient descent with an L2 penalty, on all pairs of raw findings of different reviewers.
//! Prints the weights, and the pair F1 of the whole engine when each change in turn is left out of the fit.
#![allow(clippy::needless_range_loop, reason = "matrices read best by index")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "an example may stop at broken data"
)]

mod support;

use std::collections::BTreeSet;
use std::path::PathBuf;

use review_consolidate::eval::{PairCounts, bootstrap, pair_counts, predictions, signals};
use review_consolidate::{Engine, LogisticScorer, Weights};
use review_core::{Decisions, Evidence};
use support::Case;

/// Signals, label, and weight in the fit.
type Row = ([f64; Weights::COUNT], f64, f64);

fn rows(case: &Case) -> Vec<Row> {
    let label = |source| case.labels.items.iter().find(|item| item.source == source).unwrap();
    signals(&case.input)
        .unwrap()
        .into_iter()
        .filter(|pair| pair.a.reviewer != pair.b.reviewer)
        .filter_map(|pair| {
            let (a, b) = (label(pair.a), label(pair.b));
            let related = a.also.contains(&b.cluster) || b.also.contains(&a.cluster);
            let same = a.cluster == b.cluster;
            (same || !related).then(|| (Weights::row(&pair.signals), if same { 1.0 } else { 0.0 }, 1.0))
        })
        .collect()
}

/// Signals of published findings of one report, each from a reviewer of its own: different issues by definition, with
/// nothing but the score to keep them apart.
fn different(findings: &[review_core::RawFinding]) -> Vec<[f64; Weights::COUNT]> {
    let reviews = findings
        .iter()
        .enumerate()
        .map(|(n, finding)| review_core::Review::new(format!("r{n:02}")).with_finding(finding.clone()))
        .collect();
    let input = review_core::Input::new(review_core::ChangeSet::default(), reviews);
    signals(&input).unwrap().iter().map(|pair| Weights::row(&pair.signals)).collect()
}

/// Newton's method on the penalised log likelihood; the penalty pulls towards zero, the bias is free.
fn fit(rows: &[Row], l2: f64) -> [f64; Weights::COUNT] {
    const N: usize = Weights::COUNT;
    let mut weights = [0.0; N];
    for _ in 0..60 {
        let mut gradient = [0.0; N];
        let mut hessian = [[0.0; N]; N];
        for (x, y, weight) in rows {
            let p = 1.0 / (1.0 + (-x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()).exp());
            for i in 0..N {
                gradient[i] += weight * (y - p) * x[i];
                for j in 0..N {
                    hessian[i][j] += weight * p * (1.0 - p) * x[i] * x[j];
                }
            }
        }
        for i in 0..N {
            let penalty = if i == 0 { 0.01 } else { l2 };
            gradient[i] -= penalty * weights[i];
            hessian[i][i] += penalty;
        }
        let step = solve(hessian, gradient);
        let size: f64 = step.iter().map(|s| s.abs()).sum();
        for i in 0..N {
            weights[i] += step[i] * (4.0 / size.max(4.0));
        }
    }
    weights
}

fn solve<const N: usize>(mut a: [[f64; N]; N], mut b: [f64; N]) -> [f64; N] {
    for i in 0..N {
        let pivot = (i..N).max_by(|x, y| a[*x][i].abs().total_cmp(&a[*y][i].abs())).unwrap();
        a.swap(i, pivot);
        b.swap(i, pivot);
        for j in i + 1..N {
            let factor = a[j][i] / a[i][i];
            for k in i..N {
                a[j][k] -= factor * a[i][k];
            }
            b[j] -= factor * b[i];
        }
    }
    for i in (0..N).rev() {
        for k in i + 1..N {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    b
}

fn engine(mut weights: [f64; Weights::COUNT]) -> Engine {
    // A lower threshold is a higher bias.
    weights[0] += std::env::var("SHIFT").ok().and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    Engine::new().with_scorer(LogisticScorer { weights: Weights::from_array(weights) })
}

fn score(case: &Case, weights: [f64; Weights::COUNT]) -> PairCounts {
    let engine = engine(weights);
    let report = engine.report(&case.input, &Evidence::new(), &Decisions::new()).unwrap();
    pair_counts(&case.labels, &predictions(&report))
}

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap_or_else(|| "../shared/corpus".to_owned()));
    let l2: f64 = args.next().and_then(|text| text.parse().ok()).unwrap_or(0.3);
    let cases = support::corpus(&dir);
    let negatives: f64 = args.next().and_then(|text| text.parse().ok()).unwrap_or(0.3);
    let published = support::published(&dir);
    let ids = support::ids(&dir);
    let data: Vec<Vec<Row>> = cases
        .iter()
        .map(|case| {
            let mut rows = rows(case);
            let at = ids.iter().position(|id| *id == case.labels.id).unwrap();
            rows.extend(different(&published[at]).into_iter().map(|x| (x, 0.0, negatives)));
            rows
        })
        .collect();
    let all: Vec<Row> = data.iter().flatten().copied().collect();
    println!("{} pairs, {} the same", all.len(), all.iter().filter(|row| row.1 > 0.5).count());
    let weights = fit(&all, l2);
    println!("{:#.2?}", Weights::from_array(weights));
    let show = |name: &str, counts: &[PairCounts]| {
        let groups: Vec<String> = cases.iter().map(|case| case.labels.id.clone()).collect();
        let total =
            |drawn: &[usize]| drawn.iter().map(|i| counts[*i]).fold(PairCounts::default(), PairCounts::plus);
        let sum = total(&(0..cases.len()).collect::<Vec<_>>());
        let interval = bootstrap(&groups, 2000, &|drawn| total(drawn).f1());
        println!(
            "{name:28} P {:.3} R {:.3} F1 {:.3} [{:.3}, {:.3}]",
            sum.precision(),
            sum.recall(),
            sum.f1(),
            interval.low,
            interval.high
        );
    };
    let inside: Vec<PairCounts> = cases.iter().map(|case| score(case, weights)).collect();
    show("fitted on all", &inside);
    let mut over = [0; 3];
    let mut outside = vec![PairCounts::default(); cases.len()];
    for change in cases.iter().map(|case| case.labels.change.clone()).collect::<BTreeSet<_>>() {
        let train: Vec<Row> = cases
            .iter()
            .zip(&data)
            .filter(|(case, _)| case.labels.change != change)
            .flat_map(|(_, rows)| rows)
            .copied()
            .collect();
        let weights = fit(&train, l2);
        for (index, case) in cases.iter().enumerate().filter(|(_, case)| case.labels.change == change) {
            outside[index] = score(case, weights);
            let at = ids.iter().position(|id| *id == case.labels.id).unwrap();
            let found = support::over_merged(&engine(weights), &published[at], false);
            over = [over[0] + found[0], over[1] + found[1], over[2] + found[2]];
        }
    }
    show("leaving one change out", &outside);
    println!(
        "over-merged on overlapping lines, leaving one change out: alone {}/{}, in its report {}/{}",
        over[1], over[0], over[2], over[0]
    );
    if std::env::var("SHORT").is_ok() {
        return;
    }
    for (index, name) in Weights::NAMES.iter().enumerate().skip(1) {
        let without: Vec<Row> = all
            .iter()
            .map(|(x, y, w)| {
                let mut x = *x;
                x[index] = 0.0;
                (x, *y, *w)
            })
            .collect();
        let mut weights = fit(&without, l2);
        weights[index] = 0.0;
        let counts: Vec<PairCounts> = cases.iter().map(|case| score(case, weights)).collect();
        show(&format!("without {name}"), &counts);
    }
}
