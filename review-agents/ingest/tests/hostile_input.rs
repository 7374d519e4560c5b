//! Hostile input: never a panic, exact sums, bounded results. How its time grows is measured by `benches/growth.rs`.
#![allow(unreachable_pub, missing_docs, reason = "shares its shapes with the benchmarks")]

#[path = "hostile/mod.rs"]
mod hostile;

use review_ingest::{Format, IngestOptions, ingest};

#[test]
fn every_shape_is_read_with_exact_sums() {
    let options = IngestOptions::new("a");
    for (name, text) in hostile::shapes(40_000) {
        let Ok(review) = ingest(text.as_bytes(), &options) else { continue };
        assert_eq!(review.lines.typed + review.lines.unplaced, review.lines.total, "{name}");
        assert_eq!(review.sections.unplaced.len(), review.lines.unplaced as usize, "{name}");
        for finding in &review.findings {
            assert!(finding.locations.len() <= 256, "{name}: {}", finding.locations.len());
        }
    }
}

#[test]
fn forms_named_by_the_caller_never_panic_on_others() {
    for (_, text) in hostile::shapes(3000) {
        for format in Format::ALL {
            let _ = ingest(text.as_bytes(), &IngestOptions::new("a").with_format(*format));
        }
    }
}

#[test]
fn places_beyond_the_bound_are_said_to_be_left_out() {
    let places: String = (1..2000).map(|line| format!("{{\"path\":\"a.rs\",\"line\":{line}}},")).collect();
    let text =
        format!("{{\"findings\":[{{\"title\":\"t\",\"locations\":[{}]}}]}}", places.trim_end_matches(','));
    let review = ingest(text.as_bytes(), &IngestOptions::new("a")).expect("text is never refused");
    assert_eq!(review.findings.first().map(|finding| finding.locations.len()), Some(256));
    assert!(
        review.diagnostics.iter().any(|one| one.message.contains("256 places")),
        "{:?}",
        review.diagnostics
    );
}
