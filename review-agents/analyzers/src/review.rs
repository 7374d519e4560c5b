//! A change in, findings out: the whole of the embedded reviewer without its async coat.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use review_core::{
    Answer, Cancel, ChangeSet, ChangedFile, Fact, FileStatus, LineRange, Query, RawFinding, Result, Side,
    SourceTree,
};

use crate::catalogue::Catalogue;
use crate::compare::{self, Broken, FileView, Searcher, Version};
use crate::engine::{Match, Pooled, Skip, Source, in_parallel, is_scanned, scan_source};
use crate::facts;
use crate::findings;
use crate::hygiene::{self, TextFile};
use crate::language::Language;
use crate::paths::{self, PathKind};

/// So many files are read at once.
const BATCH: usize = 100;

/// Bytes of source that are kept for the comparison; files beyond it are searched with the rules only.
const MAX_KEPT_BYTES: usize = 96 << 20;

/// Files outside of the change in which callers are looked for, for the whole change and for one name.
const MAX_OTHER_FILES: usize = 300;
const MAX_FILES_PER_NAME: usize = 40;

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
    /// What was found before any file was looked at.
    broken: Vec<Broken>,
}

/// One file's text in both versions, before it is parsed.
struct Job<'a> {
    file: &'a ChangedFile,
    head: Option<Text>,
    base: Option<Text>,
}

type Text = Arc<str>;

/// What came of one file.
#[derive(Default)]
struct Looked {
    view: Option<FileView>,
    head_matches: Vec<Match>,
    base_matches: Vec<Match>,
    broken: Vec<Broken>,
    skipped: Option<Skip>,
    left_alone: Option<&'static str>,
    lines: u32,
    parsed: bool,
}

/// Reviews a change.
pub(crate) fn review(
    catalogue: &Catalogue,
    change: &ChangeSet,
    tree: &dyn SourceTree,
    cancel: &Cancel,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut looked: Vec<(&ChangedFile, Looked)> = Vec::new();
    let mut kept = 0_usize;
    for batch in change.files.chunks(BATCH) {
        let jobs = match read(batch, tree, cancel, &mut outcome) {
            Ok(jobs) => jobs,
            Err(error) => {
                outcome.ended = Some(error.to_string());
                break;
            }
        };
        let bytes = |text: &Option<Text>| text.as_ref().map_or(0, |text| text.len());
        kept = jobs.iter().fold(kept, |kept, job| kept.saturating_add(bytes(&job.head) + bytes(&job.base)));
        let compare = kept <= MAX_KEPT_BYTES;
        let results = in_parallel(&jobs, cancel, |job| look(catalogue, job, compare));
        for (job, result) in jobs.iter().zip(results) {
            match result {
                Pooled::Done(result) => looked.push((job.file, result)),
                Pooled::Panicked => outcome.skipped.push((job.file.path.clone(), Skip::Parser)),
                Pooled::NotBegun => outcome.ended = Some("cancelled".to_owned()),
            }
        }
        if outcome.ended.is_some() {
            break;
        }
    }
    conclude(catalogue, change, tree, cancel, looked, &mut outcome);
    outcome
}

/// Reads both versions of some files. What can't be read is noted.
fn read<'a>(
    batch: &'a [ChangedFile],
    tree: &dyn SourceTree,
    cancel: &Cancel,
    outcome: &mut Outcome,
) -> Result<Vec<Job<'a>>> {
    cancel.check()?;
    let regular = |mode: &Option<String>| mode.as_deref().unwrap_or("100644").starts_with("100");
    let wants_head = |file: &ChangedFile| file.status != FileStatus::Deleted && regular(&file.new_mode);
    let wants_base = |file: &ChangedFile| {
        file.status != FileStatus::Added
            && !file.binary
            && regular(&file.old_mode)
            && Language::of_path(file.base_path()).is_some()
    };
    let mut queries = Vec::new();
    for file in batch {
        if wants_head(file) {
            queries.push(Query::file(Side::Head, &file.path));
        }
        if wants_base(file) {
            queries.push(Query::file(Side::Base, file.base_path()));
        }
    }
    let mut facts = tree.answer(&queries, cancel)?.into_iter();
    let mut jobs = Vec::new();
    for file in batch {
        let head = if wants_head(file) { facts.next() } else { None };
        let base = if wants_base(file) { facts.next() } else { None };
        let head = head.and_then(|fact| head_text(file, fact, outcome));
        let base = base.and_then(|fact| fact.text).map(Text::from);
        if head.is_some() || base.is_some() {
            jobs.push(Job { file, head, base });
        }
    }
    Ok(jobs)
}

