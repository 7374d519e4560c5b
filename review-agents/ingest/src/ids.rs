//! Ids of findings and section items: printed labels, made-up numbers, content hashes.

use std::collections::{BTreeMap, BTreeSet};

use review_core::RawFinding;

/// Hands out ids that are unique within one review.
#[derive(Debug, Default)]
pub(crate) struct Ids {
    taken: BTreeSet<String>,
    /// How often a label was wanted, so that a label repeated a thousand times costs no search.
    repeats: BTreeMap<String, u32>,
    /// Last number made up for a letter.
    counters: BTreeMap<char, u32>,
}

impl Ids {
    /// A printed label: as it is, then with `b`, `c`, …
    pub(crate) fn printed(&mut self, label: &str) -> String {
        loop {
            let repeats = self.repeats.entry(label.to_owned()).or_insert(0);
            let id = if *repeats == 0 { label.to_owned() } else { format!("{label}{}", suffix(*repeats)) };
            *repeats = repeats.saturating_add(1);
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    /// The next free number after a letter.
    pub(crate) fn next(&mut self, letter: char) -> String {
        loop {
            let counter = self.counters.entry(letter).or_insert(0);
            *counter = counter.saturating_add(1);
            let id = format!("{letter}{counter}");
            if self.taken.insert(id.clone()) {
                return id;
            }
        }
    }

    /// An id from the finding's content, so that it does not depend on order.
    pub(crate) fn hashed(&mut self, finding: &RawFinding) -> String {
        let mut hash = Fnv::default();
        hash.text(&finding.title);
        for location in &finding.locations {
            hash.text(&location.to_string());
        }
        hash.text(&finding.body);
        self.printed(&format!("h{:08x}", hash.folded()))
    }
}

/// `b`, `c`, … `z`, then `z1`, `z2`, …: the first repeat is 1.
fn suffix(repeat: u32) -> String {
    match u8::try_from(repeat).ok().filter(|repeat| *repeat < 26) {
        Some(repeat) => char::from(b'a' + repeat).to_string(),
        None => format!("z{}", repeat - 25),
    }
}

/// FNV-1a, 64 bits, over UTF-8 with a separator after each text: the same on every machine.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn text(&mut self, text: &str) {
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    fn folded(&self) -> u32 {
        (self.0 >> 32) as u32 ^ self.0 as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn repeated_labels_get_letters() {
        let mut ids = Ids::default();
        assert_eq!([ids.printed("I1"), ids.printed("I1"), ids.printed("I1")], ["I1", "I1b", "I1c"]);
        assert_eq!(ids.next('I'), "I2");
    }

    #[test]
    fn content_hashes_are_golden() {
        let finding = RawFinding::new("Pool leaks");
        assert_eq!(Ids::default().hashed(&finding), Ids::default().hashed(&finding));
        assert_ne!(Ids::default().hashed(&finding), Ids::default().hashed(&RawFinding::new("Pool leak")));
    }
}
