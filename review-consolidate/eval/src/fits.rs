//! Weights fitted without one project or change.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

use review_consolidate::Weights;

use crate::fit::{self, fit};
use crate::sets::{Row, SETS, Set, rows};

/// Chosen among 0.1, 0.3, 1, 3 and 4.
const L2: f64 = 1.0;
/// Of the pairs of texts alone that differ, one in this many is fitted on, with the weight of all.
const THINNED: usize = 4;

/// These weights are set by hand; the others are fitted around them.
const BY_HAND: [&str; 2] = ["apart", "place"];
/// How far bias, shortness and bare are above the fit. The reasons are told with the weights.
const ABOVE: (f64, f64, f64) = (0.5, -0.5, 8.0);

/// What the pairs of a set that are the same weigh together.
fn weight(set: Set) -> f64 {
    match set {
        Set::Corpus | Set::Comments => 1.0,
        Set::Texts => 0.4,
        Set::CorpusText => 0.3,
        Set::CorpusTitles => 0.2,
    }
}

/// The labelled pairs, and the weights that follow from them.
pub struct Fits {
    pub rows: Vec<Row>,
    each: BTreeMap<Set, f64>,
    known: RefCell<BTreeMap<String, Weights>>,
}

impl Fits {
    pub fn new(shared: &Path) -> Self {
        let rows = rows(shared);
        let positives = |set: Set| rows.iter().filter(|row| row.set == set && row.same).count() as f64;
        let each = SETS.iter().map(|set| (*set, 100.0 * weight(*set) / positives(*set).max(1.0))).collect();
        Self { rows, each, known: RefCell::default() }
    }

    /// What a fit sees, leaving a fold out.
    pub fn training(&self, without: Option<&str>) -> Vec<fit::Row> {
        let thinned = |row: &Row| row.set == Set::Texts && !row.same;
        let train = self
            .rows
            .iter()
            .enumerate()
            .filter(|(n, row)| Some(row.fold.as_str()) != without && (!thinned(row) || n % THINNED == 0));
        train
            .map(|(_, row)| {
                let times = if thinned(row) { THINNED as f64 } else { 1.0 };
                (Weights::row(&row.signals), f64::from(u8::from(row.same)), times * self.each[&row.set])
            })
            .collect()
    }

    /// The weights as fitted.
    pub fn fitted(&self, without: Option<&str>) -> Weights {
        let shipped = Weights::default().as_array();
        let by_hand: Vec<(usize, f64)> = BY_HAND
            .iter()
            .map(|name| Weights::NAMES.iter().position(|known| known == name).unwrap())
            .map(|at| (at, shipped[at]))
            .collect();
        Weights::from_array(fit(&self.training(without), L2, &by_hand))
    }

    /// The weights as they are shipped.
    pub fn shipped(&self, without: Option<&str>) -> Weights {
        let mut weights = self.fitted(without);
        weights.bias += ABOVE.0;
        weights.shortness += ABOVE.1;
        weights.bare += ABOVE.2;
        weights
    }

    /// The weights as they would be shipped, from a fit without one fold.
    pub fn without(&self, fold: &str) -> Weights {
        if let Some(known) = self.known.borrow().get(fold) {
            return *known;
        }
        let weights = self.shipped(Some(fold));
        self.known.borrow_mut().insert(fold.to_owned(), weights);
        weights
    }
}
