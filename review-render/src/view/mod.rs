//! What every human-readable format shares: words for values, links to the forge, references in prose.

pub(crate) mod links;
pub(crate) mod references;
pub(crate) mod snippet;
pub(crate) mod words;

use std::collections::BTreeMap;

use review_core::{LedgerEntry, Report, SourceId};

use links::Links;
use references::Known;

/// A report with what is looked up in it again and again.
pub(crate) struct View<'a> {
    /// The report.
    pub(crate) report: &'a Report,
    /// Addresses at the forge.
    pub(crate) links: Links,
    /// What prose may refer to.
    pub(crate) known: Known<'a>,
    ledger: BTreeMap<&'a SourceId, &'a LedgerEntry>,
}

impl<'a> View<'a> {
    pub(crate) fn new(report: &'a Report) -> Self {
        Self {
            report,
            links: Links::new(&report.change),
            known: Known::of(report),
            ledger: report.ledger.iter().map(|entry| (&entry.source, entry)).collect(),
        }
    }

    /// What became of a raw finding or section item.
    pub(crate) fn fate(&self, source: &SourceId) -> Option<&'a LedgerEntry> {
        self.ledger.get(source).copied()
    }

    /// Every ledger entry that ended in this published item.
    pub(crate) fn entries_of(&self, item: &str) -> Vec<&'a LedgerEntry> {
        self.report.ledger.iter().filter(|entry| entry.targets.iter().any(|target| target == item)).collect()
    }
}

/// What a reader must know before believing the report: reviewers that did not finish, what nobody read, and the like.
/// Empty for a complete report.
pub(crate) fn warnings(report: &Report) -> Vec<String> {
    use review_core::{Completeness, VerdictDecision};
    let mut warnings = Vec::new();
    for reviewer in &report.reviewers {
        let how = match reviewer.completeness {
            Completeness::Complete => continue,
            Completeness::Truncated => "ended early",
            Completeness::Failed => "failed",
            _ => "is not known to be complete",
        };
        let why = reviewer.incomplete_reason.as_deref().unwrap_or("no reason was given");
        warnings.push(format!("{} {how}: {why}", reviewer.name));
    }
    if report.reviewers.is_empty() {
        warnings.push("no reviewer took part".to_owned());
    }
    let unread = report.coverage.unread.len();
    if unread > 0 {
        let hunks = crate::text::clean::count(unread, "changed hunk");
        warnings.push(format!("{hunks} that no reviewer is known to have read"));
    }
    if report.verdict.decision == VerdictDecision::Incomplete && warnings.is_empty() {
        warnings.push("the verdict is incomplete".to_owned());
    }
    warnings
}
