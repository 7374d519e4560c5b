//! The runs side by side: what each reviewer and each combination found of each change.

use std::collections::{BTreeMap, BTreeSet};

use review_consolidate::Engine;
use review_consolidate::eval::{Credit, CreditCounts, bootstrap, credit_counts};
use review_core::{
    ChangeSet, Decisions, Error, ErrorKind, Evidence, Input, Policy, Result, Review, SourceId,
};

use super::change::{Bench, BenchChange};
use super::crediting::Credited;
use super::measure::Measuring;
use super::measured::{BriefRow, CombinationRow, Estimate, LeftOutRow, PairRow, ReviewerRow};

/// Draws of the bootstrap.
const DRAWS: usize = 2000;

/// One repetition of one change.
pub(super) struct Element<'a> {
    pub(super) change: &'a BenchChange,
    /// The run of each reviewer.
    pub(super) runs: Vec<&'a Credited>,
}

/// What is measured on: the changes that all reviewers have runs of.
pub(super) struct Bed<'a> {
    pub(super) reviewers: Vec<&'a str>,
    pub(super) elements: Vec<Element<'a>>,
    /// The change of each element.
    pub(super) groups: Vec<String>,
    pub(super) repetitions: u32,
    pub(super) left_out: BTreeMap<String, Vec<String>>,
    /// Every run of each reviewer on the measured changes.
    pub(super) all_runs: Vec<Vec<&'a Credited>>,
}

/// One reviewer alone: counts and found golden comments by element.
pub(super) struct Alone {
    pub(super) counts: Vec<CreditCounts>,
    pub(super) found: Vec<BTreeSet<usize>>,
}

/// Several reviewers: counts by element.
pub(super) struct Team {
    pub(super) members: Vec<usize>,
    pub(super) counts: Vec<CreditCounts>,
    /// Published findings, and those that all members raised.
    published: (u32, u32),
}

