//! Planted defects: small changes that a careful reviewer would stop, and the same changes done right.
//!
//! They were written as defects, not for rules; `planted/*.txt` has them, by language.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use std::sync::Arc;

use review_analyzers::{Catalogue, RulesReviewer};
use review_core::{Cx, ReviewRequest, Reviewer};
use review_testkit::scenario;

struct Planted {
    name: String,
    path: String,
    base: String,
    bug: String,
    fix: String,
}

fn planted() -> Vec<Planted> {
    let files = [
        include_str!("planted/docs.txt"),
        include_str!("planted/bash.txt"),
        include_str!("planted/c.txt"),
        include_str!("planted/go.txt"),
        include_str!("planted/java.txt"),
        include_str!("planted/python.txt"),
        include_str!("planted/ruby.txt"),
        include_str!("planted/rust.txt"),
        include_str!("planted/typescript.txt"),
    ];
    let cases = files.iter().flat_map(|text| text.split("\n## ").map(|case| case.trim_start_matches("## ")));
    cases.map(read).collect()
}

fn read(case: &str) -> Planted {
    let (head, parts) = case.split_once("\n=== ").unwrap();
    let (name, path) = head.split_once('\n').unwrap();
    let part = |wanted: &str| {
        let mut parts = parts.split("\n=== ").filter_map(|part| part.split_once('\n'));
        parts
            .find(|(name, _)| *name == wanted)
            .map(|(_, text)| format!("{}\n", text.trim_end()))
            .unwrap_or_default()
    };
    Planted { name: name.into(), path: path.into(), base: part("base"), bug: part("bug"), fix: part("fix") }
}

async fn titles(reviewer: &RulesReviewer, path: &str, before: &str, after: &str) -> Vec<String> {
    let scenario = scenario().file(path, before, after);
    let request = ReviewRequest::new(scenario.change())
        .with_tree(Arc::new(scenario.tree()) as Arc<dyn review_core::SourceTree>);
    let review = reviewer.review(Arc::new(request), Cx::detached()).await.unwrap();
    review.findings.iter().map(|finding| finding.title.clone()).collect()
}

#[tokio::test]
async fn most_planted_defects_are_found_and_their_fixes_are_silent() {
    let all = planted();
    // Rules that real changes did not bear out are off by default; what they are for is found with them.
    let reviewer = RulesReviewer::with_catalogue("rules", Catalogue::all().unwrap());
    let standard = RulesReviewer::new("rules").unwrap();
    assert!(all.len() >= 80, "{} planted defects", all.len());
    let (mut missed, mut wrong, mut by_default) = (Vec::new(), Vec::new(), 0);
    for case in &all {
        assert!(!case.bug.is_empty() && !case.fix.is_empty(), "{}", case.name);
        if titles(&reviewer, &case.path, &case.base, &case.bug).await.is_empty() {
            missed.push(case.name.as_str());
        }
        by_default += usize::from(!titles(&standard, &case.path, &case.base, &case.bug).await.is_empty());
        let said = titles(&reviewer, &case.path, &case.base, &case.fix).await;
        wrong.extend(said.iter().map(|title| format!("{}: {title}", case.name)));
    }
    println!(
        "{} of {} planted defects found, {by_default} by default; missed: {missed:?}",
        all.len() - missed.len(),
        all.len()
    );
    assert!(by_default * 10 >= all.len() * 8, "by default {by_default} of {}", all.len());
    assert!(missed.len() * 20 <= all.len(), "missed {} of {}: {missed:#?}", missed.len(), all.len());
    assert!(wrong.is_empty(), "{wrong:#?}");
}
