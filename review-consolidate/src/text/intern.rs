//! Numbers for words. Only looked up, never iterated: the numbers follow from the order in which words come.

#[expect(clippy::disallowed_types, reason = "looked up only, never iterated")]
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// FNV-1a over eight bytes at a time: the standard library's hasher draws random keys, which a pure crate
/// must not do, and inputs here are too small to attack.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WordHasher(u64);

impl Default for WordHasher {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for WordHasher {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 29)
    }
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0u8; 8];
            for (to, from) in word.iter_mut().zip(chunk) {
                *to = *from;
            }
            self.0 = (self.0 ^ u64::from_le_bytes(word)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23);
        }
    }
}

/// A map that is only looked up.
#[expect(clippy::disallowed_types, reason = "looked up only, never iterated")]
pub(crate) type LookupMap<K, V> = HashMap<K, V, BuildHasherDefault<WordHasher>>;

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
