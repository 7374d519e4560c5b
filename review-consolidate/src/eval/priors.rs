//! What recorded outcomes tell of reviewers: the learned part of a policy.

use std::collections::BTreeMap;

use review_core::{Action, Outcome, Ratio, Report, Resolution, ReviewerPrior, Severity, SourceId};

use super::labels::LabelledReport;

/// Each share starts with this many imagined claims that went as those of all reviewers together went: two claims that
/// failed tell little, forty tell all.
pub const PRIOR_CLAIMS: u32 = 10;

/// How one claim of a reviewer ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimOutcome {
    /// Who claimed.
    pub reviewer: String,
    /// How severe it was said to be.
    pub claimed: Severity,
    /// Whether it kept at least that severity; `None` where nobody else had a say.
    pub held: Option<bool>,
    /// Whether it turned out true, where that is known and nobody else had raised it: what several reviewers say is true more
    /// often whoever they are, and the engine counts reviewers itself.
    pub truth: Option<bool>,
}

/// The outcomes of a report's claims.
///
/// * True: what its author fixed, tested, documented or deferred. Not true: what was refuted, and what was declined.
///   What nobody acted on is not known, and what several reviewers raised tells nothing of one of them.
/// * Held: only where several reviewers speak of the finding. The severity of a lone claim is the engine's own
///   decision, and learning from that would confirm itself. What was declined or refuted did not hold.
pub fn report_outcomes(report: &Report, resolutions: &[Resolution]) -> Vec<ClaimOutcome> {
    let mut outcomes = Vec::new();
    for entry in &report.ledger {
        let Some(claimed) = entry.severity_from else { continue };
        let finding = entry.targets.iter().find_map(|target| report.finding(target));
        // The last word of the author counts.
        let action = finding.and_then(|finding| {
            let own = resolutions.iter().rev().filter(|resolution| resolution.report == report.id);
            own.filter_map(|resolution| resolution.get(&finding.id)).map(|resolved| resolved.action).next()
        });
        let refuted = entry.outcome == Outcome::Dropped;
        let truth = match action {
            _ if refuted => Some(false),
            Some(Action::Declined) => Some(false),
            Some(_) => Some(true),
            None => None,
        };
        let contested = finding.is_some_and(|finding| finding.reviewers.len() > 1);
        let held = match truth {
            Some(false) => Some(false),
            _ if contested => entry.severity_to.map(|to| to.weight() >= claimed.weight()),
            _ => None,
        };
        let truth = truth.filter(|_| !contested);
        if truth.is_some() || held.is_some() {
            outcomes.push(ClaimOutcome { reviewer: entry.source.reviewer.clone(), claimed, held, truth });
        }
    }
    outcomes
}

/// The outcomes of labelled claims: what the labels don't publish was not true and did not hold.
pub fn label_outcomes(labels: &LabelledReport, claims: &BTreeMap<SourceId, Severity>) -> Vec<ClaimOutcome> {
    labels
        .items
        .iter()
        .filter(|item| !item.ignored)
        .filter_map(|item| {
            let claimed = *claims.get(&item.source)?;
            let held = item.severity.is_some_and(|severity| severity.weight() >= claimed.weight());
            let contested = labels
                .items
                .iter()
                .any(|other| other.cluster == item.cluster && other.source.reviewer != item.source.reviewer);
            Some(ClaimOutcome {
                reviewer: item.source.reviewer.clone(),
                claimed,
                held: Some(held),
                truth: (!contested).then_some(item.severity.is_some()),
            })
        })
        .collect()
}

/// Successes and trials.
#[derive(Clone, Copy, Debug, Default)]
struct Tally(u32, u32);

impl Tally {
    fn add(&mut self, success: bool) {
        self.0 += u32::from(success);
        self.1 += 1;
    }

    /// The share, drawn towards that of all; `None` without a trial.
    fn share(self, all: Self) -> Option<Ratio> {
        if self.1 == 0 || all.1 == 0 {
            return None;
        }
        let common = f64::from(all.0) / f64::from(all.1);
        let imagined = f64::from(PRIOR_CLAIMS);
        Some(Ratio::from_f64((f64::from(self.0) + imagined * common) / (f64::from(self.1) + imagined)))
    }
}

