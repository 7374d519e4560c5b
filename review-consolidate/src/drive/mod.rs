//! Drivers: they answer what the engine asks for, from a tree.

pub(crate) mod blocking;
pub(crate) mod consolidator;
pub(crate) mod consult;
pub(crate) mod evidence;
