//! Measures ingestion on a folder of labelled reviews.
//!
//! ```text
//! cargo run --release -p review-ingest --example score_corpus -- ../shared/corpus [--misses]
//! ```
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    unreachable_pub,
    missing_docs,
    reason = "an example prints, and shares its code with a test"
)]

#[path = "../tests/corpus/mod.rs"]
mod corpus;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().unwrap_or_else(|| "../shared/corpus".to_owned());
    let score = corpus::score(std::path::Path::new(&folder));
    if arguments.any(|argument| argument == "--misses") {
        for miss in &score.misses {
            println!("{miss}");
        }
    }
    print!("{}", score.table());
}
