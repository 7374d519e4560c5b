//! The lines that the report shows, and the hunk maps: a renderer needs no repository.

use std::collections::BTreeMap;

use review_core::{ChangeSet, ConsolidatedFinding, Excerpt, FileHunks, LineRange, Side};

use crate::stages::anchored::source::Sources;

/// Lines shown around a place.
const CONTEXT: u32 = 4;
/// Most lines that are shown of one place.
const LONGEST: u32 = 60;
/// Lines before the shown ones, so that a highlighter sees where a comment or string began.
const LEAD_IN: u32 = 60;
/// Most places that are shown of one finding.
const PLACES: usize = 6;

/// The excerpts of all published findings, ordered by side, path and line; overlapping ones joined.
pub(crate) fn excerpts(findings: &[ConsolidatedFinding], sources: &Sources<'_>) -> Vec<Excerpt> {
    let mut wanted: BTreeMap<(Side, String), Vec<LineRange>> = BTreeMap::new();
    for finding in findings {
        for place in finding.locations.iter().take(PLACES) {
            if let Some(range) = place.range() {
                let end = range.end.min(range.start.saturating_add(LONGEST - 1));
                let around = LineRange::new(range.start.saturating_sub(CONTEXT), end.saturating_add(CONTEXT));
                wanted
                    .entry((place.side.unwrap_or(Side::Head), place.path.clone()))
                    .or_default()
                    .push(around);
            }
        }
    }
    let mut found = Vec::new();
    for ((side, path), mut ranges) in wanted {
        let Some(file) = sources.file(side, &path) else { continue };
        ranges.sort();
        let mut joined: Vec<LineRange> = Vec::new();
        for range in ranges.into_iter().filter(|range| range.start <= file.len()) {
            let range = LineRange::new(range.start, range.end.min(file.len()));
            match joined.last_mut() {
                Some(last) if range.start <= last.end.saturating_add(1) => last.end = last.end.max(range.end),
                _ => joined.push(range),
            }
        }
        for shown in joined {
            let first = shown.start.saturating_sub(LEAD_IN).max(1);
            let text = file.text(LineRange::new(first, shown.end));
            found.push(Excerpt::new(&path, side, first, shown, text));
        }
    }
    found
}

/// The hunk maps in the order of the change's files.
pub(crate) fn hunks(change: &ChangeSet) -> Vec<FileHunks> {
    change
        .files
        .iter()
        .map(|file| FileHunks::new(&file.path, file.old_path.clone(), file.hunks.clone()))
        .collect()
}
