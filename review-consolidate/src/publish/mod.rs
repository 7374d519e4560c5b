//! From drafts to the report's parts.

pub(crate) mod body;
pub(crate) mod coverage;
pub(crate) mod excerpts;
pub(crate) mod facts;
pub(crate) mod impact;
pub(crate) mod ledger;
pub(crate) mod missed;
pub(crate) mod order;
pub(crate) mod prose;
pub(crate) mod references;
pub(crate) mod retro;
pub(crate) mod sections;
pub(crate) mod summary;
pub(crate) mod verdict;
