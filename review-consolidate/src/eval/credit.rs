//! Findings against golden comments: what is found, what is right, what is said twice.

use std::collections::{BTreeMap, BTreeSet};

/// What is known of one raw finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credit {
    /// It says what these golden comments say, by their numbers; none: it is not among them.
    Golden(BTreeSet<usize>),
    /// It counts for nothing, for example because the labels don't agree on it.
    Uncounted,
}

impl Credit {
    /// It is not among the golden comments.
    pub fn none() -> Self {
        Self::Golden(BTreeSet::new())
    }
}

/// What a list of findings is worth against golden comments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CreditCounts {
    /// Golden comments.
    pub golden: u32,
    /// Golden comments that are found.
    pub found: u32,
    /// Findings that found a golden comment which none before them had found.
    pub right: u32,
    /// Findings that found none, or only such as were found already.
    pub wrong: u32,
    /// Of the wrong ones: those that say again what was found already.
    pub repeated: u32,
    /// Findings that count for nothing.
    pub uncounted: u32,
}

impl CreditCounts {
    /// Adds other counts.
    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            golden: self.golden + other.golden,
            found: self.found + other.found,
            right: self.right + other.right,
            wrong: self.wrong + other.wrong,
            repeated: self.repeated + other.repeated,
            uncounted: self.uncounted + other.uncounted,
        }
    }

    /// Share of the golden comments that are found; 0 where there are none.
    pub fn recall(&self) -> f64 {
        share(self.found, self.golden)
    }

    /// Share of the counted findings that are right; 0 where nothing was said. Golden comments are seldom complete, so it is a lower
    /// bound.
    pub fn precision(&self) -> f64 {
        share(self.right, self.right + self.wrong)
    }

    /// Harmonic mean of the two.
    pub fn f1(&self) -> f64 {
        let (precision, recall) = (self.precision(), self.recall());
        if precision + recall > 0.0 { 2.0 * precision * recall / (precision + recall) } else { 0.0 }
    }
}

fn share(part: u32, whole: u32) -> f64 {
    if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) }
}

/// Counts the findings of one report, in its order, and tells which golden comments they found. Each finding is what is known of the
/// raw findings that it was made from.
///
/// A finding takes one golden comment: that which most of its raw findings have, the lowest one where several do. What the same
/// raw findings also have comes with it, so that merging two issues does not pay. One all of whose raw findings are
/// uncounted is uncounted.
pub fn credit_counts(golden: u32, findings: &[Vec<&Credit>]) -> (CreditCounts, BTreeSet<usize>) {
    let mut counts = CreditCounts { golden, ..CreditCounts::default() };
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    for members in findings {
        let sets: Vec<&BTreeSet<usize>> = members
            .iter()
            .filter_map(|credit| match credit {
                Credit::Golden(golden) => Some(golden),
                Credit::Uncounted => None,
            })
            .collect();
        if sets.is_empty() {
            counts.uncounted += 1;
            continue;
        }
        let mut votes: BTreeMap<usize, u32> = BTreeMap::new();
        for golden in sets.iter().copied().flatten() {
            *votes.entry(*golden).or_default() += 1;
        }
        let free = votes.iter().filter(|(golden, _)| !taken.contains(golden));
        // The lowest of those with most votes: `max_by_key` keeps the last one, so numbers count backwards.
        let best = free.max_by_key(|(golden, votes)| (**votes, std::cmp::Reverse(**golden))).map(|(g, _)| *g);
        match best {
            Some(best) => {
                counts.right += 1;
                for set in sets.iter().filter(|set| set.contains(&best)) {
                    taken.extend(set.iter().copied());
                }
            }
            None => {
                counts.wrong += 1;
                counts.repeated += u32::from(!votes.is_empty());
            }
        }
    }
    counts.found = u32::try_from(taken.len()).unwrap_or(u32::MAX);
    (counts, taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn golden<const N: usize>(numbers: [usize; N]) -> Credit {
        Credit::Golden(numbers.into())
    }

    #[test]
    fn merging_issues_and_saying_them_twice_does_not_pay() {
        let (a, b, both, none) = (golden([0]), golden([1]), golden([0, 1]), Credit::none());
        let count = |findings: &[Vec<&Credit>]| {
            let (counts, found) = credit_counts(3, findings);
            (counts.right, counts.wrong, counts.repeated, found.into_iter().collect::<Vec<_>>())
        };
        assert_eq!(count(&[vec![&a], vec![&b]]), (2, 0, 0, vec![0, 1]));
        assert_eq!(count(&[vec![&a, &b]]), (1, 0, 0, vec![0]), "two issues in one finding");
        assert_eq!(count(&[vec![&both]]), (1, 0, 0, vec![0, 1]), "one raw finding that says both");
        assert_eq!(count(&[vec![&a], vec![&a]]), (1, 1, 1, vec![0]));
        assert_eq!(count(&[vec![&b, &b, &a], vec![&a]]), (2, 0, 0, vec![0, 1]), "most votes count");
        assert_eq!(count(&[vec![&none]]), (0, 1, 0, vec![]));
    }

    #[test]
    fn what_is_uncounted_is_neither_right_nor_wrong_and_nothing_divides_by_zero() {
        let (counts, _) =
            credit_counts(1, &[vec![&Credit::Uncounted], vec![&Credit::Uncounted, &golden([0])]]);
        assert_eq!((counts.uncounted, counts.right, counts.precision()), (1, 1, 1.0));
        let (none, _) = credit_counts(0, &[]);
        assert_eq!((none.recall(), none.precision(), none.f1()), (0.0, 0.0, 0.0));
    }
}
