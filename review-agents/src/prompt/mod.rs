//! What a reviewing agent is asked.
//!
//! The built-in templates have a version ([`VERSION`]); a review records with which one it was asked. A user may replace
//! the task or add instructions. Everything that comes from the repository or its author (description, commits, guidance, the
//! diff) is fenced as untrusted data, with a fence that it can't close.

mod describe;
mod since;
mod template;
mod untrusted;

pub use template::{Prompt, Shown, VERSION};
pub(crate) use untrusted::untrusted;
