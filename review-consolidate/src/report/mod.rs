//! The report, section by section.

pub(crate) mod appendix;
pub(crate) mod body;
pub(crate) mod coverage;
pub(crate) mod diagnostics;
pub(crate) mod excerpts;
pub(crate) mod findings;
pub(crate) mod history;
pub(crate) mod ledger;
pub(crate) mod missed;
pub(crate) mod prose;
pub(crate) mod question_text;
pub(crate) mod questions;
pub(crate) mod references;
pub(crate) mod retro;
pub(crate) mod reviewers;
pub(crate) mod sections;
pub(crate) mod summary;
pub(crate) mod verdict;
pub(crate) mod verdict_facts;
pub(crate) mod write;