impl<'a> Bed<'a> {
    pub(super) fn new(bench: &'a Bench, credited: &'a [Credited]) -> Result<Self> {
        let names: BTreeSet<&str> = credited.iter().map(|one| one.run.reviewer.as_str()).collect();
        let reviewers: Vec<&str> = names.into_iter().collect();
        if reviewers.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "there is nothing to measure: no reviewer has a review; name reviewers with --reviewer",
            ));
        }
        let mut bed = Self {
            reviewers,
            elements: Vec::new(),
            groups: Vec::new(),
            repetitions: 1,
            left_out: BTreeMap::new(),
            all_runs: Vec::new(),
        };
        bed.all_runs = bed.reviewers.iter().map(|_| Vec::new()).collect();
        for change in &bench.changes {
            let of = |reviewer: &&str| -> Vec<&'a Credited> {
                let own = |one: &&Credited| one.run.change == change.id && one.run.reviewer == *reviewer;
                credited.iter().filter(own).collect()
            };
            let runs: Vec<Vec<&Credited>> = bed.reviewers.iter().map(of).collect();
            let lacking: Vec<String> = (bed.reviewers.iter().zip(&runs))
                .filter(|(_, runs)| runs.is_empty())
                .map(|(name, _)| (*name).to_owned())
                .collect();
            if !lacking.is_empty() {
                bed.left_out.insert(change.id.clone(), lacking);
                continue;
            }
            let repetitions = runs.iter().map(Vec::len).max().unwrap_or(1);
            for at in 0..repetitions {
                let runs = runs.iter().filter_map(|own| own.get(at % own.len().max(1)).copied()).collect();
                bed.elements.push(Element { change, runs });
                bed.groups.push(change.id.clone());
            }
            bed.repetitions = bed.repetitions.max(u32::try_from(repetitions).unwrap_or(u32::MAX));
            bed.all_runs.iter_mut().zip(&runs).for_each(|(all, own)| all.extend(own));
        }
        if bed.elements.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                "no change has a review of every reviewer; leave some of them out, or finish the runs",
            )
            .with_context("reviewers", bed.reviewers.join(" ")));
        }
        Ok(bed)
    }

    pub(super) fn changes(&self) -> usize {
        self.groups.iter().collect::<BTreeSet<_>>().len()
    }

    pub(super) fn golden(&self) -> usize {
        let of: BTreeMap<&str, usize> =
            self.elements.iter().map(|one| (one.change.id.as_str(), one.change.golden.len())).collect();
        of.values().sum()
    }

    pub(super) fn estimate(&self, of: impl Fn(&[usize]) -> f64) -> Estimate {
        estimate(&self.groups, of)
    }

    pub(super) fn estimates(&self, counts: &[CreditCounts]) -> [Estimate; 3] {
        [
            self.estimate(|drawn| drawn_sum(counts, drawn).recall()),
            self.estimate(|drawn| drawn_sum(counts, drawn).precision()),
            self.estimate(|drawn| drawn_sum(counts, drawn).f1()),
        ]
    }

    pub(super) fn alone(&self, reviewer: usize) -> Alone {
        let runs = self.elements.iter().filter_map(|element| Some((element, *element.runs.get(reviewer)?)));
        let (counts, found) = runs
            .map(|(element, run)| {
                as_reported(element.change, run, &run.run.reviews.iter().collect::<Vec<_>>())
            })
            .unzip();
        Alone { counts, found }
    }

    pub(super) fn reviewer_row(&self, at: usize, alone: &Alone, everybody: &[Alone]) -> ReviewerRow {
        let [recall, precision, f1] = self.estimates(&alone.counts);
        let total = sum(&alone.counts);
        let runs = self.all_runs.get(at).map_or(&[][..], Vec::as_slice);
        let mut only = 0_usize;
        for (element, found) in alone.found.iter().enumerate() {
            let others = everybody.iter().enumerate().filter(|(other, _)| *other != at);
            let theirs: BTreeSet<usize> =
                others.filter_map(|(_, other)| other.found.get(element)).flatten().copied().collect();
            only += found.difference(&theirs).count();
        }
        let repetitions = self.elements.len() as f64 / self.changes().max(1) as f64;
        ReviewerRow {
            reviewer: self.reviewers.get(at).copied().unwrap_or_default().to_owned(),
            runs: runs.len(),
            failed: runs.iter().filter(|run| run.run.failure().is_some()).count(),
            findings: total.right + total.wrong + total.uncounted,
            right: total.right,
            wrong: total.wrong,
            recall,
            precision,
            f1,
            only: rounded(only as f64 / repetitions.max(1.0)),
            recall_by_severity: self.recall_by(alone, |golden| {
                golden.severity.map(|severity| severity.to_string()).into_iter().collect()
            }),
            recall_by_label: self.recall_by(alone, |golden| golden.labels.clone()),
            cost_usd: mean(runs, |run| run.run.cost_micro_usd()).map(|micro| rounded(micro / 1e6)),
            seconds: mean(runs, |run| run.run.duration_ms()).map(|millis| rounded(millis / 1e3)),
            tokens: mean(runs, |run| run.run.tokens()).map(f64::round),
            ..ReviewerRow::default()
        }
    }

    pub(super) fn recall_by(
        &self,
        alone: &Alone,
        words: impl Fn(&super::change::Golden) -> Vec<String>,
    ) -> BTreeMap<String, f64> {
        let mut counts: BTreeMap<String, (u32, u32)> = BTreeMap::new();
        for (element, found) in self.elements.iter().zip(&alone.found) {
            for (number, golden) in element.change.golden.iter().enumerate() {
                for word in words(golden) {
                    let slot = counts.entry(word).or_default();
                    slot.0 += u32::from(found.contains(&number));
                    slot.1 += 1;
                }
            }
        }
        let share = |(found, all): (u32, u32)| rounded(f64::from(found) / f64::from(all.max(1)));
        counts.into_iter().map(|(word, counts)| (word, share(counts))).collect()
    }

    /// Two repetitions of one reviewer at a time, consolidated as two reviewers.
    pub(super) fn repeatability(
        &self,
        reviewer: usize,
        engine: &Engine,
        policy: &Policy,
    ) -> Result<Option<f64>> {
        let mut of_change: BTreeMap<&str, Vec<&Credited>> = BTreeMap::new();
        for run in self.all_runs.get(reviewer).into_iter().flatten() {
            of_change.entry(&run.run.change).or_default().push(run);
        }
        let (mut both, mut any) = (0_u32, 0_u32);
        for runs in of_change.values() {
            for pair in runs.windows(2) {
                let mut reviews = Vec::new();
                for (at, run) in pair.iter().enumerate() {
                    for review in &run.run.reviews {
                        let mut review = review.clone();
                        review.reviewer = format!("repetition {at}");
                        reviews.push(review);
                    }
                }
                let report = engine.report(&input(reviews, policy), &Evidence::new(), &Decisions::new())?;
                any += count(report.findings.len());
                both += count(report.findings.iter().filter(|finding| finding.reviewers.len() == 2).count());
            }
        }
        let repeated = of_change.values().any(|runs| runs.len() > 1);
        Ok(repeated.then(|| rounded(f64::from(both) / f64::from(any.max(1)))))
    }

    pub(super) fn brief_rows(&self) -> Vec<BriefRow> {
        let mut passes: BTreeMap<(&str, String), Vec<(String, CreditCounts)>> = BTreeMap::new();
        let changes: BTreeMap<&str, &BenchChange> =
            self.elements.iter().map(|element| (element.change.id.as_str(), element.change)).collect();
        for run in self.all_runs.iter().flatten() {
            let Some(change) = changes.get(run.run.change.as_str()) else { continue };
            for review in &run.run.reviews {
                let brief =
                    if review.briefs.is_empty() { "none".to_owned() } else { review.briefs.join("+") };
                let (counts, _) = as_reported(change, run, &[review]);
                passes.entry((&run.run.reviewer, brief)).or_default().push((run.run.change.clone(), counts));
            }
        }
        if passes.keys().all(|(_, brief)| brief == "none") {
            return Vec::new();
        }
        let row = |((reviewer, brief), passes): ((&str, String), Vec<(String, CreditCounts)>)| {
            let (groups, counts): (Vec<String>, Vec<CreditCounts>) = passes.into_iter().unzip();
            let measured =
                |of: &dyn Fn(&CreditCounts) -> f64| estimate(&groups, |drawn| of(&drawn_sum(&counts, drawn)));
            BriefRow {
                reviewer: reviewer.to_owned(),
                brief,
                passes: counts.len(),
                recall: measured(&CreditCounts::recall),
                precision: measured(&CreditCounts::precision),
            }
        };
        passes.into_iter().map(row).collect()
    }

    pub(super) fn team(&self, members: Vec<usize>, how: &Measuring, engine: &Engine) -> Result<Team> {
        let least = how.keep.clamp(1, members.len().max(1));
        let mut team = Team { members, counts: Vec::new(), published: (0, 0) };
        for element in &self.elements {
            let runs: Vec<&Credited> =
                team.members.iter().filter_map(|member| element.runs.get(*member).copied()).collect();
            let reviews = runs.iter().flat_map(|run| run.run.reviews.iter().cloned()).collect();
            let report = engine.report(&input(reviews, &how.policy), &Evidence::new(), &Decisions::new())?;
            let credit = |source: &SourceId| runs.iter().find_map(|run| run.credits.get(source));
            let kept: Vec<Vec<&Credit>> = report
                .findings
                .iter()
                .filter(|finding| finding.reviewers.len() >= least)
                .map(|finding| finding.sources.iter().filter_map(credit).collect())
                .collect();
            let all = report.findings.iter().filter(|one| one.reviewers.len() == team.members.len()).count();
            team.published.0 += count(report.findings.len());
            team.published.1 += count(all);
            team.counts.push(credit_counts(count(element.change.golden.len()), &kept).0);
        }
        Ok(team)
    }

    pub(super) fn combination_row(&self, team: &Team) -> CombinationRow {
        let [recall, precision, f1] = self.estimates(&team.counts);
        let total = sum(&team.counts);
        let of = |value: &dyn Fn(&Credited) -> Option<u64>| -> Option<Vec<f64>> {
            team.members.iter().map(|member| mean(self.all_runs.get(*member)?, value)).collect()
        };
        CombinationRow {
            reviewers: team
                .members
                .iter()
                .filter_map(|at| self.reviewers.get(*at))
                .map(|s| (*s).to_owned())
                .collect(),
            findings: total.right + total.wrong + total.uncounted,
            recall,
            precision,
            f1,
            behind: Estimate::default(),
            cost_usd: of(&|run| run.run.cost_micro_usd()).map(|all| rounded(all.iter().sum::<f64>() / 1e6)),
            seconds: of(&|run| run.run.duration_ms())
                .map(|all| rounded(all.into_iter().fold(0.0, f64::max) / 1e3)),
            tokens: of(&|run| run.run.tokens()).map(|all| all.iter().sum::<f64>().round()),
        }
    }

    pub(super) fn pair_row(&self, pair: [usize; 2], team: &Team, a: &Alone, b: &Alone) -> PairRow {
        let (mut both, mut any) = (0_usize, 0_usize);
        for (x, y) in a.found.iter().zip(&b.found) {
            both += x.intersection(y).count();
            any += x.union(y).count();
        }
        PairRow {
            reviewers: pair.map(|at| self.reviewers.get(at).copied().unwrap_or_default().to_owned()),
            agreement: rounded(f64::from(team.published.1) / f64::from(team.published.0.max(1))),
            agreement_on_golden: (any > 0).then(|| rounded(both as f64 / any as f64)),
        }
    }

    pub(super) fn left_out_row(&self, left: usize, all: &Team, rest: &Team) -> LeftOutRow {
        let lost = |of: &dyn Fn(&CreditCounts) -> f64| {
            self.estimate(|drawn| of(&drawn_sum(&all.counts, drawn)) - of(&drawn_sum(&rest.counts, drawn)))
        };
        LeftOutRow {
            reviewer: self.reviewers.get(left).copied().unwrap_or_default().to_owned(),
            recall_lost: lost(&CreditCounts::recall),
            f1_lost: lost(&CreditCounts::f1),
        }
    }
}

