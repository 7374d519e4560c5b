//! The sample of the README: its first command finds what it promises.

use std::path::Path;

use deep_review::{Disposition, Document, Report};

use crate::environment;

#[test]
fn the_first_command_of_the_readme_shows_a_report() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let command =
        readme.lines().find_map(|line| line.strip_prefix("cargo run -p deep-review-cli -- ")).unwrap();
    let mut words: Vec<&str> = command.split_whitespace().collect();
    let run = root.join(words.pop().unwrap());
    let run = run.to_str().unwrap();
    words.extend([run, "--format", "json"]);

    let printed = environment().run(&words).expect_status(0).stdout;
    let report = Report::from_json(&printed).unwrap();

    let findings: Vec<String> =
        report.findings.iter().map(|finding| format!("{} {}", finding.id, finding.title)).collect();
    insta::assert_snapshot!(findings.join("\n"), @"
    C1 The order id is put into the SQL text
    I1 A refund that could not be booked is reported as booked
    I2 Repeated partial refunds can exceed the order's total
    S1 `LIMIT` says neither what it limits nor in which unit
    S2 Large refunds are announced with `print`
    ");
    let dropped = report.ledger.iter().filter(|entry| entry.disposition == Disposition::FalsePositive);
    let dropped: Vec<String> =
        dropped.map(|entry| format!("{}: {}", entry.source.reviewer, entry.reason)).collect();
    insta::assert_snapshot!(dropped.join("\n"), @"gemini: the code it quotes stands nowhere at head or base");
}

/// The reviews in the sample's folder are those of its record.
#[test]
fn the_sample_was_made_from_its_reviews() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("examples/sample");
    let journal = std::fs::read_to_string(sample.join("run/journal.jsonl")).unwrap();
    for file in ["claude.md", "codex.json", "gemini.md"] {
        let file = sample.join("reviews").join(file);
        let parsed = environment().run(&["parse", file.to_str().unwrap()]).expect_status(0).stdout;
        let review: serde_json::Value = serde_json::from_str(&parsed).unwrap();
        let findings = review["findings"].as_array().unwrap();
        assert_eq!(findings.len(), 3);
        for finding in findings {
            let title = serde_json::to_string(&finding["title"]).unwrap();
            assert!(journal.contains(&title), "{title} of {} is not in the record", file.display());
        }
    }
}
