//! Analysers as reviewers: what a team has already becomes one more reviewer in the same report.
//!
//! This module knows how each is started and what its words weigh, and makes a review of what it wrote: read, weighed,
//! cut to the change, folded. It starts nothing: who drives programs does that, and only when the user named the tool.

mod definition;
mod results;

pub use definition::{Tool, Word, tool, tools};
pub use results::review_of;
