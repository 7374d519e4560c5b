//! The two versions of a comparison as a source tree.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use review_core::{Answer, Cancel, Fact, LineRange, Query, Result, Side, SourceTree};

use crate::blame::{BlamedLines, groups};
use crate::comparison::Comparison;
use crate::listing::{EntryKind, Listing};
use crate::objects::Blob;
use crate::once::Once;
use crate::paths::unquote_path;

/// Files bigger than this are not given by default: nobody reviews them line by line.
const MAX_FILE_BYTES: u64 = 2 * 1024 * 1024;
/// Paths given for one partial path.
const MAX_PATHS: usize = 1000;
/// Files whose lines are counted for blame may be bigger than those that are shown.
const MAX_BLAME_BYTES: u64 = 64 * 1024 * 1024;

/// Answers queries about base and head from git.
///
/// Head may be a working tree: it is read as it was when the comparison was made. Nothing before a snapshot
/// exists: files at base are [`Answer::Missing`] there. In a partial clone, content that is not there is
/// [`Answer::Unknown`]; nothing is fetched. At the edge of a shallow clone, blame names the oldest commit
/// that is there, as git does.
#[derive(Clone, Debug)]
pub struct GitTree {
    comparison: Comparison,
    max_file_bytes: u64,
    in_change: Arc<Once<BTreeSet<String>>>,
}

impl GitTree {
    pub(crate) fn new(comparison: Comparison) -> Self {
        Self { comparison, max_file_bytes: MAX_FILE_BYTES, in_change: Arc::default() }
    }

    /// Sets how many bytes a file may have to be given. Default 2 MiB.
    #[must_use]
    pub fn with_max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    fn files(&self, queries: &[Query], cancel: &Cancel) -> Result<BTreeMap<Query, Fact>> {
        let mut facts = BTreeMap::new();
        let mut wanted: Vec<(&Query, String)> = Vec::new();
        let asked = |wanted: Side| -> Vec<&str> {
            let path = |query| match query {
                &Query::File { side, ref path } if side == wanted => Some(path.as_str()),
                _ => None,
            };
            queries.iter().filter_map(path).collect()
        };
        let base = self.comparison.listing_of(Side::Base, &asked(Side::Base), cancel)?;
        let head = self.comparison.listing_of(Side::Head, &asked(Side::Head), cancel)?;
        for query in queries {
            let Query::File { side, path } = query else { continue };
            let listing = if *side == Side::Base { &base } else { &head };
            match listing.get(path) {
                None => {
                    facts.insert(query.clone(), Fact::new(query.clone(), Answer::Missing));
                }
                Some((_, entry)) => match not_a_file(entry.kind) {
                    Some(answer) => {
                        facts.insert(query.clone(), Fact::new(query.clone(), answer));
                    }
                    None => wanted.push((query, entry.id.clone())),
                },
            }
        }
        let ids = wanted.iter().map(|(_, id)| id.clone()).collect();
        let blobs = self.comparison.repository().blobs(&ids, self.max_file_bytes, cancel)?;
        for (query, id) in wanted {
            facts.insert(query.clone(), file_fact(query, &id, blobs.get(&id)));
        }
        Ok(facts)
    }

    fn paths_ending(&self, side: Side, suffix: &str, cancel: &Cancel) -> Result<Answer> {
        let listing = self.comparison.listing(side, cancel)?;
        let ends = |path: &str| {
            path.strip_suffix(suffix).is_some_and(|before| before.is_empty() || before.ends_with('/'))
        };
        let mut paths: Vec<String> = if suffix.is_empty() {
            Vec::new()
        } else {
            listing.paths().filter(|path| ends(path)).take(MAX_PATHS + 1).map(str::to_owned).collect()
        };
        let complete = paths.len() <= MAX_PATHS;
        paths.truncate(MAX_PATHS);
        Ok(Answer::Paths { paths, complete })
    }

    fn below(&self, side: Side, folder: &str, limit: u32, cancel: &Cancel) -> Result<Answer> {
        let listing = self.comparison.listing(side, cancel)?;
        let mut found = listing.below(folder);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let paths: Vec<String> = found.by_ref().take(limit).map(str::to_owned).collect();
        Ok(Answer::Paths { paths, complete: found.next().is_none() })
    }

    fn log(&self, path: &str, limit: u32, cancel: &Cancel) -> Result<Answer> {
        let Some(head) = self.comparison.commit() else {
            return Ok(Answer::Commits { commits: Vec::new(), complete: true });
        };
        match raw_path(path) {
            Some(path) => self.comparison.repository().log(head, &path, limit, cancel),
            None => Ok(Answer::Missing),
        }
    }

