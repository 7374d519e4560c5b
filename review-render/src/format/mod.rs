//! One room per output format.

pub(crate) mod json;
