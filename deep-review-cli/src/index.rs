//! `deep-review index DIR`: one page over a folder of reports.

use std::path::{Path, PathBuf};

use deep_review::files::write_whole;
use deep_review::render::{IndexEntry, index};
use deep_review::{Error, ErrorKind, Report, Result};

use super::args::IndexArgs;
use super::exit::{self, Exit};
use super::{input, output};

/// Folders below the given one are looked at this deep: `reports/<id>/report.json`, also grouped by repository.
const DEPTH: usize = 3;

pub(crate) fn run(args: IndexArgs) -> Result<Exit> {
    if !args.folder.is_dir() {
        return Err(Error::new(ErrorKind::NotFound, "there is no such folder")
            .with_context("path", args.folder.display()));
    }
    let mut found = Vec::new();
    reports_below(&args.folder, DEPTH, &mut found);
    found.sort();
    let mut entries = Vec::new();
    let mut unreadable = 0_usize;
    for path in &found {
        match input::document::<Report>(path) {
            Ok(report) => entries.push(IndexEntry::new(href(&args.folder, path), &report)),
            Err(error) => {
                unreadable += 1;
                output::note(&format!("deep-review: {error}"));
            }
        }
    }
    let page = args.folder.join("index.html");
    write_whole(&page, index(&entries).as_bytes())?;
    output::note(&format!("{} reports: {}", entries.len(), page.display()));
    // A report that is missing from its index must not look like one that never was.
    Ok(if unreadable == 0 { exit::DONE } else { exit::INCOMPLETE })
}

fn reports_below(folder: &Path, depth: usize, found: &mut Vec<PathBuf>) {
    let report = folder.join("report.json");
    if report.is_file() {
        found.push(report);
        return;
    }
    if depth == 0 {
        return;
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        // Links are not followed: they may lead anywhere, also back.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            reports_below(&entry.path(), depth - 1, found);
        }
    }
}

/// The page beside the report, relative to the folder; the report itself where there is no page.
fn href(folder: &Path, report: &Path) -> String {
    let page = report.with_file_name("report.html");
    let shown = if page.is_file() { &page } else { report };
    let relative = shown.strip_prefix(folder).unwrap_or(shown);
    relative.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
