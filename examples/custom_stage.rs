//! Replace or add a stage of consolidation; the ledger's guarantees hold whatever the stage does.
//!
//! Here: a checker that doubts findings in vendored code. `cargo run --example custom_stage`.

use deep_review::Session;
use deep_review::consolidate::{CheckContext, CheckResult, ClaimChecker, Engine, Item};
use review_testkit::{finding, review, scenario};

/// Code under `vendor/` is somebody else's: what is wrong there is rarely for this change to mend.
struct Vendored;

impl ClaimChecker for Vendored {
    fn name(&self) -> &str {
        "vendored"
    }

    fn check(&self, item: &Item<'_>, _: &CheckContext<'_>) -> Option<CheckResult> {
        let vendored = |path: &str| path.starts_with("vendor/");
        let all = !item.finding.locations.is_empty()
            && item.finding.locations.iter().all(|place| vendored(&place.path));
        all.then(|| CheckResult::Doubted {
            code: "vendored".into(),
            reason: "the code is vendored, so this change can't mend it".into(),
            weight: 2_000,
        })
    }
}

fn main() -> deep_review::Result<()> {
    let change = scenario().file("vendor/x/x.go", "package x\n", "package x\n\nvar A = 1\n").file(
        "main.go",
        "",
        "package main\n",
    );
    let said = review("claude")
        .with_finding(finding("I1 The package leaks a global @ vendor/x/x.go:3 `var A = 1`"))
        .with_finding(finding("I2 The package has no main function @ main.go:1 `package main`"));
    for engine in [Engine::new(), Engine::new().with_checker(Vendored)] {
        let outcome = Session::new(change.change(), change.tree())
            .with_engine(engine)
            .with_report_id("example")
            .with_started_ms(0)
            .consolidate_blocking(vec![said.clone()], deep_review::Cx::detached())?;
        for finding in &outcome.report.findings {
            println!("{} {} (confidence {})", finding.id, finding.title, finding.confidence);
            for reason in finding.reasons.iter().filter(|reason| reason.stage == "check") {
                println!("   {}", reason.text);
            }
        }
        println!();
    }
    Ok(())
}
