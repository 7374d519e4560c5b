//! Words that are spelled wrong, by the dictionary of slips that the `typos` project keeps.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use review_core::{ChangedFile, LineRange};

use super::passages::{Passage, words as words_of};
use super::{Key, MOST, MOST_PLACES, Slip, place};
use crate::compare::{Broken, Version, parts};
use crate::engine::Scope;

/// Shorter words are taken for abbreviations: in sentences, and as parts of names.
const SHORTEST_WORD: usize = 4;
const SHORTEST_PART: usize = 5;

/// Entries of the dictionary that people use on purpose.
const MEANT: &[&str] = &[
    "clonable",
    "compactible",
    "datas",
    "decrypter",
    "encrypter",
    "enumerables",
    "flate",
    "intoto",
    "overlayed",
    "predefineds",
    "preemptable",
    "publically",
    "reenable",
    "reenabled",
    "reenables",
    "seeked",
    "uncloneable",
    "uncompressible",
    "womens",
];

/// The right spelling of a word, in the case of the wrong one. Words for which the dictionary knows several are left alone, and so
/// are words in capital letters.
fn right(word: &str) -> Option<String> {
    let (first, tail) = word.split_at_checked(1)?;
    if tail.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return None;
    }
    let lower = word.to_ascii_lowercase();
    let [right] = typos_dict::WORD.find(&lower.as_str().into())? else { return None };
    if right.is_empty() || MEANT.contains(&lower.as_str()) {
        return None;
    }
    Some(if first.bytes().all(|byte| byte.is_ascii_uppercase()) {
        let (first, rest) = right.split_at_checked(1)?;
        first.to_ascii_uppercase() + rest
    } else {
        (*right).to_owned()
    })
}

/// The misspelled words of some passages, each once with all its places.
pub(super) fn words(file: &ChangedFile, passages: &[Passage<'_>]) -> Vec<Slip> {
    let mut found: BTreeMap<String, Broken> = BTreeMap::new();
    for passage in passages {
        let mut before = None;
        for word in words_of(passage.text) {
            let last = std::mem::replace(&mut before, word);
            let Some(word) = word else { continue };
            // A capital letter within a sentence makes it a name.
            if word.text.starts_with(|c: char| c.is_ascii_uppercase())
                && last.is_some_and(|last| last.ends_bare)
            {
                continue;
            }
            for part in word.text.split('-').filter(|part| part.len() >= SHORTEST_WORD) {
                let Some(right) = right(part) else { continue };
                let place = place(file, passage.line);
                match found.entry(part.to_ascii_lowercase()) {
                    Entry::Vacant(entry) => {
                        let words = [("WORD", part), ("RIGHT", right.as_str())];
                        entry.insert(Broken::new("prose.misspelling", place, words).with_quote(passage.text));
                    }
                    Entry::Occupied(entry) => entry.into_mut().also_at([place], MOST_PLACES),
                }
            }
        }
    }
    found.into_iter().take(MOST).map(|(word, broken)| Slip { broken, key: Key::Word(word) }).collect()
}

/// Misspelled names of functions, parameters, types and members.
pub(super) fn names(file: &ChangedFile, version: &Version, scope: &Scope) -> Vec<Slip> {
    let outline = &version.outline;
    let functions = outline.functions.iter().skip(1).flat_map(|function| {
        let params = function.params.iter().map(|param| param.name.as_str());
        std::iter::once(function.name.as_str()).chain(params).map(|name| (name, function.line))
    });
    let groups = outline.groups.iter().flat_map(|group| {
        let members = group.members.iter().map(|(name, line)| (name.as_str(), *line));
        std::iter::once((group.name.as_str(), group.span.lines.start)).chain(members)
    });
    let mut met = BTreeSet::new();
    let mut slips = Vec::new();
    for (name, line) in functions.chain(groups) {
        if !scope.takes(LineRange::line(line)) || slips.len() >= MOST {
            continue;
        }
        for part in parts(name).filter(|part| part.len() >= SHORTEST_PART) {
            let Some(right) = right(part) else { continue };
            if met.insert(part.to_ascii_lowercase()) {
                let fixed = name.replacen(part, &right, 1);
                let words = [("NAME", name), ("RIGHT", &fixed)];
                let broken = Broken::new("prose.misspelled-name", place(file, line), words);
                slips.push(Slip { broken, key: Key::word(part) });
            }
        }
    }
    slips
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_right_word_has_the_case_of_the_wrong_one() {
        assert_eq!(right("recieve").as_deref(), Some("receive"));
        assert_eq!(right("Recieve").as_deref(), Some("Receive"));
        assert_eq!((right("RECIEVE"), right("receive"), right("")), (None, None, None));
    }
}
