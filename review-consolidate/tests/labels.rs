//! Promise 12: no label of a raw review survives in the prose of a report, but where the reviews stand as they came in.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test")]

use review_consolidate::Engine;
use review_core::{
    ChangeSet, ChangedFile, Check, CoverageNote, Decisions, Evidence, FileStatus, Fix, Input, Location,
    RawFinding, Review, SectionItem, Severity,
};
use serde_json::Value;

/// Says something of every label, in its own review's words and by the other reviewer's name.
fn mentions(own: &[&str], other: &str, others: &[&str]) -> String {
    let own: Vec<String> = own.iter().map(|label| format!("see {label}, ({label})")).collect();
    let others: Vec<String> = others
        .iter()
        .map(|label| format!("as {other} {label} and {other}'s {label} say, {other}:{label}"))
        .collect();
    format!("{}; {}.", own.join("; "), others.join("; "))
}

/// A review with a label in each place where prose can stand.
fn review(name: &str, own: [&str; 4], other: &str, others: [&str; 4]) -> Review {
    let text = mentions(&own, other, &others);
    let [finding, withdrawn, design, testing] = own;
    let mut review = Review::new(name)
        .with_finding(
            RawFinding::new(format!("The lock of `{name}` is never released, {text}"))
                .with_id(finding)
                .with_severity(Severity::Important)
                .with_body(format!("It is held for ever.\n\n{text}"))
                .with_scenario(format!("Two requests at once, {text}"))
                .with_fix(Fix::prose(format!("Release it, {text}")))
                .at(Location::line("a.rs", 7)),
        )
        .with_finding({
            let mut finding = RawFinding::new(format!("Taken back by {name}")).with_id(withdrawn);
            finding.withdrawn = true;
            finding
        })
        .with_check(Check::new("cargo test", format!("fails, {text}")));
    review.sections.summary = format!("In short: {text}");
    review.sections.commit_structure = format!("One commit, {text}");
    review.sections.design = vec![SectionItem::new(design, format!("**Layers.** {text}"))];
    review.sections.testing = vec![SectionItem::new(testing, format!("**Untested.** {text}"))];
    review.sections.coverage = vec![CoverageNote::new("a.rs", text)];
    review
}

/// Every text of a document, but for the reviews as they came in and what names a source as data.
fn prose(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(all) => all.iter().for_each(|value| prose(value, into)),
        Value::Object(fields) => {
            let data = ["appendix", "source", "sources", "representative", "subjects"];
            fields
                .iter()
                .filter(|(name, _)| !data.contains(&name.as_str()))
                .for_each(|(_, value)| prose(value, into));
        }
        _ => {}
    }
}

#[test]
fn no_label_of_a_raw_review_survives() {
    let (claude, codex) = (["S71", "S72", "D73", "T74"], ["I81", "I82", "D83", "T84"]);
    let change = ChangeSet::default().with_file(ChangedFile::new("a.rs", FileStatus::Modified));
    let input = Input::new(
        change,
        vec![review("claude", claude, "codex", codex), review("codex", codex, "claude", claude)],
    );
    let report = Engine::new().report(&input, &Evidence::new(), &Decisions::new()).unwrap();
    let mut texts = Vec::new();
    prose(&serde_json::to_value(&report).unwrap(), &mut texts);
    assert!(texts.iter().any(|text| text.contains("see ")));
    for label in claude.iter().chain(&codex) {
        for text in texts.iter().filter(|text| text.contains(label)) {
            // What is not published has no id: it says whose it is.
            let named = text.replace(&format!("claude:{label}"), "").replace(&format!("codex:{label}"), "");
            assert!(!named.contains(label), "{label} in {text:?}");
        }
    }
}
