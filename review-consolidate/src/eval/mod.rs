//! Measures of consolidation against labels, on plain data: no files, no particular corpus.

mod bootstrap;
mod calibration;
mod credit;
mod labels;
mod pairs;
mod priors;
mod signals;

pub use bootstrap::{Interval, bootstrap};
pub use calibration::{CalibrationBin, calibration_curve};
pub use credit::{Credit, CreditCounts, credit_counts};
pub use labels::{LabelledItem, LabelledReport, Predicted, predictions};
pub use pairs::{BCubed, PairCounts, SeverityCounts, b_cubed, pair_counts, severity_counts};
pub use priors::{ClaimOutcome, PRIOR_CLAIMS, label_outcomes, learn_priors, report_outcomes};
pub use signals::{SignalPair, signals, stems};
