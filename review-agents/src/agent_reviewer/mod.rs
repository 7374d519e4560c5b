//! An agent, a prompt and ingestion make a reviewer.

mod answer;
mod merge;
mod plan;
mod reviewer;

pub use answer::ANSWER_SCHEMA;
pub use plan::{PlannedRequest, plan};
pub use reviewer::{AgentReviewer, MAX_PARTS, PART_BYTES};
