//! Runs many reviewers at once. None of them can take the others down, and none that failed looks like a clean review.

mod dispatch;
mod guard;
mod plan;
mod run;
mod transcript;

pub use run::{RunOutcome, Runner};