#[derive(Clone, Copy, Debug, Default)]
struct Tallies {
    critical: Tally,
    important: Tally,
    truth: Tally,
    samples: u32,
}

impl Tallies {
    fn add(&mut self, outcome: &ClaimOutcome) {
        self.samples += 1;
        match (outcome.claimed, outcome.held) {
            (Severity::Critical, Some(held)) => self.critical.add(held),
            (Severity::Important, Some(held)) => self.important.add(held),
            _ => {}
        }
        if let Some(truth) = outcome.truth {
            self.truth.add(truth);
        }
    }
}

/// The priors of the reviewers, from how their claims ended.
///
/// Each share is `(k + m·p) / (n + m)` with `k` of its `n` claims that held, `p` the share of all reviewers together and
/// `m` = [`PRIOR_CLAIMS`]. A share without a claim is left out. The order of the outcomes does not matter.
pub fn learn_priors(outcomes: &[ClaimOutcome]) -> BTreeMap<String, ReviewerPrior> {
    let mut of: BTreeMap<&str, Tallies> = BTreeMap::new();
    let mut all = Tallies::default();
    for outcome in outcomes {
        of.entry(&outcome.reviewer).or_default().add(outcome);
        all.add(outcome);
    }
    of.into_iter()
        .map(|(reviewer, own)| {
            let mut prior = ReviewerPrior::default();
            prior.critical_holds = own.critical.share(all.critical);
            prior.important_holds = own.important.share(all.important);
            prior.precision = own.truth.share(all.truth);
            prior.samples = own.samples;
            (reviewer.to_owned(), prior)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use review_core::{ConsolidatedFinding, LedgerEntry, Resolved};

    use super::*;

    fn outcomes(reviewer: &str, held: u32, of: u32) -> Vec<ClaimOutcome> {
        let outcome = |index| ClaimOutcome {
            reviewer: reviewer.into(),
            claimed: Severity::Important,
            held: Some(index < held),
            truth: Some(true),
        };
        (0..of).map(outcome).collect()
    }

    #[test]
    fn small_samples_stay_near_all_reviewers_and_large_ones_speak_for_themselves() {
        let all = [outcomes("few", 0, 2), outcomes("loud", 8, 40), outcomes("sober", 72, 80)].concat();
        let priors = learn_priors(&all);
        let share = |who: &str| priors[who].important_holds.unwrap().millis();
        // 80 of 122 held: .656.
        assert_eq!((share("few"), share("loud"), share("sober")), (546, 291, 873));
        assert_eq!((priors["few"].samples, priors["few"].critical_holds), (2, None));
        assert_eq!(priors["few"].precision, Some(Ratio::ONE));
        let mut turned = all;
        turned.reverse();
        assert_eq!(learn_priors(&turned), priors);
        assert!(learn_priors(&[]).is_empty());
    }

    #[test]
    fn lone_claims_teach_nothing_of_severity_and_the_author_has_the_last_word() {
        let mut report = Report::default();
        report.id = "r".into();
        for (id, reviewers) in [("I1", vec!["a", "b"]), ("I2", vec!["a"]), ("I3", vec!["a"])] {
            let mut finding =
                ConsolidatedFinding::new(id, Severity::Important, id, SourceId::new("a", 1, id));
            finding.reviewers = reviewers.into_iter().map(str::to_owned).collect();
            report.findings.push(finding);
            let source = SourceId::new("a", 1, id);
            report.ledger.push(
                LedgerEntry::new(source, Outcome::Representative, "kept", "")
                    .with_target(id)
                    .with_severities(Some(Severity::Critical), Some(Severity::Important)),
            );
        }
        let resolution = Resolution::new("r")
            .with_item(Resolved::new("I1", Action::Fixed))
            .with_item(Resolved::new("I2", Action::Fixed))
            .with_item(Resolved::new("I3", Action::Declined));
        let seen: Vec<_> = report_outcomes(&report, &[resolution, Resolution::new("other")])
            .into_iter()
            .map(|outcome| (outcome.held, outcome.truth))
            .collect();
        assert_eq!(seen, [(Some(false), None), (None, Some(true)), (Some(false), Some(false))]);
        assert_eq!(report_outcomes(&report, &[]).len(), 1, "what nobody acted on is not known to be true");
    }
}