/// A measure of the elements of these groups, with its interval.
fn estimate(groups: &[String], of: impl Fn(&[usize]) -> f64) -> Estimate {
    let all: Vec<usize> = (0..groups.len()).collect();
    let interval = bootstrap(groups, DRAWS, &of);
    Estimate { value: rounded(of(&all)), low: rounded(interval.low), high: rounded(interval.high) }
}

/// The findings of passes, each for itself, as they were reported.
pub(super) fn as_reported(
    change: &BenchChange,
    run: &Credited,
    reviews: &[&Review],
) -> (CreditCounts, BTreeSet<usize>) {
    let source = |review: &Review, id: &str| SourceId::new(&review.reviewer, review.pass, id);
    let findings: Vec<Vec<&Credit>> = reviews
        .iter()
        .flat_map(|review| review.findings.iter().map(move |finding| source(review, &finding.id)))
        .filter_map(|source| run.credits.get(&source).map(|credit| vec![credit]))
        .collect();
    credit_counts(count(change.golden.len()), &findings)
}

pub(super) fn input(reviews: Vec<Review>, policy: &Policy) -> Input {
    Input::new(ChangeSet::default(), reviews).with_policy(policy.clone())
}

pub(super) fn sum(counts: &[CreditCounts]) -> CreditCounts {
    counts.iter().fold(CreditCounts::default(), |sum, one| sum.plus(*one))
}

pub(super) fn drawn_sum(counts: &[CreditCounts], drawn: &[usize]) -> CreditCounts {
    let drawn = drawn.iter().filter_map(|at| counts.get(*at));
    drawn.fold(CreditCounts::default(), |sum, one| sum.plus(*one))
}

/// The mean of the runs that did not fail; none where one of them does not know.
pub(super) fn mean(runs: &[&Credited], of: impl Fn(&Credited) -> Option<u64>) -> Option<f64> {
    let ended: Vec<&&Credited> = runs.iter().filter(|run| run.run.failure().is_none()).collect();
    let values: Option<Vec<u64>> = ended.iter().map(|run| of(run)).collect();
    let values = values.filter(|values| !values.is_empty())?;
    Some(values.iter().sum::<u64>() as f64 / values.len() as f64)
}

pub(super) fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Four digits are more than any interval allows.
pub(super) fn rounded(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
