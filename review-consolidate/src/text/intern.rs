//! Numbers for words. Only looked up, never iterated: the numbers follow from the order in which words come.

#[expect(clippy::disallowed_types, reason = "looked up only, never iterated")]
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, DefaultHasher};

/// A map that is only looked up. Its hasher has fixed keys, as a pure crate must not draw random ones; it is a keyed
/// cryptographic mix (SipHash), so that words which collide can't simply be computed, as for FNV they can.
#[expect(clippy::disallowed_types, reason = "looked up only, never iterated")]
pub(crate) type LookupMap<K, V> = HashMap<K, V, BuildHasherDefault<DefaultHasher>>;

/// Gives each distinct text a number, in the order of first sight.
#[derive(Default)]
pub(crate) struct Interner {
    numbers: LookupMap<Box<str>, u32>,
}

impl Interner {
    /// The text's number.
    pub(crate) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = self.numbers.len() as u32;
        self.numbers.insert(text.into(), number);
        number
    }

    /// How many texts there are.
    pub(crate) fn len(&self) -> usize {
        self.numbers.len()
    }
}
