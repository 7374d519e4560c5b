//! How severe, and how sure: each change of what was claimed comes with its reason.

use std::collections::BTreeMap;

use review_core::{Kind, Policy, Ratio, Review, Severity};

use crate::draft::Draft;
use crate::item::Item;

/// What a calibrator may look at beside the cluster.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct CalibrationContext<'a> {
    /// All items.
    pub items: &'a [Item<'a>],
    /// The policy.
    pub policy: &'a Policy,
    /// Names of all reviewers, ordered.
    pub voices: &'a [&'a str],
    /// Provider of each reviewer, where known.
    pub providers: &'a BTreeMap<String, String>,
    /// How severe each reviewer's claims are.
    pub claims: &'a Claims,
    /// Findings that say what a reviewer lists among the limitations that the author acknowledges, with that item.
    pub acknowledged: &'a BTreeMap<usize, usize>,
}

/// From so many thousandths of a step above the others on, a reviewer's lone claims of *important* are lowered.
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
    fn severity(&self, draft: &Draft, cx: &CalibrationContext<'_>) -> Calibrated;

    /// How sure it is that the cluster is a real issue.
    fn confidence(&self, draft: &Draft, cx: &CalibrationContext<'_>) -> Ratio;
}

/// Sets a draft's severity and confidence.
pub(crate) fn apply(calibrator: &dyn Calibrator, draft: &mut Draft, cx: &CalibrationContext<'_>) {
    let calibrated = calibrator.severity(draft, cx);
    draft.severity = calibrated.severity;
    draft.calibrated = Some(calibrated.severity);
    draft.disagreements = calibrated.disagreements;
    for reason in calibrated.reasons {
        draft.because("calibrate", reason);
    }
    draft.confidence = calibrator.confidence(draft, cx);
}

/// Providers of the reviewers, where they are known.
pub(crate) fn providers(reviews: &[&Review]) -> BTreeMap<String, String> {
    let mut providers: BTreeMap<String, String> = BTreeMap::new();
    for review in reviews {
        if let Some(provider) = &review.identity.provider {
            providers.entry(review.reviewer.clone()).or_insert_with(|| provider.clone());
        }
    }
    providers
}

/// The built-in rules.
#[derive(Clone, Copy, Debug, Default)]
pub struct StandardCalibrator;

impl Calibrator for StandardCalibrator {
    fn severity(&self, draft: &Draft, cx: &CalibrationContext<'_>) -> Calibrated {
        severity(draft, cx)
    }

    fn confidence(&self, draft: &Draft, cx: &CalibrationContext<'_>) -> Ratio {
        confidence(draft, cx)
    }
}

fn severity(draft: &Draft, cx: &CalibrationContext<'_>) -> Calibrated {
    // One claim per reviewer: the highest of its passes and findings in the cluster.
    let mut claims: BTreeMap<&str, Severity> = BTreeMap::new();
    for item in draft.members.iter().filter_map(|member| cx.items.get(*member)) {
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
    if result.severity == Severity::Critical && claims.len() == 1 && cx.voices.len() > 1 {
        result.severity = Severity::Important;
        result
            .reasons
            .push("critical for one reviewer only: important until somebody else says so".to_owned());
    }
    cap(draft, cx, &mut result);
    if draft.kind == Some(Kind::Enhancement) && result.severity.weight() > 1 {
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
        let provider = cx.providers.get(*reviewer).map(String::as_str);
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

/// Fewer words than these rarely name an input and a wrong result.
const SCENARIO_WORDS: usize = 25;

/// Whether a finding does not say how the code fails.
pub(crate) fn is_without_scenario(item: &Item<'_>) -> bool {
    item.finding.scenario.is_none() && item.finding.body.split_whitespace().nth(SCENARIO_WORDS - 1).is_none()
}

/// What keeps a finding from being as severe as it is claimed, however many say so.
fn cap(draft: &Draft, cx: &CalibrationContext<'_>, result: &mut Calibrated) {
    let mut members = draft.members.iter().filter_map(|member| cx.items.get(*member));
    if result.severity == Severity::Critical && members.all(is_without_scenario) {
        result.severity = Severity::Important;
        result.reasons.push("critical, but nobody says how it fails: important".to_owned());
    }
    let in_tests = !draft.places.is_empty() && draft.places.iter().all(|place| is_test_path(&place.path));
    if result.severity == Severity::Critical && in_tests {
        result.severity = Severity::Important;
        result.reasons.push("critical, but only in code of tests: important".to_owned());
    }
    let mut lists = draft.members.iter().filter_map(|member| cx.items.get(*cx.acknowledged.get(member)?));
    // Who raises it and lists it too has weighed it.
    if let Some(item) = lists.find(|item| !draft.reviewers.contains(&item.source.reviewer))
        && result.severity.weight() > 1
    {
        result.severity = down(result.severity);
        result.reasons.push(format!(
            "{} lists it among what the author acknowledges: a step less",
            item.source.reviewer
        ));
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
const ONE_VOICE: f64 = 1.4;
/// Each further reviewer who says the same; one who says something like it counts as far as it is like it.
const FURTHER_VOICE: f64 = 0.9;
/// A second pass of the same reviewer is not independent: it counts a third.
const FURTHER_PASS: f64 = 0.3;
/// Its quote stands where it says.
const QUOTE_HOLDS: f64 = 0.4;

fn confidence(draft: &Draft, cx: &CalibrationContext<'_>) -> Ratio {
    let voices = draft.reviewers.len();
    let passes = draft.members.len().saturating_sub(voices);
    let further = voices.saturating_sub(1) as f64 + f64::from(draft.echo) / 1000.0;
    let mut odds = ONE_VOICE + FURTHER_VOICE * further + FURTHER_PASS * passes.min(3) as f64;
    let mut precisions: Vec<f64> = Vec::new();
    for reviewer in &draft.reviewers {
        let provider = cx.providers.get(reviewer).map(String::as_str);
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
    if voices == 1
        && let Some(known) = precisions.first()
    {
        odds = *known;
    }
    if draft
        .anchors
        .iter()
        .any(|anchor| matches!(anchor.grade, review_core::Grade::Exact | review_core::Grade::Moved))
    {
        odds += QUOTE_HOLDS;
    }
    odds -= f64::from(draft.doubt) / 1000.0;
    Ratio::from_f64(1.0 / (1.0 + libm::exp(-odds)))
}

/// Whether a path is a test, by the conventions of the usual languages.
pub(crate) fn is_test_path(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or(&lower);
    let folder =
        lower.split('/').rev().skip(1).any(|part| {
            matches!(part, "test" | "tests" | "__tests__" | "testdata" | "spec" | "specs" | "bats")
        });
    folder
        || name.ends_with(".bats")
        || name.starts_with("test_")
        || ["_test.", ".test.", ".spec.", "_spec.", "test.java", "tests.cs", "test.kt"]
            .iter()
            .any(|mark| name.contains(mark))
}
