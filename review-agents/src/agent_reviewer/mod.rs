//! An agent, a prompt and ingestion make a reviewer.

mod answer;
mod plan;
mod progress;
mod reviewer;

pub use answer::ANSWER_SCHEMA;
pub use plan::{Plan, PlanOptions, PlannedRequest, plan};
pub use reviewer::{AgentReviewer, MAX_PARTS, PART_BYTES};
