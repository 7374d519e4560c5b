//! Measures of consolidation against labels, on plain data: no files, no particular corpus.

mod bootstrap;
mod calibration;
mod labels;
mod pairs;
mod signals;

pub use bootstrap::{Interval, bootstrap};
pub use calibration::{CalibrationBin, calibration_curve};
pub use labels::{LabelledItem, LabelledReport, Predicted, predictions};
pub use pairs::{BCubed, PairCounts, SeverityCounts, b_cubed, pair_counts, severity_counts};
pub use signals::{SignalPair, signals};
