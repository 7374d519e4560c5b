//! Runs reviewers: many at once, each on its own, none able to take the others down.
//!
//! * [`runner`]: deadlines, cancellation, partial results, resume.
//! * [`journal`]: the run's record on disk.
//! * [`judge`]: a model that answers the engine's open questions.
//! * [`prompt`]: what a reviewing agent is asked.
//! * `process` (feature): runs programs so that nothing of them survives.
//! * `tools` (feature `chat`): read-only tools for models without tools of their own.
//! * [`agent_reviewer`]: an [`Agent`](review_core::Agent), a prompt and ingestion make a reviewer.

pub mod agent_reviewer;
#[cfg(all(unix, feature = "process"))]
pub mod cli_agent;
#[cfg(all(unix, feature = "process"))]
pub mod command;
pub mod journal;
pub mod judge;
#[cfg(all(unix, feature = "process"))]
pub mod process;
pub mod prompt;
pub mod runner;
#[cfg(feature = "chat")]
pub mod tools;

pub use agent_reviewer::AgentReviewer;
pub use journal::Journal;
pub use judge::AgentJudge;
pub use runner::{RunOutcome, Runner};
