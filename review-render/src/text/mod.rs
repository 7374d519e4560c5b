//! Hostile text made harmless: what every format shares, and what Markdown needs.

pub(crate) mod clean;
pub(crate) mod linked;
pub(crate) mod markdown;

pub use clean::is_invisible;
