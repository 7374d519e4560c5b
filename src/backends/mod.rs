//! Reviewers by specification: `[NAME=]BACKEND[:KEY=VALUE,…]`, and the open registry that makes them.
//!
//! A backend is never guessed from a model's name. What is not registered is an error that lists what is.

#[cfg(feature = "rules")]
mod analysers;
#[cfg(all(unix, feature = "command"))]
mod programs;
mod recorded;
mod registry;
#[cfg(feature = "rules")]
mod rules;
mod spec;

pub use registry::{Backend, Registry};
pub use spec::ReviewerSpec;
