//! Exit statuses, and which error means which.

use std::io::Write as _;
use std::process::ExitCode;

use deep_review::{Error, ErrorKind, Policy, Report, Severity};

/// An exit status of the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Exit(u8);

/// Done.
pub(crate) const DONE: Exit = Exit(0);
/// Done, and `--fail-on` was met.
pub(crate) const FAIL_ON: Exit = Exit(1);
/// The call is wrong.
pub(crate) const USAGE: Exit = Exit(2);
/// The run or report is incomplete, or could not be written.
pub(crate) const INCOMPLETE: Exit = Exit(3);

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.0)
    }
}

/// Prints the error, if any, and gives the status.
pub(crate) fn main_result(result: Result<Exit, Error>) -> ExitCode {
    match result {
        Ok(exit) => exit.into(),
        Err(error) => {
            // A reader that went away is no reason to panic.
            let _ = writeln!(std::io::stderr(), "deep-review: {error}");
            of_error(&error).into()
        }
    }
}

fn of_error(error: &Error) -> Exit {
    match error.kind() {
        ErrorKind::InvalidInput | ErrorKind::UnsupportedDocument | ErrorKind::NotFound => USAGE,
        _ => INCOMPLETE,
    }
}

/// The status of a finished report. Being incomplete counts more than `--fail-on`: it says that the answer itself
/// can't be relied on.
pub(crate) fn of_report(report: &Report, policy: &Policy, fail_on: Option<Severity>) -> Exit {
    let met = fail_on.is_some_and(|limit| {
        report.findings.iter().any(|finding| finding.threshold_severity(policy) >= limit)
    });
    if !report.is_complete() {
        INCOMPLETE
    } else if met {
        FAIL_ON
    } else {
        DONE
    }
}

/// How the check at a forge ends.
impl From<Exit> for deep_review::forge::Conclusion {
    fn from(exit: Exit) -> Self {
        match exit {
            DONE => Self::Success,
            FAIL_ON => Self::Failure,
            _ => Self::Neutral,
        }
    }
}

#[cfg(test)]
mod tests {
    use deep_review::{ClaimedSeverity, ConsolidatedFinding, SourceId, Verdict, VerdictDecision};

    use super::*;

    #[test]
    fn a_claim_that_was_lowered_without_evidence_still_meets_the_threshold() {
        let finding = |by_evidence| {
            let claim =
                ClaimedSeverity::new(Severity::Critical, vec!["claude".into()]).with_by_evidence(by_evidence);
            ConsolidatedFinding::new("I1", Severity::Important, "t", SourceId::new("claude", 1, "C1"))
                .with_claimed_severity(claim)
        };
        let exit = |by_evidence, policy: &Policy| {
            let mut report = Report::default();
            report.verdict = Verdict::new(VerdictDecision::Rework, "");
            report.findings.push(finding(by_evidence));
            of_report(&report, policy, Some(Severity::Critical))
        };
        let mut policy = Policy::default();
        assert_eq!((exit(false, &policy), exit(true, &policy)), (FAIL_ON, DONE));
        policy.fail_on_claimed = false;
        assert_eq!(exit(false, &policy), DONE);
    }
}
