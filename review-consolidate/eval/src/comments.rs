//! Comments of different reviewers on pull requests of many projects, with pairs labelled by reading.

use std::collections::BTreeMap;
use std::path::Path;

use review_core::{Location, RawFinding, Review, SourceId};
use serde_json::Value;

/// A pull request with its labelled pairs.
#[derive(Clone)]
pub struct Commented {
    /// `owner/name`.
    pub project: String,
    /// The pull request.
    pub change: String,
    /// The comments by their reviewers, each a finding.
    pub reviews: Vec<Review>,
    /// Two comments, whether they are the same issue, and whether their lines are near each other.
    pub pairs: Vec<Labelled>,
}

/// A labelled pair.
#[derive(Clone)]
pub struct Labelled {
    pub a: SourceId,
    pub b: SourceId,
    pub same: bool,
    pub near: bool,
}

/// Comments up to this many lines apart are near each other.
const NEAR: u32 = 10;

/// Reads the pull requests.
pub fn read(file: &Path) -> Vec<Commented> {
    let text = std::fs::read_to_string(file).unwrap();
    text.lines().map(|line| commented(&serde_json::from_str(line).unwrap())).collect()
}

fn commented(record: &Value) -> Commented {
    let url = record["pr"].as_str().unwrap();
    let project = url.split('/').skip(3).take(2).collect::<Vec<_>>().join("/");
    let mut reviews: BTreeMap<String, Review> = BTreeMap::new();
    let mut by_number: BTreeMap<u64, (SourceId, Location)> = BTreeMap::new();
    for comment in record["comments"].as_array().unwrap() {
        let number = comment["i"].as_u64().unwrap();
        let (reviewer, id) = (comment["source"].as_str().unwrap(), format!("c{number}"));
        let line = |name: &str| comment[name].as_u64().map(|line| line as u32);
        let path = comment["path"].as_str().unwrap_or_default();
        let place = match line("start_line").or(line("end_line")) {
            Some(start) => Location::lines(path, start, line("end_line").unwrap_or(start)),
            None => Location::file(path),
        };
        let finding = from_comment(comment["text"].as_str().unwrap()).with_id(&id).at(place.clone());
        by_number.insert(number, (SourceId::new(reviewer, 1, &id), place));
        let review = reviews.entry(reviewer.to_owned()).or_insert_with(|| Review::new(reviewer));
        review.findings.push(finding);
    }
    let pair = |pair: &Value| {
        let (a, b) = (&by_number[&pair[0].as_u64()?], &by_number[&pair[1].as_u64()?]);
        let same = match pair[2].as_str()? {
            "same" => true,
            "different" => false,
            _ => return None,
        };
        let ranges = a.1.range().zip(b.1.range());
        let near = a.1.path == b.1.path && ranges.is_some_and(|(a, b)| a.distance(&b) <= NEAR);
        Some(Labelled { a: a.0.clone(), b: b.0.clone(), same, near })
    };
    let pairs = record["pairs"].as_array().unwrap().iter().filter_map(pair).collect();
    Commented { project, change: url.to_owned(), reviews: reviews.into_values().collect(), pairs }
}

/// A comment as a finding: its first sentence is the title.
pub fn from_comment(text: &str) -> RawFinding {
    let bare = text.trim().trim_start_matches(['*', '#', ' ']);
    let first = bare.lines().next().unwrap_or_default();
    let title = first.split_once(". ").map_or(first, |(lead, _)| lead);
    RawFinding::new(title.trim_end_matches('*')).with_body(text)
}
