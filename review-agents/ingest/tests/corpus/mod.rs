//! Measures ingestion against a folder of labelled reviews: `reviews/<id>/raw-<agent>.md` with `gold.json`.
//! Shared by the integration test and the example that prints the misses.

use std::fs;
use std::path::Path;

use review_core::{RawFinding, Review};
use review_ingest::{IngestOptions, ingest};
use serde_json::Value;

/// Counts over all reviews.
#[derive(Debug, Default)]
pub struct Score {
    pub gold: usize,
    pub found: usize,
    pub title_exact: usize,
    pub spurious: usize,
    pub severity: usize,
    pub kind: usize,
    pub locations: usize,
    pub lines_total: u64,
    pub lines_typed: u64,
    pub sums_wrong: usize,
    pub reviews: usize,
    pub misses: Vec<String>,
}

impl Score {
    /// A share in percent.
    pub fn percent(part: usize, whole: usize) -> f64 {
        if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
    }

    /// The table of the bars.
    pub fn table(&self) -> String {
        let found = self.found;
        let line = |name: &str, part: usize, whole: usize| {
            format!("{name:<22}{:>7.2} %  {part}/{whole}\n", Self::percent(part, whole))
        };
        let mut table = String::new();
        table += &line("found", found, self.gold);
        table += &line("spurious", self.spurious, self.gold);
        table += &line("severity right", self.severity, found);
        table += &line("kind right", self.kind, found);
        table += &line("locations exact", self.locations, found);
        table += &line("title exact", self.title_exact, found);
        table += &line("lines typed", self.lines_typed as usize, self.lines_total as usize);
        table += &format!("reviews {} · wrong sums {}\n", self.reviews, self.sums_wrong);
        table
    }
}

/// Scores every review of the folder.
pub fn score(folder: &Path) -> Score {
    let mut score = Score::default();
    let mut ids: Vec<_> = fs::read_dir(folder.join("reviews"))
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    ids.sort();
    for review in ids {
        let Ok(gold) = fs::read_to_string(review.join("gold.json")) else { continue };
        let Ok(gold) = serde_json::from_str::<Value>(&gold) else { continue };
        let name = review.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        // Where only a part of the raw review was kept, the labels say more than the text.
        let status = gold.get("raw_status").and_then(Value::as_str).unwrap_or("full").to_owned();
        let raw: Vec<&Value> =
            gold.get("raw").and_then(Value::as_array).map(|raw| raw.iter().collect()).unwrap_or_default();
        for agent in ["claude", "codex", "gemini"] {
            let Ok(bytes) = fs::read(review.join(format!("raw-{agent}.md"))) else { continue };
            let Ok(read) = ingest(&bytes, &IngestOptions::new(agent)) else {
                score.misses.push(format!("{name}/{agent}: refused"));
                continue;
            };
            let expected: Vec<&Value> =
                raw.iter().copied().filter(|finding| text(finding, "agent") == agent).collect();
            compare(&mut score, &format!("{name}/{agent} ({status})"), &expected, &read);
        }
    }
    score
}

fn compare(score: &mut Score, name: &str, expected: &[&Value], read: &Review) {
    score.reviews += 1;
    score.gold += expected.len();
    score.lines_total += u64::from(read.lines.total);
    score.lines_typed += u64::from(read.lines.typed);
    if read.lines.typed + read.lines.unplaced != read.lines.total
        || read.sections.unplaced.len() != read.lines.unplaced as usize
    {
        score.sums_wrong += 1;
    }
    for line in &read.sections.unplaced {
        score.misses.push(format!("{name}: unplaced {}: {}", line.line, line.text));
    }
    let mut left: Vec<&RawFinding> = read.findings.iter().collect();
    for gold in expected {
        let id = text(gold, "id");
        let title = words(&text(gold, "title"));
        // The same finding: the same id and much the same title.
        let at = left.iter().position(|finding| finding.id == id && same(&words(&finding.title), &title));
        let Some(at) = at else {
            score.misses.push(format!("{name}: not found {id} {}", text(gold, "heading")));
            continue;
        };
        let finding = left.remove(at);
        score.found += 1;
        check(score, name, gold, finding);
    }
    score.spurious += left.len();
    for finding in left {
        score
            .misses
            .push(format!("{name}: spurious {} {:?} {}", finding.id, finding.document_lines, finding.title));
    }
}

fn check(score: &mut Score, name: &str, gold: &Value, finding: &RawFinding) {
    let id = &finding.id;
    if finding.title == text(gold, "title") {
        score.title_exact += 1;
    } else {
        score.misses.push(format!(
            "{name}: title of {id}: {:?} instead of {:?}",
            finding.title,
            text(gold, "title")
        ));
    }
    let severity = finding.severity.map(|severity| severity.to_string()).unwrap_or_default();
    if severity == text(gold, "severity") {
        score.severity += 1;
    } else {
        score
            .misses
            .push(format!("{name}: severity of {id}: {severity} instead of {}", text(gold, "severity")));
    }
    let kind = finding.kind.map(|kind| kind.to_string()).unwrap_or_default();
    if kind == text(gold, "kind") {
        score.kind += 1;
    } else {
        score.misses.push(format!("{name}: kind of {id}: {kind} instead of {}", text(gold, "kind")));
    }
    let mut read: Vec<String> = finding
        .locations
        .iter()
        .map(|place| format!("{}:{:?}-{:?}", place.path, place.start_line, place.end_line))
        .collect();
    let line = |place: &Value, key: &str| place.get(key).and_then(Value::as_u64).map(|line| line as u32);
    let places = gold.get("locations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let mut wanted: Vec<String> = places
        .iter()
        .map(|place| format!("{}:{:?}-{:?}", text(place, "path"), line(place, "start"), line(place, "end")))
        .collect();
    read.sort();
    wanted.sort();
    if read == wanted {
        score.locations += 1;
    } else {
        score.misses.push(format!("{name}: places of {id}: {read:?} instead of {wanted:?}"));
    }
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Most words in common.
fn same(a: &[String], b: &[String]) -> bool {
    let common = a.iter().filter(|word| b.contains(word)).count();
    2 * common >= a.len().max(b.len())
}
