//! One room per output format.

#[cfg(feature = "html")]
pub(crate) mod html;
pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod terminal;
