//! JSON of any shape.

mod native;

use review_core::{Result, Review};

use crate::options::IngestOptions;

/// Reads a document that is JSON as a whole; `None` when it is not.
pub(crate) fn read_json(text: &str, _options: &IngestOptions) -> Result<Option<Review>> {
    native::read_native(text)
}

/// Reads JSON that stands in prose or in a fence; `None` when there is none that holds findings.
pub(crate) fn read_embedded(_text: &str, _options: &IngestOptions) -> Result<Option<Review>> {
    Ok(None)
}
