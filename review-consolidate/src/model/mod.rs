//! What the stages hand on: plain types, without the logic that fills them.

pub(crate) mod anchored;
pub(crate) mod changed_paths;
pub(crate) mod cluster;
pub(crate) mod ids;
pub(crate) mod item;
pub(crate) mod panel;
pub(crate) mod place;
pub(crate) mod published_id;
pub(crate) mod relation;
pub(crate) mod remarks;
pub(crate) mod removal;
pub(crate) mod signals;
