//! Recall, precision, agreement and cost of reviewers and their combinations.

use review_consolidate::Engine;
use review_consolidate::eval::CreditCounts;
use review_core::{Cancel, Error, ErrorKind, Policy, Result};

use super::bed::{Alone, Bed, Team, drawn_sum, sum};
use super::change::Bench;
use super::crediting::{Credited, CreditedBy};
use super::measured::{CombinationRow, Estimate, LeftOutRow, Measured, ReviewerRow};

/// Most consolidations of one call: some minutes of work.
const MOST: usize = 400_000;

/// What combinations are ranked by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum RankBy {
    /// The harmonic mean of recall and precision.
    #[default]
    F1,
    /// What is found.
    Recall,
    /// What is right.
    Precision,
}

impl RankBy {
    fn name(self) -> &'static str {
        match self {
            Self::F1 => "f1",
            Self::Recall => "recall",
            Self::Precision => "precision",
        }
    }

    fn of(self, counts: &CreditCounts) -> f64 {
        match self {
            Self::F1 => counts.f1(),
            Self::Recall => counts.recall(),
            Self::Precision => counts.precision(),
        }
    }

    fn pick(self, recall: Estimate, precision: Estimate, f1: Estimate) -> f64 {
        match self {
            Self::F1 => f1.value,
            Self::Recall => recall.value,
            Self::Precision => precision.value,
        }
    }
}

/// How it is measured.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Measuring {
    /// Combinations have up to so many reviewers.
    pub size: usize,
    /// A published finding of a combination counts from so many reviewers on.
    pub keep: usize,
    /// What combinations are ranked by.
    pub rank_by: RankBy,
    /// With which thresholds reviews are consolidated.
    pub policy: Policy,
}

impl Default for Measuring {
    fn default() -> Self {
        Self { size: 3, keep: 1, rank_by: RankBy::F1, policy: Policy::default() }
    }
}

impl Measuring {
    /// Combinations of up to so many reviewers. Default: three.
    #[must_use]
    pub fn with_size(mut self, size: usize) -> Self {
        self.size = size;
        self
    }

    /// Keeps what at least so many reviewers of a combination raised. Default: everything.
    #[must_use]
    pub fn with_keep(mut self, keep: usize) -> Self {
        self.keep = keep;
        self
    }

    /// Ranks by this measure. Default: F1.
    #[must_use]
    pub fn with_rank_by(mut self, rank_by: RankBy) -> Self {
        self.rank_by = rank_by;
        self
    }

    /// Consolidates by this policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }
}

