//! Counts different published findings on overlapping lines that the engine would merge:
//! `cargo run --release -p review-consolidate-eval --example eval_overmerge -- ../shared/corpus [v]`.
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

fn main() {
    let mut args = std::env::args().skip(1);
    let dir = PathBuf::from(args.next().unwrap_or_else(|| "../shared/corpus".to_owned()));
    let verbose = args.next().is_some();
    let engine = Engine::new();
    let sum = review_consolidate_eval::published(&dir)
        .iter()
        .map(|findings| review_consolidate_eval::over_merged(&engine, findings, verbose))
        .fold([0; 3], |a, b| [a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
    println!(
        "{} pairs of different findings on overlapping lines: merged {} with the pair alone, {} within their report",
        sum[0], sum[1], sum[2]
    );
}
