//! What a reviewer asks for, as one of a few kinds of work: two findings on the same line that ask for different work are
//! two issues.

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

/// Stems that speak of a kind of work, in the order of stems.
const STEMS: &[(&str, Ask)] = &[
    ("abstract", Ask::Duplicate),
    ("alloc", Ask::Performance),
    ("annotat", Ask::Types),
    ("assert", Ask::Test),
    ("async", Ask::Concurrency),
    ("atomic", Ask::Concurrency),
    ("await", Ask::Wait),
    ("backoff", Ask::Wait),
    ("bound", Ask::Bounds),
    ("cach", Ask::Performance),
    ("cast", Ask::Types),
    ("catch", Ask::Errors),
    ("cleanup", Ask::Cleanup),
    ("clos", Ask::Cleanup),
    ("comment", Ask::Text),
    ("concurr", Ask::Concurrency),
    ("concurrent", Ask::Concurrency),
    ("constant", Ask::Duplicate),
    ("conver", Ask::Types),
    ("convert", Ask::Types),
    ("copy", Ask::Duplicate),
    ("coverag", Ask::Test),
    ("dead", Ask::Remove),
    ("deadlin", Ask::Wait),
    ("deadlock", Ask::Concurrency),
    ("default", Ask::Configure),
    ("delet", Ask::Remove),
    ("deprecat", Ask::Remove),
    ("dispos", Ask::Cleanup),
    ("docstr", Ask::Text),
    ("docstring", Ask::Text),
    ("document", Ask::Text),
    ("duplicat", Ask::Duplicate),
    ("efficient", Ask::Performance),
    ("encapsulat", Ask::Expose),
    ("encrypt", Ask::Secure),
    ("error", Ask::Errors),
    ("escap", Ask::Secure),
    ("exception", Ask::Errors),
    ("expos", Ask::Expose),
    ("extract", Ask::Duplicate),
    ("fixtur", Ask::Test),
    ("format", Ask::Format),
    ("grammar", Ask::Spelling),
    ("hardcod", Ask::Configure),
    ("indent", Ask::Format),
    ("index", Ask::Bounds),
    ("initializ", Ask::Initialise),
    ("inject", Ask::Secure),
    ("leak", Ask::Cleanup),
    ("limit", Ask::Bounds),
    ("lock", Ask::Concurrency),
    ("log", Ask::Log),
    ("logg", Ask::Log),
    ("memory", Ask::Cleanup),
    ("mock", Ask::Test),
    ("mutex", Ask::Concurrency),
    ("nam", Ask::Name),
    ("nil", Ask::Absence),
    ("none", Ask::Absence),
    ("null", Ask::Absence),
    ("nullabl", Ask::Absence),
    ("nullptr", Ask::Absence),
    ("option", Ask::Configure),
    ("order", Ask::Order),
    ("overflow", Ask::Numbers),
    ("parallel", Ask::Concurrency),
    ("perform", Ask::Performance),
    ("performanc", Ask::Performance),
    ("permission", Ask::Secure),
    ("precision", Ask::Numbers),
    ("privat", Ask::Expose),
    ("public", Ask::Expose),
    ("rac", Ask::Concurrency),
    ("redundant", Ask::Remove),
    ("refactor", Ask::Duplicate),
    ("releas", Ask::Cleanup),
    ("remov", Ask::Remove),
    ("renam", Ask::Name),
    ("repeat", Ask::Duplicate),
    ("retry", Ask::Wait),
    ("round", Ask::Numbers),
    ("sanitiz", Ask::Secure),
    ("secret", Ask::Secure),
    ("secur", Ask::Secure),
    ("security", Ask::Secure),
    ("sort", Ask::Order),
    ("spac", Ask::Format),
    ("spell", Ask::Spelling),
    ("stal", Ask::State),
    ("styl", Ask::Format),
    ("sync", Ask::Concurrency),
    ("synchroniz", Ask::Concurrency),
    ("test", Ask::Test),
    ("throw", Ask::Errors),
    ("timeout", Ask::Wait),
    ("timestamp", Ask::Numbers),
    ("typ", Ask::Types),
    ("typo", Ask::Spelling),
    ("undefin", Ask::Absence),
    ("uninitializ", Ask::Initialise),
    ("unnecessary", Ask::Remove),
    ("unus", Ask::Remove),
    ("valid", Ask::Check),
    ("validat", Ask::Check),
    ("vulnerabil", Ask::Secure),
    ("warn", Ask::Log),
    ("whitespac", Ask::Format),
    ("wrapp", Ask::Duplicate),
];

/// The kinds of work that a text asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asks(u32);

impl Asks {
    /// Adds what a stem speaks of.
    pub(crate) fn add(&mut self, stem: &str) {
        if let Ok(at) = STEMS.binary_search_by(|(known, _)| (*known).cmp(stem)) {
            self.0 |= STEMS.get(at).map_or(0, |(_, ask)| 1 << *ask as u8);
        }
    }

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
    fn the_stems_are_in_order() {
        assert!(STEMS.is_sorted_by_key(|(stem, _)| *stem));
    }

    #[test]
    fn other_work_does_not_agree() {
        let asks = |stems: &[&str]| {
            let mut asks = Asks::default();
            stems.iter().for_each(|stem| asks.add(stem));
            asks
        };
        assert_eq!(asks(&["renam", "typo"]).agree(asks(&["nam"])), Some(1.0));
        assert_eq!(asks(&["null"]).agree(asks(&["log"])), Some(0.0));
        assert_eq!(asks(&["banana"]).agree(asks(&["log"])), None);
    }
}
