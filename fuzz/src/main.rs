//! A mutation fuzzer for ingestion. Deterministic for a given seed and corpus, but for the clock that ends it.

mod check;
mod mutate;

use std::fs;
use std::panic;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mutate::Mutator;

/// Inputs that grew interesting are kept up to this many, the oldest given up first.
const MAX_POOL: usize = 4000;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let target = arguments.first().map_or("ingest", String::as_str);
    let seconds = arguments.get(1).and_then(|text| text.parse().ok()).unwrap_or(60);
    let seed = arguments.get(2).and_then(|text| text.parse().ok()).unwrap_or(1);
    let Some(formats) = check::formats(target) else {
        eprintln!("unknown target {target}; known: ingest, markdown, json, tools");
        std::process::exit(2);
    };
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pool = seeds(&folder.join("seeds"));
    let mut mutator = Mutator::new(seed);
    // A panic is a finding, not a message on the screen for each of a million inputs.
    panic::set_hook(Box::new(|_| {}));
    let (start, mut runs, mut failures) = (Instant::now(), 0u64, 0u64);
    let mut seen = std::collections::HashSet::new();
    let mut reported = Instant::now();
    while start.elapsed() < Duration::from_secs(seconds) {
        let input = mutator.mutate(&pool);
        runs += 1;
        let outcome = panic::catch_unwind(|| check::check(&input, &formats));
        match outcome {
            // A new shape of result is worth mutating further.
            Ok(Ok(shape)) => {
                if seen.insert(shape) {
                    if pool.len() >= MAX_POOL {
                        pool.remove(mutator.below(pool.len() / 2));
                    }
                    pool.push(input);
                }
            }
            Ok(Err(complaint)) => failures += keep(folder, target, &input, &complaint),
            Err(cause) => {
                let text = cause
                    .downcast_ref::<String>()
                    .cloned()
                    .or_else(|| cause.downcast_ref::<&str>().map(|text| (*text).to_owned()));
                failures += keep(folder, target, &input, &format!("panic: {}", text.unwrap_or_default()));
            }
        }
        if reported.elapsed() > Duration::from_secs(60) {
            reported = Instant::now();
            println!(
                "{target}: {runs} runs, {} shapes, {failures} failures, {} s",
                pool.len(),
                start.elapsed().as_secs()
            );
        }
    }
    println!(
        "{target}: {runs} runs, {} shapes, {failures} failures, {} s",
        pool.len(),
        start.elapsed().as_secs()
    );
    if failures > 0 {
        std::process::exit(1);
    }
}

fn seeds(folder: &Path) -> Vec<Vec<u8>> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    files.sort();
    let mut pool: Vec<Vec<u8>> = files.iter().filter_map(|file| fs::read(file).ok()).collect();
    pool.push(b"## Findings\n\n**I1. Guard leaks** - `a.rs:1` (important, gap)\n".to_vec());
    pool
}

/// Writes a failing input; the same complaint is kept once.
fn keep(folder: &Path, target: &str, input: &[u8], complaint: &str) -> u64 {
    let failures = folder.join("failures");
    let short: String =
        complaint.chars().filter(|c| c.is_ascii_alphanumeric() || *c == ' ').take(60).collect();
    let file = failures.join(format!("{target}-{}.txt", short.replace(' ', "-")));
    if file.exists() {
        return 0;
    }
    println!("FAILURE {target}: {complaint}");
    let _ = fs::create_dir_all(&failures);
    let _ = fs::write(file, input);
    1
}
