//! Whether a confidence means what it says.

/// Published findings whose confidence lies in one tenth.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CalibrationBin {
    /// Mean confidence.
    pub confidence: f64,
    /// Share that is real by the labels.
    pub observed: f64,
    /// How many.
    pub count: u32,
}

/// The calibration curve in tenths, and the expected calibration error: the mean distance of confidence and
/// observation, weighted by count. Each entry is `(confidence, real)`.
pub fn calibration_curve(entries: &[(f64, bool)]) -> (Vec<CalibrationBin>, f64) {
    let mut bins = [(0.0f64, 0u32, 0u32); 10];
    for (confidence, real) in entries {
        let index = ((confidence * 10.0) as usize).min(9);
        if let Some(bin) = bins.get_mut(index) {
            bin.0 += confidence;
            bin.1 += u32::from(*real);
            bin.2 += 1;
        }
    }
    let curve: Vec<CalibrationBin> = bins
        .iter()
        .filter(|bin| bin.2 > 0)
        .map(|(sum, real, count)| CalibrationBin {
            confidence: sum / f64::from(*count),
            observed: f64::from(*real) / f64::from(*count),
            count: *count,
        })
        .collect();
    let total = entries.len().max(1) as f64;
    let error =
        curve.iter().map(|bin| (bin.confidence - bin.observed).abs() * f64::from(bin.count)).sum::<f64>()
            / total;
    (curve, error)
}
