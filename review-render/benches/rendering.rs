//! How long a report takes: the bars of the project are 120 ms for a page of 40 findings with coloured snippets (15 ms
//! without colours, languages warm) and 3 s for 1,000 findings.
//!
//! ```text
//! cargo bench -p review-render --all-features
//! ```
#![allow(clippy::unwrap_used, reason = "a benchmark stops at the first error")]
#![allow(clippy::disallowed_methods, clippy::disallowed_macros, reason = "a benchmark measures and prints")]

#[path = "../tests/support/mod.rs"]
mod support;

use divan::Bencher;
use review_core::{RenderOptions, Report};

fn main() {
    memory();
    divan::main();
}

/// The bar is 200 MiB for 1,000 findings; Linux says how much the process has held at most.
#[cfg(feature = "html")]
fn memory() {
    let peak = || {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
        Some(line.trim().to_owned())
    };
    let report = support::many(1_000);
    let before = peak();
    let page = render("html", &report, true);
    if let (Some(before), Some(after)) = (before, peak()) {
        println!("1,000 findings, coloured, {} KiB of HTML: peak {after}, {before} before", page.len() >> 10);
    }
}

#[cfg(not(feature = "html"))]
fn memory() {}

fn render(format: &str, report: &Report, highlight: bool) -> String {
    let options = RenderOptions::default().with_highlight(highlight);
    review_render::renderer(format).unwrap().render(report, &options).unwrap().text
}

#[cfg(feature = "html")]
#[divan::bench(args = [40, 300, 1_000], sample_count = 10)]
fn html_in_colour(bencher: Bencher<'_, '_>, findings: usize) {
    let report = support::many(findings);
    render("html", &report, true);
    bencher.bench_local(|| render("html", divan::black_box(&report), true));
}

#[cfg(feature = "html")]
#[divan::bench(args = [40, 300, 1_000], sample_count = 10)]
fn html_plain(bencher: Bencher<'_, '_>, findings: usize) {
    let report = support::many(findings);
    bencher.bench_local(|| render("html", divan::black_box(&report), false));
}

#[divan::bench(args = ["markdown", "markdown-comment", "json", "terminal", "rdjson", "github", "gitlab-discussions", "junit"], sample_count = 20)]
fn forty_findings(bencher: Bencher<'_, '_>, format: &str) {
    let report = support::many(40);
    bencher.bench_local(|| render(format, divan::black_box(&report), false));
}

#[divan::bench(args = ["markdown", "json", "terminal", "github"], sample_count = 10)]
fn a_thousand_findings(bencher: Bencher<'_, '_>, format: &str) {
    let report = support::many(1_000);
    bencher.bench_local(|| render(format, divan::black_box(&report), false));
}
