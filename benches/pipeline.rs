//! How fast the pipeline is, part by part: `cargo bench --bench pipeline`.
//!
//! Single crates have their own, finer benches: `review-agents/ingest`, `review-core/git`, `review-consolidate`,
//! `review-render`.

#![allow(clippy::unwrap_used, reason = "a bench")]

use deep_review::ingest::ingest;
use deep_review::{
    ChangeSet, Cx, IngestOptions, RecordedTree, RenderOptions, Report, Review, Session, renderer,
};
use divan::Bencher;
use divan::counter::BytesCount;
use review_testkit::{finding, review};

fn main() {
    divan::main();
}

/// Reviews of ten reviewers with so many findings together; every third defect is seen by two of them.
fn reviews(findings: usize) -> Vec<Review> {
    const WHAT: &[&str] =
        &["loses the error of", "leaks the handle of", "races with", "double-counts", "never closes"];
    (0..10)
        .map(|reviewer| {
            let mut one = review(&format!("reviewer{reviewer}"));
            for n in (0..findings).filter(|n| n % 10 == reviewer) {
                let defect = if n % 3 == 0 { n / 10 * 10 } else { n };
                let what = WHAT.get(defect % WHAT.len()).copied().unwrap_or("breaks");
                let line = format!(
                    "I{n} `work{defect}` {what} `item{}` @ src/part{}.rs:{}",
                    defect * 7,
                    defect % 97,
                    defect % 900 + 1
                );
                one = one.with_finding(finding(&line));
            }
            one
        })
        .collect()
}

fn report(findings: usize) -> Report {
    let session = Session::new(ChangeSet::default(), RecordedTree::default())
        .with_report_id("bench")
        .with_started_ms(0);
    session.consolidate_blocking(reviews(findings), Cx::detached()).unwrap().report
}

/// A review of so many findings as an agent writes it.
fn markdown(findings: usize) -> String {
    let mut text = String::from("## Findings\n\n### Important Issues\n\n");
    for n in 1..=findings {
        text.push_str(&format!(
            "I{n}. **`work{n}` loses the error** — `src/part{}.rs:{}-{}` (important, regression)\n\n```rust\nlet x = work{n}();\n```\n\n\
             The caller goes on without a result.\n\nFix: return it.\n\n",
            n % 97,
            n,
            n + 4
        ));
    }
    text
}

#[divan::bench(args = [10, 100, 1000])]
fn ingestion(bencher: Bencher<'_, '_>, findings: usize) {
    let text = markdown(findings);
    bencher
        .counter(BytesCount::new(text.len()))
        .bench(|| ingest(text.as_bytes(), &IngestOptions::new("claude")).unwrap());
}

#[divan::bench(args = [30, 1000, 10_000], sample_count = 10, sample_size = 1)]
fn consolidation(bencher: Bencher<'_, '_>, findings: usize) {
    let reviews = reviews(findings);
    bencher.with_inputs(|| reviews.clone()).bench_values(|reviews| {
        let session = Session::new(ChangeSet::default(), RecordedTree::default())
            .with_report_id("bench")
            .with_started_ms(0);
        session.consolidate_blocking(reviews, Cx::detached()).unwrap()
    });
}

#[divan::bench(args = ["markdown", "json", "terminal"], sample_count = 20, sample_size = 1)]
fn rendering_300(bencher: Bencher<'_, '_>, format: &str) {
    let report = report(300);
    let renderer = renderer(format).unwrap();
    bencher.bench(|| renderer.render(&report, &RenderOptions::default()).unwrap());
}
