//! Which function of the base is which function of the head.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::text::words;
use super::view::{FileView, Version};
use crate::facts::Function;
use crate::paths::PathKind;

/// A function in both versions.
#[derive(Clone, Copy)]
pub(crate) struct Pair<'a> {
    pub(crate) base_version: &'a Version,
    pub(crate) head_version: &'a Version,
    pub(crate) file: &'a FileView,
    pub(crate) base: &'a Function,
    pub(crate) head: &'a Function,
}

impl Pair<'_> {
    pub(crate) fn base_code(&self) -> &str {
        self.base_version.code(&self.base.span.bytes)
    }

    pub(crate) fn head_code(&self) -> &str {
        self.head_version.code(&self.head.span.bytes)
    }

    /// Whether most of what the function said it still says: else it was rewritten, and nothing can be said to be
    /// missing from it. At least three of five words must be left.
    pub(crate) fn is_same_thing(&self) -> bool {
        let (base, head) = (words(self.base_code()), words(self.head_code()));
        let common = base.intersection(&head).count();
        common * 5 >= base.len() * 3 && !base.is_empty()
    }
}

/// A function that only one version has.
#[derive(Clone, Copy)]
pub(crate) struct Lone<'a> {
    pub(crate) version: &'a Version,
    pub(crate) file: &'a FileView,
    pub(crate) function: &'a Function,
}

/// The functions of a change, matched.
pub(crate) struct Pairs<'a> {
    pub(crate) files: &'a [FileView],
    /// Functions that both versions have and that differ.
    pub(crate) changed: Vec<Pair<'a>>,
    /// Functions of the base that the head does not have.
    pub(crate) removed: Vec<Lone<'a>>,
    /// Functions of the head that the base did not have.
    pub(crate) added: Vec<Lone<'a>>,
    /// How many functions of the changed files have each name at head.
    named: HashMap<&'a str, usize>,
}

type Key<'a> = (&'a str, &'a str, usize);

impl<'a> Pairs<'a> {
    pub(crate) fn new(files: &'a [FileView]) -> Self {
        let mut named: HashMap<&str, usize> = HashMap::new();
        let heads = files.iter().filter_map(|file| file.head.as_ref());
        for function in heads.flat_map(|version| &version.outline.functions) {
            *named.entry(function.name.as_str()).or_default() += 1;
        }
        let mut pairs = Self { files, changed: Vec::new(), removed: Vec::new(), added: Vec::new(), named };
        for file in files {
            let head: HashMap<Key<'a>, &'a Function> = file.head.iter().flat_map(keyed).collect();
            let mut met = HashSet::new();
            for (key, base) in file.base.iter().flat_map(keyed) {
                match (head.get(&key), &file.base, &file.head) {
                    (Some(head), Some(base_version), Some(head_version)) => {
                        met.insert(key);
                        pairs.pair(Pair { base_version, head_version, file, base, head });
                    }
                    (_, Some(version), _) => pairs.removed.push(Lone { version, file, function: base }),
                    _ => {}
                }
            }
            if let Some(version) = &file.head {
                let is_fresh = |(key, function): &(Key<'_>, &Function)| {
                    !met.contains(key) && file.touches(function.span.lines)
                };
                let fresh = keyed(version).into_iter().filter(is_fresh);
                pairs.added.extend(fresh.map(|(_, function)| Lone { version, file, function }));
            }
        }
        pairs.match_moved();
        pairs
    }

    fn pair(&mut self, pair: Pair<'a>) {
        if pair.base_code() != pair.head_code() {
            self.changed.push(pair);
        }
    }

    /// A function that left one file and came up in another one, under its old name, was moved.
    fn match_moved(&mut self) {
        let mut by_path: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
        for (index, added) in self.added.iter().enumerate() {
            by_path.entry(added.function.path()).or_default().push(index);
        }
        let mut arrived = BTreeSet::new();
        let mut left = Vec::new();
        for removed in std::mem::take(&mut self.removed) {
            let targets = by_path.get(&removed.function.path()).map(Vec::as_slice).unwrap_or_default();
            let target = match targets {
                [only] if !arrived.contains(only) => self.added.get(*only).map(|added| (*only, *added)),
                _ => None,
            };
            let Some((index, added)) = target else {
                left.push(removed);
                continue;
            };
            arrived.insert(index);
            self.pair(Pair {
                base_version: removed.version,
                head_version: added.version,
                file: added.file,
                base: removed.function,
                head: added.function,
            });
        }
        self.removed = left;
        let mut index = 0;
        self.added.retain(|_| {
            index += 1;
            !arrived.contains(&(index - 1))
        });
    }

    /// The changed functions of production code.
    pub(crate) fn in_production(&self) -> impl Iterator<Item = &Pair<'a>> {
        self.changed.iter().filter(|pair| pair.file.kind == PathKind::Production && !pair.base.is_test)
    }

    /// How many functions of the changed files have this name at head.
    pub(crate) fn named_at_head(&self, name: &str) -> usize {
        self.named.get(name).copied().unwrap_or(0)
    }
}

/// The functions of a version with owner, name, and the number among those of one name.
fn keyed(version: &Version) -> Vec<(Key<'_>, &Function)> {
    let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
    let mut keyed = Vec::new();
    for function in version.outline.functions.iter().skip(1) {
        let count = counts.entry(function.path()).or_default();
        keyed.push(((function.owner.as_str(), function.name.as_str(), *count), function));
        *count += 1;
    }
    keyed
}
