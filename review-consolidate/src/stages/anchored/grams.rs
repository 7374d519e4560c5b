//! Whether a text can contain another one, told in time that does not depend on the text's length.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// Bits of the table for each byte of text: one in sixteen is set at most.
const BITS_PER_BYTE: usize = 16;
/// Largest table, in bits.
const MOST_BITS: usize = 1 << 26;

/// The runs of `N` bytes that a text has. It may say that a text could be there when it is not, never the other way round.
#[derive(Debug)]
pub(crate) struct Grams<const N: usize> {
    bits: Vec<u64>,
}

impl<const N: usize> Grams<N> {
    /// Of a text.
    pub(crate) fn of(text: &str) -> Self {
        let size = (text.len() * BITS_PER_BYTE).clamp(64, MOST_BITS).next_power_of_two();
        let mut grams = Self { bits: vec![0; size / 64] };
        for gram in text.as_bytes().windows(N) {
            let (word, bit) = grams.at(gram);
            grams.bits.iter_mut().skip(word).take(1).for_each(|word| *word |= 1 << bit);
        }
        grams
    }

    fn at(&self, gram: &[u8]) -> (usize, u32) {
        let mut hasher = DefaultHasher::new();
        gram.hash(&mut hasher);
        let hash = hasher.finish();
        ((hash >> 6) as usize % self.bits.len().max(1), (hash & 63) as u32)
    }

    /// How much of a text's runs it can have, from 0 to 1; a text without a run: 1.
    pub(crate) fn share_of(&self, part: &str) -> f64 {
        let runs = part.as_bytes().windows(N);
        let all = runs.len();
        let there = runs.filter(|gram| self.may_have(gram)).count();
        if all == 0 { 1.0 } else { there as f64 / all as f64 }
    }

    /// Whether a text could be part of it. Of a long text some runs are looked at.
    pub(crate) fn may_contain(&self, part: &str) -> bool {
        let step = (part.len() / 16).max(1);
        part.as_bytes().windows(N).step_by(step).all(|gram| self.may_have(gram))
    }

    fn may_have(&self, gram: &[u8]) -> bool {
        let (word, bit) = self.at(gram);
        self.bits.get(word).is_some_and(|word| word >> bit & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_never_denied_and_most_of_what_is_not_is() {
        let text: String = (0..2_000).map(|n| format!("let value_{n} = compute({n});")).collect();
        let grams = Grams::<8>::of(&text);
        for start in (0..text.len() - 40).step_by(97) {
            assert!(grams.may_contain(&text[start..start + 40]));
        }
        let others =
            (0..500).filter(|n| grams.may_contain(&format!("drop_table(users_{n}, cascade)"))).count();
        assert!(others < 10, "{others}");
        assert!(Grams::<8>::of("").may_contain("short"));
    }
}
