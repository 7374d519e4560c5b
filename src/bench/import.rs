//! Files of public benchmarks, as changes. The files themselves are read where they are; nothing of them is part of this project.

use std::collections::{BTreeMap, BTreeSet};

use review_core::{ChangeNotes, Error, ErrorKind, Location, RawFinding, Result, Review, Severity};
use serde::Deserialize;
use serde_json::Value;

use super::change::{BenchChange, Golden, RecordedReview, finding_of};

/// Code Review Bench by Martian: one JSON object a line, a pull request each, with golden comments and the findings of products.
///
/// The labels are those of the majority of its judges: `tp` is credited with its golden comments, `fp` with none, and what is
/// disputed or superseded counts as the benchmark's own scorer counts it: disputed as wrong, superseded not at all. A product
/// that says nothing of a pull request has an empty review of it.
///
/// # Errors
/// `InvalidInput` with the line, where one has another form.
pub fn martian(text: &str) -> Result<Vec<BenchChange>> {
    let records: Vec<MartianRecord> = lines(text)?;
    let mut tools: BTreeSet<&str> = BTreeSet::new();
    for record in &records {
        tools.extend(record.sets.opus.iter().map(|finding| finding.tool.as_str()));
    }
    records.iter().map(|record| martian_change(record, &tools)).collect()
}

#[derive(Deserialize)]
struct MartianRecord {
    pr_url: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    repo: String,
    golden: Vec<MartianGolden>,
    sets: MartianSets,
}

#[derive(Deserialize)]
struct MartianGolden {
    idx: u64,
    text: String,
    #[serde(default)]
    severity: String,
}

#[derive(Deserialize)]
struct MartianSets {
    opus: Vec<MartianFinding>,
}

#[derive(Deserialize)]
struct MartianFinding {
    id: String,
    tool: String,
    text: String,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    line: Option<u32>,
    majority: String,
    #[serde(default)]
    majority_golden: Vec<u64>,
}

fn martian_change(record: &MartianRecord, tools: &BTreeSet<&str>) -> Result<BenchChange> {
    let mut change = BenchChange::new(id_of(&record.pr_url));
    change.notes = ChangeNotes::default().with_title(&record.title).with_url(&record.pr_url);
    for one in &record.golden {
        let mut golden = Golden::new(golden_id(one.idx), &one.text);
        golden.severity = martian_severity(&one.severity);
        golden.labels.extend(Some(one.severity.to_lowercase()).filter(|word| !word.is_empty()));
        golden.labels.extend(Some(record.repo.clone()).filter(|word| !word.is_empty()));
        change.golden.push(golden);
    }
    for tool in tools {
        let mut review = Review::new(*tool);
        let mut credits = BTreeMap::new();
        let mut uncounted = BTreeSet::new();
        for finding in record.sets.opus.iter().filter(|finding| finding.tool == *tool) {
            review.findings.push(raw(
                &finding.id,
                &finding.text,
                place(finding.path.as_deref(), finding.line, finding.line),
            ));
            match finding.majority.as_str() {
                "tp" => {
                    let golden = finding.majority_golden.iter().map(|idx| golden_id(*idx)).collect();
                    credits.insert(finding.id.clone(), golden);
                }
                "superseded" => {
                    uncounted.insert(finding.id.clone());
                }
                "fp" | "disputed" => {
                    credits.insert(finding.id.clone(), Vec::new());
                }
                other => {
                    return Err(Error::new(ErrorKind::InvalidInput, "a label that is not known")
                        .with_context("change", &record.pr_url)
                        .with_context("finding", &finding.id)
                        .with_context("label", other));
                }
            }
        }
        change.reviews.push(recorded(tool, &review, credits, uncounted)?);
    }
    Ok(change)
}

fn golden_id(index: u64) -> String {
    format!("G{}", index + 1)
}

/// The benchmark's four words, on our three.
fn martian_severity(word: &str) -> Option<Severity> {
    match word.to_lowercase().as_str() {
        "critical" => Some(Severity::Critical),
        "high" => Some(Severity::Important),
        "medium" | "low" => Some(Severity::Suggestion),
        _ => None,
    }
}

/// AACR-Bench: one JSON object a line, a pull request each, with comments of people and models, of which people accepted some, and pairs
/// of comments labelled as the same or not.
///
/// Golden is what was accepted, once for all comments that are pairwise the same. A model's accepted comment is credited with it, a
/// rejected one with none. Comments of people are golden only: they were asked for what they know, not measured. Recall is therefore the share
/// of what all of them together found.
///
/// # Errors
/// `InvalidInput` with the line, where one has another form.
pub fn aacr(text: &str) -> Result<Vec<BenchChange>> {
    let records: Vec<AacrRecord> = lines(text)?;
    let mut sources: BTreeSet<&str> = BTreeSet::new();
    for comment in records.iter().flat_map(|record| &record.comments) {
        sources.extend(Some(comment.source.as_str()).filter(|source| *source != PERSON));
    }
    records.iter().map(|record| aacr_change(record, &sources)).collect()
}

