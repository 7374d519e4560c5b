//! Small words that stand twice in a row.

use review_core::ChangedFile;

use super::passages::{Passage, Voice, Word, words as words_of};
use super::{Key, MOST, Slip, place};
use crate::compare::Broken;

/// Words that no sentence has twice in a row, whatever it says. Not `that`, `had`, `do`, `so`, nor keywords such as `for`.
const WORDS: &[&str] = &[
    "a", "an", "and", "are", "at", "be", "been", "but", "by", "can", "each", "from", "has", "have", "if",
    "in", "into", "is", "it", "its", "may", "must", "of", "on", "only", "or", "should", "than", "the",
    "their", "then", "there", "these", "they", "this", "to", "was", "we", "were", "when", "where", "which",
    "will", "with", "would", "you", "your",
];

/// Words that stand twice in a row, also across the end of a line.
pub(super) fn words(file: &ChangedFile, passages: &[Passage<'_>]) -> Vec<Slip> {
    let mut slips = Vec::new();
    let mut last: Option<(u32, Word<'_>)> = None;
    for passage in passages.iter().filter(|passage| passage.voice == Voice::Prose) {
        let mut words = words_of(passage.text);
        // The marks of a comment and of a list stand before the first word.
        let marks = passage
            .text
            .split_ascii_whitespace()
            .take_while(|token| token.bytes().all(|byte| byte.is_ascii_punctuation()))
            .count();
        words.drain(..marks.min(words.len()));
        let end = words.last().copied().flatten().filter(|word| word.ends_bare);
        let before = last.filter(|(line, _)| *line + 1 == passage.line).map(|(_, word)| word);
        let all: Vec<Option<Word<'_>>> = std::iter::once(before).chain(words).collect();
        for (at, pair) in all.windows(2).enumerate() {
            let [Some(first), Some(second)] = pair else { continue };
            let lower = second.text.to_ascii_lowercase();
            let same = first.text.eq_ignore_ascii_case(second.text)
                && first.ends_bare
                && second.opens_bare
                && second.text.bytes().all(|byte| byte.is_ascii_lowercase())
                // `AND and` is an operation and a word.
                && first.text.bytes().skip(1).all(|byte| byte.is_ascii_lowercase())
                && WORDS.contains(&lower.as_str());
            // `a a b` is a pattern, not a sentence.
            let around = [at.checked_sub(1), Some(at + 2)].into_iter().flatten();
            let short = |index: usize| {
                all.get(index).is_some_and(|word| word.is_none_or(|word| word.text.len() == 1))
            };
            if same && slips.len() < MOST && !(lower.len() == 1 && around.into_iter().any(short)) {
                let broken =
                    Broken::new("prose.repeated-word", place(file, passage.line), [("WORD", second.text)]);
                slips.push(Slip {
                    broken: broken.with_quote(passage.text),
                    key: Key::pair(&lower, &lower, passage.text),
                });
            }
        }
        last = end.map(|word| (passage.line, word));
    }
    slips
}

#[cfg(test)]
mod tests {
    use review_core::FileStatus;

    use super::*;

    fn found(lines: &[&str]) -> usize {
        let file = ChangedFile::new("a.rs", FileStatus::Added);
        let passages: Vec<_> = lines
            .iter()
            .zip(1_u32..)
            .map(|(text, line)| Passage { line, text, voice: Voice::Prose })
            .collect();
        words(&file, &passages).len()
    }

    #[test]
    fn twice_in_a_row_is_a_slip_also_across_lines() {
        assert_eq!(found(&["// Reads the the file."]), 1);
        assert_eq!(found(&["// Reads the", "// the file."]), 1);
        assert_eq!(found(&["/* The the end", " * of of it */"]), 2);
    }

    #[test]
    fn what_a_sentence_can_say_is_none() {
        for line in [
            "// had had, that that",
            "// the, the",
            "// `the` the",
            "// a a b",
            "// In in",
            "// x the The",
            "// bitwise AND and OR or",
        ] {
            assert_eq!(found(&[line]), usize::from(line == "// In in"), "{line}");
        }
        assert_eq!(found(&["// it ends with the", "", "// the next"]), 0);
    }
}
