//! The consolidated report: self-contained, so that a renderer needs nothing else. One file for each part of it.

mod anchor;
mod coverage;
mod document;
mod finding;
mod history;
mod retro;
mod sections;
mod source;
mod verdict;

pub use anchor::{Anchor, Grade};
pub use coverage::{Coverage, FileCoverage, HunkRef};
pub use document::{Report, ReviewerSummary};
pub use finding::{AttributedFix, ClaimedSeverity, ConsolidatedFinding, FindingState, Reason};
pub use history::HistoryItem;
pub use retro::{BriefRetro, MissedEstimate, Retro, ReviewerRetro, SeverityWithout};
pub use sections::{AttributedCheck, Remarked, ReportItem, ReportSections};
pub use source::{Excerpt, FileHunks, Original};
pub use verdict::{Verdict, VerdictDecision};
