//! Runs reviewers: many at once, each on its own, none able to take the others down.
//!
//! * [`runner`]: deadlines, cancellation, partial results, resume.
//! * [`journal`]: the run's record on disk.
//! * [`prompt`]: what a reviewing agent is asked.
//! * [`agent_reviewer`]: an [`Agent`](review_core::Agent), a prompt and ingestion make a reviewer.

pub mod agent_reviewer;
pub mod journal;
pub mod prompt;
pub mod runner;

pub use agent_reviewer::AgentReviewer;
pub use journal::Journal;
pub use runner::{RunOutcome, Runner};