    fn patch(&self, commit: &str, path: &str, cancel: &Cancel) -> Result<Answer> {
        let repository = self.comparison.repository();
        let from_head = commit.strip_prefix("HEAD").map(|rest| match rest.strip_prefix('~') {
            Some(steps) => steps.parse::<u32>().ok(),
            None => rest.is_empty().then_some(0),
        });
        let id = match (from_head, self.comparison.commit()) {
            (Some(Some(steps)), Some(head)) => repository.before(head, steps, cancel)?,
            (None, _) => repository.expand(commit, cancel)?,
            _ => None,
        };
        match (id, raw_path(path)) {
            (Some(id), Some(path)) => repository.show(&id, &path, cancel),
            _ => Ok(Answer::Missing),
        }
    }

    fn blames(&self, queries: &[Query], cancel: &Cancel) -> Result<BTreeMap<Query, Answer>> {
        let mut answers = BTreeMap::new();
        let mut by_path: BTreeMap<&str, Vec<(&Query, LineRange)>> = BTreeMap::new();
        for query in queries {
            if let Query::Blame { path, start_line, end_line } = query {
                by_path.entry(path).or_default().push((query, LineRange::new(*start_line, *end_line)));
            }
        }
        if by_path.is_empty() {
            return Ok(answers);
        }
        let listing = self.comparison.listing(Side::Head, cancel)?;
        let files = by_path.keys().filter_map(|path| listing.get(path)).filter(|(_, entry)| entry.is_blob());
        let ids = files.map(|(_, entry)| entry.id.clone()).collect();
        let blobs = self.comparison.repository().blobs(&ids, MAX_BLAME_BYTES, cancel)?;
        for (path, asked) in by_path {
            let (refusal, lines) = match listing.get(path) {
                None => (Some(Answer::Missing), 0),
                Some((_, entry)) => {
                    let blob = blobs.get(&entry.id);
                    (not_a_file(entry.kind).or_else(|| not_blamed(blob)), line_count(blob))
                }
            };
            let found = match (refusal, listing.get(path)) {
                (None, Some((path, entry))) => {
                    let ranges = inside(asked.iter().map(|(_, range)| *range), lines);
                    self.blame_file(Listing::raw(path, entry), &ranges, cancel)?
                }
                (refusal, _) => Err(refusal.unwrap_or(Answer::Missing)),
            };
            for (query, range) in asked {
                let answer = match &found {
                    Ok(lines) => self.blame_answer(lines, range, cancel)?,
                    Err(answer) => answer.clone(),
                };
                answers.insert(query.clone(), answer);
            }
        }
        Ok(answers)
    }

    fn searches(&self, queries: &[Query], cancel: &Cancel) -> Result<BTreeMap<Query, Answer>> {
        let mut answers = BTreeMap::new();
        for wanted_side in [Side::Base, Side::Head] {
            let asked: Vec<(&Query, (&str, u32))> = queries
                .iter()
                .filter_map(|query| match query {
                    Query::Search { side, needle, limit } if *side == wanted_side => {
                        Some((query, (needle.as_str(), *limit)))
                    }
                    _ => None,
                })
                .collect();
            let Some(tree) = self.comparison.side(wanted_side) else {
                let none = Answer::Hits { hits: Vec::new(), complete: true };
                answers.extend(asked.into_iter().map(|(query, _)| (query.clone(), none.clone())));
                continue;
            };
            let wanted: Vec<(&str, u32)> = asked.iter().map(|(_, wanted)| *wanted).collect();
            let found = self.comparison.repository().search(tree, &wanted, cancel)?;
            answers.extend(asked.into_iter().zip(found).map(|((query, _), answer)| (query.clone(), answer)));
        }
        Ok(answers)
    }

    fn blame_file(
        &self,
        path: &[u8],
        ranges: &[LineRange],
        cancel: &Cancel,
    ) -> Result<std::result::Result<BlamedLines, Answer>> {
        if ranges.is_empty() {
            return Ok(Ok(BlamedLines::new()));
        }
        let lines = self.comparison.repository().blame(self.comparison.head_id(), path, ranges, cancel)?;
        Ok(lines.map_err(|reason| Answer::Unknown { reason }))
    }

    fn blame_answer(&self, lines: &BlamedLines, range: LineRange, cancel: &Cancel) -> Result<Answer> {
        let in_change = self.in_change(cancel)?;
        let repository = self.comparison.repository();
        // What came with a commit at the edge of a shallow clone may be older: it can't be said to be new.
        let unsure = |id: &String| in_change.contains(id) && repository.is_shallow_boundary(id);
        if lines.range(range.start..=range.end).any(|(_, id)| unsure(id)) {
            return Ok(Answer::Unknown {
                reason: "the history ends here because the clone is shallow".to_owned(),
            });
        }
        let private = self.comparison.is_working_tree().then(|| self.comparison.head_id());
        let judge = |id: &str| {
            if private == Some(id) { (None, true) } else { (Some(id.to_owned()), in_change.contains(id)) }
        };
        Ok(Answer::Blame { groups: groups(lines, range, judge) })
    }

