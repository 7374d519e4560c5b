//! Reads a corpus: `reviews/<id>/raw-<agent>.md` and `gold.json`.

use std::path::Path;

use deep_review::consolidate::eval::{LabelledItem, LabelledReport};
use deep_review::files::read_text;
use deep_review::ingest::ingest;
use deep_review::{Error, ErrorKind, IngestOptions, Kind, Result, Review, Severity, SourceId};
use serde::Deserialize;

use crate::input::review_bytes;

/// One report of the corpus: its reviews as ingestion reads them, and what is known to be right.
pub(crate) struct Case {
    pub(crate) reviews: Vec<Review>,
    pub(crate) gold: Vec<GoldRaw>,
    pub(crate) labels: LabelledReport,
}

/// What is known of one raw finding.
#[derive(Deserialize)]
pub(crate) struct GoldRaw {
    pub(crate) agent: String,
    pub(crate) pass: u32,
    pub(crate) id: String,
    pub(crate) severity: Option<Severity>,
    pub(crate) kind: Option<Kind>,
    #[serde(default)]
    pub(crate) locations: Vec<GoldPlace>,
    consolidated: Option<String>,
    cluster: String,
    #[serde(default)]
    also: Vec<String>,
    disposition: String,
}

#[derive(Deserialize)]
pub(crate) struct GoldPlace {
    pub(crate) path: String,
    pub(crate) start: Option<u32>,
    pub(crate) end: Option<u32>,
}

#[derive(Deserialize)]
struct GoldPublished {
    id: String,
    severity: Option<Severity>,
}

#[derive(Deserialize)]
struct Gold {
    id: String,
    #[serde(default)]
    pr: Option<u64>,
    raw: Vec<GoldRaw>,
    consolidated: Vec<GoldPublished>,
}

/// Reads every report that has raw reviews, ordered by id.
pub(crate) fn load(corpus: &Path) -> Result<Vec<Case>> {
    let folder = corpus.join("reviews");
    let entries = std::fs::read_dir(&folder).map_err(|error| {
        Error::new(ErrorKind::NotFound, format!("not a corpus: {error}"))
            .with_context("path", folder.display())
    })?;
    let mut folders: Vec<_> = entries.filter_map(|entry| entry.ok().map(|entry| entry.path())).collect();
    folders.sort();
    let mut cases = Vec::new();
    for folder in folders.iter().filter(|folder| folder.join("gold.json").is_file()) {
        let case = load_one(folder)?;
        if !case.reviews.is_empty() {
            cases.push(case);
        }
    }
    if cases.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "the corpus has no report with raw reviews and labels",
        )
        .with_context("path", folder.display()));
    }
    Ok(cases)
}

fn load_one(folder: &Path) -> Result<Case> {
    let path = folder.join("gold.json");
    let gold: Gold = serde_json::from_str(&read_text(&path, 64 << 20)?).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, format!("not labels: {error}"))
            .with_context("path", path.display())
    })?;
    let mut agents: Vec<(&str, u32)> = gold.raw.iter().map(|raw| (raw.agent.as_str(), raw.pass)).collect();
    agents.sort_unstable();
    agents.dedup();
    let mut reviews = Vec::new();
    for (agent, pass) in agents {
        let file = folder.join(format!("raw-{agent}.md"));
        if file.is_file() {
            reviews.push(ingest(&review_bytes(&file)?, &IngestOptions::new(agent).with_pass(pass))?);
        }
    }
    let severity_of = |id: &Option<String>| {
        gold.consolidated
            .iter()
            .find(|published| Some(&published.id) == id.as_ref())
            .and_then(|published| published.severity)
    };
    let items = gold
        .raw
        .iter()
        .map(|raw| LabelledItem {
            source: SourceId::new(&raw.agent, raw.pass, &raw.id),
            cluster: raw.cluster.clone(),
            also: raw.also.clone(),
            severity: severity_of(&raw.consolidated),
            ignored: raw.disposition == "unknown",
        })
        .collect();
    // Reports about one change are not independent: intervals draw changes.
    let change = gold.pr.map_or_else(|| gold.id.clone(), |number| format!("pr-{number}"));
    Ok(Case { reviews, labels: LabelledReport { id: gold.id, change, items }, gold: gold.raw })
}
