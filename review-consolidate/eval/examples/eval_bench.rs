//! Consolidates the text-only benchmark and writes what is kept for `score_ensemble.py`:
//! `cargo run --release -p review-consolidate-eval --example eval_bench -- ../shared/bench/martian-dev.jsonl PRED.json [claude,copilot,gemini] [2]`.
//! Keeps clusters of at least so many products; without a list, of all products.
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
use review_core::{ChangeSet, Decisions, Evidence, Input};

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let file = PathBuf::from(args.first().map_or("../shared/bench/martian-dev.jsonl", String::as_str));
    let output = args.get(1).cloned().unwrap_or_else(|| "PRED.json".to_owned());
    let products: Option<Vec<&str>> =
        args.get(2).filter(|list| *list != "all").map(|list| list.split(',').collect());
    let least: usize = args.get(3).and_then(|text| text.parse().ok()).unwrap_or(2);
    let engine = Engine::new();
    let mut predicted = serde_json::Map::new();
    for change in review_consolidate_eval::bench(&file) {
        let reviews = review_consolidate_eval::views::ensemble(
            &change.findings,
            products.as_deref().unwrap_or_default(),
        );
        let input = Input::new(ChangeSet::default(), reviews);
        let report = engine.report(&input, &Evidence::new(), &Decisions::new()).unwrap();
        let clusters: Vec<serde_json::Value> = report
            .findings
            .iter()
            .map(|finding| {
                let members: Vec<&str> = finding.sources.iter().map(|source| source.id.as_str()).collect();
                serde_json::json!({"members": members, "keep": finding.reviewers.len() >= least, "rep": finding.representative.id})
            })
            .collect();
        predicted.insert(change.url, clusters.into());
    }
    std::fs::write(&output, serde_json::to_string(&predicted).unwrap()).unwrap();
}
