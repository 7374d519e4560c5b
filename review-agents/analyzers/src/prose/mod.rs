//! What people read: comments, documentation, messages and texts. Slips of the pen in them that the change brought in.

mod grammar;
mod misspelled;
mod passages;
mod repeated;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, HashSet};

use review_core::{ChangedFile, LineRange, Side};

use crate::compare::{Broken, FileView, SourcePlace, Version, mentions, parts};
use crate::engine::{Scope, Source};
use crate::paths::PathKind;

pub(crate) use passages::is_text;

/// A slip, with what tells whether it was there before.
#[derive(Debug)]
pub(crate) struct Slip {
    broken: Broken,
    key: Key,
}

/// What tells whether a slip was there before, in lower case.
#[derive(Debug)]
enum Key {
    Word(String),
    /// Two words in a row, and the line that they end on, for those that stand across its end.
    Pair {
        words: String,
        line: String,
    },
}

impl Key {
    fn word(word: &str) -> Self {
        Self::Word(word.to_ascii_lowercase())
    }

    fn pair(first: &str, second: &str, line: &str) -> Self {
        let words = format!("{first} {second}").to_ascii_lowercase();
        Self::Pair { words, line: line.trim().to_ascii_lowercase() }
    }
}

/// More slips of one kind in one file are not reported.
const MOST: usize = 20;

/// Further places of one slip are not listed.
const MOST_PLACES: usize = 50;

/// A file whose touched lines are read.
pub(crate) struct Page<'a> {
    file: &'a ChangedFile,
    kind: PathKind,
    base: Option<&'a str>,
    scope: Scope,
}

impl<'a> Page<'a> {
    pub(crate) fn new(file: &'a ChangedFile, kind: PathKind, base: Option<&'a str>) -> Self {
        Self { file, kind, base, scope: Scope::of(file, Side::Head) }
    }

    /// The slips in the comments and messages of a parsed file.
    pub(crate) fn of_source(&self, source: &Source) -> Vec<Slip> {
        self.read(&passages::of_source(source, &self.scope, self.kind))
    }

    /// The slips in a text such as Markdown.
    pub(crate) fn of_text(&self, text: &str) -> Vec<Slip> {
        self.read(&passages::of_text(text, &self.scope))
    }

    /// The slips in the names that a file gives.
    pub(crate) fn of_names(&self, version: &Version) -> Vec<Slip> {
        self.fresh(misspelled::names(self.file, version, &self.scope))
    }

    fn read(&self, passages: &[passages::Passage<'_>]) -> Vec<Slip> {
        let mut slips = misspelled::words(self.file, passages);
        slips.extend(repeated::words(self.file, passages));
        slips.extend(grammar::slips(self.file, passages));
        self.fresh(slips)
    }

    /// Without what the file had before.
    fn fresh(&self, mut slips: Vec<Slip>) -> Vec<Slip> {
        if !slips.is_empty()
            && let Some(base) = self.base
        {
            let base = base.to_ascii_lowercase();
            slips.retain(|slip| match &slip.key {
                Key::Word(word) => !base.contains(word),
                Key::Pair { words, line } => !mentions(&base, words) && !base.contains(line),
            });
        }
        slips
    }
}

/// The slips that the change made: those that it only moved here from another file stand in what it took away.
pub(crate) fn made_by_the_change(slips: Vec<Slip>, views: &[FileView]) -> Vec<Broken> {
    if slips.is_empty() {
        return Vec::new();
    }
    let (mut lines, mut words, mut pairs) = (HashSet::new(), HashSet::new(), HashSet::new());
    for view in views {
        let all = view.base.iter().flat_map(|base| base.text.lines().zip(1_u32..));
        for (line, _) in all.filter(|(_, number)| view.deletes(LineRange::line(*number))) {
            words.extend(parts(line).map(str::to_ascii_lowercase));
            let line = line.trim().to_ascii_lowercase();
            pairs.extend(passages::words(&line).windows(2).filter_map(|pair| match pair {
                [Some(first), Some(second)] => Some(format!("{} {}", first.text, second.text)),
                _ => None,
            }));
            lines.insert(line);
        }
    }
    let stood_elsewhere = |key: &Key| match key {
        Key::Word(word) => words.contains(word),
        Key::Pair { words, line } => pairs.contains(words) || lines.contains(line),
    };
    // The same slip in several files is one finding.
    let mut merged: BTreeMap<_, Broken> = BTreeMap::new();
    for Slip { broken, .. } in slips.into_iter().filter(|slip| !stood_elsewhere(&slip.key)) {
        match merged.entry((broken.id, broken.words.clone())) {
            Entry::Vacant(entry) => {
                entry.insert(broken);
            }
            Entry::Occupied(entry) => {
                let places = std::iter::once(broken.place).chain(broken.further);
                entry.into_mut().also_at(places, MOST_PLACES);
            }
        }
    }
    merged.into_values().collect()
}

fn place(file: &ChangedFile, line: u32) -> SourcePlace {
    SourcePlace::head(&file.path, LineRange::line(line))
}
