//! The terms of texts as numbers. Each different run of letters is taken apart once: the same few thousand runs make up all
//! findings of a change.

use super::asks::{Asks, Kinds};
use super::common::Common;
use super::intern::{Interner, LookupMap};
use super::synonyms::Synonyms;
use super::words::{Shape, each_run, words_of};

/// Gives each term a number, in the order of first sight.
pub(crate) struct Vocabulary {
    terms: Interner,
    /// Where the terms of each run stand in `known`.
    runs: LookupMap<Box<str>, (usize, usize)>,
    known: Vec<(u32, Shape)>,
    common: Common,
    synonyms: Synonyms,
    kinds: Kinds,
    /// What is known of each term by its number.
    facts: Vec<TermFacts>,
}

/// What is known of a term whoever uses it.
#[derive(Clone, Copy, Default)]
pub(crate) struct TermFacts {
    /// How much it tells.
    pub(crate) rarity: f64,
    /// The kind of work that it speaks of.
    pub(crate) asks: Asks,
}

impl Default for Vocabulary {
    fn default() -> Self {
        let synonyms = Synonyms::default();
        Self {
            terms: Interner::default(),
            runs: LookupMap::default(),
            known: Vec::new(),
            common: Common::default(),
            kinds: Kinds::new(&synonyms),
            synonyms,
            facts: Vec::new(),
        }
    }
}

impl Vocabulary {
    /// Calls `emit` with every term of a text.
    pub(crate) fn each_term(&mut self, text: &str, emit: &mut impl FnMut(u32, Shape)) {
        each_run(text, &mut |run| {
            let (from, to) = match self.runs.get(run) {
                Some(span) => *span,
                None => self.learn(run),
            };
            for (term, shape) in self.known.get(from..to).into_iter().flatten() {
                emit(*term, *shape);
            }
        });
    }

    /// Takes a new run apart.
    fn learn(&mut self, run: &str) -> (usize, usize) {
        let from = self.known.len();
        words_of(run, &mut |word, shape| {
            let word = if shape == Shape::Name { word } else { self.synonyms.of(word) };
            let number = self.terms.number(word);
            if number as usize == self.facts.len() {
                let asks = self.kinds.of(word);
                self.facts.push(TermFacts { rarity: self.common.rarity(word), asks });
            }
            self.known.push((number, shape));
        });
        let span = (from, self.known.len());
        self.runs.insert(run.into(), span);
        span
    }

    /// What is known of a term.
    pub(crate) fn facts(&self, term: u32) -> TermFacts {
        self.facts.get(term as usize).copied().unwrap_or_default()
    }

    /// How many terms there are.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }
}
