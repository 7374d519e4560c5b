//! Words that reviewers use for one thing, whatever the project: *typo* and *misspelling*, *nil* and *null*, *orphaned* and
//! *leaked*. General knowledge of English and of programming, not counted anywhere.

use super::words::stem_of;

/// One group a line; a group weighs what its first word does.
const GROUPS: &str = include_str!("synonyms.txt");

/// The table of synonyms.
pub(crate) struct Synonyms {
    /// Stems in order, each with the stem of its group's first word.
    stems: Vec<(String, String)>,
}

impl Default for Synonyms {
    fn default() -> Self {
        let mut stems: Vec<(String, String)> = Vec::new();
        for group in GROUPS.lines() {
            let mut words = group.split_whitespace().map(stem_of);
            let Some(first) = words.next() else { continue };
            stems.extend(words.map(|word| (word, first.clone())));
        }
        // A stem in two groups belongs to the first.
        stems.sort_by(|a, b| a.0.cmp(&b.0));
        stems.dedup_by(|next, kept| next.0 == kept.0);
        Self { stems }
    }
}

impl Synonyms {
    /// The stem that stands for a stem's group; the stem itself where it has no synonym.
    pub(crate) fn of<'s>(&'s self, stem: &'s str) -> &'s str {
        let at = self.stems.binary_search_by(|(known, _)| known.as_str().cmp(stem)).ok();
        at.and_then(|at| self.stems.get(at)).map_or(stem, |(_, first)| first)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_for_a_group_stands_for_itself() {
        let synonyms = Synonyms::default();
        for (stem, first) in &synonyms.stems {
            assert_eq!(synonyms.of(first), first, "{stem}");
        }
    }

    #[test]
    fn each_word_is_in_one_group() {
        let mut first_seen: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
        for (number, group) in GROUPS.lines().enumerate() {
            for word in group.split_whitespace() {
                let known = *first_seen.entry(stem_of(word)).or_insert(number);
                assert_eq!(known, number, "“{word}” is in two groups");
            }
        }
    }

    #[test]
    fn synonyms_are_one_term() {
        let synonyms = Synonyms::default();
        let same = |a: &str, b: &str| synonyms.of(&stem_of(a)) == synonyms.of(&stem_of(b));
        assert!(same("misspelled", "grammatical") && same("nullptr", "nil") && same("orphans", "leaks"));
        assert!(!same("lock", "leak"));
    }
}
