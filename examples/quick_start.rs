//! From two reviews to one report, offline: `cargo run --example quick_start`.

use deep_review::{Cx, RenderOptions, ScriptedReviewer, Session, renderer};
use review_testkit::{finding, review, scenario};

fn main() -> deep_review::Result<()> {
    // A change: one file before and after. In real life this is `Session::open(".", …)`.
    let change = scenario().file(
        "net/pool.go",
        "package net\n\nfunc Open() error {\n\treturn dial()\n}\n",
        "package net\n\nfunc Open() error {\n\tif err := dial(); err != nil {\n\t\treturn nil\n\t}\n\treturn nil\n}\n",
    );
    let claude = review("claude")
        .with_finding(finding("I1 Open reports success when dial fails @ net/pool.go:5 `return nil`"));
    let codex = review("codex")
        .with_finding(finding("C1 The error of dial is lost in Open @ net/pool.go:4-6 `return nil`"));

    let outcome = Session::new(change.change(), change.tree())
        .with_reviewer(ScriptedReviewer::new(claude))
        .with_reviewer(ScriptedReviewer::new(codex))
        .run_blocking(Cx::detached())?;

    if let Some(terminal) = renderer("terminal") {
        println!("{}", terminal.render(&outcome.report, &RenderOptions::default())?.text);
    }
    for entry in &outcome.report.ledger {
        println!("{} {} -> {}: {}", entry.source, entry.disposition, entry.targets.join(" "), entry.reason);
    }
    Ok(())
}
