//! The bars of ingestion, measured where the labelled reviews are there.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    unreachable_pub,
    missing_docs,
    reason = "a test reads files; its measuring is shared with an example"
)]

#[path = "corpus/mod.rs"]
mod corpus;

use std::path::PathBuf;

fn folder() -> Option<PathBuf> {
    if let Some(folder) = std::env::var_os("DEEP_REVIEW_CORPUS") {
        return Some(folder.into());
    }
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    beside.is_dir().then_some(beside)
}

#[test]
fn labelled_reviews_are_read_within_the_bars() {
    let Some(folder) = folder() else {
        eprintln!("skipped: no labelled reviews (set DEEP_REVIEW_CORPUS)");
        return;
    };
    let score = corpus::score(&folder);
    let table = score.table();
    let percent = corpus::Score::percent;
    assert!(score.gold > 0, "no labelled findings in {}", folder.display());
    assert_eq!(score.sums_wrong, 0, "{table}");
    assert!(percent(score.found, score.gold) >= 99.5, "{table}");
    assert!(percent(score.spurious, score.gold) <= 0.5, "{table}");
    assert!(percent(score.severity, score.found) >= 99.0, "{table}");
    assert!(percent(score.kind, score.found) >= 95.0, "{table}");
    assert!(percent(score.locations, score.found) >= 98.0, "{table}");
    assert!(percent(score.lines_typed as usize, score.lines_total as usize) >= 97.0, "{table}");
}
