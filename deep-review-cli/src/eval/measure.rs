//! Runs the pipeline over the cases and measures it.

use deep_review::consolidate::Engine;
use deep_review::consolidate::eval::{
    BCubed, CalibrationBin, PairCounts, SeverityCounts, b_cubed, bootstrap, calibration_curve, pair_counts,
    predictions, severity_counts,
};
use deep_review::{ChangeSet, Decisions, Error, ErrorKind, Evidence, Input, Policy, Result};
use serde::Serialize;

use super::ablation::Without;
use super::compared::{self, Row};
use super::corpus::Case;
use super::ingestion::{self, IngestionCounts};

/// Draws of the bootstrap.
pub(super) const DRAWS: usize = 2000;

/// A share with its 95 % interval, by bootstrap over changes.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Share {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    reports: usize,
    ingestion: IngestionCounts,
    pair_precision: f64,
    pair_recall: f64,
    pair_f1: Share,
    b_cubed_f1: f64,
    severity: Share,
    calibration_error: f64,
    calibration: Vec<Bin>,
    compared: Vec<Row>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ablation: Vec<Without>,
}

#[derive(Debug, Serialize)]
struct Bin {
    said: f64,
    observed: f64,
    count: usize,
}

/// Measures ingestion, and consolidation of what ingestion read.
pub(crate) fn measure(cases: &[Case], policy: &Policy) -> Result<Measured> {
    let engine = Engine::new();
    let (mut pairs, mut cubes, mut severities, mut confidences) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for case in cases {
        let input = Input::new(ChangeSet::default(), case.reviews.clone()).with_policy(policy.clone());
        let report = engine.report(&input, &Evidence::new(), &Decisions::new())?;
        let predicted = predictions(&report);
        pairs.push(pair_counts(&case.labels, &predicted));
        cubes.push(b_cubed(&case.labels, &predicted));
        severities.push(severity_counts(&case.labels, &predicted));
        for item in &case.labels.items {
            if let Some(confidence) = predicted.get(&item.source).and_then(|predicted| predicted.confidence) {
                confidences.push((confidence.as_f64(), item.severity.is_some()));
            }
        }
    }
    let changes: Vec<String> = cases.iter().map(|case| case.labels.change.clone()).collect();
    let pair_sum = |drawn: &[usize]| {
        drawn
            .iter()
            .filter_map(|index| pairs.get(*index))
            .fold(PairCounts::default(), |sum, one| sum.plus(*one))
    };
    let severity_sum = |drawn: &[usize]| {
        drawn
            .iter()
            .filter_map(|index| severities.get(*index))
            .fold(SeverityCounts::default(), |sum, one| sum.plus(*one))
    };
    let share = |measure: &dyn Fn(&[usize]) -> f64| {
        let interval = bootstrap(&changes, DRAWS, measure);
        let all: Vec<usize> = (0..cases.len()).collect();
        Share { value: measure(&all), low: interval.low, high: interval.high }
    };
    let all: Vec<usize> = (0..cases.len()).collect();
    let (curve, calibration_error) = calibration_curve(&confidences);
    Ok(Measured {
        reports: cases.len(),
        ingestion: ingestion::count(cases),
        pair_precision: pair_sum(&all).precision(),
        pair_recall: pair_sum(&all).recall(),
        pair_f1: share(&|drawn| pair_sum(drawn).f1()),
        b_cubed_f1: cubes.into_iter().fold(BCubed::default(), BCubed::plus).f1(),
        severity: share(&|drawn| severity_sum(drawn).accuracy()),
        calibration_error,
        calibration: curve.iter().map(Bin::of).collect(),
        compared: compared::rows(cases, policy)?,
        ablation: Vec::new(),
    })
}

impl Bin {
    fn of(bin: &CalibrationBin) -> Self {
        Self { said: bin.confidence, observed: bin.observed, count: bin.count as usize }
    }
}

impl Measured {
    /// With what each signal is worth.
    pub(crate) fn with_ablation(mut self, ablation: Vec<Without>) -> Self {
        self.ablation = ablation;
        self
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).map(|text| text + "\n").map_err(|error| {
            Error::new(ErrorKind::Internal, "the measures could not be written as JSON").with_source(error)
        })
    }

    /// For people.
    pub(crate) fn table(&self) -> String {
        let counts = &self.ingestion;
        let part = |number: u32, of: u32| {
            format!("{:6.2} %  {number}/{of}", 100.0 * f64::from(number) / f64::from(of.max(1)))
        };
        let with = |share: Share| format!("{:.3}  [{:.3}, {:.3}]", share.value, share.low, share.high);
        let mut out = format!("{} reports\n\ningestion\n", self.reports);
        for (name, number, of) in [
            ("raw findings found", counts.found, counts.labelled),
            ("spurious", counts.spurious, counts.labelled),
            ("severity right", counts.severity, counts.found),
            ("kind right", counts.kind, counts.found),
            ("places exact", counts.locations, counts.found),
            ("lines typed", counts.typed, counts.lines),
        ] {
            out.push_str(&format!("  {name:<22} {}\n", part(number, of)));
        }
        out.push_str("\nconsolidation, no tree, no judge (95 % interval by bootstrap over changes)\n");
        out.push_str(&format!("  {:<22} {:.3}\n", "pair precision", self.pair_precision));
        out.push_str(&format!("  {:<22} {:.3}\n", "pair recall", self.pair_recall));
        out.push_str(&format!("  {:<22} {}\n", "pair F1", with(self.pair_f1)));
        out.push_str(&format!("  {:<22} {:.3}\n", "B-cubed F1", self.b_cubed_f1));
        out.push_str(&format!("  {:<22} {}\n", "severity right", with(self.severity)));
        out.push_str(&format!("  {:<22} {:.3}\n", "calibration error", self.calibration_error));
        for bin in &self.calibration {
            out.push_str(&format!(
                "    said {:.2}  observed {:.2}  n {}\n",
                bin.said, bin.observed, bin.count
            ));
        }
        out.push_str("\nbeside simple rules\n");
        out.extend(self.compared.iter().map(Row::line));
        if !self.ablation.is_empty() {
            out.push_str("\npairs without one signal, at the bias that is then best on this corpus\n");
            out.extend(self.ablation.iter().map(Without::line));
        }
        out
    }
}
