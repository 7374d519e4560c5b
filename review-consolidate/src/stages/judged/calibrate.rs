//! How severe, and how sure: each change of what was claimed comes with its reason.

use std::collections::BTreeMap;

use review_core::{Kind, Policy, Ratio, Severity};

use crate::model::cluster::ClusterView;
use crate::model::item::Item;
use crate::text::paths::is_test_path;

/// What a calibrator may look at beside the cluster.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CalibrationContext<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// Names of all reviewers, ordered.
    pub reviewers: &'a [&'a str],
    /// Provider of each reviewer, where known.
    pub providers: &'a BTreeMap<&'a str, &'a str>,
    /// How severe each reviewer's claims are.
    pub claims: &'a Claims,
}

/// A reviewer whose mean claim is this many thousandths of a step above the others' has lone claims of *important* lowered.
/// Fitted on the corpus' development part: of 57 lone claims of *important*, 11 of 16 published as suggestions
/// and 6 of 41 that stayed lie beyond it; anything from 0.55 to 0.75 gives the same decisions.
const INFLATED: i64 = 600;

/// The mean claims of a review's reviewers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Sum of weights in thousandths, and count, by reviewer.
    by_reviewer: BTreeMap<String, (i64, i64)>,
    all: (i64, i64),
}

impl Claims {
    /// Of all findings that were not taken back.
    pub fn new<'i>(items: impl IntoIterator<Item = &'i Item<'i>>) -> Self {
        let mut claims = Self::default();
        for item in items.into_iter().filter(|item| item.is_live_finding()) {
            let weight = i64::from(item.claimed().weight()) * 1000;
            let sum = match claims.by_reviewer.get_mut(&item.source.reviewer) {
                Some(sum) => sum,
                None => claims.by_reviewer.entry(item.source.reviewer.clone()).or_default(),
            };
            *sum = (sum.0 + weight, sum.1 + 1);
            claims.all = (claims.all.0 + weight, claims.all.1 + 1);
        }
        claims
    }

    /// By how much a reviewer's mean claim is above the mean claim of all others, in thousandths of a step; 0 where
    /// one of the two made no claim.
    pub fn excess(&self, reviewer: &str) -> i64 {
        let mine = self.by_reviewer.get(reviewer).copied().unwrap_or_default();
        let others = (self.all.0 - mine.0, self.all.1 - mine.1);
        if others.1 == 0 || mine.1 == 0 { 0 } else { mine.0 / mine.1 - others.0 / others.1 }
    }
}

/// A severity with its reasons.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Calibrated {
    /// The severity to publish.
    pub severity: Severity,
    /// One line for each change.
    pub reasons: Vec<String>,
    /// Where reviewers disagree.
    pub disagreements: Vec<String>,
}

impl Calibrated {
    /// A severity without reasons.
    pub fn new(severity: Severity) -> Self {
        Self { severity, reasons: Vec::new(), disagreements: Vec::new() }
    }
}