fn head_text(file: &ChangedFile, fact: Fact, outcome: &mut Outcome) -> Option<Text> {
    match (fact.answer, fact.text) {
        (_, Some(text)) => return Some(text.into()),
        (Answer::TooLarge { bytes }, _) => {
            hygiene::large(file, bytes, &mut outcome.broken);
            if !file.binary {
                outcome.skipped.push((file.path.clone(), Skip::TooLarge(bytes)));
            }
        }
        (Answer::Unknown { reason }, _) => {
            outcome.skipped.push((file.path.clone(), Skip::Unreadable(reason)))
        }
        _ => {}
    }
    None
}

/// Parses, scans and outlines one file. Runs on any thread.
fn look(catalogue: &Catalogue, job: &Job<'_>, compare: bool) -> Looked {
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
        }
    }
    let language = Language::of_path(&job.file.path).filter(|language| language.is_built_in());
    let (Some(language), true) = (language, foreign.is_none() && is_scanned(kind)) else {
        looked.left_alone = foreign;
        return looked;
    };
    let is_test = kind == PathKind::Test;
    let mut version =
        |text: &Text, path: &str, matches: &mut Vec<Match>, language: Language| match Source::parse(
            language, text,
        ) {
            Ok(source) => {
                let scanned = scan_source(&catalogue.rules, &source, path);
                *matches = scanned.matches;
                looked.skipped = looked.skipped.take().or(scanned.skipped);
                let outline = facts::outline(&source, is_test);
                Some(Version { path: path.to_owned(), text: Arc::clone(text), outline })
            }
            Err(skip) => {
                looked.skipped = Some(skip);
                None
            }
        };
    let head =
        job.head.as_ref().and_then(|text| version(text, &job.file.path, &mut looked.head_matches, language));
    let old_path = job.file.base_path();
    let old_language = Language::of_path(old_path).filter(|language| language.is_built_in());
    let base = match (&job.base, old_language) {
        (Some(text), Some(language)) => version(text, old_path, &mut looked.base_matches, language),
        _ => None,
    };
    looked.parsed = head.is_some();
    if compare || head.is_some() {
        looked.view = Some(FileView::new(job.file, kind, base, head));
    }
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
        if let Some(view) = result.view {
            matches.push((views.len(), result.head_matches, result.base_matches));
            views.push(view);
        }
    }
    broken.extend(hygiene::change(change, &generated));
    if outcome.ended.is_none() {
        let mut searcher = TreeSearcher { tree, cancel, left: MAX_OTHER_FILES, known: BTreeMap::new() };
        broken.extend(compare::compare(&views, &mut searcher));
    }
    let fresh = made_by_the_change(&views, matches);
    outcome.findings.extend(findings::of_matches(catalogue, &views, fresh));
    outcome.findings.extend(findings::of_broken(catalogue, &views, broken));
}

