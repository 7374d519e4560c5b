//! A chat model with a tool loop is an agent.
//!
//! [`ChatAgent`] asks the model, runs the tools that it calls, tells it the results, and goes on until it answers or a
//! limit is near. Then it is asked to answer with what it has. Retry, rate and idle limits are
//! [layers](crate::layers) on the model, below the loop: one exchange is tried again, never the conversation.

mod agent;
mod answer;
mod budget;
mod conversation;
mod prices;
mod run_tools;
mod turn;

pub use agent::ChatAgent;
pub use prices::Prices;
