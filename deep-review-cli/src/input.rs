//! Documents that the user names.

use std::path::{Path, PathBuf};

use deep_review::agents::prompt::Prompt;
use deep_review::files::{read_bounded, read_text};
use deep_review::{
    ChangeNotes, Decisions, Document, Error, ErrorKind, Policy, Report, Resolution, Result, Session,
};

use super::args::AskArgs;

/// Largest document that is read: 512 MiB.
const MAX_BYTES: u64 = 512 << 20;

/// Largest template and instructions: a prompt is read by a model, and paid for.
const MAX_PROMPT_BYTES: u64 = 256 << 10;

/// Largest review that is read: 64 MiB, as ingestion's own limit.
pub(crate) const MAX_REVIEW_BYTES: u64 = 64 << 20;

/// Reads a document of the contract.
pub(crate) fn document<D: Document>(path: &Path) -> Result<D> {
    D::from_json(&read_text(path, MAX_BYTES)?).map_err(|error| error.with_context("path", path.display()))
}

/// The policy, or the default one.
pub(crate) fn policy(path: Option<&Path>) -> Result<Option<Policy>> {
    path.map(document).transpose()
}

/// The prompt for reviewing agents, with the user's own template and instructions.
pub(crate) fn prompt(args: &AskArgs) -> Result<Prompt> {
    let mut prompt = Prompt::default();
    if let Some(path) = &args.prompt {
        let located = |error: Error| error.with_context("path", path.display());
        prompt = prompt.with_task(read_text(path, MAX_PROMPT_BYTES)?).map_err(located)?;
    }
    if let Some(path) = &args.instructions {
        prompt = prompt.with_extra(read_text(path, MAX_PROMPT_BYTES)?);
    }
    Ok(prompt)
}

/// The session with the further folders that reviewers may read.
pub(crate) fn with_extra_dirs(mut session: Session, args: &AskArgs) -> Result<Session> {
    for folder in &args.also {
        let place = folder.canonicalize().ok().filter(|place| place.is_dir()).ok_or_else(|| {
            Error::new(ErrorKind::InvalidInput, "--also names no folder")
                .with_context("path", folder.display())
        })?;
        session = session.with_extra_dir(place);
    }
    Ok(session)
}

/// Reports of earlier rounds.
pub(crate) fn previous(paths: &[PathBuf]) -> Result<Vec<Report>> {
    paths.iter().map(|path| document(path)).collect()
}

/// Decisions, or none.
pub(crate) fn decisions(path: Option<&Path>) -> Result<Decisions> {
    Ok(path.map(document).transpose()?.unwrap_or_default())
}

/// Resolutions, as JSON or as the Markdown table that reports carry.
pub(crate) fn resolutions(paths: &[PathBuf], previous: &[Report]) -> Result<Vec<Resolution>> {
    paths
        .iter()
        .map(|path| {
            let text = read_text(path, MAX_BYTES)?;
            if text.trim_start().starts_with('{') {
                return Resolution::from_json(&text)
                    .map_err(|error| error.with_context("path", path.display()));
            }
            // A table does not name its report; it belongs to the newest one.
            let report = previous.iter().max_by_key(|report| report.round).map(|report| report.id.clone());
            let resolution = Resolution::from_markdown(report.unwrap_or_default(), &text);
            if resolution.items.is_empty() {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "not a resolution: neither JSON nor a table of items and actions",
                )
                .with_context("path", path.display()));
            }
            Ok(resolution)
        })
        .collect()
}

/// What git does not know of a change.
pub(crate) fn change_notes(path: &Path) -> Result<ChangeNotes> {
    serde_json::from_str(&read_text(path, MAX_BYTES)?).map_err(|error| {
        Error::new(ErrorKind::InvalidInput, format!("not a change document: {error}"))
            .with_context("path", path.display())
            .with_source(error)
    })
}

/// A review's bytes.
pub(crate) fn review_bytes(path: &Path) -> Result<Vec<u8>> {
    read_bounded(path, MAX_REVIEW_BYTES)
}
