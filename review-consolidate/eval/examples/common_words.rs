//! Counts how common each stem is among findings of many projects, and writes those that several projects use:
//! `cargo run --release -p review-consolidate-eval --example common_words -- ../shared > review-consolidate/src/text/common.txt`.
//! A project counts once however many findings it has, so that no project's own words get in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a program that may stop at broken data")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use review_consolidate::eval::stems;
use review_consolidate_eval::texts;

/// A stem must be used in this many projects.
const PROJECTS: usize = 6;
/// Stems that occur in fewer of a thousand findings are not common.
const LEAST: f64 = 4.0;

fn main() {
    let shared = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "../shared".to_owned()));
    let mut by_project: BTreeMap<String, (usize, BTreeMap<String, usize>)> = BTreeMap::new();
    for (project, text) in texts(&shared) {
        let counts = by_project.entry(project).or_default();
        counts.0 += 1;
        for stem in stems(&text).into_iter().collect::<BTreeSet<_>>() {
            *counts.1.entry(stem).or_default() += 1;
        }
    }
    let mut shares: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for (documents, counts) in by_project.values() {
        for (stem, count) in counts {
            shares.entry(stem).or_default().push(*count as f64 / *documents as f64);
        }
    }
    for (stem, shares) in &shares {
        let share = 1000.0 * shares.iter().sum::<f64>() / by_project.len() as f64;
        if shares.len() >= PROJECTS && share >= LEAST && stem.is_ascii() {
            println!("{stem} {share:.0}");
        }
    }
}