    fn in_change(&self, cancel: &Cancel) -> Result<Arc<BTreeSet<String>>> {
        self.in_change.get(|| {
            let comparison = &self.comparison;
            comparison.repository().commit_ids(comparison.base(), comparison.head_id(), cancel)
        })
    }
}

impl SourceTree for GitTree {
    fn answer(&self, queries: &[Query], cancel: &Cancel) -> Result<Vec<Fact>> {
        // Files, blames and searches are read together, with few processes; each query is then answered in its place.
        let files = self.files(queries, cancel)?;
        let blames = self.blames(queries, cancel)?;
        let searches = self.searches(queries, cancel)?;
        let mut facts = Vec::with_capacity(queries.len());
        for query in queries {
            cancel.check()?;
            let fact = match query {
                Query::File { .. } => files.get(query).cloned(),
                Query::PathsEnding { side, suffix } => {
                    Some(Fact::new(query.clone(), self.paths_ending(*side, suffix, cancel)?))
                }
                Query::Search { .. } => {
                    searches.get(query).map(|answer| Fact::new(query.clone(), answer.clone()))
                }
                Query::Blame { .. } => {
                    blames.get(query).map(|answer| Fact::new(query.clone(), answer.clone()))
                }
                Query::Paths { side, folder, limit } => {
                    Some(Fact::new(query.clone(), self.below(*side, folder, *limit, cancel)?))
                }
                Query::Log { path, limit } => Some(Fact::new(query.clone(), self.log(path, *limit, cancel)?)),
                Query::Patch { commit, path } => {
                    Some(Fact::new(query.clone(), self.patch(commit, path, cancel)?))
                }
                _ => None,
            };
            let unknown = || {
                let reason = "git can't answer this kind of question".to_owned();
                Fact::new(query.clone(), Answer::Unknown { reason })
            };
            facts.push(fact.unwrap_or_else(unknown));
        }
        Ok(facts)
    }
}

/// The bytes of a path inside of the tree, as git has it; none for one that leads out. Empty is the whole tree.
fn raw_path(path: &str) -> Option<Vec<u8>> {
    let inside = !path.starts_with('/') && !path.split('/').any(|part| part == "..");
    inside.then(|| unquote_path(path.as_bytes())).flatten().map(std::borrow::Cow::into_owned)
}

fn not_a_file(kind: EntryKind) -> Option<Answer> {
    let what = match kind {
        EntryKind::File => return None,
        EntryKind::Link => "link",
        EntryKind::Submodule => "submodule",
    };
    Some(Answer::NotText { what: what.to_owned() })
}

fn absent() -> Answer {
    Answer::Unknown { reason: "the content is not in this partial clone, and nothing is fetched".to_owned() }
}

fn file_fact(query: &Query, id: &str, blob: Option<&Blob>) -> Fact {
    let answer = match blob {
        Some(Blob::Content(bytes)) if bytes.contains(&0) => Answer::NotText { what: "binary".to_owned() },
        Some(Blob::Content(bytes)) => match std::str::from_utf8(bytes) {
            Ok(text) => return Fact::text(query.clone(), id, text),
            Err(_) => Answer::NotText { what: "not UTF-8".to_owned() },
        },
        Some(Blob::TooLarge(bytes)) => Answer::TooLarge { bytes: *bytes },
        Some(Blob::Absent) | None => absent(),
    };
    Fact::new(query.clone(), answer)
}

fn not_blamed(blob: Option<&Blob>) -> Option<Answer> {
    match blob {
        Some(Blob::Content(bytes)) if bytes.contains(&0) => {
            Some(Answer::NotText { what: "binary".to_owned() })
        }
        Some(Blob::Content(_)) => None,
        Some(Blob::TooLarge(bytes)) => Some(Answer::TooLarge { bytes: *bytes }),
        Some(Blob::Absent) | None => Some(absent()),
    }
}

fn line_count(blob: Option<&Blob>) -> u32 {
    let Some(Blob::Content(bytes)) = blob else { return 0 };
    let ends = bytes.iter().filter(|byte| **byte == b'\n').count();
    let open = bytes.last().is_some_and(|byte| *byte != b'\n');
    u32::try_from(ends + usize::from(open)).unwrap_or(u32::MAX)
}

/// The ranges cut at the end of the file; those wholly behind it are left out.
fn inside(ranges: impl Iterator<Item = LineRange>, lines: u32) -> Vec<LineRange> {
    ranges
        .filter(|range| range.start <= lines)
        .map(|range| LineRange::new(range.start, range.end.min(lines)))
        .collect()
}
