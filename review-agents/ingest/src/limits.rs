//! Bounds on what one document may hold.

/// Most findings, and most items of all sections together, that are read from one document. Ten times the
/// largest run that the engine is measured with; more is a mistake or an attack, and each would cost a hundred
/// times its text in memory. What is beyond is unplaced, and the review says so.
pub(crate) const MAX_ITEMS: usize = 100_000;

/// Most places of one finding. A finding with more is not about places; what is beyond is left out, and a
/// diagnostic says so.
pub(crate) const MAX_PLACES: usize = 256;

/// How many places readers take before they stop looking: one more than is kept, so that the cut is seen.
pub(crate) const PLACES_READ: usize = MAX_PLACES + 1;
