//! A model as a judge, through any [`Agent`](review_core::Agent): questions in batches, structured answers, one repair.
//!
//! * [`AgentJudge`]: asks, repairs once, and gives one result per question.
//! * [`CachedJudge`]: answers what was answered before, and asks another judge the rest.
//! * `controls`: questions whose answers are known, among the others.
//! * `change`, `code`: what the change says of itself, and the code in question, each once.
//! * `prompt`: the questions as a text in which nothing of the findings can act as an instruction.
//! * `answers`: reads what came back, leniently in form and strictly in substance.

mod agent_judge;
mod answers;
mod cached;
mod change;
mod code;
mod controls;
mod prompt;

pub use agent_judge::AgentJudge;
pub use cached::CachedJudge;
