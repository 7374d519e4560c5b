//! Whether rules and checks keep their word: the examples that come with them.

use review_core::{Cancel, ChangeSet, ChangedFile, FileStatus, Hunk, HunkOp, MemoryTree, Origin};

use crate::catalogue::{Catalogue, Check, ExampleFile};
use crate::engine::{RuleSet, scan};
use crate::language::Language;
use crate::review::review;

/// An example that does not hold.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Broken {
    /// Id of the rule or check.
    pub id: String,
    /// `misses` or `wrongly matches`, and in which language.
    pub what: String,
    /// The example.
    pub code: String,
}

/// The examples of a set of rules that do not hold; languages that are not in this build are passed over.
pub fn broken_rule_examples(rules: &RuleSet) -> Vec<Broken> {
    let mut broken = Vec::new();
    for rule in rules.rules() {
        let info = rule.info();
        let only = rules.only(|other| other.info().id == info.id);
        for language in info.languages().filter(|language| language.is_built_in()) {
            let path = example_path(language, info.place == crate::engine::Place::Tests);
            let hit = |code: &&String| !scan(&only, language, path, code).is_empty();
            let missed = info.must_match.iter().filter(|code| !hit(code)).map(|code| ("misses", code));
            let wrong = info.must_not_match.iter().filter(hit).map(|code| ("wrongly matches", code));
            broken.extend(missed.chain(wrong).map(|(what, code)| Broken {
                id: info.id.clone(),
                what: format!("{what} ({})", language.name()),
                code: code.clone(),
            }));
        }
    }
    broken
}

fn example_path(language: Language, test: bool) -> &'static str {
    match (language, test) {
        (Language::Go, true) => "pkg/file_test.go",
        (_, true) => "tests/file",
        _ => "src/file",
    }
}

/// The examples of a catalogue's checks that do not hold. Each is a change of two commits.
pub fn broken_check_examples(catalogue: &Catalogue) -> Vec<Broken> {
    let mut broken = Vec::new();
    for check in &catalogue.checks {
        let mut test = |examples: &[Vec<ExampleFile>], wanted: bool| {
            for example in examples.iter().filter(|example| is_built_in(example)) {
                if speaks_up(check, example) != wanted {
                    let what = if wanted { "misses" } else { "wrongly matches" };
                    broken.push(Broken { id: check.id.clone(), what: what.to_owned(), code: shown(example) });
                }
            }
        };
        test(&check.must_match, true);
        test(&check.must_not_match, false);
    }
    broken
}

fn is_built_in(example: &[ExampleFile]) -> bool {
    example.iter().filter_map(|file| Language::of_path(&file.path)).all(Language::is_built_in)
}

fn shown(example: &[ExampleFile]) -> String {
    let mut text = String::new();
    for file in example {
        for (side, code) in [("before", file.base()), ("after", file.head())] {
            text.push_str(&format!("--- {} {side}\n{}", file.path, code.unwrap_or("(not there)\n")));
        }
    }
    text
}

fn speaks_up(check: &Check, example: &[ExampleFile]) -> bool {
    let only = Catalogue { rules: RuleSet::default(), checks: vec![check.clone()] };
    let (change, tree) = change_of(example);
    !review(&only, &change, &tree, &Cancel::new()).findings.is_empty()
}

/// An example as a change with its source.
pub(crate) fn change_of(example: &[ExampleFile]) -> (ChangeSet, MemoryTree) {
    let mut change = ChangeSet::new(Origin::Range);
    let mut tree = MemoryTree::new();
    for file in example {
        if let Some(text) = file.base() {
            tree = tree.with_base(&file.path, text);
        }
        if let Some(text) = file.head() {
            tree = tree.with_head(&file.path, text);
        }
        let status = match (file.base(), file.head()) {
            (Some(before), Some(after)) if before == after => continue,
            (None, _) => FileStatus::Added,
            (_, None) => FileStatus::Deleted,
            _ => FileStatus::Modified,
        };
        let mut changed = ChangedFile::new(&file.path, status);
        changed.hunks = hunks(file.base().unwrap_or_default(), file.head().unwrap_or_default());
        change.files.push(changed);
    }
    change.normalise();
    (change, tree)
}

/// One hunk from the longest common lines: examples are short, so the plain table is quick.
fn hunks(before: &str, after: &str) -> Vec<Hunk> {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let width = new.len() + 1;
    let mut common = vec![0_u32; (old.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, a) in old.iter().enumerate().rev() {
        for (j, b) in new.iter().enumerate().rev() {
            let best = if a == b {
                at(&common, i + 1, j + 1) + 1
            } else {
                at(&common, i + 1, j).max(at(&common, i, j + 1))
            };
            if let Some(cell) = common.get_mut(i * width + j) {
                *cell = best;
            }
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut ops: Vec<HunkOp> = Vec::new();
    while i < old.len() || j < new.len() {
        let next = if i < old.len() && j < new.len() && old.get(i) == new.get(j) {
            (i, j) = (i + 1, j + 1);
            HunkOp::Context(1)
        } else if i < old.len() && (j == new.len() || at(&common, i + 1, j) >= at(&common, i, j + 1)) {
            i += 1;
            HunkOp::Delete(1)
        } else {
            j += 1;
            HunkOp::Add(1)
        };
        match (ops.last_mut(), next) {
            (Some(HunkOp::Context(n)), HunkOp::Context(_))
            | (Some(HunkOp::Delete(n)), HunkOp::Delete(_))
            | (Some(HunkOp::Add(n)), HunkOp::Add(_)) => *n += 1,
            _ => ops.push(next),
        }
    }
    vec![Hunk::new(u32::from(!old.is_empty()), u32::from(!new.is_empty()), ops)]
}
