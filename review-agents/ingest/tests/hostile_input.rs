//! Hostile input: never a panic, time in proportion to the size.
#![allow(
    unreachable_pub,
    missing_docs,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    reason = "a test measures time, and shares its shapes with a benchmark"
)]

#[path = "hostile/mod.rs"]
mod hostile;

use std::time::{Duration, Instant};

use review_ingest::{IngestOptions, ingest};

fn spend(text: &str, options: &IngestOptions) -> Duration {
    let start = Instant::now();
    if let Ok(review) = ingest(text.as_bytes(), options) {
        assert_eq!(review.lines.typed + review.lines.unplaced, review.lines.total);
    }
    start.elapsed()
}

#[test]
fn time_grows_with_the_input_and_not_faster() {
    let options = IngestOptions::new("a");
    let (small, large) = (60_000, 480_000);
    let mut slow = Vec::new();
    for ((name, few), (_, many)) in hostile::shapes(small).into_iter().zip(hostile::shapes(large)) {
        let first = spend(&few, &options).max(Duration::from_micros(500));
        let second = spend(&many, &options);
        // Eight times the input: a quadratic reader takes 64 times as long. The machine may be busy.
        if second > first * 30 && second > Duration::from_millis(300) {
            slow.push(format!("{name}: {first:?} then {second:?}"));
        }
    }
    assert!(slow.is_empty(), "{slow:#?}");
}

#[test]
fn forms_named_by_the_caller_never_panic_on_others() {
    for (_, text) in hostile::shapes(3000) {
        for format in review_ingest::Format::ALL {
            let _ = ingest(text.as_bytes(), &IngestOptions::new("a").with_format(*format));
        }
    }
}