/// Measures the runs on the changes that every reviewer has a run of, failed runs included. Where reviewers have different numbers of
/// runs of a change, the shorter lists start again.
///
/// # Errors
/// `InvalidInput` where no change has a run of every reviewer, or there are too many combinations; `Cancelled`.
pub fn measure(bench: &Bench, credited: &[Credited], how: &Measuring, cancel: &Cancel) -> Result<Measured> {
    let bed = Bed::new(bench, credited)?;
    let combinations = combinations(bed.reviewers.len(), how.size);
    let work = (combinations.len() + bed.reviewers.len() + 1).saturating_mul(bed.elements.len());
    if work > MOST {
        return Err(Error::new(
            ErrorKind::InvalidInput,
            "there are too many combinations; measure fewer reviewers at once, or smaller combinations",
        )
        .with_context("reviewers", bed.reviewers.len())
        .with_context("consolidations", work)
        .with_context("at most", MOST));
    }
    let engine = Engine::new();
    let mut measured = Measured {
        changes: bed.changes(),
        golden: bed.golden(),
        repetitions: bed.repetitions,
        keep: how.keep.max(1),
        ranked_by: how.rank_by.name(),
        left_out: bed.left_out.clone(),
        ..Measured::default()
    };
    for one in credited {
        let CreditedBy { labels, matcher, judged } = one.by;
        measured.credited_by.labels += labels;
        measured.credited_by.matcher += matcher;
        measured.credited_by.judged += judged;
    }
    let alone: Vec<Alone> = (0..bed.reviewers.len()).map(|reviewer| bed.alone(reviewer)).collect();
    measured.reviewers =
        alone.iter().enumerate().map(|(at, one)| bed.reviewer_row(at, one, &alone)).collect();
    for (row, at) in measured.reviewers.iter_mut().zip(0..) {
        row.repeatability = bed.repeatability(at, &engine, &how.policy)?;
    }
    let rank = |row: &ReviewerRow| how.rank_by.pick(row.recall, row.precision, row.f1);
    measured.reviewers.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then_with(|| a.reviewer.cmp(&b.reviewer)));
    measured.briefs = bed.brief_rows();

    let everybody: Vec<usize> = (0..bed.reviewers.len()).collect();
    let mut teams: Vec<Team> = Vec::new();
    for members in combinations {
        cancel.check()?;
        let team = bed.team(members, how, &engine)?;
        if let [a, b] = team.members.as_slice()
            && let (Some(x), Some(y)) = (alone.get(*a), alone.get(*b))
        {
            measured.pairs.push(bed.pair_row([*a, *b], &team, x, y));
        }
        teams.push(team);
    }
    for size in 2..=how.size.min(bed.reviewers.len()) {
        let of_size: Vec<&Team> = teams.iter().filter(|team| team.members.len() == size).collect();
        let best = of_size.iter().copied().max_by(|a, b| {
            let value = |team: &Team| how.rank_by.of(&sum(&team.counts));
            // Of equal ones the first.
            value(a).total_cmp(&value(b)).then_with(|| b.members.cmp(&a.members))
        });
        let Some(best) = best else { break };
        for team in of_size {
            let mut row = bed.combination_row(team);
            row.behind = bed.estimate(|drawn| {
                how.rank_by.of(&drawn_sum(&best.counts, drawn))
                    - how.rank_by.of(&drawn_sum(&team.counts, drawn))
            });
            measured.combinations.push(row);
        }
    }
    measured.combinations.sort_by(|a, b| {
        let value = |row: &CombinationRow| how.rank_by.pick(row.recall, row.precision, row.f1);
        (a.reviewers.len().cmp(&b.reviewers.len()))
            .then_with(|| value(b).total_cmp(&value(a)))
            .then_with(|| a.reviewers.cmp(&b.reviewers))
    });
    if bed.reviewers.len() > 1 {
        let all = bed.team(everybody.clone(), how, &engine)?;
        for left in everybody.iter().copied() {
            cancel.check()?;
            let rest = everybody.iter().copied().filter(|one| *one != left).collect();
            measured.leave_one_out.push(bed.left_out_row(left, &all, &bed.team(rest, how, &engine)?));
        }
        let lost = |row: &LeftOutRow| (row.recall_lost.value, row.f1_lost.value);
        measured.leave_one_out.sort_by(|a, b| {
            let (x, y) = (lost(b), lost(a));
            x.0.total_cmp(&y.0).then(x.1.total_cmp(&y.1)).then_with(|| a.reviewer.cmp(&b.reviewer))
        });
        if bed.reviewers.len() > how.size {
            measured.all = Some(bed.combination_row(&all));
        }
    }
    Ok(measured)
}

/// Every combination of two and more up to a size, in the order of their numbers.
fn combinations(of: usize, size: usize) -> Vec<Vec<usize>> {
    let mut all: Vec<Vec<usize>> = (0..of).map(|one| vec![one]).collect();
    let mut from = 0;
    for _ in 2..=size.min(of) {
        let to = all.len();
        for at in from..to {
            let Some(smaller) = all.get(at).cloned() else { continue };
            let next = smaller.last().map_or(0, |last| last + 1);
            all.extend((next..of).map(|one| [smaller.as_slice(), &[one]].concat()));
            if all.len() > MOST {
                return all;
            }
        }
        from = to;
    }
    all.retain(|members| members.len() > 1);
    all
}
