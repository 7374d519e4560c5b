//! Bounds on what one document may hold.

/// Most findings, and most items of all sections together, that are read from one document. Ten times the
/// largest run that the engine is measured with; more is a mistake or an attack, and each would cost a hundred
/// times its text in memory. What is beyond is unplaced, and the review says so.
pub(crate) const MAX_ITEMS: usize = 100_000;
