//! Prints how long every hostile shape takes.
//!
//! ```text
//! cargo run --release -p review-ingest --example hostile_times -- 10000000
//! ```
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::disallowed_types,
    unreachable_pub,
    missing_docs,
    reason = "an example prints and measures"
)]

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use std::time::Instant;

use review_ingest::{IngestOptions, ingest};

fn main() {
    let size = std::env::args().nth(1).and_then(|size| size.parse().ok()).unwrap_or(1_000_000);
    let options = IngestOptions::new("a");
    let mut times: Vec<_> = hostile::shapes(size)
        .into_iter()
        .map(|(name, text)| {
            let start = Instant::now();
            let _ = ingest(text.as_bytes(), &options);
            (start.elapsed(), name)
        })
        .collect();
    times.sort();
    for (time, name) in times.iter().rev() {
        println!("{:>8} ms  {name}", time.as_millis());
    }
}