/// The source of comments that people wrote.
const PERSON: &str = "human";

#[derive(Deserialize)]
struct AacrRecord {
    pr: String,
    #[serde(default)]
    language: String,
    comments: Vec<AacrComment>,
    #[serde(default)]
    pairs: Vec<(u64, u64, String)>,
}

#[derive(Deserialize)]
struct AacrComment {
    i: u64,
    source: String,
    accepted: bool,
    #[serde(default)]
    path: Option<String>,
    #[serde(default)]
    start_line: Option<u32>,
    #[serde(default)]
    end_line: Option<u32>,
    text: String,
}

impl AacrComment {
    fn place(&self) -> Option<Location> {
        place(self.path.as_deref(), self.start_line, self.end_line)
    }
}

fn aacr_change(record: &AacrRecord, sources: &BTreeSet<&str>) -> Result<BenchChange> {
    let mut change = BenchChange::new(id_of(&record.pr));
    change.notes = ChangeNotes::default().with_url(&record.pr);
    let accepted: Vec<&AacrComment> = record.comments.iter().filter(|comment| comment.accepted).collect();
    // The golden comment of each accepted one: the first of those that are the same.
    let mut first: BTreeMap<u64, u64> = accepted.iter().map(|comment| (comment.i, comment.i)).collect();
    for (a, b, label) in &record.pairs {
        if label == "same"
            && let (Some(x), Some(y)) = (first.get(a).copied(), first.get(b).copied())
        {
            let (keep, gone) = (x.min(y), x.max(y));
            first.values_mut().filter(|one| **one == gone).for_each(|one| *one = keep);
        }
    }
    for comment in accepted.iter().filter(|comment| first.get(&comment.i) == Some(&comment.i)) {
        let mut golden = Golden::new(golden_id(comment.i), &comment.text);
        golden.places.extend(comment.place());
        golden.labels.extend(Some(record.language.clone()).filter(|word| !word.is_empty()));
        change.golden.push(golden);
    }
    for source in sources {
        let mut review = Review::new(*source);
        let mut credits = BTreeMap::new();
        for comment in record.comments.iter().filter(|comment| comment.source == *source) {
            let id = format!("F{}", comment.i + 1);
            review.findings.push(raw(&id, &comment.text, comment.place()));
            credits.insert(id, first.get(&comment.i).map(|golden| golden_id(*golden)).into_iter().collect());
        }
        change.reviews.push(recorded(source, &review, credits, BTreeSet::new())?);
    }
    Ok(change)
}

fn recorded(
    name: &str,
    review: &Review,
    credits: BTreeMap<String, Vec<String>>,
    uncounted: BTreeSet<String>,
) -> Result<RecordedReview> {
    let value: Value = serde_json::to_value(review).map_err(|error| {
        Error::new(ErrorKind::Internal, "a review could not be written as JSON").with_source(error)
    })?;
    let mut recorded = RecordedReview::new(name, value);
    recorded.credits = credits;
    recorded.uncounted = uncounted;
    Ok(recorded)
}

fn raw(id: &str, text: &str, place: Option<Location>) -> RawFinding {
    let mut finding = finding_of(id, text);
    finding.locations.extend(place);
    finding
}

fn place(path: Option<&str>, start: Option<u32>, end: Option<u32>) -> Option<Location> {
    let path = path.filter(|path| !path.is_empty())?;
    Some(match start.filter(|line| *line > 0) {
        Some(start) => Location::lines(path, start, end.unwrap_or(start).max(start)),
        None => Location::file(path),
    })
}

/// `owner-repository-12` of an address of a pull request, or what is left of another text.
fn id_of(url: &str) -> String {
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split_once('/').map_or(path, |(_, rest)| rest);
    let words: Vec<String> = path
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.'))
        .filter(|word| !word.is_empty() && *word != "pull")
        .map(|word| word.trim_start_matches('.').to_owned())
        .collect();
    let id: String = words.join("-").chars().take(100).collect();
    if id.is_empty() { "change".to_owned() } else { id }
}

fn lines<T: serde::de::DeserializeOwned>(text: &str) -> Result<Vec<T>> {
    let read = |(number, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|error| {
            Error::new(ErrorKind::InvalidInput, format!("this line has another form: {error}"))
                .with_context("line", number + 1)
        })
    };
    let all: Vec<T> = text
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(read)
        .collect::<Result<_>>()?;
    if all.is_empty() {
        return Err(Error::new(ErrorKind::InvalidInput, "the file has no change"));
    }
    Ok(all)
}