/// The matches that the base did not have: on lines that the change touched, and neither moved here from elsewhere nor
/// an old one whose surroundings changed.
fn made_by_the_change(
    views: &[FileView],
    matches: Vec<(usize, Vec<Match>, Vec<Match>)>,
) -> Vec<(usize, Match)> {
    let mut before: HashMap<(String, String), u32> = HashMap::new();
    for (_, _, base) in &matches {
        for found in base {
            *before.entry((found.rule.clone(), found.key.clone())).or_default() += 1;
        }
    }
    let mut take = |found: &Match| match before.get_mut(&(found.rule.clone(), found.key.clone())) {
        Some(count) if *count > 0 => {
            *count -= 1;
            true
        }
        _ => false,
    };
    let mut fresh = Vec::new();
    for (index, head, base) in matches {
        let Some(view) = views.get(index) else { continue };
        // Untouched ones first: they are the ones that were there.
        let (touched, old): (Vec<Match>, Vec<Match>) =
            head.into_iter().partition(|found| view.touches(found.range));
        let mut seen: HashMap<(String, String), u32> = HashMap::new();
        for found in &old {
            take(found);
        }
        let mut unknown = Vec::new();
        for found in touched {
            if !take(&found) {
                unknown.push(found);
            }
        }
        // Of one rule in one function, so many as were there before are the same, reworded.
        let function = |version: &Option<Version>, line: u32| {
            version
                .as_ref()
                .and_then(|version| version.function_at(line))
                .map(|function| format!("{}.{}", function.owner, function.name))
        };
        let mut count = |version: &Option<Version>, found: &Match, change: i64| {
            if let Some(name) = function(version, found.range.start) {
                let slot = seen.entry((found.rule.clone(), name)).or_default();
                *slot = u32::try_from(i64::from(*slot) + change).unwrap_or(0);
                return *slot;
            }
            0
        };
        for found in &base {
            count(&view.base, found, 1);
        }
        for found in &old {
            count(&view.head, found, -1);
        }
        for found in unknown {
            let name = function(&view.head, found.range.start);
            let slot = name.and_then(|name| seen.get_mut(&(found.rule.clone(), name)));
            match slot {
                Some(left) if *left > 0 => *left -= 1,
                _ => fresh.push((index, found)),
            }
        }
    }
    fresh
}

/// Looks for callers in the files that the change left alone.
struct TreeSearcher<'a> {
    tree: &'a dyn SourceTree,
    cancel: &'a Cancel,
    left: usize,
    known: BTreeMap<String, Option<Version>>,
}

impl Searcher for TreeSearcher<'_> {
    fn files_with(&mut self, needle: &str, among: &BTreeSet<&str>) -> Option<Vec<Version>> {
        let query = Query::Search { side: Side::Head, needle: needle.to_owned(), limit: 500 };
        let fact = self.tree.answer(&[query], self.cancel).ok()?.into_iter().next()?;
        let Answer::Hits { hits, complete: true } = fact.answer else { return None };
        let mut paths: Vec<String> = hits.into_iter().map(|hit| hit.path).collect();
        paths.dedup();
        paths.retain(|path| {
            !among.contains(path.as_str())
                && Language::of_path(path).is_some_and(Language::is_built_in)
                && paths::kind(path) != PathKind::Foreign
        });
        if paths.len() > MAX_FILES_PER_NAME {
            return None;
        }
        let unread: Vec<&String> = paths.iter().filter(|path| !self.known.contains_key(*path)).collect();
        if unread.len() > self.left {
            return None;
        }
        self.left -= unread.len();
        let queries: Vec<Query> = unread.iter().map(|path| Query::file(Side::Head, path.as_str())).collect();
        let facts = self.tree.answer(&queries, self.cancel).ok()?;
        let texts: Vec<(String, Text)> = unread
            .into_iter()
            .zip(facts)
            .filter_map(|(path, fact)| Some((path.clone(), Text::from(fact.text?))))
            .collect();
        let outlines = in_parallel(&texts, self.cancel, |(path, text)| {
            let source = Source::parse(Language::of_path(path)?, text).ok()?;
            let outline = facts::outline(&source, paths::kind(path) == PathKind::Test);
            Some(Version { path: path.clone(), text: Arc::clone(text), outline })
        });
        for ((path, _), outline) in texts.iter().zip(outlines) {
            let version = if let Pooled::Done(version) = outline { version } else { None };
            self.known.insert(path.clone(), version);
        }
        Some(paths.iter().filter_map(|path| self.known.get(path).cloned().flatten()).collect())
    }
}

/// Lines of a range, for quotes.
pub(crate) fn lines_of(text: &str, lines: LineRange, most: u32) -> String {
    let taken = lines.len().min(most) as usize;
    text.lines().skip(lines.start as usize - 1).take(taken).collect::<Vec<_>>().join("\n")
}
