//! What reviews cost, by repository and month, and what they may cost.
//!
//! `spending/<repository>/<YYYYMM>/<change>-<run>.json` holds the cost of a run. A run that is counted twice has the same file, so that it
//! counts once. The files outlive the records.

use std::path::{Path, PathBuf};

use deep_review::files::{read_text, write_whole};
use deep_review::session::report_id;
use deep_review::{ChangeSet, Error, ErrorKind, Result};

use crate::Job;
use crate::records::{digest, folders};

/// What reviews may cost, in millionths of a US dollar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Budgets {
    /// For one change, over all rounds.
    pub per_change: Option<u64>,
    /// For one repository in a calendar month (UTC).
    pub per_repository_and_month: Option<u64>,
}

impl Budgets {
    /// Limits for a change, and for a repository in a month.
    pub fn new(per_change: Option<u64>, per_repository_and_month: Option<u64>) -> Self {
        Self { per_change, per_repository_and_month }
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Spending {
    folder: PathBuf,
}

impl Spending {
    pub(crate) fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// Takes in what a run cost.
    pub(crate) fn record(&self, job: &Job, run: &str, started_ms: i64, micro_usd: u64) -> Result<()> {
        let path = self.of(job, run, started_ms);
        write_whole(&path, micro_usd.to_string().as_bytes())
    }

    pub(crate) fn is_recorded(&self, job: &Job, run: &str, started_ms: i64) -> bool {
        self.of(job, run, started_ms).is_file()
    }

    fn of(&self, job: &Job, run: &str, started_ms: i64) -> PathBuf {
        let change = digest(job.key().as_str());
        self.folder
            .join(digest(job.repository()))
            .join(month(started_ms))
            .join(format!("{change}-{run}.json"))
    }

    /// What is left for a review of a change now; `None` without a limit. An error of the kind `BudgetExceeded` when it is nothing.
    pub(crate) fn left(&self, budgets: &Budgets, job: &Job, now_ms: i64) -> Result<Option<u64>> {
        if budgets == &Budgets::default() {
            return Ok(None);
        }
        let repository = self.folder.join(digest(job.repository()));
        let this_month = month(now_ms);
        let prefix = format!("{}-", digest(job.key().as_str()));
        let (mut of_change, mut of_month) = (0_u64, 0_u64);
        for name in folders(&repository)? {
            for file in std::fs::read_dir(repository.join(&name))? {
                let file = file?;
                let is_change = file.file_name().to_string_lossy().starts_with(&prefix);
                if !is_change && name != this_month {
                    continue;
                }
                let text = read_text(&file.path(), 64)?;
                let cost: u64 = text.trim().parse().map_err(|_| {
                    Error::new(ErrorKind::UnsupportedDocument, "not the cost of a run")
                        .with_context("path", file.path().display())
                })?;
                if is_change {
                    of_change = of_change.saturating_add(cost);
                }
                if name == this_month {
                    of_month = of_month.saturating_add(cost);
                }
            }
        }
        let limits = [
            ("this pull request", budgets.per_change, of_change),
            ("this repository in this month", budgets.per_repository_and_month, of_month),
        ];
        let mut left: Option<u64> = None;
        for (what, limit, spent) in limits {
            let Some(limit) = limit else { continue };
            if spent >= limit {
                return Err(Error::new(
                    ErrorKind::BudgetExceeded,
                    format!("the budget for {what} is used up: {} of {}", dollars(spent), dollars(limit)),
                ));
            }
            left = left.into_iter().chain([limit - spent]).min();
        }
        Ok(left)
    }
}

fn month(ms: i64) -> String {
    report_id(ms, &ChangeSet::default()).chars().take(6).collect()
}

pub(crate) fn dollars(micro_usd: u64) -> String {
    format!("${}.{:02}", micro_usd / 1_000_000, micro_usd % 1_000_000 / 10_000)
}

#[cfg(test)]
mod tests {
    use deep_review::forge::ChangeAddress;

    use super::*;
    use crate::Priority;

    fn job(number: u64) -> Job {
        let address = ChangeAddress::from_url(&format!("https://github.com/o/n/pull/{number}")).unwrap();
        Job::new(&address, Priority::Event, 0)
    }

    #[test]
    fn a_run_counts_once_and_limits_are_those_of_the_month_and_of_the_change() {
        const JANUARY: i64 = 1_767_225_600_000;
        const FEBRUARY: i64 = JANUARY + 32 * 86_400_000;
        let folder = tempfile::tempdir().unwrap();
        let spending = Spending::new(folder.path());
        let budgets = Budgets::new(Some(3_000_000), Some(5_000_000));
        assert_eq!(spending.left(&budgets, &job(7), JANUARY).unwrap(), Some(3_000_000));
        for _ in 0..2 {
            spending.record(&job(7), "a", JANUARY, 2_000_000).unwrap();
        }
        assert_eq!(spending.left(&budgets, &job(7), JANUARY).unwrap(), Some(1_000_000));
        assert_eq!(spending.left(&budgets, &job(8), JANUARY).unwrap(), Some(3_000_000));
        spending.record(&job(8), "a", JANUARY, 2_500_000).unwrap();
        assert_eq!(spending.left(&budgets, &job(9), JANUARY).unwrap(), Some(500_000));
        spending.record(&job(9), "a", JANUARY, 600_000).unwrap();
        let error = spending.left(&budgets, &job(10), JANUARY).unwrap_err();
        insta::assert_snapshot!(error, @"the budget for this repository in this month is used up: $5.10 of $5.00");
        // The next month begins anew, a change's own budget does not.
        assert_eq!(spending.left(&budgets, &job(10), FEBRUARY).unwrap(), Some(3_000_000));
        assert_eq!(spending.left(&budgets, &job(7), FEBRUARY).unwrap(), Some(1_000_000));
        assert_eq!(spending.left(&Budgets::default(), &job(7), JANUARY).unwrap(), None);
    }
}
