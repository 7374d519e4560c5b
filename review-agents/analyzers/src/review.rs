//! A change in, findings out: the whole of the embedded reviewer without its async coat.

use std::sync::mpsc;
use std::thread;

use review_core::{Cancel, ChangeSet, ChangedFile, LineRange, RawFinding, Side, SourceTree};

use crate::catalogue::Catalogue;
use crate::compare::{self, Broken, FileView, Version};
use crate::engine::{Match, Pooled, Scope, Skip, Source, in_parallel, is_scanned, scan_source};
use crate::facts;
use crate::findings;
use crate::fresh::made_by_the_change;
use crate::hygiene::{self, TextFile};
use crate::imports::{self, Unused};
use crate::language::Language;
use crate::paths::{self, PathKind};
use crate::prose::{self, Page, Slip};
use crate::reading::{Batch, Job, Text, read_all};
use crate::searcher::TreeSearcher;

/// Bytes of source, of both versions, that are kept for the comparison: some 1.5 million lines. With what is known of them
/// they take about four times as much memory. Files beyond that are not looked at, and that is said.
const MAX_KEPT_BYTES: usize = 48 << 20;

/// What a review of a change came to.
#[derive(Debug, Default)]
pub(crate) struct Outcome {
    pub(crate) findings: Vec<RawFinding>,
    /// Files, or parts of them, that were not looked at although they should have been.
    pub(crate) skipped: Vec<(String, Skip)>,
    /// Files that nobody wrote by hand: left alone on purpose.
    pub(crate) left_alone: Vec<(String, &'static str)>,
    /// Files that were parsed and searched, with their number of lines.
    pub(crate) covered: Vec<(String, u32)>,
    /// Why it ended early.
    pub(crate) ended: Option<String>,
    /// What is to be said of the rules themselves.
    pub(crate) notices: Vec<String>,
    /// What was found before any file was looked at.
    broken: Vec<Broken>,
}

impl Outcome {
    /// The outcome of a search that could not begin.
    pub(crate) fn ended(reason: String) -> Self {
        Self { ended: Some(reason), ..Self::default() }
    }
}

/// What came of one file.
#[derive(Default)]
struct Looked {
    view: Option<FileView>,
    head_matches: Vec<Match>,
    base_matches: Vec<Match>,
    broken: Vec<Broken>,
    slips: Vec<Slip>,
    skipped: Option<Skip>,
    left_alone: Option<&'static str>,
    lines: u32,
    parsed: bool,
}

impl Looked {
    /// Bytes of source that are kept for it.
    fn kept_bytes(&self) -> usize {
        let versions = self.view.iter().flat_map(|view| [&view.base, &view.head]).flatten();
        versions.map(Version::kept_bytes).sum()
    }
}

/// Reviews a change.
pub(crate) fn review(
    catalogue: &Catalogue,
    change: &ChangeSet,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Outcome {
    review_within(MAX_KEPT_BYTES, catalogue, change, tree, cancel)
}

fn review_within(
    max_kept: usize,
    catalogue: &Catalogue,
    change: &ChangeSet,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut looked: Vec<(&ChangedFile, Looked)> = Vec::new();
    let mut kept = 0_usize;
    let mut done = 0_usize;
    let (to, batches) = mpsc::sync_channel(0);
    thread::scope(|scope| {
        let reader = thread::Builder::new()
            .name("rules-reading".to_owned())
            .spawn_scoped(scope, move || read_all(&change.files, tree, cancel, &to));
        if reader.is_err() {
            outcome.ended = Some("no thread can be had".to_owned());
        }
        // Leaving the loop drops the receiver, which ends the reader.
        for batch in batches {
            match batch {
                Ok(batch) => look_at(catalogue, batch, cancel, &mut looked, &mut outcome),
                Err(error) => outcome.ended = Some(error.to_string()),
            }
            let fresh = looked.get(done..).unwrap_or_default();
            kept = fresh.iter().fold(kept, |kept, (_, result)| kept.saturating_add(result.kept_bytes()));
            done = looked.len();
            if kept > max_kept {
                outcome.ended = Some(format!(
                    "the change has more than the {max_kept} bytes of source that are compared; some files were not looked at"
                ));
            }
            if outcome.ended.is_some() {
                break;
            }
        }
    });
    conclude(catalogue, change, tree, cancel, looked, &mut outcome);
    outcome
}

/// Looks at the files of a batch, in parallel.
fn look_at<'a>(
    catalogue: &Catalogue,
    batch: Batch<'a>,
    cancel: &Cancel,
    looked: &mut Vec<(&'a ChangedFile, Looked)>,
    outcome: &mut Outcome,
) {
    outcome.skipped.extend(batch.skipped);
    outcome.left_alone.extend(batch.left_alone);
    outcome.broken.extend(batch.broken);
    let results = in_parallel(&batch.jobs, cancel, |job| look(catalogue, job));
    for (job, result) in batch.jobs.iter().zip(results) {
        match result {
            Pooled::Done(result) => looked.push((job.file, result)),
            Pooled::Panicked => outcome.skipped.push((job.file.path.clone(), Skip::Parser)),
            Pooled::NotBegun => outcome.ended = Some("cancelled".to_owned()),
        }
    }
}

/// Parses, scans and outlines one file. Runs on any thread.
fn look(catalogue: &Catalogue, job: &Job<'_>) -> Looked {
    let mut looked = Looked::default();
    let kind = paths::kind(&job.file.path);
    let mut foreign = (kind == PathKind::Foreign).then_some("vendored or generated, by its path");
    if let Some(text) = &job.head {
        looked.broken = hygiene::text(&TextFile { file: job.file, text, kind });
        looked.lines = u32::try_from(text.lines().count().max(1)).unwrap_or(u32::MAX);
        if paths::says_generated(text) {
            foreign = Some("generated, as its first lines say");
        } else if paths::is_minified(text) {
            foreign = foreign.or(Some("minified"));
        } else if paths::is_cpp_header(&job.file.path, text) {
            foreign = foreign.or(Some("C++, by its words"));
        }
    }
    let page = Page::new(job.file, kind, job.base.as_deref());
    if let Some(text) = job.head.as_ref().filter(|_| foreign.is_none() && prose::is_text(&job.file.path)) {
        looked.slips = page.of_text(text);
    }
    let language = Language::of_path(&job.file.path).filter(|language| language.is_built_in());
    let (Some(language), true) = (language, foreign.is_none() && is_scanned(kind)) else {
        looked.left_alone = foreign;
        return looked;
    };
    let is_test = kind == PathKind::Test;
    let (mut unused_before, mut unused_now) = (Unused::new(), Unused::new());
    let mut version = |text: &Text, side: Side, language: Language| match Source::parse(language, text) {
        Ok(source) => {
            let path = if side == Side::Base { job.file.base_path() } else { &job.file.path };
            let unused = if side == Side::Base { &mut unused_before } else { &mut unused_now };
            *unused = imports::unused(&source, path);
            let scope = Scope::of(job.file, side);
            let scanned = scan_source(&catalogue.rules, &source, path, &scope);
            if side == Side::Head {
                looked.slips = page.of_source(&source);
            }
            let matches =
                if side == Side::Base { &mut looked.base_matches } else { &mut looked.head_matches };
            *matches = scanned.matches;
            looked.skipped = looked.skipped.take().or(scanned.skipped);
            // Callers are looked for everywhere at head; of the base only counts what differs.
            let facts_of = if side == Side::Base { &scope } else { &Scope::Whole };
            let outline = facts::outline(&source, is_test, facts_of);
            Some(Version::new(path, text, &source, outline))
        }
        Err(skip) => {
            looked.skipped = Some(skip);
            None
        }
    };
    let head = job.head.as_ref().and_then(|text| version(text, Side::Head, language));
    let old_language = Language::of_path(job.file.base_path()).filter(|language| language.is_built_in());
    let base = match (&job.base, old_language) {
        (Some(text), Some(language)) => version(text, Side::Base, language),
        _ => None,
    };
    looked.broken.extend(imports::left(job.file, &unused_before, &unused_now));
    looked.parsed = head.is_some();
    looked.slips.extend(head.iter().flat_map(|head| page.of_names(head)));
    looked.view = Some(FileView::new(job.file, kind, base, head));
    looked
}

/// Findings of all files together.
fn conclude(
    catalogue: &Catalogue,
    change: &ChangeSet,
    tree: &dyn SourceTree,
    cancel: &Cancel,
    looked: Vec<(&ChangedFile, Looked)>,
    outcome: &mut Outcome,
) {
    let mut generated = Vec::new();
    let mut broken = std::mem::take(&mut outcome.broken);
    let mut slips = Vec::new();
    let mut views = Vec::new();
    let mut matches = Vec::new();
    for (file, result) in looked {
        if let Some(skip) = result.skipped {
            outcome.skipped.push((file.path.clone(), skip));
        }
        if let Some(why) = result.left_alone {
            if why.starts_with("generated") {
                generated.push(file);
            }
            outcome.left_alone.push((file.path.clone(), why));
        }
        if result.parsed {
            outcome.covered.push((file.path.clone(), result.lines));
        }
        broken.extend(result.broken);
        slips.extend(result.slips);
        if let Some(view) = result.view {
            matches.push((views.len(), result.head_matches, result.base_matches));
            views.push(view);
        }
    }
    broken.extend(hygiene::change(change, &generated));
    // What is compared must be there as a whole: what seems to be gone may stand in a file that was not read.
    if outcome.ended.is_none() {
        broken.extend(compare::compare(&views, &mut TreeSearcher::new(tree, cancel)));
    }
    broken.extend(prose::made_by_the_change(slips, &views));
    let fresh = made_by_the_change(&views, matches);
    outcome.findings.extend(findings::of_matches(catalogue, &views, fresh));
    outcome.findings.extend(findings::of_broken(catalogue, &views, broken));
}

/// Lines of a range, for quotes.
pub(crate) fn lines_of(text: &str, lines: LineRange, most: u32) -> String {
    let taken = lines.len().min(most) as usize;
    text.lines().skip(lines.start as usize - 1).take(taken).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use review_core::FileStatus;
    use review_core::MemoryTree;

    use super::*;

    #[test]
    fn a_change_that_is_too_large_is_looked_at_in_part_and_that_is_said() {
        let mut tree = MemoryTree::new();
        let mut change = ChangeSet::default();
        for index in 0..200 {
            let path = format!("src/f{index:03}.py");
            tree = tree
                .with_head(&path, "try:\n    a()\nexcept:\n    pass\n".to_owned() + &"x = 1\n".repeat(100));
            change.files.push(ChangedFile::new(path, FileStatus::Added));
        }
        let catalogue = Catalogue::all().unwrap();
        let whole = review(&catalogue, &change, &tree, &Cancel::new());
        assert_eq!((whole.findings.len(), whole.ended), (200, None));
        let part = review_within(20_000, &catalogue, &change, &tree, &Cancel::new());
        assert_eq!(part.findings.len(), part.covered.len());
        assert!(part.covered.len() < 200 && !part.covered.is_empty());
        assert!(part.ended.unwrap().contains("more than the 20000 bytes"));
    }
}
