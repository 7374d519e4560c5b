//! What all reviewers missed: capture–recapture.

use std::collections::BTreeSet;

use review_core::{ConsolidatedFinding, MissedEstimate};

/// Ends of the 90 % interval, in standard deviations of the normal distribution.
const NINETY_PERCENT: f64 = 1.645;

/// Chao's lower-bound estimator for incidence data (A. Chao, Biometrics 43, 1987, in its bias-corrected form), with
/// its log-normal interval. `None` with fewer than two reviewers or too little overlap to say anything.
pub(crate) fn missed(
    findings: &[ConsolidatedFinding],
    complete: &BTreeSet<String>,
) -> Option<MissedEstimate> {
    let m = complete.len() as f64;
    if complete.len() < 2 {
        return None;
    }
    let seen_by = |finding: &ConsolidatedFinding| {
        finding.reviewers.iter().filter(|name| complete.contains(*name)).count()
    };
    let once = findings.iter().filter(|finding| seen_by(finding) == 1).count() as f64;
    let twice = findings.iter().filter(|finding| seen_by(finding) == 2).count() as f64;
    let seen = findings.iter().filter(|finding| seen_by(finding) > 0).count() as f64;
    if twice < 1.0 || seen < 4.0 {
        return None;
    }
    let a = (m - 1.0) / m;
    let estimate = a * once * (once - 1.0) / (2.0 * (twice + 1.0));
    let variance = a * once * (once - 1.0) / (2.0 * (twice + 1.0))
        + a * a * once * (2.0 * once - 1.0) * (2.0 * once - 1.0) / (4.0 * (twice + 1.0) * (twice + 1.0))
        + a * a * once * once * twice * (once - 1.0) * (once - 1.0) / (4.0 * libm::pow(twice + 1.0, 4.0));
    let (low, high) = if estimate > 0.0 {
        let spread =
            libm::exp(NINETY_PERCENT * libm::sqrt(libm::log(1.0 + variance / (estimate * estimate))));
        (estimate / spread, estimate * spread)
    } else {
        (0.0, 0.0)
    };
    let whole = |value: f64| libm::round(value).clamp(0.0, 100_000.0) as u32;
    let mut result = MissedEstimate::default();
    result.estimate = whole(estimate);
    result.low = whole(low);
    result.high = whole(high);
    result.caveat = format!(
        "a lower bound from how {} reviewers overlap; reviewers that think alike miss alike, and then it is too low",
        complete.len()
    );
    Some(result)
}