/// Decides the severity and the confidence of a cluster.
///
/// # Contract
/// A function of its arguments. It changes no membership: the ledger records what it changed.
pub trait Calibrator: Send + Sync {
    /// The severity to publish.
    fn severity(&self, cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Calibrated;

    /// How sure it is that the cluster is a real issue.
    fn confidence(&self, cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Ratio;
}

/// The built-in rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardCalibrator;

impl Calibrator for StandardCalibrator {
    fn severity(&self, cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Calibrated {
        severity(cluster, cx)
    }

    fn confidence(&self, cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Ratio {
        confidence(cluster, cx)
    }
}

fn severity(cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Calibrated {
    // One claim per reviewer: the highest of its passes and findings in the cluster.
    let mut claims: BTreeMap<&str, Severity> = BTreeMap::new();
    for item in cluster.members() {
        let claim = claims.entry(&item.source.reviewer).or_insert(item.claimed());
        *claim = (*claim).max(item.claimed());
    }
    let highest = claims.values().max().copied().unwrap_or(Severity::Suggestion);
    let lowest = claims.values().min().copied().unwrap_or(Severity::Suggestion);
    let mut result = Calibrated::new(agreed(&claims));
    if highest != lowest {
        let said: Vec<String> = claims.iter().map(|(who, what)| format!("{who} {what}")).collect();
        result.disagreements.push(format!("severity: {}", said.join(", ")));
        result.reasons.push(format!(
            "reviewers disagree ({}); {} is published",
            said.join(", "),
            result.severity
        ));
    }
    if result.severity == Severity::Critical && claims.len() == 1 && cx.reviewers.len() > 1 {
        result.severity = Severity::Important;
        result
            .reasons
            .push("critical for one reviewer only: important until somebody else says so".to_owned());
    }
    cap(cluster, &mut result);
    if cluster.kind() == Some(Kind::Enhancement) && result.severity.weight() > 1 {
        result.severity = Severity::Suggestion;
        result.reasons.push("nothing is wrong yet: an enhancement is a suggestion".to_owned());
    }
    for (reviewer, claim) in claims.iter().filter(|_| claims.len() == 1) {
        let excess = cx.claims.excess(reviewer);
        if *claim == result.severity && result.severity == Severity::Important && excess >= INFLATED {
            result.severity = Severity::Suggestion;
            result.reasons.push(format!(
                "only {reviewer} says {claim}, and {reviewer} claims {}.{} steps more than the others in this review",
                excess / 1000,
                excess % 1000 / 100
            ));
        }
    }
    for (reviewer, claim) in &claims {
        let provider = cx.providers.get(*reviewer).copied();
        let holds = cx
            .policy
            .prior(reviewer, provider)
            .filter(|prior| prior.samples >= 10)
            .and_then(|prior| prior.holds(*claim));
        if claims.len() == 1
            && *claim == result.severity
            && let Some(share) = holds.filter(|share| *share < Ratio::from_millis(500))
        {
            result.severity = down(result.severity);
            result
                .reasons
                .push(format!("{share} of what {reviewer} called {claim} before stayed that severe"));
        }
    }
    result
}

/// What keeps a finding from being as severe as it is claimed, however many say so.
fn cap(cluster: &ClusterView<'_>, result: &mut Calibrated) {
    if result.severity == Severity::Critical && cluster.members().all(Item::is_without_scenario) {
        result.severity = Severity::Important;
        result.reasons.push("critical, but nobody says how it fails: important".to_owned());
    }
    let in_tests =
        !cluster.places().is_empty() && cluster.places().iter().all(|place| is_test_path(&place.path));
    if result.severity == Severity::Critical && in_tests {
        result.severity = Severity::Important;
        result.reasons.push("critical, but only in code of tests: important".to_owned());
    }
    if let Some(name) = cluster.acknowledged_by().first()
        && result.severity > Severity::Suggestion
    {
        result.severity = down(result.severity);
        result.reasons.push(format!("{name} lists it among what the author acknowledges: a step less"));
    }
}

/// Where reviewers disagree: the median claim, the lower one in a tie.
fn agreed(claims: &BTreeMap<&str, Severity>) -> Severity {
    let mut sorted: Vec<Severity> = claims.values().copied().collect();
    sorted.sort();
    sorted.get(sorted.len().saturating_sub(1) / 2).copied().unwrap_or(Severity::Suggestion)
}

fn down(severity: Severity) -> Severity {
    match severity {
        Severity::Critical => Severity::Important,
        _ => Severity::Suggestion,
    }
}

/// Log odds that a finding of one reviewer, with nothing else known, is a real issue: nine of ten raw findings
/// of the corpus were published (README of the corpus: 124 of 1,065 dropped or false).
const ONE_REVIEWER: f64 = 1.4;
/// Each further reviewer who says the same; one who says something like it counts as far as it is like it.
const FURTHER_REVIEWER: f64 = 0.9;
/// A second pass of the same reviewer is not independent: it counts a third.
const FURTHER_PASS: f64 = 0.3;
/// Its quote stands where it says.
const QUOTE_HOLDS: f64 = 0.4;

fn confidence(cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Ratio {
    let reviewers = cluster.reviewers().len();
    let passes = cluster.members().len().saturating_sub(reviewers);
    let further = reviewers.saturating_sub(1) as f64 + f64::from(cluster.corroboration()) / 1000.0;
    let mut odds = ONE_REVIEWER + FURTHER_REVIEWER * further + FURTHER_PASS * passes.min(3) as f64;
    let mut precisions: Vec<f64> = Vec::new();
    for reviewer in cluster.reviewers() {
        let provider = cx.providers.get(reviewer.as_str()).copied();
        if let Some(share) = cx
            .policy
            .prior(reviewer, provider)
            .filter(|prior| prior.samples >= 10)
            .and_then(|prior| prior.precision)
        {
            let share = share.as_f64().clamp(0.02, 0.98);
            precisions.push(libm::log(share / (1.0 - share)));
        }
    }
    if reviewers == 1
        && let Some(known) = precisions.first()
    {
        odds = *known;
    }
    if cluster.quote_holds() {
        odds += QUOTE_HOLDS;
    }
    odds -= f64::from(cluster.doubt()) / 1000.0;
    Ratio::from_f64(1.0 / (1.0 + libm::exp(-odds)))
}
