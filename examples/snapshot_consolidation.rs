//! Snapshot-test consolidation: a scenario in a few lines, and a report that reads like prose.
//!
//! `cargo run --example snapshot_consolidation` prints what a test would compare. In a test, hand the text to
//! `insta::assert_snapshot!`.

use deep_review::{Cx, Report, Session};
use review_testkit::{finding, review, scenario};

/// One line per published finding, and one per entry of the ledger: stable over wording of reasons and over scores.
fn digest(report: &Report) -> String {
    let mut out = format!("verdict: {}\n", report.verdict.decision);
    for finding in &report.findings {
        let place = finding.locations.first().map(ToString::to_string).unwrap_or_default();
        let grade = finding.anchors.first().map_or("no anchor", |anchor| anchor.grade.as_str());
        out.push_str(&format!(
            "{} {} @ {place} ({grade}) by {}\n",
            finding.id,
            finding.title,
            finding.reviewers.join(" + ")
        ));
    }
    for entry in &report.ledger {
        out.push_str(&format!("{}: {} -> {}\n", entry.source, entry.disposition, entry.targets.join(" ")));
    }
    out
}

fn main() -> deep_review::Result<()> {
    let scenario = scenario().file(
        "cache.rs",
        "fn get(k: &str) -> Option<u32> {\n    map().get(k).copied()\n}\n",
        "fn get(k: &str) -> Option<u32> {\n    let guard = lock();\n    let value = map().get(k).copied();\n    std::mem::forget(guard);\n    value\n}\n",
    );
    let reviews = vec![
        // The quote is right and the line is not: the place is corrected.
        review("claude")
            .with_finding(finding("I1 The lock is never released @ cache.rs:9 `std::mem::forget(guard);`")),
        review("codex").with_finding(finding(
            "C1 forget(guard) leaks the lock for ever @ cache.rs:4 `std::mem::forget(guard);`",
        )),
        // The quoted code is nowhere: this is refuted.
        review("gemini").with_finding(finding(
            "C1 The map is cleared on every call @ cache.rs:3 `map().clear_everything_now();`",
        )),
    ];
    let outcome = Session::new(scenario.change(), scenario.tree())
        .with_report_id("example")
        .with_started_ms(0)
        .consolidate_blocking(reviews, Cx::detached())?;
    print!("{}", digest(&outcome.report));
    Ok(())
}
