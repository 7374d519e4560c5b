//! Hostile text made harmless: what every format shares, and what Markdown needs.

pub(crate) mod clean;
mod edits;
mod forge_marks;
pub(crate) mod linked;
pub(crate) mod markdown;

pub use clean::is_invisible;
