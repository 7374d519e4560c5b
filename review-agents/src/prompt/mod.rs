//! What a reviewing agent is asked.
//!
//! The built-in templates have a version ([`VERSION`]); a review records with which one it was asked. A user may replace
//! the task or add instructions. A [`Brief`] says what one reviewer or pass concentrates on. Everything that comes from the
//! repository or its author (description, commits, guidance, the diff) is fenced as untrusted data, with a fence that it can't
//! close.

mod brief;
mod describe;
mod numbered;
mod since;
mod template;
mod untrusted;

pub use brief::Brief;
pub(crate) use numbered::numbered;
pub use template::{Prompt, Shown, VERSION};
pub(crate) use untrusted::untrusted;
