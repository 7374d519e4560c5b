//! How the time grows with the input, for every hostile shape: read at four sizes, the slope of the logarithms must stay
//! near 1. Exits with an error where it does not.
//!
//! `cargo bench -p review-ingest --bench growth` prints every shape; a part of a name picks some.
#![allow(
    missing_docs,
    unreachable_pub,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a benchmark measures and prints"
)]

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use std::process::ExitCode;
use std::time::{Duration, Instant};

use review_ingest::{IngestOptions, ingest};

/// Sizes in bytes, each twice the one before.
const SIZES: [usize; 4] = [500_000, 1_000_000, 2_000_000, 4_000_000];

/// Steeper is not linear; the machine's noise needs some room.
const STEEPEST: f64 = 1.3;

/// What takes less at the largest size is not worth a look, whatever its slope.
const SHORT: Duration = Duration::from_millis(60);

/// The fastest of several runs: noise only ever adds.
fn fastest(text: &str, options: &IngestOptions) -> Duration {
    let run = |_| {
        let start = Instant::now();
        let _ = ingest(text.as_bytes(), options);
        start.elapsed()
    };
    (0..3).map(run).min().unwrap()
}

/// The slope of a line through the logarithms.
fn slope(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let (x, y): (f64, f64) = points.iter().fold((0.0, 0.0), |(a, b), (x, y)| (a + x / count, b + y / count));
    let above: f64 = points.iter().map(|(a, b)| (a - x) * (b - y)).sum();
    let below: f64 = points.iter().map(|(a, _)| (a - x) * (a - x)).sum();
    above / below
}

fn main() -> ExitCode {
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let options = IngestOptions::new("a");
    let sized: Vec<_> = SIZES.iter().map(|size| hostile::shapes(*size)).collect();
    let mut steep = 0;
    for (index, (name, _)) in sized.first().unwrap().iter().enumerate() {
        if !wanted.is_empty() && !wanted.iter().any(|word| name.contains(word.as_str())) {
            continue;
        }
        let times: Vec<(usize, Duration)> = sized
            .iter()
            .map(|shapes| {
                let text = &shapes.get(index).unwrap().1;
                (text.len(), fastest(text, &options))
            })
            .collect();
        let points: Vec<(f64, f64)> = times
            .iter()
            .map(|(size, time)| ((*size as f64).ln(), time.as_secs_f64().max(1e-6).ln()))
            .collect();
        let (size, last) = *times.last().unwrap();
        let slope = slope(&points);
        let bad = slope > STEEPEST && last > SHORT;
        steep += usize::from(bad);
        let speed = size as f64 / 1e6 / last.as_secs_f64().max(1e-6);
        println!(
            "{} {slope:5.2} {:>7} ms {speed:>7.0} MB/s  {name}",
            if bad { "STEEP" } else { "     " },
            last.as_millis()
        );
    }
    if steep > 0 {
        println!("{steep} shapes grow faster than their size");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
