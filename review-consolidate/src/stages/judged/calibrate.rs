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

/// A review that claims at least this many findings can show that its claims are inflated.
const ENOUGH_CLAIMS: u32 = 4;

/// How severe the claims of each reviewer are, told from that reviewer's own findings alone: what others found, or did not
/// find, says nothing about it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Claims {
    /// Claims of *critical*, and all claims, by reviewer.
    by_reviewer: BTreeMap<String, (u32, u32)>,
}

impl Claims {
    /// Of all findings that were not taken back.
    pub fn new<'i>(items: impl IntoIterator<Item = &'i Item<'i>>) -> Self {
        let mut claims = Self::default();
        for item in items.into_iter().filter(|item| item.is_live_finding()) {
            let counts = match claims.by_reviewer.get_mut(&item.source.reviewer) {
                Some(counts) => counts,
                None => claims.by_reviewer.entry(item.source.reviewer.clone()).or_default(),
            };
            counts.0 += u32::from(item.claimed() == Severity::Critical);
            counts.1 += 1;
        }
        claims
    }

    /// Whether a reviewer calls most of what it finds critical.
    pub fn are_inflated(&self, reviewer: &str) -> bool {
        let (critical, all) = self.by_reviewer.get(reviewer).copied().unwrap_or_default();
        all >= ENOUGH_CLAIMS && critical * 2 > all
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
    /// Whether the severity differs from what was claimed because of evidence, rather than because of what others claim.
    pub by_evidence: bool,
}

impl Calibrated {
    /// A severity without reasons.
    pub fn new(severity: Severity) -> Self {
        Self { severity, reasons: Vec::new(), disagreements: Vec::new(), by_evidence: false }
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
        let claims = claims(cluster);
        let mut result = agreed(&claims);
        no_scenario(cluster, cx, &mut result);
        only_in_tests(cluster, &mut result);
        acknowledged(cluster, &mut result);
        only_an_enhancement(cluster, &mut result);
        did_not_hold_before(&claims, cx, &mut result);
        deterministic(cluster, &mut result);
        result
    }

    fn confidence(&self, cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>) -> Ratio {
        confidence(cluster, cx)
    }
}

impl Calibrated {
    /// Lowers the severity, with the reason.
    fn lower(&mut self, severity: Severity, by_evidence: bool, reason: impl Into<String>) {
        self.severity = severity;
        self.by_evidence = by_evidence;
        self.reasons.push(reason.into());
    }
}

/// One claim for each reviewer: the highest of its passes and findings in the cluster.
fn claims<'a>(cluster: &ClusterView<'a>) -> BTreeMap<&'a str, Severity> {
    let mut claims: BTreeMap<&str, Severity> = BTreeMap::new();
    for item in cluster.members() {
        let claim = claims.entry(&item.source.reviewer).or_insert(item.claimed());
        *claim = (*claim).max(item.claimed());
    }
    claims
}

/// What the reviewers who raise it agree on: the median claim. Of two in the middle the lower one counts, or what lies
/// between them.
fn agreed(claims: &BTreeMap<&str, Severity>) -> Calibrated {
    let mut sorted: Vec<Severity> = claims.values().copied().collect();
    sorted.sort();
    let at = |position: usize| sorted.get(position).copied().unwrap_or(Severity::Suggestion);
    let (lower, upper) = (at(sorted.len().saturating_sub(1) / 2), at(sorted.len() / 2));
    let middle = match (lower, upper) {
        (Severity::Suggestion, Severity::Critical) => Severity::Important,
        (lower, _) => lower,
    };
    let mut result = Calibrated::new(middle);
    if sorted.first() != sorted.last() {
        let said: Vec<String> = claims.iter().map(|(who, what)| format!("{who} {what}")).collect();
        let said = said.join(", ");
        result.reasons.push(format!("reviewers disagree ({said}); {middle} is published"));
        result.disagreements.push(format!("severity: {said}"));
    }
    result
}

/// A critical finding that does not say how it fails, from reviewers who call most of what they find critical.
fn no_scenario(cluster: &ClusterView<'_>, cx: &CalibrationContext<'_>, result: &mut Calibrated) {
    let mut critical = cluster.members().filter(|item| item.claimed() == Severity::Critical);
    if result.severity == Severity::Critical
        && cluster.members().all(Item::is_without_scenario)
        && critical.all(|item| cx.claims.are_inflated(&item.source.reviewer))
    {
        let reason = "critical without a word on how it fails, as most of what its reviewer finds: important";
        result.lower(Severity::Important, true, reason);
    }
}

fn only_in_tests(cluster: &ClusterView<'_>, result: &mut Calibrated) {
    let in_tests =
        !cluster.places().is_empty() && cluster.places().iter().all(|place| is_test_path(&place.path));
    if result.severity == Severity::Critical && in_tests {
        result.lower(Severity::Important, true, "critical, but only in code of tests: important");
    }
}

fn acknowledged(cluster: &ClusterView<'_>, result: &mut Calibrated) {
    if let Some(name) = cluster.acknowledged_by().first()
        && result.severity > Severity::Suggestion
    {
        let reason = format!("{name} lists it among what the author acknowledges: a step less");
        result.lower(down(result.severity), false, reason);
    }
}

/// What those who claim more than a suggestion call an enhancement themselves.
fn only_an_enhancement(cluster: &ClusterView<'_>, result: &mut Calibrated) {
    let is_enhancement = |item: &Item<'_>| item.finding.kind == Some(Kind::Enhancement);
    let mut severe = cluster.members().filter(|item| item.claimed() > Severity::Suggestion);
    if cluster.kind() == Some(Kind::Enhancement)
        && result.severity > Severity::Suggestion
        && severe.all(is_enhancement)
    {
        let reason = "nothing is wrong yet: an enhancement is a suggestion";
        result.lower(Severity::Suggestion, true, reason);
    }
}

/// A lone claim of a reviewer most of whose claims of this severity did not hold in earlier reviews.
fn did_not_hold_before(
    claims: &BTreeMap<&str, Severity>,
    cx: &CalibrationContext<'_>,
    result: &mut Calibrated,
) {
    let mut lone = claims.iter().filter(|(_, claim)| claims.len() == 1 && **claim == result.severity);
    let Some((reviewer, claim)) = lone.next() else { return };
    let provider = cx.providers.get(*reviewer).copied();
    let prior = cx.policy.prior(reviewer, provider).filter(|prior| prior.samples >= 10);
    let holds = prior.and_then(|prior| prior.holds(*claim));
    if let Some(share) = holds.filter(|share| *share < Ratio::from_millis(500)) {
        let reason = format!("{share} of what {reviewer} called {claim} before stayed that severe");
        result.lower(down(result.severity), false, reason);
    }
}

/// What a tool found at a place where its quote holds is not a matter of opinion: nobody's claim lowers it.
fn deterministic(cluster: &ClusterView<'_>, result: &mut Calibrated) {
    let holds = cluster.members().filter(|item| item.from_tool && cluster.quote_of_holds(item));
    if let Some(claim) = holds.map(Item::claimed).max()
        && claim > result.severity
    {
        result.severity = claim;
        result.by_evidence = false;
        result.reasons.push(format!("a deterministic finding whose quote holds stays {claim}"));
    }
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
