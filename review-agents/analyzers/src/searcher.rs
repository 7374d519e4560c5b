//! Looks for code in the files that the change left alone, all at once: a search of a large tree costs as much for one name
//! as for many.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use review_core::{Answer, Cancel, Query, Side, SourceTree};

use crate::compare::{Searcher, Version};
use crate::engine::{Pooled, Scope, Source, in_parallel};
use crate::facts;
use crate::language::Language;
use crate::paths::{self, PathKind};

/// Names that are looked for, for the whole change.
const MAX_NAMES: usize = 60;

/// Files outside of the change that are read, for the whole change and for one name.
const MAX_FILES: usize = 300;
const MAX_FILES_PER_NAME: usize = 40;

/// Hits of one name: more of them say that the name means many things.
const MAX_HITS: u32 = 500;

/// What was asked for in advance, and what was found.
pub(crate) struct TreeSearcher<'a> {
    tree: &'a dyn SourceTree,
    cancel: &'a Cancel,
    /// The files of each name; none where that can't be said.
    files: BTreeMap<String, Vec<String>>,
    known: BTreeMap<String, Version>,
}

impl<'a> TreeSearcher<'a> {
    pub(crate) fn new(tree: &'a dyn SourceTree, cancel: &'a Cancel) -> Self {
        Self { tree, cancel, files: BTreeMap::new(), known: BTreeMap::new() }
    }

    /// The files that have a name, from the answer to the search for it.
    fn files_of(answer: Answer, among: &BTreeSet<&str>) -> Option<Vec<String>> {
        let Answer::Hits { hits, complete: true } = answer else { return None };
        let mut paths: Vec<String> = hits.into_iter().map(|hit| hit.path).collect();
        paths.dedup();
        paths.retain(|path| {
            !among.contains(path.as_str())
                && Language::of_path(path).is_some_and(Language::is_built_in)
                && paths::kind(path) != PathKind::Foreign
        });
        (paths.len() <= MAX_FILES_PER_NAME).then_some(paths)
    }

    fn read(&mut self, paths: &BTreeSet<String>) {
        let queries: Vec<Query> = paths.iter().map(|path| Query::file(Side::Head, path.as_str())).collect();
        // Without an answer nothing is known of these files, and nothing is said about them.
        let Ok(facts) = self.tree.answer(&queries, self.cancel) else {
            self.files.clear();
            return;
        };
        let texts: Vec<(&String, Arc<str>)> =
            paths.iter().zip(facts).filter_map(|(path, fact)| Some((path, Arc::from(fact.text?)))).collect();
        let versions = in_parallel(&texts, self.cancel, |(path, text)| {
            let source = Source::parse(Language::of_path(path)?, text).ok()?;
            let outline = facts::outline(&source, paths::kind(path) == PathKind::Test, &Scope::Whole);
            Some(Version::new(path, text, &source, outline))
        });
        for ((path, _), version) in texts.iter().zip(versions) {
            if let Pooled::Done(Some(version)) = version {
                self.known.insert((*path).clone(), version);
            }
        }
    }
}

impl Searcher for TreeSearcher<'_> {
    fn expect(&mut self, needles: BTreeSet<String>, among: &BTreeSet<&str>) {
        let needles: Vec<String> = needles.into_iter().take(MAX_NAMES).collect();
        let search =
            |needle: &String| Query::Search { side: Side::Head, needle: needle.clone(), limit: MAX_HITS };
        let queries: Vec<Query> = needles.iter().map(search).collect();
        if queries.is_empty() {
            return;
        }
        let Ok(facts) = self.tree.answer(&queries, self.cancel) else { return };
        let mut wanted: BTreeSet<String> = BTreeSet::new();
        for (needle, fact) in needles.into_iter().zip(facts) {
            let Some(paths) = Self::files_of(fact.answer, among) else { continue };
            let more = paths.iter().filter(|path| !wanted.contains(*path)).count();
            if wanted.len() + more <= MAX_FILES {
                wanted.extend(paths.iter().cloned());
                self.files.insert(needle, paths);
            }
        }
        self.read(&wanted);
    }

    fn files_with(&self, needle: &str) -> Option<Vec<&Version>> {
        let paths = self.files.get(needle)?;
        Some(paths.iter().filter_map(|path| self.known.get(path)).collect())
    }
}
