//! The terms of texts as numbers. Each different run of letters is taken apart once: the same few thousand runs make up all
//! findings of a change.

use super::intern::{Interner, LookupMap};
use super::words::{Shape, each_run, words_of};

/// Gives each term a number, in the order of first sight.
#[derive(Default)]
pub(crate) struct Vocabulary {
    terms: Interner,
    /// Where the terms of each run stand in `known`.
    runs: LookupMap<Box<str>, (usize, usize)>,
    known: Vec<(u32, Shape)>,
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
        words_of(run, &mut |word, shape| self.known.push((self.terms.number(word), shape)));
        let span = (from, self.known.len());
        self.runs.insert(run.into(), span);
        span
    }

    /// How many terms there are.
    pub(crate) fn len(&self) -> usize {
        self.terms.len()
    }
}
