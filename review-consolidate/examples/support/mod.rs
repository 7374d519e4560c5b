//! Reads the labelled corpora from disk for the examples.
#![allow(dead_code, reason = "each example uses a part")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    reason = "an example may stop at broken data"
)]

use std::path::Path;

use review_consolidate::eval::{LabelledItem, LabelledReport};
use review_core::{ChangeSet, Input, Kind, Location, RawFinding, Review, Severity, SourceId};
use serde_json::Value;

/// One report of the corpus: what goes in and what is known to be right.
pub(crate) struct Case {
    pub(crate) input: Input,
    pub(crate) labels: LabelledReport,
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn severity(value: &Value) -> Option<Severity> {
    value.as_str().map(Severity::from_text)
}

/// Reads `reviews/*/gold.json`.
pub(crate) fn corpus(dir: &Path) -> Vec<Case> {
    let mut folders: Vec<_> =
        std::fs::read_dir(dir.join("reviews")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
        .iter()
        .map(|folder| case(&folder.join("gold.json")))
        .filter(|case| !case.labels.items.is_empty())
        .collect()
}

fn case(path: &Path) -> Case {
    let gold: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let mut reviews: Vec<Review> = Vec::new();
    let mut labels = LabelledReport {
        id: text(&gold["id"]),
        change: gold["pr"].as_u64().map_or_else(|| text(&gold["branch"]), |pr| pr.to_string()),
        items: Vec::new(),
    };
    for raw in gold["raw"].as_array().unwrap() {
        let (agent, pass) = (text(&raw["agent"]), raw["pass"].as_u64().unwrap_or(1) as u32);
        let mut finding =
            RawFinding::new(text(&raw["title"])).with_id(text(&raw["id"])).with_body(text(&raw["body"]));
        finding.severity = severity(&raw["severity"]);
        finding.kind = raw["kind"].as_str().map(Kind::from_text).filter(Kind::is_known);
        finding.withdrawn = raw["withdrawn"].as_bool().unwrap_or(false);
        for place in raw["locations"].as_array().into_iter().flatten() {
            let line = |name: &str| place[name].as_u64().map(|line| line as u32);
            finding = finding.at(match (line("start"), line("end")) {
                (Some(start), end) => Location::lines(text(&place["path"]), start, end.unwrap_or(start)),
                _ => Location::file(text(&place["path"])),
            });
        }
        let published = raw["consolidated"].as_str().and_then(|id| {
            let all = gold["consolidated"].as_array().unwrap();
            all.iter().find(|finding| finding["id"] == id).and_then(|finding| severity(&finding["severity"]))
        });
        labels.items.push(LabelledItem {
            source: SourceId::new(&agent, pass, &finding.id),
            cluster: text(&raw["cluster"]),
            also: raw["also"].as_array().into_iter().flatten().map(text).collect(),
            severity: published,
            ignored: raw["disposition"] == "unknown",
        });
        match reviews.iter_mut().find(|review| review.reviewer == agent && review.pass == pass) {
            Some(review) => review.findings.push(finding),
            None => reviews.push(Review::new(agent).with_pass(pass).with_finding(finding)),
        }
    }
    Case { input: Input::new(ChangeSet::default(), reviews), labels }
}
