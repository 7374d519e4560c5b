//! A model as a judge, through any [`Agent`](review_core::Agent): questions in batches, structured answers, one repair.
//!
//! * [`AgentJudge`]: asks, repairs once, and gives one result per question.
//! * `prompt`: the questions as a text in which nothing of the findings can act as an instruction.
//! * `answers`: reads what came back, leniently in form and strictly in substance.

mod agent_judge;
mod answers;
mod prompt;

pub use agent_judge::AgentJudge;
