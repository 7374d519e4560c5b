//! What every part of the reader needs to know of the document.

use super::fences::LineKind;
use crate::options::IngestOptions;
use crate::places::Roots;

/// What every part needs to know of the document.
pub(crate) struct Page<'o> {
    pub(crate) places: Vec<LineKind>,
    pub(crate) options: &'o IngestOptions,
    pub(crate) roots: Roots,
}
