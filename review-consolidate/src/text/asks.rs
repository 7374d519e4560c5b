//! What a reviewer asks for, as one of a few kinds of work: two findings on the same line that ask for different work are
//! two issues.

use super::synonyms::Synonyms;
use super::words::stem_of;

/// A kind of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub(crate) enum Ask {
    Absence,
    Bounds,
    Check,
    Cleanup,
    Concurrency,
    Configure,
    Duplicate,
    Errors,
    Expose,
    Format,
    Initialise,
    Log,
    Name,
    Numbers,
    Order,
    Performance,
    Remove,
    Secure,
    Spelling,
    State,
    Test,
    Text,
    Types,
    Wait,
}

/// Words that speak of a kind of work; their stems and synonyms do too.
const WORDS: &[(Ask, &str)] = &[
    (Ask::Absence, "nil none null nullable nullptr undefined"),
    (Ask::Bounds, "bounds index limit"),
    (Ask::Check, "valid validate"),
    (Ask::Cleanup, "cleanup close dispose leak memory release"),
    (Ask::Concurrency, "async atomic concurrent deadlock lock mutex parallel race sync synchronize"),
    (Ask::Configure, "default hardcoded option"),
    (Ask::Duplicate, "abstract constant copy duplicate extract refactor repeat wrapper"),
    (Ask::Errors, "catch error exception throw"),
    (Ask::Expose, "encapsulate expose private public"),
    (Ask::Format, "format indent spacing style whitespace"),
    (Ask::Initialise, "initialize uninitialized"),
    (Ask::Log, "log logger warn"),
    (Ask::Name, "name rename"),
    (Ask::Numbers, "overflow precision round timestamp"),
    (Ask::Order, "order sort"),
    (Ask::Performance, "allocate cache efficient performance"),
    (Ask::Remove, "dead delete deprecated redundant remove unnecessary unused"),
    (Ask::Secure, "encrypt escape inject permission sanitize secret secure security vulnerability"),
    (Ask::Spelling, "grammar spell typo"),
    (Ask::State, "stale"),
    (Ask::Test, "assert coverage fixture mock test"),
    (Ask::Text, "comment docstring document"),
    (Ask::Types, "annotate cast conversion convert type"),
    (Ask::Wait, "await backoff deadline retry timeout"),
];

/// What each stem speaks of.
pub(crate) struct Kinds {
    /// Stems in order.
    stems: Vec<(String, Asks)>,
}

impl Kinds {
    pub(crate) fn new(synonyms: &Synonyms) -> Self {
        let mut stems: Vec<(String, Asks)> = Vec::new();
        for (ask, words) in WORDS {
            let of_word = |word| (synonyms.of(&stem_of(word)).to_owned(), Asks(1 << *ask as u8));
            stems.extend(words.split_whitespace().map(of_word));
        }
        stems.sort_by(|a, b| a.0.cmp(&b.0));
        stems.dedup_by(|next, kept| {
            let same = next.0 == kept.0;
            if same {
                kept.1.join(next.1);
            }
            same
        });
        Self { stems }
    }

    /// The kinds of work that a stem speaks of; of synonyms, the one that stands for all of them.
    pub(crate) fn of(&self, stem: &str) -> Asks {
        let at = self.stems.binary_search_by(|(known, _)| known.as_str().cmp(stem)).ok();
        at.and_then(|at| self.stems.get(at)).map(|(_, asks)| *asks).unwrap_or_default()
    }
}

/// The kinds of work that a text asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asks(u32);

impl Asks {
    /// Adds what another text asks for.
    pub(crate) fn join(&mut self, other: Self) {
        self.0 |= other.0;
    }

    /// How far two texts ask for the same: kinds in common against those of the one that asks for less, 0 to 1; `None`
    /// where one of them asks for nothing known.
    pub(crate) fn agree(self, other: Self) -> Option<f64> {
        let fewer = self.0.count_ones().min(other.0.count_ones());
        let both = (self.0 & other.0).count_ones();
        (fewer > 0).then(|| f64::from(both) / f64::from(fewer))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_work_does_not_agree() {
        let synonyms = Synonyms::default();
        let kinds = Kinds::new(&synonyms);
        let asks = |words: &[&str]| {
            let mut asks = Asks::default();
            words.iter().for_each(|word| asks.join(kinds.of(synonyms.of(&stem_of(word)))));
            asks
        };
        assert_eq!(asks(&["renamed", "typos"]).agree(asks(&["naming"])), Some(1.0));
        assert_eq!(asks(&["null"]).agree(asks(&["log"])), Some(0.0));
        assert_eq!(asks(&["banana"]).agree(asks(&["log"])), None);
    }
}
