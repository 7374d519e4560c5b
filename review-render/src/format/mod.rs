//! One room per output format.

pub(crate) mod json;
pub(crate) mod markdown;
pub(crate) mod terminal;
