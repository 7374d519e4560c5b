//! Cuts a change into parts.

use std::collections::BTreeMap;

use review_core::{ChangeSet, ChangedFile, FilePatch, LineRange};

use super::bulk::is_bulk;
use super::kinship::{is_common, stem};

/// A change in parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Split {
    /// The parts, in the order of the files.
    pub parts: Vec<Part>,
    /// Hunks that are in none.
    pub uncovered: Vec<Uncovered>,
}

/// A part of a change: its diff, and which hunks that is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Part {
    /// The diff as text, at most as many bytes as the budget.
    pub diff: String,
    /// Its hunks.
    pub hunks: Vec<PartHunk>,
}

/// A hunk of a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct PartHunk {
    /// The file, by its path at head.
    pub path: String,
    /// Which of the file's hunks, from 0.
    pub index: usize,
    /// The lines that it shows at head; none where nothing is left.
    pub lines: Option<LineRange>,
}

/// A hunk that is in no part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uncovered {
    /// The hunk.
    pub hunk: PartHunk,
    /// Why.
    pub reason: &'static str,
}

/// The pieces of one file that go together.
struct Chunk<'a> {
    path: &'a str,
    header: &'a str,
    hunks: Vec<(PartHunk, &'a str)>,
}

impl Chunk<'_> {
    fn size(&self) -> usize {
        self.header.len() + self.hunks.iter().map(|(_, text)| text.len()).sum::<usize>()
    }
}

/// Cuts a change into at most `max_parts` parts of at most `budget` bytes each.
///
/// Every hunk of the change is in exactly one part or in [`Split::uncovered`]. The same change gives the same parts.
pub fn split(change: &ChangeSet, patches: &[FilePatch], budget: usize, max_parts: usize) -> Split {
    let by_path: BTreeMap<&str, &FilePatch> =
        patches.iter().map(|patch| (patch.path.as_str(), patch)).collect();
    let mut split = Split::default();
    let mut groups: BTreeMap<(bool, String), Vec<Chunk<'_>>> = BTreeMap::new();
    let homes = homes(change);
    for file in &change.files {
        let Some(patch) = by_path.get(file.path.as_str()) else {
            let missing = hunks(file).map(|hunk| Uncovered { hunk, reason: "its diff is not at hand" });
            split.uncovered.extend(missing);
            continue;
        };
        let home = homes.get(file.path.as_str()).cloned().unwrap_or_default();
        let key = (is_bulk(&file.path), home);
        groups.entry(key).or_default().extend(chunks(file, patch, budget, &mut split.uncovered));
    }
    let mut last: Option<&str> = None;
    for group in groups.into_values() {
        let size: usize = group.iter().map(Chunk::size).sum();
        // Kin that fit into one part together are not torn apart for the rest of an old one.
        let mut open = split.parts.last().is_some_and(|part| part.diff.len() + size <= budget);
        for chunk in group {
            let fits = split.parts.last().is_some_and(|part| part.diff.len() + chunk.size() <= budget);
            if !(open && fits) {
                if split.parts.len() >= max_parts {
                    let left = chunk.hunks.into_iter();
                    split.uncovered.extend(
                        left.map(|(hunk, _)| Uncovered { hunk, reason: "the change has too many parts" }),
                    );
                    continue;
                }
                split.parts.push(Part::default());
                last = None;
                open = true;
            }
            if let Some(part) = split.parts.last_mut() {
                // A file that goes on within the same part needs no second header.
                if last != Some(chunk.path) {
                    part.diff.push_str(chunk.header);
                }
                last = Some(chunk.path);
                for (hunk, text) in chunk.hunks {
                    part.diff.push_str(text);
                    part.hunks.push(hunk);
                }
            }
        }
    }
    split
}

/// Where each file belongs: the folder and stem of the first file of its kin.
fn homes(change: &ChangeSet) -> BTreeMap<&str, String> {
    let mut first: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut homes = BTreeMap::new();
    for file in &change.files {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let stem = stem(&file.path);
        // A common name says nothing beyond its folder.
        let key = (if is_common(&stem) { folder.to_owned() } else { String::new() }, stem.clone());
        let home = first.entry(key).or_insert_with(|| format!("{folder}/{stem}"));
        homes.insert(file.path.as_str(), home.clone());
    }
    homes
}

fn hunks(file: &ChangedFile) -> impl Iterator<Item = PartHunk> {
    file.hunks.iter().enumerate().map(|(index, hunk)| PartHunk {
        path: file.path.clone(),
        index,
        lines: hunk.new_range(),
    })
}

/// A file in chunks of at most `budget` bytes: one, where it fits.
fn chunks<'a>(
    file: &'a ChangedFile,
    patch: &'a FilePatch,
    budget: usize,
    uncovered: &mut Vec<Uncovered>,
) -> Vec<Chunk<'a>> {
    let (header, texts) = patch.pieces();
    let new = || Chunk { path: &file.path, header, hunks: Vec::new() };
    let mut chunks = Vec::new();
    let mut chunk = new();
    for (index, hunk) in hunks(file).enumerate() {
        let Some(text) = texts.get(index) else {
            uncovered.push(Uncovered { hunk, reason: "its diff is not at hand" });
            continue;
        };
        if header.len() + text.len() > budget {
            uncovered.push(Uncovered { hunk, reason: "it is too large for a part" });
            continue;
        }
        if chunk.size() + text.len() > budget {
            chunks.push(std::mem::replace(&mut chunk, new()));
        }
        chunk.hunks.push((hunk, text));
    }
    // A file without hunks (a new mode, a pure rename, binary content) is still worth its header.
    if !chunk.hunks.is_empty() || (file.hunks.is_empty() && header.len() <= budget) {
        chunks.push(chunk);
    }
    chunks
}
