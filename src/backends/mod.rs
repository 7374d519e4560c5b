//! Reviewers by specification: `[NAME=]BACKEND[:KEY=VALUE,…]`, and the open registry that makes them.
//!
//! A backend is never guessed from a model's name. What is not registered is an error that lists what is.

#[cfg(feature = "rules")]
mod analysers;
mod backend;
mod briefs;
#[cfg(all(unix, feature = "command"))]
mod installed;
#[cfg(any(feature = "command", feature = "anthropic", feature = "openai", feature = "google"))]
mod key;
#[cfg(any(feature = "anthropic", feature = "openai", feature = "google"))]
mod models;
mod options;
#[cfg(all(unix, feature = "command"))]
mod programs;
mod recorded;
mod registry;
#[cfg(feature = "rules")]
mod rules;
mod spec;

pub use backend::Backend;
#[cfg(all(unix, feature = "command"))]
pub use installed::{AgentProgram, agent_programs};
pub use options::{AGENT_OPTIONS, OptionInfo, OptionKind};
pub use registry::Registry;
pub use spec::ReviewerSpec;
