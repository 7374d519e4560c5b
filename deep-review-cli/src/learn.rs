//! `deep-review learn`: what recorded outcomes tell of reviewers becomes a policy.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use deep_review::consolidate::eval::{ClaimOutcome, label_outcomes, learn_priors, report_outcomes};
use deep_review::files::write_whole;
use deep_review::{Document, Error, ErrorKind, Policy, Report, Result, Severity, SourceId};

use super::args::LearnArgs;
use super::eval::corpus;
use super::exit::{self, Exit};
use super::{input, output};

pub(crate) fn run(args: LearnArgs) -> Result<Exit> {
    let mut outcomes = Vec::new();
    for folder in &args.from {
        let found = learn_from(folder)?;
        if found.is_empty() {
            output::note(&format!("{}: nothing that tells how a claim ended", folder.display()));
        }
        outcomes.extend(found);
    }
    let mut policy = input::policy(args.policy.as_deref())?.unwrap_or_default();
    policy.reviewers.extend(learn_priors(&outcomes));
    output::note(&summary(&policy, outcomes.len()));
    let text = policy.to_json()?;
    match &args.file {
        Some(path) => write_whole(path, text.as_bytes())?,
        None => output::print(&text)?,
    }
    Ok(exit::DONE)
}

/// A corpus, a report's folder, or a folder of such folders.
fn learn_from(folder: &Path) -> Result<Vec<ClaimOutcome>> {
    if folder.join("reviews").is_dir() {
        return corpus_outcomes(folder);
    }
    let mut folders = vec![folder.to_owned()];
    if !folder.join("report.json").is_file() {
        folders = entries(folder)?.into_iter().filter(|path| path.join("report.json").is_file()).collect();
    }
    if folders.is_empty() {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "neither a corpus (`reviews/<id>/gold.json`) nor a folder with `report.json`",
        )
        .with_context("path", folder.display()));
    }
    let mut outcomes = Vec::new();
    for folder in folders {
        let report: Report = input::document(&folder.join("report.json"))?;
        let files: Vec<PathBuf> = entries(&folder)?.into_iter().filter(|path| is_resolution(path)).collect();
        let resolutions = input::resolutions(&files, std::slice::from_ref(&report))?;
        outcomes.extend(report_outcomes(&report, &resolutions));
    }
    Ok(outcomes)
}

/// `resolution.json`, `resolution-2.md`, …
fn is_resolution(path: &Path) -> bool {
    let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    name.starts_with("resolution") && (name.ends_with(".json") || name.ends_with(".md"))
}

/// What is in a folder, ordered by name.
fn entries(folder: &Path) -> Result<Vec<PathBuf>> {
    let read = |error| {
        Error::new(ErrorKind::NotFound, format!("the folder can't be read: {error}"))
            .with_context("path", folder.display())
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(read)? {
        paths.push(entry.map_err(read)?.path());
    }
    paths.sort();
    Ok(paths)
}

fn corpus_outcomes(folder: &Path) -> Result<Vec<ClaimOutcome>> {
    let mut outcomes = Vec::new();
    for case in corpus::load(folder)? {
        let claims: BTreeMap<SourceId, Severity> = case
            .gold
            .iter()
            .filter_map(|raw| Some((SourceId::new(&raw.agent, raw.pass, &raw.id), raw.severity?)))
            .collect();
        outcomes.extend(label_outcomes(&case.labels, &claims));
    }
    Ok(outcomes)
}

/// One line per reviewer.
fn summary(policy: &Policy, claims: usize) -> String {
    let mut out = format!("learned from {claims} claims");
    for (reviewer, prior) in &policy.reviewers {
        let show =
            |share: Option<deep_review::Ratio>| share.map_or("-".to_owned(), |share| share.to_string());
        out.push_str(&format!(
            "\n  {reviewer}: {} claims, critical holds {}, important holds {}, true {}",
            prior.samples,
            show(prior.critical_holds),
            show(prior.important_holds),
            show(prior.precision)
        ));
    }
    out
}
