//! Runs reviewers: many at once, each on its own, none able to take the others down.
//!
//! * [`Runner`]: deadlines, cancellation, partial results, resume.
//! * [`Journal`]: the run's record on disk.
//! * [`AgentEditor`]: a model that writes the summary and the retro from the facts.
//! * [`AgentJudge`]: a model that answers the engine's open questions.
//! * [`layers`]: retry, limits, deadlines, budgets, recording: what every backend needs and none should write.
//! * [`parts`]: a large change in parts that fit into a prompt.
//! * [`patches`]: the diff of each file as text, from the two versions.
//! * [`prompt`]: what a reviewing agent is asked.
//! * `http` (feature `http`): single exchanges with model providers.
//! * `process` (feature): runs programs so that nothing of them survives.
//! * `chat` (feature `chat`): a chat model with a tool loop is an agent.
//! * `tools` (feature `chat`): read-only tools for models without tools of their own.
//! * [`AgentReviewer`]: an [`Agent`](review_core::Agent), a prompt and ingestion make a reviewer.

mod agent_reviewer;
mod around;
mod bounded;
#[cfg(feature = "chat")]
pub mod chat;
#[cfg(all(unix, feature = "process"))]
pub mod cli_agent;
#[cfg(all(unix, feature = "process"))]
pub mod command;
mod documents;
mod editor;
pub mod endpoint;
#[cfg(any(feature = "http", all(unix, feature = "process")))]
mod frame;
#[cfg(feature = "http")]
pub mod http;
mod journal;
mod judge;
pub mod layers;
pub mod parts;
pub mod patches;
#[cfg(all(unix, feature = "process"))]
pub mod process;
pub mod prompt;
#[cfg(any(feature = "chat", all(unix, feature = "process")))]
mod repair;
mod run_within;
mod runner;
#[cfg(any(feature = "http", all(unix, feature = "process")))]
mod secrets;
mod shorten;
#[cfg(feature = "chat")]
pub mod tools;
mod watch;

pub use agent_reviewer::{
    ANSWER_SCHEMA, AgentReviewer, MAX_PARTS, PART_BYTES, Plan, PlanOptions, PlannedRequest, plan,
};
pub use editor::AgentEditor;
pub use journal::Journal;
pub use judge::{AgentJudge, CachedJudge};
pub use runner::{RunOutcome, Runner};
