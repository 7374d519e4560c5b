//! Fits the matcher's weights on all sets together and says how they do, leaving out one project (one change of the
//! corpus): `cargo run --release -p review-consolidate-eval --example fit_matcher -- ../shared [boosted]`.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a program that may stop at broken data")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use review_consolidate::Weights;
use review_consolidate_eval::boost::{self, Options};
use review_consolidate_eval::fits::Fits;
use review_consolidate_eval::sets::{Row, SETS};

fn scored(weights: &[f64; Weights::COUNT], row: &Row) -> f64 {
    let sum: f64 = Weights::row(&row.signals).iter().zip(weights).map(|(x, w)| x * w).sum();
    1.0 / (1.0 + (-sum).exp())
}

fn table(name: &str, all: &[(&Row, f64)]) {
    println!("{name}");
    for set in SETS {
        let mine: Vec<_> = all.iter().filter(|(row, _)| row.set == set).collect();
        let counts = |threshold: f64| {
            let count = |together: bool, same: bool| {
                mine.iter()
                    .filter(|(row, score)| (*score >= threshold) == together && row.same == same)
                    .count() as f64
            };
            let (right, wrong, missed) = (count(true, true), count(true, false), count(false, true));
            let (p, r) = (right / (right + wrong).max(1.0), right / (right + missed).max(1.0));
            (2.0 * p * r / (p + r).max(1e-9), p, r)
        };
        let near: Vec<_> = mine.iter().filter(|(row, _)| row.near && !row.same).collect();
        for threshold in [0.5, 0.4] {
            let (f, p, r) = counts(threshold);
            let merged = near.iter().filter(|(_, score)| *score >= threshold).count();
            println!(
                "  {:<13} {:>5} pairs at {threshold}: F1 {f:.3} P {p:.3} R {r:.3}; near and different, merged: {merged} of {}",
                format!("{set:?}"),
                mine.len(),
                near.len()
            );
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let fits = Fits::new(&PathBuf::from(args.first().map_or("../shared", String::as_str)));
    let rows = &fits.rows;
    let folds: BTreeSet<&str> = rows.iter().map(|row| row.fold.as_str()).collect();
    let (mut linear, mut boosted) = (Vec::new(), Vec::new());
    for fold in &folds {
        let weights = fits.fitted(Some(fold)).as_array();
        let left_out = || rows.iter().filter(|row| row.fold == *fold);
        linear.extend(left_out().map(|row| (row, scored(&weights, row))));
        if args.iter().any(|arg| arg == "boosted") {
            let train = fits.training(Some(fold));
            let train: Vec<boost::Row> = train.iter().map(|(x, y, w)| (x.to_vec(), *y, *w)).collect();
            let options = Options { trees: 80, depth: 3, rate: 0.1, least: 2.0, l2: 2.0, cuts: 24 };
            let model = boost::fit(&train, options);
            boosted.extend(left_out().map(|row| (row, model.score(&Weights::row(&row.signals)))));
        }
    }
    println!("{} pairs in {} folds", rows.len(), folds.len());
    table("logistic, leaving one project or change out", &linear);
    if !boosted.is_empty() {
        table("boosted trees, leaving one project or change out", &boosted);
    }
    let weights = fits.shipped(None).as_array();
    println!("fitted on all, as shipped:");
    for (name, weight) in Weights::NAMES.iter().zip(weights) {
        println!("  {name}: {weight:.2},");
    }
}
