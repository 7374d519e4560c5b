//! Reads every file of a folder as a review and prints what was understood.
//!
//! ```text
//! cargo run -p review-ingest --example ingest_folder -- FOLDER
//! ```
#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    reason = "an example reads files and prints"
)]

use std::{env, fs, io};

use review_ingest::{IngestOptions, ingest};

fn main() -> io::Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let mut files: Vec<_> = fs::read_dir(&folder)?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_file())
        .collect();
    files.sort();
    // The word tables are built once and serve for every file.
    let mut options = IngestOptions::default();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        options.reviewer = Some(name.clone());
        match ingest(&fs::read(&file)?, &options) {
            Ok(review) => {
                println!(
                    "{name}: {} findings, {} of {} lines typed, {}",
                    review.findings.len(),
                    review.lines.typed,
                    review.lines.total,
                    review.completeness
                );
                for finding in &review.findings {
                    let severity = finding.severity.map(|severity| severity.to_string()).unwrap_or_default();
                    let place = finding.locations.first().map(ToString::to_string).unwrap_or_default();
                    println!("  {:<4} {severity:<10} {place:<40} {}", finding.id, finding.title);
                }
            }
            Err(error) => println!("{name}: {error}"),
        }
    }
    Ok(())
}
